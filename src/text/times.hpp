// Times as people and machines write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "regie/calendar.hpp"

namespace regie::text {

/// Why something is no time.
enum class TimeFault { not_iso, impossible, no_offset };

/// ISO 8601 / RFC 3339 with an offset: "2026-03-02T00:18:51+01:00", "…Z"; seconds may be missing, a blank may stand
/// for the T.
std::variant<Instant, TimeFault> parse_iso(std::string_view text);

/// A time in another system's way of writing it, as strptime(3) describes formats, on the clock of `zone` unless
/// the format has %z.
std::variant<Instant, TimeFault> parse_formatted(const std::string& text, const std::string& format, const Zone& zone);

/// What people type: ISO with or without offset (then on the clock of `zone`), "2026-03-09" (midnight), "14:30"
/// (today), "yesterday", "today", "tomorrow", "friday" (the next one), these with " 14:30" behind, "+3d", "-2h",
/// "+30min", "now"; in French also hier, aujourd'hui, demain, lundi… nullopt: none of these, or a time that the
/// clock change skips.
std::optional<Instant> parse_typed(std::string_view text, Instant now, const Zone& zone);

/// RFC 3339 with the offset of the zone: "2026-03-02T00:18:51+01:00".
std::string iso(Instant instant, const Zone& zone);
/// "2026-03-02 00:18", local.
std::string minute(Instant instant, const Zone& zone);
/// "02/03 00:18" for tables; with the year when it is not that of `now`.
std::string brief(Instant instant, Instant now, const Zone& zone);

/// "March 2026" in the reader's language.
std::string month_name(std::chrono::year_month month);
/// "Monday 9 March" in the reader's language, with the year when it is not that of `today`.
std::string day_name(LocalDay day, LocalDay today);

}  // namespace regie::text
