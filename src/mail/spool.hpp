// Handing mails to the system's sendmail program, so that each leaves once, whoever is killed when. A database cannot
// say whether a mail left: between "it took it" and "that is noted" there is always a moment. The spool makes that
// moment as short as it can be, and remembers on the disk that it began.
//
// A delivery is one file, NUMBER-ATTEMPT.receipt, lines ended with '\n':
//     (empty)                 nothing was started
//     started TIME            from here on the mail may have left
//     exit CODE | signal N | timeout | not-run WHY     how the mail program ended; the receipt is complete
// TIME is that of the system, UTC. "not-run" may be the only line: then "started" could not be written. A last line
// without '\n' was not written to its end and does not count.
//
// While a delivery goes on, its receipt is locked (flock), by this process first and then by a process of its own that
// nobody waits for: killing regie does not stop a delivery, and a receipt that can be locked is one that nobody works
// on. (Killing a whole control group does, as systemd does with what a service leaves behind: there wait(), or set
// KillMode=process.) Beside it NUMBER-ATTEMPT.eml, the message, and NUMBER-ATTEMPT.log, what the mail program said.
// All are gone once the database knows.
//
// Of the folder itself: `name`, `started` (their locks are those of the folder), `run.lock`. A file that ends with .tmp
// was not finished; it is replaced by the next one of that name, or goes with its delivery.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "regie/request.hpp"

namespace regie::mail {

/// The program that takes mails: absolute path and arguments before those that regie adds ("-i", "-f", SENDER, "--",
/// RECIPIENT). No shell sees any of it. It gets the message on its standard input, no terminal, no other file of ours,
/// folder /, umask 0077, signals as a fresh process has them, and a process group of its own.
struct Sendmail {
  std::vector<std::string> command{"/usr/sbin/sendmail"};
  std::string sender;  ///< of the envelope: where what cannot be delivered comes back to
  /// Longer than that (a day at most) it hangs, and is asked to end; after as long again, 5 s at most, it is killed.
  std::chrono::milliseconds patience{std::chrono::minutes{5}};
  /// All that it gets: mail programs of users look for their HOME, and for LANG and TZ.
  std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
};

struct Receipt {
  enum class Kind {
    working,    ///< somebody holds it: look again later
    unstarted,  ///< surely not sent
    unknown,    ///< started, and nobody wrote how it ended: perhaps sent, perhaps still being sent
    ended,      ///< the mail program ended with `code`
    killed,     ///< by signal `code`: perhaps sent
    timeout,    ///< it hung and was killed: perhaps sent
    not_run,    ///< it could not be started: surely not sent, see `why`
  };
  Kind kind = Kind::unstarted;
  int code = 0;
  /// not_run: what the system said, in English. Else, unless it ended with 0: the first line that the mail program
  /// said, at most 500 bytes of any kind; "" when it said nothing.
  std::string why;
};

/// One number and attempt.
struct DeliveryName {
  std::int64_t number = 0;
  std::int64_t attempt = 0;
  bool operator==(const DeliveryName&) const = default;
};

/// A folder that one machine hands its mails over from. On a local disk: locks and fsync must mean something there.
class Spool {
 public:
  /// Makes the folder (0700) when it is not there, but not the one it is in. Throws Error(refused) when it cannot be
  /// used, or belongs to somebody else.
  explicit Spool(std::filesystem::path folder);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  /// A name that no other spool has, made with the folder and kept in it.
  const std::string& name() const { return name_; }

  /// How many deliveries were ever started from here. A database that knows of fewer is an older copy of itself.
  std::int64_t started() const;

  /// Only one run at a time: false when another one works. Held until this object goes, or its process dies; the
  /// processes of its deliveries do not hold it.
  bool lock();

  /// A delivery that was prepared and holds its receipt's lock. Without start() it leaves nothing behind but an empty
  /// receipt.
  class Delivery {
   public:
    Delivery(Delivery&&) noexcept;
    Delivery& operator=(Delivery&&) noexcept;
    ~Delivery();

    /// Starts a process of its own (two forks and a session; it keeps no file of ours open and lets no signal end it
    /// but SIGKILL) that notes "started" on the disk, runs the mail program and notes how it ended. Returns when that
    /// process runs; the lock is then its own. Throws Error(refused) when no process can be made; then nothing was
    /// started. Only once.
    void start(const Sendmail& sendmail, const std::string& recipient);

   private:
    friend class Spool;
    Delivery(std::filesystem::path folder, DeliveryName name, int receipt);
    std::filesystem::path folder_;
    DeliveryName name_;
    int receipt_ = -1;
  };

  /// First takes the lock on the receipt, then writes the message, both on the disk when it returns. Before the
  /// database says that the mail is being sent: whoever finds it said and gets the lock knows that nobody works on it.
  /// Throws Error(refused) when the files cannot be written, or that attempt is there already. One that was prepared
  /// and never started counts as not there.
  Delivery prepare(DeliveryName name, const std::string& message);

  /// How it stands; `unstarted` too when there is no receipt. What it cannot make sense of is `unknown`.
  Receipt look(DeliveryName name) const;

  /// Waits until nobody works on it any more, or until `patience` is over; then look().
  Receipt wait(DeliveryName name, std::chrono::milliseconds patience) const;

  /// The database knows: the files may go. Nothing happens while somebody works on it.
  void forget(DeliveryName name);

  /// All whose files are still here, in order.
  std::vector<DeliveryName> deliveries() const;

 private:
  std::filesystem::path folder_;
  std::string name_;
  int lock_ = -1;
};

}  // namespace regie::mail
