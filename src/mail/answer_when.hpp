// Days and hours as people write them in a mail: "jeudi 12 mars entre 14h et 16h", "demain matin".
#pragma once

#include <optional>

#include "mail/answer_line.hpp"
#include "regie/calendar.hpp"
#include "regie/error.hpp"

namespace regie::mail {

/// A day and hours as people write them, or why they are not certain.
struct When {
  std::optional<LocalDay> day;
  std::optional<int> from;      ///< minutes since midnight
  std::optional<int> to;        ///< said, or that of a morning or afternoon
  bool is_part_of_day = false;  ///< from and to are those of a morning or afternoon
  const char* doubt = nullptr;  ///< a sentence, to be translated
};

/// Which of the days of one name is meant when no year is given, and a weekday alone.
enum class Tense { past, future };

/// Takes a day and hours off the line, as much as there is of it. `today` and `small_hours` are those of the writer:
/// nobody knows which day "tomorrow" is at half past midnight.
When take_when(Line& line, Tense tense, LocalDay today, bool small_hours);

}  // namespace regie::mail
