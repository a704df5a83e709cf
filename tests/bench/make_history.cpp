// make_history COUNT DATABASE FACTS: a desk with ten years behind it, for tests/bench/reports.sh.
//
// Lives of COUNT requests, the last ones received just before 2026-03-02 07:00 in Paris: sent, declined, accepted,
// visited, put on hold, done, checked, done again, answered, reopened, cancelled. Every entry is one that decide()
// made, so that rows, journal and attempts agree (`regie db check` says so); whatever would happen after the end has
// not happened yet. Texts, addresses and first decisions are those of the example fortnight. The same COUNT gives the
// same database.
//
// FACTS is a folder for what other programs read in place of regie's packs: round.csv, job.csv and visit.csv with a
// column for each figure that reports look at, and residence.csv. A moment that never came is empty.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <future>
#include <iostream>
#include <stdexcept>

#include "cli/environment.hpp"
#include "desk/routing.hpp"
#include "regie/clock.hpp"
#include "regie/history.hpp"
#include "store/store.hpp"
#include "text/csv.hpp"

namespace regie {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

constexpr Instant the_end = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 6h;
constexpr days years = days{3650};

/// SplitMix64: the same numbers on every machine.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U) {}

  /// From 0 to below 1.
  double share() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  bool happens(double probability) { return share() < probability; }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(share() * static_cast<double>(count)); }
  template <typename List>
  const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }
  /// Mostly near 0.
  double small_share() {
    const double share_of_one = share();
    return share_of_one * share_of_one;
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::uint64_t state_;
};

seconds part_of(seconds whole, double share) {
  return seconds{std::llround(static_cast<double>(whole.count()) * share)};
}

/// A request of the fortnight, and what the rules made of it.
struct Example {
  Request draft;
  Assignment routed;
  std::string answer;  ///< of a rule that closes it at once
};

std::vector<Example> read_examples(Settings& settings, const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) throw std::runtime_error("cannot read " + file.string());
  text::CsvReader reader([&](char* buffer, std::size_t size) {
    input.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(input.gcount());
  });
  // Tuesday, ten o'clock: people are there, and contracts are what they are.
  constexpr Instant nominal = std::chrono::sys_days{std::chrono::year{2026} / 3 / 3} + 9h;
  const RequestsInMemory nothing;
  std::vector<Example> examples;
  text::CsvRecord record;
  reader.next(record);  // the header
  while (reader.next(record)) {
    const auto& cells = record.fields;
    const auto channel = cells.size() < 9 ? std::nullopt : parse<Channel>(cells[1]);
    if (!channel || settings.landlord().find_residence(cells[2]) == nullptr) continue;
    NewRequest wanted;
    Request& draft = wanted.draft;
    draft.channel = *channel;
    draft.residence = cells[2];
    draft.dwelling = cells[3];
    draft.tenant_name = cells[4];
    draft.tenant_phone = cells[5];
    draft.tenant_email = cells[6];
    draft.tenant_flags = cells[7];
    draft.text = cells[8];
    Foreseen foreseen = foresee(settings, wanted, nominal, nothing);
    Example example{.draft = std::move(foreseen.draft),
                    .routed = assignment_of(foreseen.decision, settings.routing().rules, foreseen.understood.because),
                    .answer = foreseen.decision.close};
    examples.push_back(std::move(example));
  }
  if (examples.empty()) throw std::runtime_error("no examples in " + file.string());
  return examples;
}

struct World {
  const Landlord& landlord;
  const std::vector<Example>& examples;

  Actor person(const std::string& code) const {
    const Person* known = landlord.find_person(code);
    if (known == nullptr) throw std::runtime_error("nobody is called " + code);
    return {code, known->provider, known->login, code};
  }
};

/// One request from its reception to its end, or as far as it has come.
class Life {
 public:
  Life(const World& world, RequestId id, Instant opened) : world_(world), chance_(static_cast<std::uint64_t>(id)) {
    const Example& example = chance_.one_of(world_.examples);
    live(example, id, opened);
  }
  std::vector<Change> take() { return std::move(changes_); }

 private:
  const Request& row() const { return changes_.back().after; }
  Instant now() const { return row().changed_at; }
  Actor reception() const { return world_.person("montagnier"); }

  /// False: that has not happened yet.
  bool step(Deed deed, Instant at, const Actor& actor, const std::string& reason = {}) {
    const Request before = changes_.empty() ? Request{} : row();
    at = std::max(at, before.changed_at);
    if (at > the_end) return false;
    const Policy& policy = world_.landlord.policy;
    const bool late = chance_.happens(0.05);
    const Instant entered = late ? std::min(the_end, at + part_of(days{2}, chance_.share())) : at;
    Act act{
        .deed = std::move(deed), .actor = actor, .at = at, .entered_at = entered, .reason = reason, .policy = &policy};
    Decided decided = decide(before, act);
    if (const auto* change = std::get_if<Change>(&decided);
        change != nullptr && moves_dues(before, change->after, change->event.action)) {
      std::vector<Event> journal;
      for (const Change& earlier : changes_) journal.push_back(earlier.event);
      journal.push_back(change->event);
      act.dues = dues(journal, [&](const std::string&) { return &policy; });
      decided = decide(before, act);
    }
    if (const auto* refusal = std::get_if<Refusal>(&decided))
      throw std::logic_error("request " + std::to_string(before.id) + ": " + std::string(refusal->message.id));
    changes_.push_back(std::move(std::get<Change>(decided)));
    return true;
  }

  /// So far on the way from now to `goal`, at least `from` and at most `to` of it.
  Instant towards(Instant goal, double from, double to) {
    return goal <= now() ? now() : now() + part_of(goal - now(), from + (to - from) * chance_.share());
  }
  Instant soon(seconds at_most) { return now() + part_of(at_most, chance_.small_share()); }

  void live(const Example& example, RequestId id, Instant opened) {
    step(Open{draft_of(example), routed_at(example, opened)}, opened, reception());
    changes_.back().after.id = id;
    if (!example.answer.empty()) {
      step(Close{example.answer, {}}, opened, reception());
      return;
    }
    if (chance_.happens(0.03)) {
      cancel();
      return;
    }
    if (row().trade == not_technical) {
      step(Close{"Vu avec le locataire, sans suite.", {}}, soon(days{1}), reception());
      return;
    }
    while (get_done() && answer() && chance_.happens(0.02) &&
           step(Reopen{}, now() + part_of(days{40}, chance_.share()), reception(), "de nouveau en panne")) {
    }
  }

  Request draft_of(const Example& example) {
    static constexpr std::array places{"cuisine", "salle de bain", "entrée", "palier", "cave"};
    Request draft = example.draft;
    if (chance_.happens(0.5)) draft.text += " Rappel n° " + std::to_string(1 + chance_.below(999'999)) + ".";
    else
      draft.text +=
          std::string(" (") + chance_.one_of(places) + ", depuis " + std::to_string(1 + chance_.below(29)) + " jours)";
    if (!draft.dwelling.empty()) {
      const std::size_t door = 1 + chance_.below(19);
      draft.dwelling = std::string(1, "ABCD"[chance_.below(4)]) + "-" + std::to_string(1 + chance_.below(9)) +
                       (door < 10 ? "0" : "") + std::to_string(door);
      draft.building = building_of(draft.dwelling);
    }
    return draft;
  }

  /// The same decision, promised anew.
  Assignment routed_at(const Example& example, Instant at) const {
    Assignment routed = example.routed;
    const Provider* provider = world_.landlord.find_provider(routed.provider);
    const auto delay = parse_delay(routed.promise_terms);
    if (provider != nullptr && delay) routed.promised_at = owed(world_.landlord, *provider, *delay, at).at;
    return routed;
  }

  void cancel() {
    const auto cancel_reason = static_cast<CancelReason>(1 + chance_.below(4));
    const auto back = static_cast<RequestId>(1 + chance_.below(20));
    std::optional<RequestId> other;
    if (cancel_reason == CancelReason::duplicate && row().id > back) other = row().id - back;
    step(Cancel{cancel_reason, other}, soon(days{2}), reception());
  }

  /// Somebody who has a contract for this work, whatever its dates: it is about ten years.
  bool send(Instant at, const std::string& reason) {
    const Residence& residence = *world_.landlord.find_residence(row().residence);
    std::vector<std::pair<const Provider*, const Contract*>> fit;
    for (const Provider& provider : world_.landlord.providers)
      for (const Contract& contract : provider.contracts)
        if (provider.code != row().provider &&
            std::ranges::find(contract.trades, row().trade) != contract.trades.end() && covers(contract, residence)) {
          fit.emplace_back(&provider, &contract);
          break;
        }
    const Provider* provider = &world_.landlord.providers.front();
    std::optional<Owed> owes;
    if (!fit.empty()) {
      const auto& [chosen, contract] = chance_.one_of(fit);
      provider = chosen;
      owes = promise(world_.landlord, *chosen, *contract, row().urgency, at);
    } else if (provider->code == row().provider) {
      provider = &world_.landlord.providers.back();
    }
    Assignment to{.provider = provider->code};
    if (owes) {
      to.promised_at = owes->at;
      to.promise_terms = owes->terms;
    }
    return step(Assign{std::move(to)}, at, reception(), reason);
  }

  /// Some keep their word better than others, and not always equally well.
  bool is_late() {
    const std::string& provider = row().provider;
    const int firm = provider.empty() ? 0 : (provider.front() * 7 + provider.back()) % 10;
    const auto season = now().time_since_epoch() / days{90};
    return chance_.happens(0.04 + 0.012 * firm + static_cast<double>((firm + season) % 7) * 0.015);
  }

  /// When the work will be done: mostly in time.
  Instant goal() {
    const Instant usual = now() + days{7};
    const auto due = row().reworks > 0 ? row().promised_at : row().target_at;
    Instant owed_at = due.value_or(usual);
    if (owed_at <= now()) owed_at = now() + days{1};
    if (chance_.happens(0.00005)) return now() + days{4000};  // forgotten
    const double share = is_late() ? 1 + 0.8 * chance_.small_share() : 0.95 * chance_.small_share() * chance_.share();
    return now() + part_of(owed_at - now(), share) + 600s;
  }

  /// Until the work is good.
  bool get_done() {
    if (row().trade.empty() &&
        !step(Edit{{{find_field("trade"), Scalar{std::string("plumbing")}}}}, soon(4h), reception()))
      return false;
    if (row().provider.empty() && !send(soon(6h), "")) return false;
    while (work()) {
      if (!row().check_required) return true;
      if (!chance_.happens(0.05)) return step(Verify{}, soon(days{2}), checker());
      if (!fail_check(soon(days{3}))) return false;
    }
    return false;
  }

  bool work() {
    const Instant first_goal = goal();
    if (row().reworks == 0) {
      if (chance_.happens(0.03)) {
        if (!step(Decline{}, towards(first_goal, 0.02, 0.2), reception(), "pas disponible")) return false;
        if (!send(soon(2h), "refusé")) return false;
      } else if (chance_.happens(0.01) && !send(towards(first_goal, 0.1, 0.4), "plus près")) {
        return false;
      }
      if (chance_.happens(0.95) && !step(Accept{}, towards(first_goal, 0.02, 0.3), reception())) return false;
    }
    if (chance_.happens(0.4) && !step(Note{}, towards(first_goal, 0.05, 0.3), reception(), "le locataire a rappelé"))
      return false;
    if (chance_.happens(0.015) && !regrade(towards(first_goal, 0.05, 0.3))) return false;
    Instant done_at = first_goal;
    if (chance_.happens(0.06)) {
      if (!wait(towards(done_at, 0.05, 0.3), done_at)) return false;
      if (row().state == State::cancelled) return false;
    }
    if (chance_.happens(0.8) && !visit(done_at)) return false;
    return report_done(done_at);
  }

  bool regrade(Instant at) {
    const auto number = static_cast<std::int64_t>(row().urgency);
    const std::int64_t other = number < 4 && chance_.happens(0.5) ? number + 1 : std::max<std::int64_t>(2, number - 1);
    if (other == number) return true;
    return step(Edit{{{find_field("urgency"), Scalar{other}}}}, at, reception(), "vu avec le locataire");
  }

  bool wait(Instant at, Instant& done_at) {
    const auto party = static_cast<Party>(1 + chance_.below(6));
    if (!step(Hold{party}, at, reception(), "en attente")) return false;
    if (chance_.happens(0.03)) return step(Cancel{CancelReason::withdrawn, {}}, soon(days{5}), reception());
    const seconds rest = std::max(done_at - now(), seconds{3600});
    if (!step(Resume{}, soon(days{6}), reception())) return false;
    done_at = now() + rest;
    return true;
  }

  bool visit(Instant& done_at) {
    for (;;) {
      const Instant from = std::max(done_at - 3600s, now());
      const Instant agreed = towards(done_at, 0.05, 0.4);
      if (!step(Schedule{from, from + 2h, {}, {}, {}}, agreed, reception())) return false;
      if (!chance_.happens(0.06)) return true;
      if (!step(NoAccess{}, from + 2h, reception(), "personne")) return false;
      done_at = now() + part_of(days{4}, 0.2 + chance_.small_share());
    }
  }

  bool report_done(Instant at) {
    static constexpr std::array works{"Joint remplacé.", "Pièce commandée puis posée.",
                                      "Remis en service, essais faits.", "Réglé et graissé.",
                                      "Remplacé à l'identique."};
    const Provider* provider = world_.landlord.find_provider(row().provider);
    const bool crew = provider != nullptr && provider->kind == ProviderKind::crew;
    Done done{.by = row().provider, .provider = row().provider, .work = chance_.one_of(works)};
    Actor actor = reception();
    if (row().provider == "REGIE") actor = world_.person(chance_.happens(0.5) ? "ouali" : "fouquet");
    else if (row().provider == "GARDIENS") actor = caretaker();
    if (crew) done.by = actor.who;
    else if (chance_.happens(0.9)) done.cost = static_cast<std::int64_t>(4'000 + chance_.below(90'000));
    done.check_required = needs_check(world_.landlord.checks[crew ? 0 : 1], row().id);
    return step(std::move(done), at, actor);
  }

  Actor caretaker() const { return world_.person(world_.landlord.find_residence(row().residence)->caretaker); }
  Actor checker() const { return row().provider == "GARDIENS" ? world_.person("astruc") : caretaker(); }

  bool fail_check(Instant at) {
    Verify verify{.pass = false};
    const Provider* provider = world_.landlord.find_provider(row().provider);
    if (const auto delay = parse_delay(row().promise_terms); delay && provider != nullptr) {
      verify.rework_due = world_.landlord.policy.deadline(*delay, std::min(at, the_end), provider->hours);
      verify.rework_terms = row().promise_terms;
    }
    return step(std::move(verify), at, checker(), "fuit encore");
  }

  bool answer() {
    Close close{"Réparé et contrôlé.", {}};
    if (chance_.happens(0.25)) close.rating = static_cast<std::int64_t>(1 + chance_.below(5));
    return step(std::move(close), soon(days{2}), reception());
  }

  const World& world_;
  Chance chance_;
  std::vector<Change> changes_;
};

/// In the night little is heard, and yet all days are equally long.
Instant received(std::int64_t number, std::int64_t count) {
  const double at = static_cast<double>(number) / static_cast<double>(count) * static_cast<double>(years.count());
  const double day = std::floor(at), part = at - day;
  // Days from seven to seven in winter, so that the last one ends with the end.
  const double hour = part < 0.88 ? part / 0.88 * 12 : 12 + (part - 0.88) / 0.12 * 12;
  return the_end - years + days{static_cast<int>(day)} + seconds{std::llround(hour * 3600)};
}

/// What requests tell, as CSV.
class Facts {
 public:
  explicit Facts(const std::filesystem::path& folder)
      : rounds_(folder / "round.csv"), jobs_(folder / "job.csv"), visits_(folder / "visit.csv") {
    rounds_ << "request,residence,trade,urgency,provider,cancelled,begun,due,done,accepted,over,kept_at,missed_at\n";
    jobs_ << "request,residence,trade,urgency,provider,ended_how,rework,callback,tacit,ordered,accepted,came,promised,"
             "done,checked,ended,kept_at,missed_at,cost\n";
    visits_ << "request,residence,trade,urgency,provider,at\n";
  }

  void add(const std::vector<Change>& life) {
    std::vector<Attempt> attempts;
    for (const Change& change : life)
      if (change.attempt) attempts.push_back(*change.attempt);
    NameTable names;
    History history;
    add_history(life.back().after, attempts, names, history);
    for (std::uint32_t number = 0; number < history.rounds.size(); ++number) {
      const Round& round = history.rounds[number];
      Name last = 0;
      for (const Job& job : history.jobs)
        if (job.round == number) last = job.provider;
      about(rounds_, round, names) << names[last] << ',' << int{round.cancelled};
      moments(rounds_,
              {round.begun, round.due, round.done, round.accepted, round.over, round.kept_at, round.missed_at});
      rounds_ << '\n';
    }
    for (const Job& job : history.jobs) {
      about(jobs_, history.rounds[job.round], names) << names[job.provider] << ',' << static_cast<int>(job.end) << ','
                                                     << job.rework << ',' << job.callback << ',' << job.tacit;
      moments(jobs_, {job.ordered, job.accepted, job.came, job.promised, job.done, job.checked, job.ended, job.kept_at,
                      job.missed_at});
      jobs_ << ',';
      if (job.cost >= 0) jobs_ << job.cost;
      jobs_ << '\n';
    }
    for (const FailedVisit& visit : history.failed_visits) {
      about(visits_, history.rounds[visit.round], names) << names[visit.provider];
      moments(visits_, {visit.at});
      visits_ << '\n';
    }
  }

  void finish() {
    for (std::ofstream* file : {&rounds_, &jobs_, &visits_})
      if (!file->flush()) throw std::runtime_error("the facts could not be written");
  }

 private:
  static std::ofstream& about(std::ofstream& file, const Round& round, const NameTable& names) {
    file << round.request << ',' << names[round.residence] << ',' << names[round.trade] << ',' << code(round.urgency)
         << ',';
    return file;
  }
  static void moments(std::ofstream& file, std::initializer_list<Moment> all) {
    for (const Moment moment : all) {
      file << ',';
      if (moment != no_moment) file << moment;
    }
  }

  std::ofstream rounds_, jobs_, visits_;
};

using Lives = std::vector<std::vector<Change>>;

Lives lives(const World& world, std::int64_t first, std::int64_t last, std::int64_t count) {
  Lives all;
  for (std::int64_t number = first; number < last; ++number)
    all.push_back(Life(world, number + 1, received(number, count)).take());
  return all;
}

void write_residences(const Landlord& landlord, const std::filesystem::path& folder) {
  std::ofstream file(folder / "residence.csv");
  file << "code,agency\n";
  for (const Residence& residence : landlord.residences) file << residence.code << ',' << residence.agency << '\n';
}

void make(std::int64_t count, const std::string& database, const std::filesystem::path& folder) {
  const cli::Environment environment = cli::system_environment("make_history");
  const std::filesystem::path config = std::filesystem::path(REGIE_SOURCE_DIR) / "config";
  const std::filesystem::path example = config / "examples/val-dorle";
  Settings settings(
      {.file = example / "regie.toml", .share_dir = config, .zone = environment.zone, .default_zone = "Europe/Paris"});
  const std::vector<Example> examples = read_examples(settings, example / "fortnight.csv");
  const World world{settings.landlord(), examples};
  write_residences(world.landlord, folder);
  Facts facts(folder);

  Store store(database, {.access = sql::Access::create}, the_end);
  if (store.last_id() > 0) throw std::runtime_error(database + " is not empty");
  store.expect_bulk();
  store.promise_under(world.landlord.policy.version, world.landlord.policy.text);
  std::int64_t entries = 0, unfinished_ones = 0;
  auto transaction = store.transaction(sql::Transaction::Kind::write);
  static constexpr std::int64_t at_once = 1000;
  const auto make_next = [&](std::int64_t first) {
    return std::async(std::launch::async, lives, std::cref(world), first, std::min(first + at_once, count), count);
  };
  auto next = make_next(0);
  for (std::int64_t first = 0; first < count; first += at_once) {
    Lives all = next.get();
    if (first + at_once < count) next = make_next(first + at_once);
    for (std::vector<Change>& life : all) {
      store.add(life);
      facts.add(life);
      entries += static_cast<std::int64_t>(life.size());
      unfinished_ones += unfinished(life.back().after.state) ? 1 : 0;
    }
  }
  transaction.commit();
  facts.finish();
  std::cout << count << " requests, " << unfinished_ones << " unfinished, " << entries << " journal entries\n";
}

}  // namespace

}  // namespace regie

int main(int count, char** words) {
  try {
    if (count != 4) throw std::runtime_error("usage: make_history COUNT DATABASE FACTS");
    regie::make(std::stoll(words[1]), words[2], words[3]);
    return 0;
  } catch (const regie::Error& error) {
    for (const regie::Message& message : error.messages()) std::cerr << "make_history: " << message.id << '\n';
  } catch (const std::exception& error) {
    std::cerr << "make_history: " << error.what() << '\n';
  }
  return 1;
}
