// Writes a workbook for tests/shell/xlsx.sh: write_workbook FILE [ROWS [MODULES]]. The sample, or so many rows.
#include <iostream>
#include <string>

#include "regie/error.hpp"
#include "render/workbook_sample.hpp"
#include "render/xlsx.hpp"
#include "text/translate.hpp"

using namespace regie;

int main(int argc, char** argv) {
  const std::int64_t rows = argc > 2 ? std::stoll(argv[2]) : 0;
  try {
    render::write_xlsx(rows > 0 ? test::long_report(rows) : test::workbook_report(), test::workbook_style(),
                       argc > 3 ? argv[3] : REGIE_MODULES, argv[1]);
  } catch (const Error& error) {
    std::cerr << text::tr(error.messages().front()) << '\n';
    for (const Message& hint : error.hints()) std::cerr << "hint: " << text::tr(hint) << '\n';
    return 1;
  }
}
