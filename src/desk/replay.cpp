#include "desk/replay.hpp"

#include <algorithm>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "desk/growing_past.hpp"
#include "desk/routing.hpp"

namespace regie {

namespace {

/// Something that really happened to a request after its reception.
struct Happening {
  Instant at;
  RequestId request;
  State state;  ///< done, closed or cancelled
  // When it was done:
  std::string provider = {};
  std::optional<Instant> ordered_at = {};
  std::optional<std::int64_t> cost = {};

  bool operator>(const Happening& other) const { return at > other.at; }
};

/// One set of rules, and the past as it would be under them.
class Way {
 public:
  Way(Settings& settings, const RuleSet& rules) : settings_(settings), rules_(rules) {}

  /// Takes it as it is.
  void remember(const Request& request) { past_.add(request); }

  /// What Desk::enter() does, in memory.
  Fate enter(const Request& understood, std::span<const Word> words) {
    const Instant at = understood.opened_at;
    Request draft = understood;
    const Decision decision = decide(draft, words, at);
    if (decision.join) draft.parent = decision.join->known ? *decision.join->known : make_common(decision, understood);
    if (decision.cancels) draft.parent = decision.cancels;
    send(draft, decision, at);
    if (!decision.close.empty()) draft.state = State::closed;
    past_.add(draft);
    if (decision.join)
      for (const RequestId sibling : decision.join->siblings) become_part(sibling, *draft.parent, *decision.join);
    for (const SecondRequest& second : decision.open) open_second(second, draft);
    if (decision.cancels) change(*decision.cancels, [](Request& request) { request.state = State::cancelled; });
    return fate(draft, decision);
  }

  void happen(const Happening& happening) {
    change(happening.request, [&](Request& request) {
      if (happening.state != State::done) request.state = happening.state;
      else repair(request, happening);
    });
    const auto made = made_for_.find(happening.request);
    if (happening.state == State::done || made == made_for_.end()) return;
    for (const RequestId id : made->second) change(id, [](Request& request) { request.state = State::closed; });
    made_for_.erase(made);
  }

 private:
  Decision decide(Request& draft, std::span<const Word> words, Instant at) const {
    Decision decision = route(settings_.landlord(), rules_, draft, words, at, past_);
    draft.trade = decision.trade;
    draft.problem = decision.problem;
    draft.urgency = decision.urgency;
    return decision;
  }

  static void send(Request& draft, const Decision& decision, Instant at) {
    draft.provider = decision.provider;
    if (draft.provider.empty()) return;
    draft.state = State::assigned;
    draft.assigned_at = at;
  }

  static void repair(Request& request, const Happening& happening) {
    if (unfinished(request.state)) request.state = State::done;
    request.done_at = happening.at;
    request.done_provider = happening.provider;
    request.cost = happening.cost;
    if (!request.provider.empty()) return;
    request.provider = happening.provider;  // the rules had sent nobody, a person has
    request.assigned_at = happening.ordered_at;
  }

  static Fate fate(const Request& draft, const Decision& decision) {
    Ending ending = Ending::triage;
    if (!decision.provider.empty()) ending = Ending::sent;
    else if (!decision.close.empty()) ending = Ending::closed;
    else if (decision.join && decision.join->attached) ending = Ending::attached;
    return {ending, decision.provider, draft.trade, draft.urgency, decision.rule};
  }

  void change(RequestId id, const auto& how) {
    auto request = past_.find(id);
    if (!request || request->state == State::cancelled) return;
    how(*request);
    past_.update(*request);
  }

  /// Adds a request that nobody reported; it ends with the one it was made for.
  RequestId add_made(Request request, const Decision& decision, Instant at, RequestId for_whom) {
    request.id = --last_made_;
    send(request, decision, at);
    past_.add(request);
    made_for_[for_whom].push_back(request.id);
    return request.id;
  }

  RequestId make_common(const Decision& decision, const Request& part) {
    Request common;
    common.channel = part.channel;
    common.residence = part.residence;
    common.building = part.building;
    common.place = Place::common;
    common.text = filled_in(decision.join->text, settings_.landlord(), part);
    common.trade = decision.trade;
    common.problem = decision.problem;
    common.certain = true;
    common.urgency = part.urgency;
    common.opened_at = part.opened_at;
    for (const RequestId sibling : decision.join->siblings)
      common.opened_at = std::min(common.opened_at, past_.find(sibling)->opened_at);
    const Decision own = decide(common, settings_.routing().lexicon.read(common.text), part.opened_at);
    return add_made(std::move(common), own, part.opened_at, part.id);
  }

  void become_part(RequestId sibling, RequestId common, const Joining& join) {
    change(sibling, [&](Request& request) {
      request.parent = common;
      if (!join.attached || request.done_at || !unfinished(request.state)) return;
      request.state = State::open;
      request.provider.clear();
      request.assigned_at.reset();
    });
  }

  void open_second(const SecondRequest& second, const Request& first) {
    SecondRequest filled = second;
    filled.text = filled_in(second.text, settings_.landlord(), first);
    const NewRequest wanted = second_request(filled, first);
    if (wanted.trade->empty()) return;
    Request draft = understand(settings_, wanted).draft;
    const Decision decision = decide(draft, settings_.routing().lexicon.read(draft.text), first.opened_at);
    draft.parent = first.id;
    add_made(std::move(draft), decision, first.opened_at, first.id);
  }

  Settings& settings_;
  const RuleSet& rules_;
  GrowingPast past_;
  RequestId last_made_ = 0;  ///< their numbers are below zero
  std::unordered_map<RequestId, std::vector<RequestId>> made_for_;
};

/// Requests that a rule opened: for the common parts (the decision is an entry of its own), or beside another.
std::unordered_set<RequestId> made_by_rules(Store& store) {
  std::unordered_set<RequestId> made;
  store.each_opening_beside([&](const Event& event) {
    const bool is_part = std::ranges::any_of(
        event.changes, [](const auto& change) { return std::string_view(change.first->name) == "parent"; });
    const KeptDecision decision = decode_decision(event.decision);
    if (event.decision.empty() || (is_part && !decision.join && !decision.cancels)) made.insert(event.request);
  });
  return made;
}

/// As it was when it was received.
NewRequest message_of(const Request& request) {
  NewRequest wanted;
  Request& draft = wanted.draft;
  draft.id = request.id;
  draft.channel = request.channel;
  draft.residence = request.residence;
  draft.building = request.building;
  draft.dwelling = request.dwelling;
  draft.text = request.text;
  draft.tenant_flags = request.tenant_flags;
  draft.opened_at = request.opened_at;
  return wanted;
}

class Replay {
 public:
  Replay(Settings& settings, const RuleSet& rules, std::unordered_set<RequestId> made)
      : settings_(settings),
        today_(settings, settings.routing().rules),
        other_(settings, rules),
        made_(std::move(made)) {}

  /// Received before the period.
  void remember(const Request& request) {
    Request known = request;
    known.done_at.reset();
    known.done_provider.clear();
    known.cost.reset();
    known.state = request.assigned_at ? State::assigned : State::open;
    today_.remember(known);
    other_.remember(known);
    expect(request);
  }

  std::optional<Replayed> pass(const Request& request) {
    if (made_.contains(request.id)) return std::nullopt;
    for (; !ahead_.empty() && ahead_.top().at <= request.opened_at; ahead_.pop()) {
      today_.happen(ahead_.top());
      other_.happen(ahead_.top());
    }
    const Request draft = understand(settings_, message_of(request)).draft;
    const auto words = settings_.routing().lexicon.read(draft.text);
    expect(request);
    return Replayed{request, today_.enter(draft, words), other_.enter(draft, words)};
  }

 private:
  void expect(const Request& request) {
    if (request.done_at)
      ahead_.push(
          {*request.done_at, request.id, State::done, request.done_provider, request.assigned_at, request.cost});
    if (request.closed_at)
      ahead_.push({.at = *request.closed_at,
                   .request = request.id,
                   .state = request.state == State::cancelled ? State::cancelled : State::closed});
  }

  Settings& settings_;
  Way today_, other_;
  std::unordered_set<RequestId> made_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> ahead_;
};

}  // namespace

void replay(Settings& settings, Store& store, const RuleSet& rules, const Received& period,
            const std::function<void(const Replayed&)>& each) {
  const auto moment = store.transaction(sql::Transaction::Kind::read);
  Replay replay(settings, rules, made_by_rules(store));
  Filter filter;
  filter.opened_before = period.before;
  store.list(filter, {{find_field("opened_at")}}, 0, [&](Request&& request) {
    if (period.from && request.opened_at < *period.from) replay.remember(request);
    else if (const auto replayed = replay.pass(request)) each(*replayed);
    return true;
  });
}

}  // namespace regie
