// What came in by mail, kept: one row for each mail, and the addresses that mail came back from. Knows rows, not rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/codes.hpp"
#include "regie/request.hpp"
#include "sql/database.hpp"

namespace regie {

enum class ReceivedState : int {
  waiting = 1,  ///< a person has to look at it: the database relies on that number
  recorded,     ///< it stands in the journal of a request
  returned,     ///< mail of ours that came back
  ignored,      ///< no person wrote it
  settled,      ///< a person has looked at it
};

template <>
struct Codes<ReceivedState> {
  static constexpr std::array rows{
      CodeRow<ReceivedState>{ReceivedState::waiting, "waiting", N_("waits for a person")},
      CodeRow<ReceivedState>{ReceivedState::recorded, "recorded", N_("in the journal")},
      CodeRow<ReceivedState>{ReceivedState::returned, "returned", N_("mail that came back")},
      CodeRow<ReceivedState>{ReceivedState::ignored, "ignored", N_("ignored")},
      CodeRow<ReceivedState>{ReceivedState::settled, "settled", N_("seen to")},
  };
};
static_assert(in_order<ReceivedState>());

struct ReceivedMail {
  std::int64_t id = 0;
  std::string message_id;  ///< without < and >; "sha256:…" of a mail that has none
  Instant at{};            ///< when it came in
  ReceivedState state = ReceivedState::waiting;
  std::string sender;                ///< address, or From as it stands there; "" = long ago
  std::string subject;               ///< "" = none, or long ago
  std::string text;                  ///< of what waits, where no journal has it
  std::optional<RequestId> request;  ///< the one it is about
  std::string provider;              ///< who wrote it, when it is one of ours
  std::string reason;                ///< why it waits, what was understood, what a person says
};

struct FailingAddress {
  std::string address;
  Instant since{};
  std::string reason;
};

class Intake {
 public:
  /// Keeps a reference. Every change wants a write transaction of the caller's.
  explicit Intake(sql::Database& database) : database_(database) {}

  bool knows(std::string_view message_id);
  std::optional<ReceivedMail> find(std::int64_t id);
  /// The latest first; at most `limit`, 0 = all of them.
  std::vector<ReceivedMail> mails(bool waiting_only, std::int64_t limit);
  std::int64_t waiting();        ///< how many wait for a person
  void add(ReceivedMail& mail);  ///< gives it its id
  void update(const ReceivedMail& mail);
  /// Forgets who wrote what came in before then, and about what; not of what still waits.
  void forget_senders(Instant before);

  /// Addresses that mail comes back from, the latest first: Outbox::failing() of each says why, Outbox::forgive()
  /// takes it off.
  std::vector<FailingAddress> failing();
  /// Keeps since when, when it is known already.
  void mark_failing(const FailingAddress& address);

 private:
  sql::Database& database_;
};

}  // namespace regie
