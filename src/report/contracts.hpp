// Under which contract an order was sent.
#pragma once

#include "report/source.hpp"

namespace regie::report {

/// The provider's contract for that trade and residence that was valid on the day of the order (of a rework: of the
/// order that it is done under), or under which it had been begun and may be finished; nullptr when the landlord's file
/// has none. `job` is one of told.jobs.
const Contract* contract_of(const Source& source, const Source::Told& told, const Job& job);

}  // namespace regie::report
