#include "regie/landlord.hpp"

#include <algorithm>

namespace regie {

namespace {

template <typename T>
const T* find(const std::vector<T>& all, std::string_view code) {
  const auto found = std::ranges::find_if(all, [&](const T& one) { return one.code == code; });
  return found == all.end() ? nullptr : &*found;
}

bool fits(std::string_view code, std::string_view pattern) {
  return code.size() == pattern.size() && std::ranges::equal(code, pattern, [](char c, char sign) {
           if (sign == 'A') return c >= 'A' && c <= 'Z';
           if (sign == '9') return c >= '0' && c <= '9';
           return c == sign;
         });
}

}  // namespace

const std::vector<Trade>& default_trades() {
  static const std::vector<Trade> trades{
      {"plumbing", N_("plumbing")},
      {"electrical", N_("electrical")},
      {"locksmith", N_("locksmith")},
      {"heating", N_("heating")},
      {"gas", N_("gas")},
      {"joinery", N_("joinery")},
      {"glazing", N_("glazing")},
      {"lift", N_("lift")},
      {"intercom", N_("intercom")},
      {"ventilation", N_("ventilation")},
      {"pest_control", N_("pest control")},
      {"cleaning", N_("cleaning")},
      {"bulky_waste", N_("bulky waste")},
      {"masonry", N_("masonry")},
      {"painting", N_("painting")},
      {"roofing", N_("roofing")},
      {"grounds", N_("grounds")},
      {"none", N_("not technical")},
  };
  return trades;
}

const Trade* Landlord::find_trade(std::string_view code) const { return find(trades, code); }
const Agency* Landlord::find_agency(std::string_view code) const { return find(agencies, code); }
const Residence* Landlord::find_residence(std::string_view code) const { return find(residences, code); }
const Person* Landlord::find_person(std::string_view code) const { return find(people, code); }
const Provider* Landlord::find_provider(std::string_view code) const { return find(providers, code); }

const Person* Landlord::find_login(std::string_view login) const {
  const auto found =
      std::ranges::find_if(people, [&](const Person& person) { return !login.empty() && person.login == login; });
  return found == people.end() ? nullptr : &*found;
}

const WeeklyHours& Landlord::hours_named(std::string_view wanted) const {
  static const WeeklyHours always = [] {
    WeeklyHours every_day;
    every_day.days.fill({Interval{0, 24 * 60}});
    return every_day;
  }();
  const auto found = hours.find(std::string(wanted));
  return found == hours.end() ? always : found->second;
}

const WeeklyHours& Landlord::hours_of(const Provider& provider) const {
  return hours_named(provider.hours.empty() ? target_hours : provider.hours);
}

std::optional<Instant> Landlord::target(Urgency urgency, Instant received) const {
  const auto& delay = targets[static_cast<std::size_t>(urgency) - 1];
  if (!delay) return std::nullopt;
  return deadline(*delay, received, calendar, hours_named(target_hours));
}

bool Landlord::is_dwelling_code(std::string_view code) const {
  return dwelling_codes.empty() ||
         std::ranges::any_of(dwelling_codes, [&](const std::string& pattern) { return fits(code, pattern); });
}

bool needs_check(const CheckPolicy& policy, RequestId id) {
  if (policy.kind != CheckPolicy::Kind::sample) return policy.kind == CheckPolicy::Kind::always;
  // Knuth's multiplicative hash: neighbours fall far apart.
  const auto drawn = (static_cast<std::uint64_t>(id) * 2654435761U >> 16U) % 100U;
  return drawn < static_cast<std::uint64_t>(policy.percent);
}

std::string building_of(std::string_view dwelling) {
  const auto dash = dwelling.find('-');
  return dash == std::string_view::npos ? std::string() : std::string(dwelling.substr(0, dash));
}

}  // namespace regie
