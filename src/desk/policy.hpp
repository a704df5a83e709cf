// From TOML to what is promised, and back: the text of a policy is kept beside the requests that were promised
// something under it, and is read again to explain or to move one of their dates.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "desk/toml.hpp"
#include "regie/policy.hpp"

namespace regie {

/// What is said about promises in these files: [calendar], [hours], [targets], [clocks], [verification] and [answers].
/// Mistakes go to the files' findings; names of hours are looked up.
Policy read_policy(std::vector<toml_input::File>& files, const Zone& zone);

/// The policy that `text` was made of. `zone` is asked for its time zone. Throws Error(config) when this is no text
/// that a policy had.
Policy read_policy_text(const std::string& text, const std::function<std::optional<Zone>(const std::string&)>& zone);

/// Names the text and the version of what stands in the other fields.
void name_policy(Policy& policy);

/// "4 hours", "10 working days, end of day"; nullopt when absent, anything else is reported.
std::optional<Delay> read_delay(toml_input::Table& table, const char* key);
/// By urgency, emergency first.
std::array<std::optional<Delay>, 4> read_delays(toml_input::Table& table);
/// Reports hours that nobody named.
void check_delay(toml_input::Table& table, const char* key, const Policy& policy);
void check_delays(toml_input::Table& table, const Policy& policy);

/// "8:30-12:00, 13:30-17:00"; nullopt when it is not that.
std::optional<std::vector<Interval>> parse_intervals(std::string_view text);
/// "8:30" in minutes since midnight; "24:00" is the end of the day.
std::optional<int> parse_clock(std::string_view text);
/// "mon" or "mon-fri".
std::optional<std::array<bool, 7>> parse_weekdays(std::string_view text);

}  // namespace regie
