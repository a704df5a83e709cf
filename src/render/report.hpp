// A report before it is text: what every format is written from, so that a figure is the same figure in all of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "render/table.hpp"

namespace regie::render {

/// What is better seen than read. Texts are ready to be shown: in the reader's language, but not escaped.
struct Chart {
  /// bars: one group for each label, for comparing; stacked: the same, series on top of each other; lines: over time.
  enum class Kind { bars, stacked, lines } kind = Kind::bars;
  enum class Unit { count, percent, hours, days } unit = Unit::count;  ///< percent: values from 0 to 100
  std::string title;
  std::vector<std::string> labels;
  struct Series {
    std::string name;
    std::vector<std::optional<double>> values;  ///< as many as there are labels; nullopt = nothing known
    Cell::Mood mood = Cell::Mood::plain;        ///< what it means, where it means something: late is alarm
  };
  std::vector<Series> series;
};

/// One table of a report with what belongs to it.
struct Section {
  std::string key;              ///< for scripts: "by_trade"
  std::string title;            ///< ready to be shown
  std::vector<Column> columns;  ///< their titles are English, translated where shown
  std::vector<Row> rows;
  std::optional<Row> total;          ///< of all rows
  std::vector<std::string> remarks;  ///< ready sentences: what was counted, what was left out, how to list it
  std::string if_empty = {};  ///< ready sentence for people when there are no rows; "" = the section is not shown
  std::optional<std::size_t> bar = {};  ///< column (a count or a Share) that is drawn as a bar behind the row
  std::vector<Chart> charts = {};
};

/// A figure that is seen first.
struct Headline {
  std::string key;    ///< for scripts
  Cell value;         ///< its mood says how it is meant
  std::string label;  ///< ready to be shown: "late"
};

struct Report {
  std::string name;                                          ///< "nightly"; JSON's schema is regie.report.nightly/1
  std::string title;                                         ///< ready to be shown, as is what follows
  std::string landlord;                                      ///< "" when it has no name
  std::string period;                                        ///< "1 to 31 March 2026"
  std::string filter;                                        ///< "trade plumbing, agency NORD"; "" = everything
  Instant made_at{};                                         ///< the clock when it was made
  Instant as_of{};                                           ///< how things stood when
  std::optional<Instant> from, before;                       ///< the period: [from, before)
  std::vector<std::pair<std::string, std::string>> filters;  ///< the same for scripts: option and value
  std::vector<Headline> headlines;
  std::vector<Section> sections;
  std::vector<std::string> remarks;  ///< ready sentences at the end
};

/// Text formats: table, md, csv, tsv, json, jsonl. Hands out text as it is ready.
void write_report(const Report& report, Format format, const Style& style, const Sink& sink);

/// One HTML page that needs nothing else: tables and charts (SVG), no script; prints on A4, fits a phone, light and
/// dark.
std::string html_page(const Report& report, const Style& style);

}  // namespace regie::render
