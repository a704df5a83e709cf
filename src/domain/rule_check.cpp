#include "regie/rule_check.hpp"

#include <algorithm>
#include <bitset>
#include <set>

#include "regie/names.hpp"

namespace regie {

namespace {

// ---- who serves what, when

using Week = std::bitset<hours_a_week>;

template <typename T>
bool among(const std::vector<T>& any, const T& value) {
  return std::ranges::find(any, value) != any.end();
}

/// Hours that are open from their beginning to their end.
Week open_hours(const WeeklyHours& weekly) {
  Week week;
  for (std::size_t day = 0; day < weekly.days.size(); ++day)
    for (int hour = 0; hour < 24; ++hour)
      week[day * 24 + static_cast<std::size_t>(hour)] = std::ranges::any_of(
          weekly.days[day], [&](const Interval& open) { return open.from <= hour * 60 && open.to >= (hour + 1) * 60; });
  return week;
}

/// Is there anything in the residence that this trade could be called for?
bool is_needed(const Landlord& landlord, const Residence& residence, const std::string& trade) {
  if (trade == not_technical) return false;
  const bool lifts_are_listed =
      std::ranges::any_of(landlord.residences, [](const Residence& one) { return !one.lifts.empty(); });
  if (trade == "lift" && lifts_are_listed) return !residence.lifts.empty();
  const auto fact = residence.installation.find(trade);
  return fact == residence.installation.end() || !among(fact->second, std::string("none"));
}

/// Days on which the set of valid contracts changes, `from` first.
std::vector<LocalDay> changes(const Landlord& landlord, LocalDay from, LocalDay to) {
  std::set<LocalDay> days{from};
  for (const Provider& provider : landlord.providers)
    for (const Contract& contract : provider.contracts) {
      if (contract.from && *contract.from > from && *contract.from <= to) days.insert(*contract.from);
      const auto after = contract.to ? *contract.to + std::chrono::days{1} : LocalDay{};
      if (contract.to && after > from && after <= to) days.insert(after);
    }
  return {days.begin(), days.end()};
}

struct Served {
  bool at_all = false;
  Week emergencies;
};

Served served(const Landlord& landlord, const std::string& trade, const Residence& residence, LocalDay day) {
  Served found;
  for (const Provider& provider : landlord.providers)
    for (const Contract& contract : provider.contracts) {
      if (!is_valid(contract, day) || !among(contract.trades, trade) || !covers(contract, residence)) continue;
      found.at_all = true;
      found.emergencies |= comes_out_of_hours(contract, trade) ? ~Week() : open_hours(landlord.hours_of(provider));
    }
  return found;
}

std::vector<int> missing(const Served& served, bool hours_matter) {
  std::vector<int> hours;
  for (int hour = 0; hour < hours_a_week; ++hour)
    if (!served.at_all || (hours_matter && !served.emergencies[static_cast<std::size_t>(hour)])) hours.push_back(hour);
  return hours;
}

std::vector<std::string> ended_before(const Landlord& landlord, const std::string& trade, LocalDay day) {
  std::vector<std::string> codes;
  for (const Provider& provider : landlord.providers)
    for (const Contract& contract : provider.contracts)
      if (contract.to == day - std::chrono::days{1} && among(contract.trades, trade) && !among(codes, provider.code))
        codes.push_back(provider.code);
  return codes;
}

/// The same gap on the days behind it, or in another residence, is one gap.
void add(std::vector<Gap>& gaps, Gap gap) {
  for (Gap& known : gaps) {
    const bool same_hours = known.trade == gap.trade && known.hours == gap.hours;
    if (same_hours && known.from == gap.from && known.to == gap.to) {
      known.residences.push_back(gap.residences.front());
      return;
    }
  }
  gaps.push_back(std::move(gap));
}

void join_spans(std::vector<Gap>& gaps) {
  std::vector<Gap> joined;
  for (Gap& gap : gaps) {
    const auto before = std::ranges::find_if(joined, [&](const Gap& known) {
      return known.trade == gap.trade && known.hours == gap.hours && known.residences == gap.residences &&
             known.to + std::chrono::days{1} == gap.from;
    });
    if (before == joined.end()) joined.push_back(std::move(gap));
    else before->to = gap.to;
  }
  gaps = std::move(joined);
}

// ---- rules

template <typename T>
bool is_subset(const std::vector<T>& part, const std::vector<T>& whole) {
  return std::ranges::all_of(part, [&](const T& value) { return among(whole, value); });
}

bool same(const Pattern& one, const Pattern& other) {
  return std::ranges::equal(one, other, [](const PatternWord& a, const PatternWord& b) {
    return a.stem == b.stem && a.prefix == b.prefix && a.after_gap == b.after_gap;
  });
}

/// Does the first hold whenever the second does? "No" when it is not plain to see.
struct Implied {
  template <typename A, typename B>
  bool operator()(const A& /*wide*/, const B& /*narrow*/) const {
    return false;
  }
  template <typename C>
  requires requires(const C& condition) { condition.any; }
  bool operator()(const C& wide, const C& narrow) const { return is_subset(narrow.any, wide.any); }
  bool operator()(const InstallationIs& wide, const InstallationIs& narrow) const {
    return wide.fact == narrow.fact && is_subset(narrow.any, wide.any);
  }
  bool operator()(const Says& wide, const Says& narrow) const {
    return std::ranges::all_of(narrow.any, [&](const Pattern& said) {
      return std::ranges::any_of(wide.any, [&](const Pattern& known) { return same(known, said); });
    });
  }
  bool operator()(const Outside& wide, const Outside& narrow) const { return is_subset(wide.all, narrow.all); }
  bool operator()(const FromDay& wide, const FromDay& narrow) const { return wide.day <= narrow.day; }
  bool operator()(const ToDay& wide, const ToDay& narrow) const { return wide.day >= narrow.day; }
  bool operator()(const InSeason& wide, const InSeason& narrow) const {
    return wide.first == narrow.first && wide.last == narrow.last;
  }
  bool operator()(const OnWeekdays& wide, const OnWeekdays& narrow) const {
    for (std::size_t day = 0; day < wide.days.size(); ++day)
      if (narrow.days[day] && !wide.days[day]) return false;
    return true;
  }
  bool operator()(const AtClock& wide, const AtClock& narrow) const { return wide.time == narrow.time; }
};

bool covers_all(const Conditions& wide, const Conditions& narrow) {
  return std::ranges::all_of(wide, [&](const Condition& condition) {
    return std::ranges::any_of(narrow, [&](const Condition& given) { return std::visit(Implied{}, condition, given); });
  });
}

/// Rules before it may change trade and urgency in between: then nothing is plain to see.
bool decides_first(const Rule& before, const Rule& rule) {
  if (!before.then.decides() || !before.unless.empty()) return false;
  if (before.when.empty()) return true;
  if (rule.when.empty()) return false;
  return std::ranges::all_of(rule.when, [&](const Conditions& narrow) {
    return std::ranges::any_of(before.when, [&](const Conditions& wide) { return covers_all(wide, narrow); });
  });
}

bool looks_at_what_rules_change(const Rule& rule) {
  return std::ranges::any_of(rule.when, [](const Conditions& conditions) {
    return std::ranges::any_of(conditions, [](const Condition& condition) {
      return std::holds_alternative<TradeIs>(condition) || std::holds_alternative<UrgencyIs>(condition);
    });
  });
}

}  // namespace

std::vector<Gap> gaps(const Landlord& landlord, LocalDay from, LocalDay to) {
  std::vector<Gap> found;
  const std::vector<LocalDay> starts = changes(landlord, from, to);
  for (const Trade& trade : landlord.trades) {
    const bool hours_matter = std::ranges::any_of(landlord.providers, [&](const Provider& provider) {
      return std::ranges::any_of(provider.contracts, [&](const Contract& contract) {
        return among(contract.trades, trade.code) && comes_out_of_hours(contract, trade.code);
      });
    });
    std::vector<Gap> of_trade;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const LocalDay last = i + 1 < starts.size() ? starts[i + 1] - std::chrono::days{1} : to;
      for (const Residence& residence : landlord.residences) {
        if (!is_needed(landlord, residence, trade.code)) continue;
        auto hours = missing(served(landlord, trade.code, residence, starts[i]), hours_matter);
        if (hours.empty()) continue;
        add(of_trade, {.trade = trade.code,
                       .from = starts[i],
                       .to = last,
                       .residences = {residence.code},
                       .hours = std::move(hours),
                       .ended = ended_before(landlord, trade.code, starts[i])});
      }
    }
    join_spans(of_trade);
    std::ranges::move(of_trade, std::back_inserter(found));
  }
  return found;
}

std::vector<Shadowed> shadowed(const RuleSet& set) {
  std::vector<Shadowed> found;
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const Rule& rule = set.rules[i];
    bool changed = false;  // between the two, trade or urgency may become what the later rule waits for
    for (std::size_t j = i; j-- > 0;) {
      const Rule& before = set.rules[j];
      if (decides_first(before, rule) && !(changed && looks_at_what_rules_change(rule))) {
        found.push_back({rule.name, before.name});
        break;
      }
      changed |= before.then.trade.has_value() || before.then.urgency.has_value();
    }
  }
  return found;
}

std::vector<Exhausted> exhausted(const Landlord& landlord, const Past& past, Instant now) {
  const auto today = std::chrono::floor<std::chrono::days>(landlord.policy.calendar.zone().local(now));
  std::vector<Exhausted> found;
  for (const Provider& provider : landlord.providers)
    for (const Contract& contract : provider.contracts) {
      if (contract.ceiling == 0 || !contract.from || !is_valid(contract, today)) continue;
      const std::int64_t days = (today - *contract.from).count();
      if (days < days_for_a_pace) continue;
      const std::int64_t spent = spent_under(contract, provider, landlord, past, now);
      if (spent <= 0) continue;
      const bool is_gone = spent >= contract.ceiling;
      const LocalDay gone = *contract.from + std::chrono::days{contract.ceiling * days / spent};
      if (!is_gone && (!contract.to || gone > *contract.to)) continue;
      found.push_back({provider.code, contract.number, contract.ceiling, spent, *contract.from, gone, contract.to});
    }
  return found;
}

std::vector<UnusedProblem> unused_problems(const Landlord& landlord, const RuleSet& rules) {
  std::set<std::string> named;
  for (const Rule& rule : rules.rules) named.insert(rule.then.problem);
  named.erase("");
  const std::vector<std::string> names(named.begin(), named.end());
  std::vector<UnusedProblem> found;
  for (const Person& person : landlord.people)
    for (const std::string& problem : person.problems)
      if (!named.contains(problem)) found.push_back({person.code, problem, nearest(problem, names)});
  return found;
}

std::vector<OffCall> off_call(const Landlord& landlord, LocalDay from, LocalDay to) {
  std::vector<OffCall> found;
  if (landlord.on_call.empty()) return found;
  from = std::max(from, std::ranges::min(landlord.on_call, {}, &OnCall::from).from);
  for (LocalDay day = from; day <= to; day += std::chrono::days{1}) {
    const bool somebody =
        std::ranges::any_of(landlord.on_call, [&](const OnCall& turn) { return turn.from <= day && day < turn.to; });
    if (somebody) continue;
    if (!found.empty() && found.back().to + std::chrono::days{1} == day) found.back().to = day;
    else found.push_back({day, day});
  }
  return found;
}

}  // namespace regie
