// A request taken through its life by hand, for tests of the domain and of the store.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "regie/change.hpp"

namespace regie::test {

/// Tests count minutes from Monday 2 March 2026, 8:00 UTC.
inline Instant minute(std::int64_t number) {
  using namespace std::chrono;
  return sys_days{year{2026} / March / 2} + hours{8} + minutes{number};
}

inline const Actor reception{"montagnier", "", "cmontagnier", "montagnier"};
inline const Actor manager{"astruc", "", "bastruc", "astruc"};
inline const Actor caretaker{"lemercier", "GARDIENS", "jlemercier", "lemercier"};
inline const Actor technician{"ouali", "REGIE", "kouali", "ouali"};
inline const Actor other_technician{"fouquet", "REGIE", "dfouquet", "fouquet"};

inline Act act_at(Instant when, Deed deed, const Actor& actor = reception, const std::string& reason = {}) {
  return {.deed = std::move(deed), .actor = actor, .at = when, .entered_at = when, .reason = reason};
}

/// The change; fails the test when it is refused.
inline Change changed(const Decided& decided) {
  const auto* refusal = std::get_if<Refusal>(&decided);
  REQUIRE_MESSAGE(refusal == nullptr, "refused: ", refusal->message.id);
  return std::get<Change>(decided);
}

/// The refusal; fails the test when it is none.
inline Refusal refused(const Decided& decided) {
  REQUIRE(std::holds_alternative<Refusal>(decided));
  return std::get<Refusal>(decided);
}

inline Request leaking_tap() {
  Request draft;
  draft.residence = "ROS";
  draft.dwelling = "B-203";
  draft.text = "le robinet fuit";
  draft.trade = "plumbing";
  draft.certain = true;
  draft.target_at = minute(10'000);
  return draft;
}

/// One request and its journal; each deed happens a minute after the one before.
struct Life {
  Request request;
  std::vector<Event> journal;
  std::int64_t minutes = 0;

  Decided attempt(Deed deed, const Actor& actor = reception, const std::string& reason = {}) const {
    return decide(request, act_at(minute(minutes + 1), std::move(deed), actor, reason));
  }
  const Request& operator()(Deed deed, const Actor& actor = reception, const std::string& reason = {}) {
    const Change change = changed(attempt(std::move(deed), actor, reason));
    ++minutes;
    request = change.after;
    request.id = 1;  // the store's part
    journal.push_back(change.event);
    return request;
  }
};

inline Assign to_provider(const std::string& code) {
  return {{.provider = code, .rule = "", .triage = "", .promised_at = minute(500), .decision = ""}};
}
inline Done work_done(bool check_required = false) {
  return {.by = "ouali", .provider = "REGIE", .work = "joint", .cost = 1250, .check_required = check_required};
}

/// A request that has come to this state the usual way; on hold: from assigned.
inline Life life_in(State state) {
  Life life;
  life(Open{leaking_tap(), {}});
  if (state == State::open) return life;
  if (state == State::cancelled) {
    life(Cancel{CancelReason::withdrawn, {}});
    return life;
  }
  life(to_provider("REGIE"));
  if (state == State::scheduled) life(Schedule{minute(60), minute(120)});
  if (state == State::on_hold) life(Hold{Party::parts}, technician, "cartouche commandée");
  if (state <= State::on_hold) return life;
  life(work_done(), technician);
  if (state >= State::verified) life(Verify{}, caretaker);
  if (state == State::closed) life(Close{"joint refait", 5});
  return life;
}

}  // namespace regie::test
