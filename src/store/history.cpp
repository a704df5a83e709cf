// What figures are made of: packs where there are such, rows and attempts elsewhere.
#include <algorithm>
#include <set>

#include "regie/pack.hpp"
#include "store/store.hpp"
#include "store/values.hpp"

namespace regie {

namespace {

/// Requests of one pack. Part of what databases keep: their numbers divided by this are the numbers of packs.
constexpr std::int64_t pack_size = 4096;

/// The part of a request that history look at: in this order.
constexpr std::string_view fact_columns =
    "id, opened_at, residence, dwelling, trade, problem, policy, urgency, place, channel, state, cancel_reason, "
    "rating, "
    "certain, tenant_flags, case when tenant_name is null and tenant_phone is null and tenant_email is null then 0 "
    "else "
    "1 end, case when answer is null then 0 else 1 end, parent, stopped, target_at, done_at, verified_at, "
    "check_required, closed_at, provider, assigned_at, accepted_at, promised_at, rework_of, out_of_contract, "
    "visit_from, tacit, cost";

template <typename E>
E code_in(const sql::Statement& row, int column) {
  const auto value = from_number<E>(row.number(column));
  if (!value) throw Error(Trouble::refused, message(N_("request {0} cannot be read"), row.number(0)));
  return *value;
}

/// Only what history look at; of the tenant and the answer only whether there are such.
Request read_fact_row(const sql::Statement& row) {
  const auto instant = [&](int column) {
    return row.is_null(column) ? std::nullopt : std::optional(instant_in(row, column));
  };
  Request request;
  request.id = row.number(0);
  request.opened_at = instant_in(row, 1);
  request.residence = row.text(2);
  request.dwelling = row.text(3);
  request.trade = row.text(4);
  request.problem = row.text(5);
  request.policy = row.text(6);
  request.urgency = code_in<Urgency>(row, 7);
  request.place = code_in<Place>(row, 8);
  request.channel = code_in<Channel>(row, 9);
  request.state = code_in<State>(row, 10);
  if (!row.is_null(11)) request.cancel_reason = code_in<CancelReason>(row, 11);
  request.rating = number_in(row, 12);
  request.certain = row.number(13) != 0;
  request.tenant_flags = row.text(14);
  if (row.number(15) != 0) request.tenant_name = "known";
  if (row.number(16) != 0) request.answer = "given";
  request.parent = number_in(row, 17);
  request.stopped = row.number(18);
  request.target_at = instant(19);
  request.done_at = instant(20);
  request.verified_at = instant(21);
  request.check_required = row.number(22) != 0;
  request.closed_at = instant(23);
  request.provider = row.text(24);
  request.assigned_at = instant(25);
  request.accepted_at = instant(26);
  request.promised_at = instant(27);
  request.rework_of = number_in(row, 28);
  request.out_of_contract = row.number(29) != 0;
  request.visit_from = instant(30);
  request.tacit = row.number(31) != 0;
  request.cost = number_in(row, 32);
  return request;
}

/// When the last of them was over; no_moment as long as one is not.
Moment last_end(const History& history) {
  Moment last = std::numeric_limits<Moment>::min();
  for (const Round& round : history.rounds) last = std::max(last, round.over);
  return last;
}

Moment first_beginning(const History& history) {
  Moment first = no_moment;
  for (const Round& round : history.rounds) first = std::min(first, round.begun);
  return first;
}

}  // namespace

History Store::read_history(RequestId first, RequestId last, NameTable& names) {
  const std::vector<Attempt> attempts = attempts_of(first, last);
  auto select = database_.prepare("select " + std::string(fact_columns) +
                                  " from request where id >= $1 and id <= $2 order by id");
  select.bind(1, first).bind(2, last);
  History history;
  auto attempt = attempts.begin();
  while (select.next()) {
    const Request request = read_fact_row(select);
    const auto begin =
        std::find_if(attempt, attempts.end(), [&](const Attempt& one) { return one.request >= request.id; });
    attempt = std::find_if(begin, attempts.end(), [&](const Attempt& one) { return one.request > request.id; });
    add_history(request, {begin, attempt}, names, history);
  }
  return history;
}

void Store::each_history(Instant from, Instant before, NameTable& names,
                         const std::function<void(const History&)>& each, const Progress& progress) {
  const std::int64_t last_pack = last_id() / pack_size;
  std::set<std::int64_t> packed;
  auto ranges = database_.prepare("select number, begun_from, ended_to from pack order by number");
  std::vector<std::int64_t> wanted;
  while (ranges.next()) {
    packed.insert(ranges.number(0));
    if (ranges.number(1) < moment(before) && ranges.number(2) >= moment(from)) wanted.push_back(ranges.number(0));
  }
  for (std::int64_t number = 0; number <= last_pack; ++number)
    if (!packed.contains(number)) wanted.push_back(number);
  std::ranges::sort(wanted);
  auto select = database_.prepare("select content from pack where number = $1");
  History history;
  std::int64_t done = 0;
  for (const std::int64_t number : wanted) {
    history.clear();
    bool good = false;
    if (packed.contains(number)) {
      select.bind(1, number);
      while (select.next()) good = unpack(select.text(0), names, history);
    }
    // A pack that cannot be read is damaged: `regie db check` says so, figures are right all the same.
    if (!good) history = read_history(number * pack_size, number * pack_size + pack_size - 1, names);
    each(history);
    if (progress) progress(N_("counting"), ++done, static_cast<std::int64_t>(wanted.size()));
  }
}

std::optional<Instant> Store::first_reception() {
  Moment first = no_moment;
  std::set<std::int64_t> packed;
  auto packs = database_.prepare("select number, begun_from from pack");
  while (packs.next()) {
    packed.insert(packs.number(0));
    first = std::min(first, packs.number(1));
  }
  auto rows = database_.prepare("select opened_at from request where id >= $1 and id <= $2");
  for (std::int64_t number = 0, last = last_id() / pack_size; number <= last; ++number) {
    if (packed.contains(number)) continue;
    rows.bind(1, number * pack_size).bind(2, number * pack_size + pack_size - 1);
    while (rows.next()) first = std::min(first, rows.number(0));
  }
  return first == no_moment ? std::nullopt : std::optional(instant(first));
}

std::int64_t Store::packs_missing() {
  auto count = database_.prepare("select count(*) from pack");
  std::int64_t packed = 0;
  while (count.next()) packed = count.number(0);
  return (last_id() + 1) / pack_size - packed;  // the last pack still grows
}

void Store::pack_history(const Progress& progress) {
  const std::int64_t missing = packs_missing();
  std::set<std::int64_t> packed;
  auto select = database_.prepare("select number from pack");
  while (select.next()) packed.insert(select.number(0));
  std::int64_t done = 0;
  const std::int64_t full = (last_id() + 1) / pack_size;
  for (std::int64_t number = 0; number < full; ++number) {
    if (packed.contains(number)) continue;
    // One short transaction each: whoever takes a call does not wait for it.
    write([&] {
      NameTable names;
      const History history = read_history(number * pack_size, number * pack_size + pack_size - 1, names);
      auto insert = database_.prepare(
          "insert into pack (number, begun_from, ended_to, content) values ($1, $2, $3, $4) on conflict (number) do "
          "nothing");
      insert.bind(1, number).bind(2, first_beginning(history)).bind(3, last_end(history));
      insert.bind(4, std::string_view(pack(history, names))).run();
      return true;
    });
    progress(N_("packing for reports"), ++done, missing);
  }
}

void Store::forget_pack(RequestId id) {
  auto& remove = statement(delete_pack_, "delete from pack where number = $1");
  remove.bind(1, id / pack_size).run();
}

void Store::check_packs(CheckResult& result) {
  auto select = database_.prepare("select number, begun_from, ended_to, content from pack order by number");
  while (select.next()) {
    const std::int64_t number = select.number(0);
    NameTable names;
    const History history = read_history(number * pack_size, number * pack_size + pack_size - 1, names);
    const bool same = select.number(1) == first_beginning(history) && select.number(2) == last_end(history) &&
                      select.text(3) == regie::pack(history, names);
    if (!same)
      result.findings.push_back({"figures", "pack " + std::to_string(number),
                                 message(N_("it does not say what its requests say: remove its row from table pack"))});
  }
}

}  // namespace regie
