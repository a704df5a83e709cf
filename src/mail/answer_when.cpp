#include "mail/answer_when.hpp"

#include <algorithm>
#include <array>

namespace regie::mail {

using std::chrono::days;
using std::chrono::year_month_day;

// Days

namespace {

constexpr const char* no_such_day = N_("there is no such day or hour");
constexpr const char* wrong_weekday = N_("the day is not the weekday that stands beside it");
constexpr const char* which_one = N_("it is not certain which day or hour is meant");
constexpr const char* too_far = N_("this day is too far away to be certain");
constexpr const char* backwards = N_("it ends before it begins");
constexpr days longest_guess{183};  // to any day that is meant

using Names = std::array<std::string_view, 6>;

constexpr std::array<Names, 12> months{{{"janvier", "janv", "january", "jan"},
                                        {"fevrier", "fevr", "fev", "february", "feb"},
                                        {"mars", "march", "mar"},
                                        {"avril", "avr", "april", "apr"},
                                        {"mai", "may"},
                                        {"juin", "june", "jun"},
                                        {"juillet", "juil", "july", "jul"},
                                        {"aout", "august", "aug"},
                                        {"septembre", "sept", "september", "sep"},
                                        {"octobre", "oct", "october"},
                                        {"novembre", "nov", "november"},
                                        {"decembre", "dec", "december"}}};

/// Monday first.
constexpr std::array<Names, 7> weekdays{{{"lundi", "lun", "monday", "mon"},
                                         {"mardi", "mar", "tuesday", "tue", "tues"},
                                         {"mercredi", "mer", "wednesday", "wed"},
                                         {"jeudi", "jeu", "thursday", "thu", "thur", "thurs"},
                                         {"vendredi", "ven", "friday", "fri"},
                                         {"samedi", "sam", "saturday", "sat"},
                                         {"dimanche", "dim", "sunday", "sun"}}};

struct DayWord {
  std::string_view phrase;
  int ahead;
};
constexpr std::array<DayWord, 9> day_words{{{"aujourd hui", 0},
                                            {"ce jour", 0},
                                            {"today", 0},
                                            {"demain", 1},
                                            {"tomorrow", 1},
                                            {"apres demain", 2},
                                            {"hier", -1},
                                            {"yesterday", -1},
                                            {"avant hier", -2}}};

constexpr std::array<std::string_view, 2> this_mornings{"ce matin", "this morning"};
constexpr std::array<std::string_view, 3> this_afternoons{"cet apres midi", "cette apres midi", "this afternoon"};

/// Digits as a number; nullopt when there are more of them than `most`.
std::optional<int> number_of(const Token* token, std::size_t most) {
  if (token == nullptr || token->type != Token::Type::number || token->text.size() > most) return std::nullopt;
  int number = 0;
  for (const char c : token->text) number = number * 10 + (c - '0');
  return number;
}

/// The place of a word in a table of names, and with it the dot of an abbreviation.
template <std::size_t N>
std::optional<int> take_name(Line& line, const std::array<Names, N>& names) {
  const Token* token = line.peek();
  if (token == nullptr || token->type != Token::Type::word) return std::nullopt;
  for (std::size_t i = 0; i < N; ++i) {
    if (std::ranges::find(names[i], token->text) == names[i].end()) continue;
    line.skip();
    line.take_sign(".");
    return static_cast<int>(i);
  }
  return std::nullopt;
}

struct WrittenDay {
  int day = 0;
  int month = 0;
  std::optional<int> year;
};

std::optional<int> year_of(const Token* token) {
  auto year = number_of(token, 4);
  if (!year || (token->text.size() != 2 && token->text.size() != 4)) return std::nullopt;
  if (token->text.size() == 2) *year += 2000;
  return year;
}

/// "12/03", "12/03/2026", "12.03.2026", "12-03-26", "2026-03-12"
std::optional<WrittenDay> take_digits(Line& line) {
  const std::size_t start = line.position();
  const auto sign = [&](std::size_t ahead) -> std::string_view {
    const Token* token = line.peek(ahead);
    if (token == nullptr || token->type != Token::Type::sign || !token->glued) return {};
    if (const Token* next = line.peek(ahead + 1); next == nullptr || !next->glued) return {};
    return token->text;
  };
  const std::string_view first = sign(1);
  if (first != "/" && first != "." && first != "-") return std::nullopt;
  const bool is_full = sign(3) == first;
  if (line.peek()->text.size() == 4) {
    const auto month = number_of(line.peek(2), 2), day = number_of(line.peek(4), 2);
    if (first != "-" || !is_full || !month || !day) return std::nullopt;
    const WrittenDay written{*day, *month, number_of(line.peek(), 4)};
    line.go(start + 5);
    return written;
  }
  const auto day = number_of(line.peek(), 2), month = number_of(line.peek(2), 2);
  if (!day || !month) return std::nullopt;
  if (is_full) {
    const auto year = year_of(line.peek(4));
    if (!year) return std::nullopt;
    line.go(start + 5);
    return WrittenDay{*day, *month, year};
  }
  if (first != "/") return std::nullopt;  // "14.30", "12-14h": may be hours
  line.go(start + 3);
  return WrittenDay{*day, *month, std::nullopt};
}

/// "2026" behind the name of a month, unless it is the beginning of an hour
std::optional<int> take_year(Line& line) {
  const std::size_t start = line.position();
  line.take_sign(",");
  const Token* token = line.peek();
  const auto year = number_of(token, 4);
  const Token* next = line.peek(1);
  if (!year || token->text.size() != 4 || (next != nullptr && next->glued && next->type != Token::Type::sign)) {
    line.go(start);
    return std::nullopt;
  }
  line.skip();
  return year;
}

/// "12 mars", "1er avril 2026", "12th of March", "March 12, 2026"
std::optional<WrittenDay> take_words(Line& line) {
  constexpr std::array<std::string_view, 7> ordinals{"er", "e", "eme", "st", "nd", "rd", "th"};
  const std::size_t start = line.position();
  const auto take_number = [&]() -> std::optional<int> {
    const auto day = number_of(line.peek(), 2);
    if (!day) return std::nullopt;
    line.skip();
    if (const Token* next = line.peek(); next != nullptr && next->glued) line.take_one_of(ordinals);
    return day;
  };
  if (auto month = take_name(line, months)) {
    if (const auto day = take_number()) return WrittenDay{*day, *month + 1, take_year(line)};
  } else if (const auto day = take_number()) {
    line.take("of");
    month = take_name(line, months);
    if (month) return WrittenDay{*day, *month + 1, take_year(line)};
  }
  line.go(start);
  return std::nullopt;
}

/// "12" of "jeudi 12 de 14h à 16h", "Thursday 12th at 2pm"; not of "jeudi 12h", "jeudi 12-14h", "jeudi 12 à 14h".
std::optional<int> take_day_of_month(Line& line) {
  constexpr std::array<std::string_view, 3> ordinals{"st", "nd", "rd"};
  constexpr std::array<std::string_view, 13> followers{"de",   "entre", "from", "between", "at",    "le",     "au",
                                                       "dans", "en",    "in",   "matin",   "apres", "morning"};
  const std::size_t start = line.position();
  const auto day = number_of(line.peek(), 2);
  if (!day) return std::nullopt;
  line.skip();
  const bool is_ordinal = line.take("th") || line.take_one_of(ordinals);
  const Token* next = line.peek();
  const bool is_day = next == nullptr || is_ordinal || (next->type == Token::Type::number && !next->glued) ||
                      next->is_sign(",") ||
                      (next->type == Token::Type::word && std::ranges::find(followers, next->text) != followers.end());
  if (is_day) return day;
  line.go(start);
  return std::nullopt;
}

/// The day of that name that is meant: without a year, from yesterday on, or until tomorrow.
std::optional<LocalDay> day_meant(const WrittenDay& written, Tense tense, LocalDay today, const char*& doubt) {
  const auto day_in = [&](int year) -> std::optional<LocalDay> {
    const year_month_day date = std::chrono::year{year} / written.month / written.day;
    return date.ok() ? std::optional(LocalDay{date}) : std::nullopt;
  };
  if (written.year) {
    const auto day = day_in(*written.year);
    if (!day) doubt = no_such_day;
    else if (*day > today + longest_guess || *day < today - longest_guess) doubt = too_far;
    return day;
  }
  const int present = static_cast<int>(year_month_day{today}.year());
  bool exists = false;
  for (const int year : {present - 1, present, present + 1})
    if (const auto day = day_in(year)) {
      exists = true;
      const bool ahead = tense == Tense::future;
      const LocalDay earliest = ahead ? today - days{1} : today - longest_guess;
      const LocalDay latest = ahead ? today + longest_guess : today + days{1};
      if (*day >= earliest && *day <= latest) return day;
    }
  doubt = exists ? too_far : no_such_day;
  return std::nullopt;
}

int index_of(LocalDay day) { return static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1; }

// Hours

struct Clock {
  int hour = 0;
  int minute = 0;
  bool is_bare = false;       ///< "14", of "14-16h"
  std::optional<bool> is_pm;  ///< am, pm
  bool is_uncertain = false;  ///< "2h" may be in the afternoon
  bool exists() const { return hour <= 23 && minute <= 59; }
};

std::optional<bool> take_half(Line& line) {
  constexpr std::array<std::string_view, 2> halves{"am", "pm"};
  const std::size_t start = line.position();
  for (const std::string_view half : halves)
    if (line.take(half)) return half == "pm";
  const Token* token = line.peek();
  if (token != nullptr && (token->is_word("a") || token->is_word("p"))) {
    const bool is_pm = token->is_word("p");
    line.skip();
    if (line.take_sign(".") && line.take("m") && line.take_sign(".")) return is_pm;
  }
  line.go(start);
  return std::nullopt;
}

/// Two digits that are not the beginning of something else.
std::optional<int> take_minutes(Line& line, bool must_be_glued) {
  const Token* token = line.peek();
  const auto minute = number_of(token, 2);
  if (!minute || token->text.size() != 2 || (must_be_glued && !token->glued)) return std::nullopt;
  if (!token->glued)
    if (const Token* next = line.peek(1);
        next != nullptr && (next->is_word("h") || (next->glued && !next->is_sign(".") && !next->is_sign(","))))
      return std::nullopt;
  line.skip();
  return minute;
}

/// "14h", "14h30", "14 h 30", "14 heures", "14:30", "2pm", "2:30 p.m.", "midi", "14"
std::optional<Clock> take_clock(Line& line) {
  constexpr std::array<std::string_view, 4> hour_words{"h", "heures", "heure", "hrs"};
  if (line.take("midi") || line.take("noon")) return Clock{.hour = 12};
  const std::size_t start = line.position();
  const Token* token = line.peek();
  const auto hour = number_of(token, 2);
  if (!hour) return std::nullopt;
  Clock clock{.hour = *hour};
  const bool has_zero = token->text.size() == 2 && token->text.front() == '0';
  line.skip();
  if (line.take_one_of(hour_words)) {
    clock.minute = take_minutes(line, false).value_or(0);
  } else if (const Token* next = line.peek(); next != nullptr && next->glued && line.take_sign(":")) {
    const auto minute = take_minutes(line, true);
    if (!minute) {
      line.go(start);
      return std::nullopt;
    }
    clock.minute = *minute;
    clock.is_pm = take_half(line);
  } else {
    clock.is_pm = take_half(line);
    clock.is_bare = !clock.is_pm;
  }
  if (clock.is_pm) {
    if (clock.hour < 1 || clock.hour > 12) clock.hour = 24;  // there is none
    else clock.hour = clock.hour % 12 + (*clock.is_pm ? 12 : 0);
  } else {
    clock.is_uncertain = !has_zero && clock.hour >= 1 && clock.hour <= 6;
  }
  return clock;
}

struct Range {
  Clock from;
  std::optional<Clock> to;
  bool may_be_day = false;  ///< "12 à 14h": behind a weekday, 12 may be a day
};

/// "14h", "14h-16h", "14-16h", "de 8h à 10h", "entre 14h et 16h"; a mere number is no hour.
std::optional<Range> take_range(Line& line) {
  constexpr std::array<std::string_view, 4> openers{"entre", "de", "from", "between"};
  constexpr std::array<std::string_view, 2> single_openers{"a", "at"};
  constexpr std::array<std::string_view, 4> links{"a", "jusqu a", "to", "until"};
  constexpr std::array<std::string_view, 2> ands{"et", "and"};
  const std::size_t start = line.position();
  const bool must_end = line.take_one_of(openers);
  if (!must_end) line.take_one_of(single_openers);
  const auto from = take_clock(line);
  const auto fail = [&]() -> std::optional<Range> {
    line.go(start);
    return std::nullopt;
  };
  if (!from) return fail();
  const std::size_t behind_from = line.position();
  const bool has_sign = line.take_sign("-/");
  if (has_sign || line.take_one_of(links) || (must_end && line.take_one_of(ands))) {
    const auto to = take_clock(line);
    if (to && !(from->is_bare && to->is_bare) && !(to->is_bare && from->is_pm)) {
      Range range{*from, to, from->is_bare && !must_end && !has_sign};
      if (from->is_bare && to->is_pm) {
        const int hour = from->hour % 12 + (*to->is_pm ? 12 : 0);
        range.from.hour = from->hour >= 1 && from->hour <= 12 ? hour : 24;
        range.from.is_uncertain = false;
      }
      return range;
    }
    line.go(behind_from);
  }
  if (must_end || from->is_bare) return fail();
  return Range{*from, std::nullopt};
}

struct PartOfDay {
  int from, to;
};

std::optional<PartOfDay> take_part_of_day(Line& line) {
  constexpr std::array<std::string_view, 8> openers{"le", "au", "dans la", "dans l", "en", "in the", "l", "the"};
  constexpr std::array<std::string_view, 3> mornings{"matin", "matinee", "morning"};
  constexpr std::array<std::string_view, 4> afternoons{"apres midi", "aprem", "afternoon"};
  constexpr int h = 60;
  const std::size_t start = line.position();
  if (line.take_one_of(openers)) line.take_sign("'");
  if (line.take_one_of(mornings)) return PartOfDay{8 * h, 12 * h};
  if (line.take_one_of(afternoons)) return PartOfDay{14 * h, 18 * h};
  line.go(start);
  return std::nullopt;
}

/// Whoever writes "matin" and "15h" has made a slip.
bool fits(const PartOfDay& part, int from, int to) {
  constexpr int noon = 12 * 60;
  return part.from < noon ? from < noon && to <= noon + 60 : from >= noon;
}

class WhenReader {
 public:
  WhenReader(Line& line, Tense tense, LocalDay today, bool small_hours)
      : line_(line), tense_(tense), today_(today), small_hours_(small_hours) {}

  When read() {
    constexpr std::array<std::string_view, 5> openers{"le", "pour le", "pour", "on", "for"};
    const std::size_t start = line_.position();
    line_.take_one_of(openers);
    line_.take("the");
    read_day();
    if (!when_.day && !when_.doubt) line_.go(start);
    const std::size_t behind_day = line_.position();
    line_.take_signs(",:-;");
    const auto before_hours = line_.position();
    read_hours();
    if (line_.position() == before_hours) line_.go(behind_day);
    return when_;
  }

 private:
  void doubt(const char* why) {
    if (when_.doubt == nullptr) when_.doubt = why;
  }

  void relative(LocalDay day) {
    when_.day = day;
    if (small_hours_) doubt(which_one);
  }

  void read_day() {
    if (line_.take_one_of(this_mornings)) {
      part_ = PartOfDay{8 * 60, 12 * 60};
      return relative(today_);
    }
    if (line_.take_one_of(this_afternoons)) {
      part_ = PartOfDay{14 * 60, 18 * 60};
      return relative(today_);
    }
    for (const DayWord& word : day_words)
      if (line_.take(word.phrase)) return relative(today_ + days{word.ahead});
    const auto weekday = take_name(line_, weekdays);
    if (weekday) line_.take_sign(",");
    auto written = take_digits(line_);
    if (!written) {
      if (weekday) line_.take("the");
      written = take_words(line_);
    }
    if (written) {
      const char* why = nullptr;
      when_.day = day_meant(*written, tense_, today_, why);
      if (why != nullptr) doubt(why);
      else if (weekday && index_of(*when_.day) != *weekday) doubt(wrong_weekday);
    } else if (const auto of_month = weekday ? take_day_of_month(line_) : std::nullopt) {
      read_day_of_month(*of_month, *weekday);
    } else if (weekday) {
      is_mere_weekday_ = true;
      const int ahead = (*weekday - index_of(today_) + 7) % 7;
      if (ahead == 0) doubt(which_one);
      relative(today_ + days{tense_ == Tense::future ? ahead : ahead - 7});
    }
  }

  /// "jeudi 12": the nearest day of that number, if it is a Thursday.
  void read_day_of_month(int number, int weekday) {
    const int step = tense_ == Tense::future ? 1 : -1;
    constexpr int longest_month = 31;
    for (int distance = 0; distance < longest_month; ++distance) {
      const LocalDay day = today_ + days{step * distance};
      if (year_month_day{day}.day() != std::chrono::day{static_cast<unsigned>(number)}) continue;
      if (index_of(day) != weekday) doubt(wrong_weekday);
      return relative(day);
    }
    doubt(no_such_day);
  }

  void read_hours() {
    if (const auto part = take_part_of_day(line_)) {
      if (part_) doubt(which_one);
      part_ = part;
      line_.take_sign(",");
    }
    if (const auto range = take_range(line_)) {
      const Clock& from = range->from;
      if (!from.exists() || (range->to && !range->to->exists())) doubt(no_such_day);
      if (range->may_be_day && is_mere_weekday_) doubt(which_one);
      if (from.is_uncertain || (range->to && range->to->is_uncertain)) doubt(which_one);
      when_.from = from.hour * 60 + from.minute;
      if (range->to) when_.to = range->to->hour * 60 + range->to->minute;
      if (when_.to && *when_.to <= *when_.from) doubt(backwards);
      if (part_ && !fits(*part_, *when_.from, when_.to.value_or(*when_.from))) doubt(which_one);
    } else if (part_) {
      when_.from = part_->from;
      when_.to = part_->to;
      when_.is_part_of_day = true;
    }
  }

  Line& line_;
  Tense tense_;
  LocalDay today_;
  bool small_hours_;
  bool is_mere_weekday_ = false;
  std::optional<PartOfDay> part_;
  When when_;
};

}  // namespace

When take_when(Line& line, Tense tense, LocalDay today, bool small_hours) {
  return WhenReader(line, tense, today, small_hours).read();
}

}  // namespace regie::mail
