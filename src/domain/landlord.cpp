#include "regie/landlord.hpp"

#include <algorithm>
#include <charconv>

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

bool Landlord::is_dwelling_code(std::string_view code) const {
  return dwelling_codes.empty() ||
         std::ranges::any_of(dwelling_codes, [&](const std::string& pattern) { return fits(code, pattern); });
}

bool needs_check(const CheckPolicy& policy, RequestId id) {
  if (policy.kind != CheckPolicy::Kind::sample) return policy.kind == CheckPolicy::Kind::always;
  // Knuth's multiplicative hash: neighbours fall far apart.
  const std::uint32_t drawn = (static_cast<std::uint32_t>(id) * 2654435761U >> 16U) % 100U;
  return drawn < static_cast<std::uint32_t>(policy.percent);
}

const Checklist* Landlord::checklist(std::string_view trade) const {
  const auto found = std::ranges::find_if(
      checklists, [&](const Checklist& list) { return std::ranges::find(list.trades, trade) != list.trades.end(); });
  return found == checklists.end() ? nullptr : &*found;
}

bool is_on_watch(const Landlord& landlord, const std::vector<bool>& last_checks) {
  const auto count = std::min(static_cast<std::size_t>(landlord.watch_until_good), last_checks.size());
  return std::ranges::find(last_checks.begin(), last_checks.begin() + static_cast<std::ptrdiff_t>(count), false) !=
         last_checks.begin() + static_cast<std::ptrdiff_t>(count);
}

std::vector<std::string> residences_of(const Landlord& landlord, std::string_view person, LocalDay day) {
  std::vector<std::string> codes;
  for (const Residence& residence : landlord.residences) {
    const Person* caretaker = landlord.find_person(residence.caretaker);
    const Absence* away = caretaker == nullptr ? nullptr : absence(*caretaker, day);
    const Agency* agency = landlord.find_agency(residence.agency);
    if (residence.caretaker == person || (away != nullptr && away->substitute == person) ||
        (agency != nullptr && agency->head == person))
      codes.push_back(residence.code);
  }
  return codes;
}

bool is_outside_hours(const Landlord& landlord, const Provider& provider, Instant from, Instant to) {
  const Calendar& calendar = landlord.policy.calendar;
  const WeeklyHours& hours = landlord.hours_of(provider);
  const auto day = [&](Instant instant) {
    return std::chrono::floor<std::chrono::days>(calendar.zone().local(instant));
  };
  const Instant last = to - std::chrono::seconds{1};
  if (!provider.hours.empty()) return !calendar.is_open(from, hours) || !calendar.is_open(last, hours);
  return calendar.open_on(day(from), hours).empty() || calendar.open_on(day(last), hours).empty();
}

bool is_valid(const Contract& contract, LocalDay day) {
  return (!contract.from || *contract.from <= day) && (!contract.to || day <= *contract.to);
}

const Absence* absence(const Person& person, LocalDay day) {
  const auto found =
      std::ranges::find_if(person.away, [&](const Absence& one) { return one.from <= day && day <= one.to; });
  return found == person.away.end() ? nullptr : &*found;
}

std::string person_on_call(const Landlord& landlord, Instant at) {
  const LocalTime local = landlord.policy.calendar.zone().local(at);
  const std::chrono::minutes handover{landlord.on_call_handover};
  const auto found = std::ranges::find_if(landlord.on_call, [&](const OnCall& turn) {
    return turn.from + handover <= local && local < turn.to + handover;
  });
  return found == landlord.on_call.end() ? std::string() : found->person;
}

std::string person_told(const Landlord& landlord, std::string_view who, std::string_view residence_code, Instant at) {
  std::string code(who);
  const Residence* residence = landlord.find_residence(residence_code);
  if (who == "on-call") code = person_on_call(landlord, at);
  if (who == "caretaker") code = residence == nullptr ? std::string() : residence->caretaker;
  if (who == "agency-head") {
    const Agency* agency = residence == nullptr ? nullptr : landlord.find_agency(residence->agency);
    code = agency == nullptr ? std::string() : agency->head;
  }
  const Person* person = landlord.find_person(code);
  if (person == nullptr) return code;
  const Absence* away =
      absence(*person, std::chrono::floor<std::chrono::days>(landlord.policy.calendar.zone().local(at)));
  return away == nullptr || away->substitute.empty() ? code : away->substitute;
}

std::string door_of(std::string_view dwelling) {
  const std::size_t digits = dwelling.size() - std::min(dwelling.size(), dwelling.find_last_not_of("0123456789") + 1);
  return digits < 2 ? std::string() : std::string(dwelling.substr(dwelling.size() - 2));
}

std::vector<std::string> neighbours(const Residence& residence, std::string_view dwelling) {
  const std::string building = building_of(dwelling);
  const std::string_view digits = dwelling.substr(std::min(building.size() + 1, dwelling.size()));
  int number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (building.empty() || digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
  std::vector<const Storeys*> plans;
  for (const Storeys& one : residence.storeys)
    if (std::ranges::find(one.buildings, building) != one.buildings.end()) plans.push_back(&one);
  const auto exists = [&](int floor, int door) {
    if (plans.empty()) return floor >= 0 && door >= 1;
    return std::ranges::any_of(plans, [&](const Storeys* plan) {
      return floor >= plan->first && floor <= plan->last && door >= 1 && door <= plan->doors;
    });
  };
  const auto code = [&](int value) {
    std::string text = std::to_string(value);  // A-906 is below A-1006: three digits at least
    text.insert(0, text.size() < 3 ? 3 - text.size() : 0, '0');
    return building + '-' + text;
  };
  std::vector<std::string> codes;
  if (!plans.empty() && plans.front()->houses) {
    for (const int house : {number - 1, number + 1})
      if (house >= 1 && house <= plans.front()->doors) codes.push_back(code(house));
    return codes;
  }
  const int floor = number / 100, door = number % 100;
  for (const auto& [there, which] :
       {std::pair{floor + 1, door}, {floor - 1, door}, {floor, door - 1}, {floor, door + 1}})
    if (exists(there, which)) codes.push_back(code(there * 100 + which));
  return codes;
}

std::string building_of(std::string_view dwelling) {
  const auto dash = dwelling.find('-');
  return dash == std::string_view::npos ? std::string() : std::string(dwelling.substr(0, dash));
}

}  // namespace regie
