// Tenants who should have heard something.
#pragma once

#include <vector>

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// Of these, where a tenant we know should have heard something by then; the longest silence first.
std::vector<Request> unanswered(const std::vector<Request>& unfinished, Instant at);

/// As a list, with how to reach them.
render::Section unanswered_section(Source& source, const std::vector<Request>& requests);

}  // namespace regie::report
