#include "render/xlsx/sheets.hpp"

#include <algorithm>
#include <optional>

#include "render/xlsx/diagrams.hpp"
#include "render/xlsx/formats.hpp"

namespace regie::render {

namespace {

constexpr double line_height = 15;  // points
constexpr double room_beside = 60;  // characters of a table that leaves room for diagrams on the same page
constexpr lxw_color_t bar_blue = 0xBFD7EA;

class Filling {
 public:
  Filling(lxw_workbook* to, const Workbook& from) : to_(to), from_(from), formats_(to) {}

  lxw_error run() {
    set_properties();
    add_summary();
    // Sheets are added in the order in which they are to be seen; the data of the diagrams are seen last.
    std::vector<lxw_worksheet*> sheets;
    for (const Workbook::Sheet& sheet : from_.sheets) sheets.push_back(add_sheet(sheet.name));
    lxw_worksheet* const data = from_.data.empty() ? nullptr : add_sheet(from_.data);
    if (failures_.first() != LXW_NO_ERROR) return failures_.first();
    std::optional<Diagrams> diagrams;
    if (data != nullptr) diagrams.emplace(to_, from_.data, data, formats_, failures_);
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      const std::size_t below = write_table(sheets[i], from_.sheets[i]);
      if (diagrams) draw(*diagrams, sheets[i], from_.sheets[i], below);
    }
    return failures_.first();
  }

 private:
  void set_properties() {
    std::string title = from_.title, author = from_.author;
    lxw_doc_properties properties{};
    properties.title = title.data();
    properties.author = author.data();
    properties.created = from_.created == 0 ? 1 : from_.created;  // 0 would be now
    failures_.note(workbook_set_properties(to_, &properties));
  }

  lxw_worksheet* add_sheet(const std::string& name) {
    lxw_worksheet* const sheet = workbook_add_worksheet(to_, name.c_str());
    if (sheet == nullptr) {
      failures_.note(LXW_ERROR_SHEETNAME_ALREADY_USED);
      return nullptr;
    }
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9);  // A4
    worksheet_fit_to_pages(sheet, 1, 0);
    failures_.note(worksheet_set_footer(sheet, "&L&A&R&P / &N"));
    return sheet;
  }

  void put(lxw_worksheet* sheet, std::size_t row, std::size_t column, const Workbook::Value& value,
           lxw_format* format) {
    const lxw_row_t r = row_number(row);
    const lxw_col_t c = column_number(column);
    if (const auto* text = std::get_if<std::string>(&value.value)) put(sheet, row, column, *text, format);
    else if (const auto* number = std::get_if<double>(&value.value))
      failures_.note(worksheet_write_number(sheet, r, c, *number, format));
    else if (const auto* flag = std::get_if<bool>(&value.value))
      failures_.note(worksheet_write_boolean(sheet, r, c, *flag ? 1 : 0, format));
  }
  void put(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& text, lxw_format* format) {
    failures_.note(worksheet_write_string(sheet, row_number(row), column_number(column), text.c_str(), format));
  }

  void set_height(lxw_worksheet* sheet, std::size_t row, double points) {
    failures_.note(worksheet_set_row(sheet, row_number(row), points, nullptr));
  }

  void add_summary() {
    lxw_worksheet* const sheet = add_sheet(from_.summary);
    if (sheet == nullptr) return;
    worksheet_gridlines(sheet, LXW_HIDE_ALL_GRIDLINES);
    worksheet_set_portrait(sheet);
    failures_.note(worksheet_set_column(sheet, 0, 0, std::max(16.0, from_.headline_width * 1.5 + 2), nullptr));
    failures_.note(worksheet_set_column(sheet, 1, 1, Workbook::remark_width + 4, nullptr));
    std::size_t row = 0;
    set_height(sheet, row, 24);
    put(sheet, row++, 0, from_.title, formats_.heading);
    for (const std::string& line : from_.about) put(sheet, row++, 0, line, formats_.about);
    put(sheet, row, 0, from_.as_of_title, formats_.about);
    put(sheet, row++, 1, from_.as_of, formats_.as_of);
    if (!from_.headlines.empty()) ++row;
    for (const auto& [value, label] : from_.headlines) {
      set_height(sheet, row, 20);
      put(sheet, row, 0, value, formats_.headline(value));
      put(sheet, row++, 1, label, formats_.plain);
    }
    if (!from_.sheets.empty()) add_contents(sheet, row);
    if (!from_.remarks.empty()) ++row;
    for (const Workbook::Remark& remark : from_.remarks) {
      set_height(sheet, row, line_height * remark.lines);
      put(sheet, row++, 1, remark.text, formats_.remark);
    }
  }

  void add_contents(lxw_worksheet* sheet, std::size_t& row) {
    ++row;
    put(sheet, row, 0, from_.rows_title, formats_.title_of({.right = true}));
    put(sheet, row++, 1, from_.sheet_title, formats_.title_of({}));
    for (const Workbook::Sheet& listed : from_.sheets) {
      const Workbook::Value rows{static_cast<double>(listed.rows.size()), Workbook::Look::whole};
      put(sheet, row, 0, rows, formats_.of(rows, {.right = true}));
      failures_.note(worksheet_write_url_opt(sheet, row_number(row), 1, ("internal:'" + listed.name + "'!A1").c_str(),
                                             formats_.link, listed.title.c_str(), nullptr));
      ++row;
    }
  }

  /// The first row that is free below it.
  std::size_t write_table(lxw_worksheet* sheet, const Workbook::Sheet& from) {
    const std::size_t last_column = from.columns.size() - 1;
    for (std::size_t i = 0; i < from.columns.size(); ++i) {
      failures_.note(worksheet_set_column(sheet, column_number(i), column_number(i), from.columns[i].width, nullptr));
      put(sheet, 0, i, from.columns[i].title, formats_.title_of(from.columns[i]));
    }
    std::size_t row = 1;
    for (const Workbook::Row& values : from.rows) write_row(sheet, row++, from, values, false);
    const lxw_row_t last = row_number(from.rows.size());
    worksheet_freeze_panes(sheet, 1, 0);
    // Telephone numbers are texts, and no mistake.
    failures_.note(worksheet_ignore_errors(sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"));
    failures_.note(worksheet_repeat_rows(sheet, 0, 0));
    failures_.note(worksheet_autofilter(sheet, 0, 0, last, column_number(last_column)));
    if (from.bar) add_bars(sheet, from, *from.bar);
    // An empty row keeps what is below out of the filter: Excel takes in what touches it.
    if (from.total) {
      write_row(sheet, row + 1, from, *from.total, true);
      row += 2;
    }
    if (!from.remarks.empty()) ++row;
    for (const Workbook::Remark& remark : from.remarks) {
      set_height(sheet, row, line_height * remark.lines);
      const lxw_row_t r = row_number(row++);
      if (from.remark_columns < 2) put(sheet, r, 0, remark.text, formats_.remark);
      else
        failures_.note(worksheet_merge_range(sheet, r, 0, r, column_number(from.remark_columns - 1),
                                             remark.text.c_str(), formats_.remark));
    }
    return row;
  }

  void write_row(lxw_worksheet* sheet, std::size_t row, const Workbook::Sheet& from, const Workbook::Row& written,
                 bool total) {
    if (written.lines > 1) set_height(sheet, row, line_height * written.lines);
    for (std::size_t i = 0; i < written.values.size(); ++i) {
      const Workbook::Value& value = written.values[i];
      lxw_format* const format = formats_.of(value, {from.columns[i].right, total});
      put(sheet, row, i, value, format);
      // Its line goes across.
      if (total && std::holds_alternative<std::monostate>(value.value))
        failures_.note(worksheet_write_blank(sheet, row_number(row), column_number(i), format));
    }
  }

  void add_bars(lxw_worksheet* sheet, const Workbook::Sheet& from, std::size_t column) {
    lxw_conditional_format bars{};
    bars.type = LXW_CONDITIONAL_DATA_BAR;
    bars.data_bar_2010 = LXW_TRUE;
    bars.bar_solid = LXW_TRUE;
    bars.bar_no_border = LXW_TRUE;
    bars.bar_color = bar_blue;
    bars.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER;
    bars.min_value = 0;
    const bool shares = std::ranges::any_of(
        from.rows, [column](const Workbook::Row& row) { return row.values[column].look == Workbook::Look::share; });
    if (shares) {
      bars.max_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER;
      bars.max_value = 1;
    }
    const lxw_col_t c = column_number(column);
    failures_.note(worksheet_conditional_format_range(sheet, 1, c, row_number(from.rows.size()), c, &bars));
  }

  void draw(Diagrams& diagrams, lxw_worksheet* sheet, const Workbook::Sheet& from, std::size_t below) {
    double width = 0;
    for (const Workbook::Column& column : from.columns) width += column.width;
    const bool beside = width <= room_beside && from.remarks.empty();
    std::size_t row = beside ? 1 : below + 1;
    for (const Workbook::Diagram& diagram : from.diagrams) {
      diagrams.draw(diagram, sheet, row, beside ? from.columns.size() + 1 : 0, beside);
      row += Workbook::diagram_rows;
    }
  }

  lxw_workbook* to_;
  const Workbook& from_;
  Failures failures_;
  Formats formats_;
};

}  // namespace

lxw_error fill(lxw_workbook* to, const Workbook& from) { return Filling(to, from).run(); }

}  // namespace regie::render
