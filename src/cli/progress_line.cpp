#include "cli/progress_line.hpp"

#include "text/translate.hpp"

namespace regie::cli {

ProgressLine::ProgressLine(Context& context, std::chrono::milliseconds quiet_for)
    : context_(context), wanted_(context.env.err_is_terminal && !context.quiet()), quiet_for_(quiet_for) {}

ProgressLine::~ProgressLine() {
  if (written_) context_.env.err("\r\033[K");
}

void ProgressLine::operator()(const char* what, std::int64_t done, std::int64_t all) const {
  if (!wanted_ || std::chrono::steady_clock::now() - begun_ < quiet_for_) return;
  written_ = true;
  context_.env.err("\r\033[K" + text::tr(N_("{0}: {1} of {2}"), text::tr(what), done, all));
}

}  // namespace regie::cli
