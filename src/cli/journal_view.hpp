// Journal entries as people and scripts read them.
#pragma once

#include <memory>
#include <vector>

#include "cli/command.hpp"

namespace regie::cli {

const std::vector<render::Column>& journal_columns();
render::Row journal_row(Context& context, const Event& event);

/// For JSON: one object an entry.
std::shared_ptr<render::Records> journal_records(const std::vector<Event>& journal, const Landlord& landlord);

/// "02/03 08:36  received  anna  …": one line of a sheet.
std::string journal_line(Context& context, const Event& event);

}  // namespace regie::cli
