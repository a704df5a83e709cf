// What late orders cost those who have them, under the terms of their contracts: worked out here, decided by people.
#include "regie/penalty.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "report/contracts.hpp"
#include "report/lists.hpp"
#include "report/reports.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

struct LateOrder {
  RequestId request;
  Name residence, provider;
  const Contract* contract;
  Moment ordered;
  Lateness lateness;
  bool wanted, in_period;
  bool still_late;
  std::int64_t cost;
  Penalty penalty;
  std::optional<PenaltyState> state;
};

/// What had become of the penalty by the report's moment: of the order that the job belongs to, which a rework shares.
std::optional<PenaltyState> state_of(Source& source, const LateOrder& order) {
  std::vector<Event> journal = source.store().journal(order.request);
  std::erase_if(journal, [&](const Event& event) { return event.at > source.last_known(); });
  std::optional<PenaltyState> state;
  Moment latest = std::numeric_limits<Moment>::min();
  const auto look = [&](const std::string& provider, const std::optional<Instant>& assigned,
                        const std::optional<PenaltyState>& penalty) {
    const bool of_order = assigned && provider == source.text(order.provider) && moment(*assigned) <= order.ordered;
    if (!of_order || moment(*assigned) < latest) return;
    latest = moment(*assigned);
    state = penalty;
  };
  for (const Attempt& attempt : attempts(journal)) look(attempt.provider, attempt.assigned_at, attempt.penalty);
  const Request row = replay(order.request, journal);
  look(row.provider, row.assigned_at, row.penalty);
  return state;
}

/// A contract whatever its lots: provider, number, first day.
using Which = std::tuple<Name, std::string, std::optional<LocalDay>>;
Which contract_named(const LateOrder& order) { return {order.provider, order.contract->number, order.contract->from}; }

struct LateOrders {
  std::vector<LateOrder> of_period;  ///< wanted; lateness ended in it, or goes on at its end; the longest first
  std::vector<LateOrder> all;        ///< under the same contracts since they began, whatever the query wants
  std::int64_t without_terms = 0;    ///< wanted, of the period
};

/// When the first contract with penalties that the landlord's file knows began; one without a first day always was.
Moment first_contract(const Source& source, Moment otherwise) {
  Moment first = otherwise;
  for (const Provider& provider : source.landlord().providers)
    for (const Contract& contract : provider.contracts)
      if (contract.penalty)
        first = std::min(first, contract.from ? moment(source.zone().instant(LocalTime{*contract.from})) : 0);
  return first;
}

/// What the order had cost by then, in cents; -1 = nobody had said it.
std::int64_t amount_known(const Job& job, Moment before) {
  if (job.done < before || job.done == no_moment || job.cost < 0) return job.amount;
  return job.amount > job.cost ? job.amount - job.cost : -1;
}

LateOrders late_orders(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  LateOrders found;
  source.each_of_all(first_contract(source, from), before, [&](const Source::Told& told) {
    for (const Job& job : told.jobs) {
      const bool wanted = told.wanted && source.wants_provider(job.provider);
      const auto late = lateness(job, before);
      if (!late) continue;
      const std::int64_t days = late_days(late->promised, late->ended, source.zone());
      if (days == 0) continue;
      const Contract* contract = contract_of(source, told, job);
      const bool in_period = late->ended >= from;
      const std::int64_t amount = amount_known(job, before);
      if (contract == nullptr || !contract->penalty) {
        found.without_terms += wanted && in_period ? 1 : 0;
        continue;
      }
      found.all.push_back({.request = told.round.request,
                           .residence = told.round.residence,
                           .provider = job.provider,
                           .contract = contract,
                           .ordered = job.ordered,
                           .lateness = *late,
                           .wanted = wanted,
                           .in_period = in_period,
                           .still_late = job.ended >= before,
                           .cost = amount,
                           .penalty = penalty(*contract->penalty, amount, days),
                           .state = {}});
    }
  });
  // What became of a penalty stands in the journal alone: those of other contracts need not be read.
  std::set<Which> in_period;
  for (const LateOrder& order : found.all)
    if (order.wanted && order.in_period) in_period.insert(contract_named(order));
  std::erase_if(found.all, [&](const LateOrder& order) { return !in_period.contains(contract_named(order)); });
  for (LateOrder& order : found.all) {
    order.state = state_of(source, order);
    if (order.wanted && order.in_period) found.of_period.push_back(order);
  }
  std::ranges::stable_sort(found.of_period, [](const LateOrder& one, const LateOrder& other) {
    return one.penalty.days > other.penalty.days;
  });
  return found;
}

Cell state_cell(const LateOrder& order) {
  if (order.state) return render::coded(*order.state);
  if (order.still_late) return Cell{render::Coded{"running", N_("still late")}};
  return Cell{render::Coded{"proposed", N_("proposed")}};
}

bool is_asked(const LateOrder& order) { return order.state != PenaltyState::waived; }

/// A sum of which nothing is known is none.
Cell known(std::int64_t cents, std::int64_t orders, std::int64_t not_priced) {
  return orders > 0 && not_priced == orders ? Cell{} : Cell{render::Money{cents}};
}

render::Section by_contract(Source& source, const LateOrders& late) {
  struct Sum {
    const Contract* contract;
    std::int64_t orders = 0, asked = 0, days = 0, total = 0, waived = 0, not_priced = 0, since_beginning = 0, ever = 0,
                 ever_not_priced = 0;
  };
  // Lots of one contract are forgiven together.
  std::map<Which, Sum> sums;
  std::vector<Which> in_order;
  for (const LateOrder& order : late.of_period) {
    const auto [at, is_new] = sums.try_emplace(contract_named(order), Sum{order.contract});
    if (is_new) in_order.push_back(at->first);
    Sum& sum = at->second;
    ++sum.orders;
    sum.days += order.penalty.days;
    if (is_asked(order)) ++sum.asked;
    if (!order.penalty.needs_amount) (is_asked(order) ? sum.total : sum.waived) += order.penalty.capped;
    else if (is_asked(order)) ++sum.not_priced;
  }
  for (const LateOrder& order : late.all) {
    const auto at = sums.find(contract_named(order));
    if (at == sums.end() || !is_asked(order)) continue;
    ++at->second.ever;
    if (order.penalty.needs_amount) ++at->second.ever_not_priced;
    else at->second.since_beginning += order.penalty.capped;
  }
  render::Section section{.key = "by_contract",
                          .title = tr(N_("By contract")),
                          .columns = {{"provider", N_("Provider")},
                                      {"contract", N_("Contract"), Column::Kind::text, true, true},
                                      {"orders", N_("Late orders"), Column::Kind::number},
                                      {"days", N_("Days"), Column::Kind::number},
                                      {"total", N_("Penalties"), Column::Kind::number},
                                      {"waived", N_("Waived"), Column::Kind::number, true, true},
                                      {"not_priced", N_("Without cost"), Column::Kind::number},
                                      {"since_beginning", N_("Since the contract began"), Column::Kind::number},
                                      {"exempt", N_("Exempt")}},
                          .if_empty = tr(N_("No order was late under a contract with penalties."))};
  for (const Which& which : in_order) {
    const Sum& sum = sums.at(which);
    section.rows.push_back(
        {key_cell(source, By::provider, std::get<Name>(which)), Cell{sum.contract->number}, Cell{sum.orders},
         Cell{sum.days}, known(sum.total, sum.asked, sum.not_priced), Cell{render::Money{sum.waived}},
         Cell{sum.not_priced}, known(sum.since_beginning, sum.ever, sum.ever_not_priced),
         // What nobody has priced may still tip it.
         sum.ever_not_priced > 0 ? Cell{} : Cell{is_exempt(*sum.contract->penalty, sum.since_beginning)}});
  }
  return section;
}

}  // namespace

Made make_penalties(Source& source) {
  const Query& query = source.query();
  const LateOrders late = late_orders(source);
  const std::vector<LateOrder>& orders = late.of_period;
  Made made;
  const auto of_state = [&](const LateOrder& order) {
    const Cell cell = state_cell(order);
    return std::get<render::Coded>(cell.value).code;
  };
  if (!query.ids_of.empty()) {
    static const std::vector<std::string> figures{"orders", "running", "proposed", "observed", "confirmed", "waived"};
    if (std::ranges::find(figures, query.ids_of) == figures.end()) throw no_such_figure(query.ids_of, figures);
    for (const LateOrder& order : orders)
      if (query.ids_of == "orders" || of_state(order) == query.ids_of) made.ids.push_back(order.request);
    std::ranges::sort(made.ids);
    made.ids.erase(std::ranges::unique(made.ids).begin(), made.ids.end());
  }
  std::int64_t total = 0, asked = 0, not_priced = 0;
  for (const LateOrder& order : orders) {
    if (!is_asked(order)) continue;
    ++asked;
    if (order.penalty.needs_amount) ++not_priced;
    else total += order.penalty.capped;
  }
  made.page.headlines = {{"orders", Cell{static_cast<std::int64_t>(orders.size())},
                          tr(counted("late order", "late orders", static_cast<std::int64_t>(orders.size())))},
                         {"total", known(total, asked, not_priced), tr(N_("penalties, waived ones left out"))},
                         {"not_priced", Cell{not_priced, not_priced > 0 ? Cell::Mood::warning : Cell::Mood::good},
                          tr(N_("of them without a cost: their penalty is not known"))}};
  render::Section contracts = by_contract(source, late);
  contracts.remarks.push_back(tr(
      N_("Calendar days from the day after the promise to the day of the work, both counted; waits move the promise. "
         "An order counts in the period in which its lateness ended, and with the days so far as long as it is late. "
         "Late orders without terms in their contract, or without a contract: {0}."),
      late.without_terms));
  contracts.remarks.push_back(
      tr(N_("Exempt: all penalties since the contract began come to no more than it forgives; not said while an order "
            "has no cost. These amounts are proposals: 'regie edit ID --penalty observed|confirmed|waived' says what "
            "became of one.")));
  made.page.sections.push_back(std::move(contracts));
  render::Section list{.key = "orders",
                       .title = tr(N_("Late orders, latest first")),
                       .columns = {{"id", N_("No."), Column::Kind::number},
                                   {"provider", N_("Provider")},
                                   {"contract", N_("Contract"), Column::Kind::text, false},
                                   {"residence", N_("Residence")},
                                   {"promised_at", N_("Promise")},
                                   {"ended_at", N_("Done on"), Column::Kind::text, true, true},
                                   {"days", N_("Days late"), Column::Kind::number},
                                   {"cost", N_("Cost"), Column::Kind::number},
                                   {"penalty", N_("Penalty"), Column::Kind::number},
                                   {"capped", N_("Capped"), Column::Kind::text, false},
                                   {"state", N_("State")}}};
  for (const LateOrder& order : orders) {
    if (query.rows > 0 && std::cmp_equal(list.rows.size(), query.rows)) break;
    list.rows.push_back({Cell{order.request}, key_cell(source, By::provider, order.provider),
                         Cell{order.contract->number}, key_cell(source, By::residence, order.residence),
                         Cell{instant(order.lateness.promised)},
                         order.still_late ? Cell{} : Cell{instant(order.lateness.ended)}, Cell{order.penalty.days},
                         order.cost < 0 ? Cell{} : Cell{render::Money{order.cost}},
                         order.penalty.needs_amount ? Cell{} : Cell{render::Money{order.penalty.capped}},
                         Cell{order.penalty.is_capped}, state_cell(order)});
  }
  remark_on_rest(list, orders.size(), "orders");
  made.page.sections.push_back(std::move(list));
  return made;
}

}  // namespace regie::report
