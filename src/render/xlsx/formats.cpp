#include "render/xlsx/formats.hpp"

namespace regie::render {

namespace {

constexpr lxw_color_t grey = 0x666666;
constexpr lxw_color_t rule = 0x8EA9C1;
constexpr lxw_color_t title_ground = 0xDDE7F0;
constexpr lxw_color_t link_blue = 0x0563C1;

/// As English Excel writes formats; every Excel shows them in its own way.
const char* number_format(const Workbook::Value& value) {
  switch (value.look) {
    case Workbook::Look::whole: return "0";
    case Workbook::Look::tenths: return "0.0";
    case Workbook::Look::hours: return "0.00";
    case Workbook::Look::money: return "#,##0.00";
    case Workbook::Look::share: return "0.0%";
    // Never by colour alone: a date that is over says so on paper and to who sees no red.
    case Workbook::Look::moment: return value.mood == Cell::Mood::alarm ? "dd/mm/yyyy hh:mm\" !\"" : "dd/mm/yyyy hh:mm";
    case Workbook::Look::duration: return "[h]:mm";
    case Workbook::Look::text: return "@";
    case Workbook::Look::truth: break;
  }
  return "General";
}

void colour(lxw_format* format, Cell::Mood mood) {
  switch (mood) {
    case Cell::Mood::good: format_set_font_color(format, 0x006100); break;
    case Cell::Mood::warning: format_set_font_color(format, 0x9C5700); break;
    case Cell::Mood::alarm:
      format_set_font_color(format, 0xC00000);
      format_set_bold(format);
      break;
    case Cell::Mood::faint: format_set_font_color(format, grey); break;
    case Cell::Mood::plain: break;
  }
}

/// A little away from the number in the column before.
void to_the_left(lxw_format* format) {
  format_set_align(format, LXW_ALIGN_LEFT);
  format_set_indent(format, 1);
}

}  // namespace

Formats::Formats(lxw_workbook* book) : book_(book) {
  const auto made = [book](const char* number = "@") {
    lxw_format* const format = workbook_add_format(book);
    format_set_num_format(format, number);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
  };
  heading = made();
  format_set_bold(heading);
  format_set_font_size(heading, 16);
  about = made();
  format_set_font_color(about, grey);
  as_of = made("dd/mm/yyyy hh:mm");
  format_set_font_color(as_of, grey);
  plain = made();
  link = made();
  format_set_font_color(link, link_blue);
  format_set_underline(link, LXW_UNDERLINE_SINGLE);
  remark = made();
  format_set_font_color(remark, grey);
  format_set_text_wrap(remark);
  caption = made();
  format_set_bold(caption);
  figure = made("0.0");
  for (lxw_format* format : {as_of, plain, link, remark}) to_the_left(format);
  for (lxw_format** title : {&left_title_, &right_title_}) {
    *title = made();
    format_set_bold(*title);
    format_set_bg_color(*title, title_ground);
    format_set_bottom(*title, LXW_BORDER_THIN);
    format_set_bottom_color(*title, rule);
  }
  to_the_left(left_title_);
  format_set_align(right_title_, LXW_ALIGN_RIGHT);
}

lxw_format* Formats::add(const Workbook::Value& value) const {
  lxw_format* const format = workbook_add_format(book_);
  format_set_num_format(format, number_format(value));
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  colour(format, value.mood);
  return format;
}

lxw_format* Formats::of(const Workbook::Value& value, Place place) {
  lxw_format*& format = known_[{value.look, value.mood, place}];
  if (format != nullptr) return format;
  format = add(value);
  if (value.look == Workbook::Look::text) format_set_text_wrap(format);
  if (place.right) format_set_align(format, LXW_ALIGN_RIGHT);
  else to_the_left(format);
  if (place.total) {
    format_set_bold(format);
    format_set_top(format, LXW_BORDER_THIN);
    format_set_top_color(format, rule);
  }
  return format;
}

lxw_format* Formats::headline(const Workbook::Value& value) {
  lxw_format* const format = add(value);
  format_set_bold(format);
  format_set_font_size(format, 14);
  format_set_align(format, LXW_ALIGN_RIGHT);
  return format;
}

}  // namespace regie::render
