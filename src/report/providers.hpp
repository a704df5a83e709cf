// Providers that get worse.
#pragma once

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// Those whose share of kept promises fell by ten points or more against as long a time just before; five promises at
/// least in each. Without rows when there are none.
render::Section worse_providers(Source& source, Moment from, Moment before);

}  // namespace regie::report
