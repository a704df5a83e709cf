// A report with every kind of cell, hostile texts, and charts of all kinds.
#pragma once

#include "render/report.hpp"

namespace regie::test {

/// Central European time, as far as these days need it: summer time begins on 29 March 2026.
render::Style workbook_style();

/// Made on 1 April 2026 at 06:00 local time. Its sections: late (hostile, wide, with a total and remarks), kept (Share,
/// a bar), delays (negative), nothing (empty), and one whose name is like that of the first.
render::Report workbook_report();

/// One section of so many rows: a number, and a text of a thousand letters that compresses well. Made in 1970.
render::Report long_report(std::int64_t rows);

}  // namespace regie::test
