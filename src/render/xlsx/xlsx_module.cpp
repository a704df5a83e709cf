#include "render/xlsx_module.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "render/xlsx/library.hpp"
#include "render/xlsx/sheets.hpp"
#include "render/xlsx/whole.hpp"

namespace regie::render {

namespace {

/// The library prints its failures, and returns them as well; regie says things once, and in its own way.
class Silence {
 public:
  Silence() : kept_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
    const int nowhere = kept_ < 0 ? -1 : ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    ::dup2(nowhere, STDERR_FILENO);
    ::close(nowhere);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (kept_ < 0) return;
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
  }

 private:
  int kept_;
};

XlsxModule::Written write(const Workbook& book, const std::string& file, std::string& why) noexcept {
  const Silence silence;
  lxw_workbook* const made = workbook_new(file.c_str());
  lxw_error error = fill(made, book);
  int system = 0;
  if (error != LXW_NO_ERROR) {
    lxw_workbook_free(made);
  } else {
    errno = 0;
    error = workbook_close(made);
    system = errno;
  }
  if (error != LXW_NO_ERROR) {
    why = system == 0 ? lxw_strerror(error) : std::strerror(system);
    return XlsxModule::Written::no;
  }
  return is_whole(file) ? XlsxModule::Written::whole : XlsxModule::Written::incomplete;
}

}  // namespace

}  // namespace regie::render

extern "C"
    [[gnu::visibility("default")]] const regie::render::XlsxModule regie_xlsx{REGIE_MODULE_BUILD, regie::render::write};
