// What leaves by mail from 2 to 15 March 2026 under the example landlord's ladder: the requests come in when they came
// in, people do their work by a script, and `regie remind` runs each half hour with a real spool and a real mail
// program that writes into a folder. REGIE_ACCEPT=1 in the environment rewrites tests/data/fortnight_mails.txt: read it
// as the people who get the mails before you keep it.
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <map>
#include <set>
#include <sstream>

#include "cli/parsing.hpp"
#include "mail/mime.hpp"
#include "support/program.hpp"
#include "text/unicode.hpp"

using namespace regie;
using namespace regie::test;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;

const fs::path source_dir = REGIE_SOURCE_DIR;
const fs::path example = source_dir / "config/examples/val-dorle";
const fs::path mails_file = source_dir / "tests/data/fortnight_mails.txt";

// -- half hours: the script of the fortnight counts in nothing else

/// Half hours since Monday 2 March 2026, 0:00 local time. The clocks do not change in these two weeks.
using Slot = int;
constexpr Slot slots_a_day = 48;
constexpr Slot end_of_fortnight = 14 * slots_a_day;

constexpr Slot clock_time(int hour, int minute = 0) { return hour * 2 + minute / 30; }

Instant instant(Slot slot) { return at("2026-03-02T00:00:00+01:00") + std::chrono::minutes{30 * slot}; }

/// The half hour that ends at or after the moment.
Slot slot_from(Instant moment) {
  const auto since = (moment - instant(0)).count();
  return static_cast<Slot>(since <= 0 ? since / 1800 : (since + 1799) / 1800);
}

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }
std::string time_of(Slot slot) { return two(slot % slots_a_day / 2) + (slot % 2 == 0 ? ":00" : ":30"); }
std::string iso(Slot slot) { return "2026-03-" + two(2 + slot / slots_a_day) + 'T' + time_of(slot); }
int weekday(Slot slot) { return slot / slots_a_day % 7; }  // 0 = Monday
bool is_worked(Slot slot) { return weekday(slot) < 5; }

std::string day_title(int day) {
  static constexpr std::array names{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"};
  return std::string(names[static_cast<std::size_t>(day % 7)]) + ' ' + std::to_string(2 + day) + " mars";
}

/// Half hours of worked days in which somebody works.
struct Hours {
  Slot opens, closes;
};
constexpr Hours firm{clock_time(8), clock_time(17)};
constexpr Hours desk{clock_time(8, 30), clock_time(17, 30)};
constexpr Hours rounds{clock_time(7), clock_time(12)};

/// So many half hours of work later.
Slot later(Slot from, int half_hours, Hours hours) {
  Slot slot = from;
  for (int left = half_hours; left > 0;) {
    ++slot;
    const Slot time = slot % slots_a_day;
    if (is_worked(slot) && time >= hours.opens && time < hours.closes) --left;
  }
  return slot;
}

/// At that time of the worked day that comes so many worked days after this one.
Slot on_day(Slot from, int worked_days, Slot time) {
  Slot day = from / slots_a_day;
  for (int left = worked_days; left > 0;)
    if (is_worked(++day * slots_a_day)) --left;
  while (!is_worked(day * slots_a_day)) ++day;
  return day * slots_a_day + time;
}

// -- who is who, from the landlord's words, not from its configuration

const std::map<std::string, std::string> caretakers{{"BEL", "lemercier"}, {"TIL", "benhaddou"}, {"GRA", "benhaddou"},
                                                    {"FON", "vasseur"},   {"MIM", "dacosta"},   {"HAL", "dacosta"},
                                                    {"CAR", "dacosta"},   {"PAS", "guillou"},   {"ROS", "ndiaye"},
                                                    {"VER", "ndiaye"},    {"CHA", "kerbrat"},   {"MOU", "kerbrat"}};

const std::map<std::string, std::string> firms{
    {"GAR", "garrigue@example.com"},          {"CAL", "calorge@example.com"},
    {"ELO", "elec.service@example.com"},      {"MON", "montval@example.com"},
    {"SDP", "serrurerie.dupont@example.com"}, {"ATL", "atlas@example.com"},
    {"MPR", "multi.propre@example.com"},      {"BAT", "bati.orle@example.com"},
    {"GARANTIE", "garantie@example.org"}};

std::string caretaker_of(const std::string& residence, Slot slot) {
  const std::string& name = caretakers.at(residence);
  return name == "benhaddou" && slot >= 11 * slots_a_day ? "vasseur" : name;  // on leave from Friday 13
}

/// Hours in which a reminder may reach this address, as half hours of a day; and on which days.
bool may_be_reminded(const std::string& recipient, Slot slot) {
  const Slot time = slot % slots_a_day;
  const auto between = [&](Slot from, Slot to) { return time >= from && time < to; };
  if (recipient == "montval@example.com") return between(clock_time(7), clock_time(20));
  if (!is_worked(slot)) return false;
  const bool crew =
      recipient == "ouali@example.org" || recipient == "fouquet@example.org" || recipient == "regie@example.org";
  if (crew)
    return between(clock_time(8), clock_time(12)) ||
           between(clock_time(13, 30), weekday(slot) == 4 ? clock_time(16) : clock_time(17));
  const std::string name = recipient.substr(0, recipient.find('@'));
  const bool caretaker = recipient == "gardiens@example.org" || std::ranges::any_of(caretakers, [&](const auto& one) {
                           return recipient == one.second + "@example.org";
                         });
  if (caretaker) return between(clock_time(7), clock_time(12)) || between(clock_time(14), clock_time(17));
  return between(clock_time(8, 30), clock_time(17, 30));
}

/// When a reminder that is due then may leave: 8:30 or 14:00, whichever comes first in the reader's hours.
Slot leaves_at(const std::string& recipient, Slot due, bool urgent) {
  if (urgent) return due;
  Slot slot = due;
  for (;; ++slot) {
    const Slot time = slot % slots_a_day;
    if ((time == clock_time(8, 30) || time == clock_time(14)) && may_be_reminded(recipient, slot)) return slot;
  }
}

// -- mails

/// One request under one heading of a mail.
struct Item {
  std::string title;
  RequestId request = 0;  ///< 0: a contract
  bool urgent = false;
  std::string words;  ///< all that is said about it
};

struct Sent {
  Slot slot = 0;
  std::int64_t number = 0;  ///< in the outbox
  std::string recipient;
  mail::Incoming mail;
  bool has_calendar = false;
  std::vector<Item> items;  ///< of reminders

  bool is_order() const { return mail.subject.find("] Bon ") != std::string::npos; }
  RequestId order_of() const { return std::stoll(mail.subject.substr(2)); }
};

/// The lists in a mail, as a reader finds them: a heading, then lines that begin with a dash.
std::vector<Item> items_in(const std::string& text) {
  std::vector<Item> items;
  std::string title, paragraph;
  bool starts = true;
  for (const std::string& line : split_lines(text)) {
    if (line.starts_with("- ")) {
      Item item{.title = title};
      if (line.starts_with("- n° ")) item.request = std::stoll(line.substr(std::string("- n° ").size()));
      item.urgent = line.find("· urgence ·") != std::string::npos;
      items.push_back(item);
    } else if (line.starts_with("  ") && !items.empty()) {
      items.back().words += line + '\n';
    } else if (!line.empty() && starts) {
      title = line.substr(0, line.find(" ("));
    }
    starts = line.empty();
  }
  return items;
}

Sent read_mail(const fs::path& file, Slot slot) {
  static const mail::Mime mime(REGIE_MODULES);
  Sent sent;
  const std::string content = Folder::read(file);
  const std::string name = file.filename().string();
  sent.slot = slot;
  sent.recipient = name.substr(name.find(' ') + 1);
  sent.mail = mime.read(content);
  sent.number = std::stoll(sent.mail.message_id);
  sent.has_calendar = content.find("text/calendar") != std::string::npos;
  if (!sent.is_order()) sent.items = items_in(sent.mail.text);
  return sent;
}

/// Temporary files in memory, where there is such a folder: thousands of fsync would say nothing here, and cost
/// minutes.
class InMemory {
 public:
  InMemory() {
    if (const char* value = std::getenv("TMPDIR")) before_ = value;
    std::error_code ignored;
    if (fs::is_directory("/dev/shm", ignored)) ::setenv("TMPDIR", "/dev/shm", 1);
  }
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;
  ~InMemory() {
    if (before_) ::setenv("TMPDIR", before_->c_str(), 1);
    else ::unsetenv("TMPDIR");
  }

 private:
  std::optional<std::string> before_;
};

// -- the fortnight

// How people work. It all follows from the number of a request, so that it is the same each time:
//   firms       accept within a few worked hours, some with an appointment; n % 10 in 7, 8: only when they are
//   reminded;
//               n % 30 = 29: never; n % 40 = 13: declined. Emergencies at once, but for two.
//               Work is done at the appointment or before the promise is over; n % 9 = 4: late; n % 5 = 4: reported a
//               worked day after. n % 12 = 3: the appointment is moved; n % 25 = 7: nobody at home.
//               n % 20 = 11: on hold for four to six worked days.
//   caretakers  check after n % 6 worked days; n % 20 = 0: it fails.
//   reception   rings tenants a worked day after their call when there is no appointment, but n % 8 = 0; answers after
//               n % 3 worked days, n % 15 = 4 after four. Decides what waits for a decision within some hours.
//   tenants     n % 45 = 20: withdrawn a day later; n % 60 = 31: only in the morning.
//   whoever is reminded does it some hours later, at least when the number is odd.
class Fortnight {
 public:
  Fortnight() {
    const fs::path config = regie_.folder.path() / "config";
    fs::copy(example, config, fs::copy_options::recursive);
    outgoing_ = regie_.folder.path() / "outgoing";
    fs::create_directory(outgoing_);
    // What a mail program gets: -i -f SENDER -- RECIPIENT. No chmod: a folder in memory may forbid programs.
    const fs::path script = regie_.folder.write("sendmail.sh", "exec cat > \"" + outgoing_.string() + "/$$ $5\"\n");
    std::string mail = Folder::read(config / "mail.toml");
    const std::string usual = "\"/usr/sbin/sendmail\"";
    REQUIRE(mail.find(usual) != std::string::npos);
    mail.replace(mail.find(usual), usual.size(), "[\"/bin/sh\", \"" + script.string() + "\"]");
    std::ofstream(config / "mail.toml", std::ios::binary) << mail;
    regie_.use_example();
    regie_.variables["REGIE_CONFIG"] = config.string();
    regie_.variables["REGIE_LANG"] = "fr";
    store_.emplace(regie_.variables["REGIE_DB"], open_options(sql::Access::read), instant(0));
    read_messages();
    for (Slot slot = 0; slot <= end_of_fortnight; ++slot) live(slot);
    check_journals(*store_);
  }

  const std::vector<Sent>& sent() const { return sent_; }
  Store& store() { return *store_; }
  const std::set<std::string>& tenants() const { return tenants_; }
  const std::string& troubles() const { return troubles_; }

 private:
  struct Act {
    std::string command;  ///< {} = the numbers
    RequestId request = 0;
    std::vector<State> from;
    int plan = 0;  ///< dropped when the request was planned anew since; -1: never
  };

  void read_messages() {
    const std::string file = Folder::read(example / "fortnight.csv");
    std::size_t read = 0;
    text::CsvReader reader([&](char* buffer, std::size_t size) {
      const std::size_t part = std::min(size, file.size() - read);
      std::memcpy(buffer, file.data() + read, part);
      read += part;
      return part;
    });
    text::CsvRecord record;
    REQUIRE(reader.next(record));
    header_ = record.raw;
    while (reader.next(record)) {
      messages_[slot_from(at(record.fields[0]))] += record.raw + '\n';
      if (!record.fields[4].empty()) tenants_.insert(record.fields[4]);
    }
  }

  void live(Slot slot) {
    now_ = slot;
    regie_.now = iso(slot) + ":00+01:00";
    if (const auto arrived = messages_.find(slot); arrived != messages_.end()) {
      regie_.input = header_ + '\n' + arrived->second;
      run({"import", "-", "--quiet"});
      regie_.input.clear();
      while (const auto request = store_->find(last_ + 1)) {
        ++last_;
        plan(*request);
        plan_besides(*request);
      }
    }
    work();
    remind();
  }

  void run(const Strings& words) {
    const Result result = regie_.run(words);
    std::string line;
    for (const std::string& word : words) line += ' ' + word;
    REQUIRE_MESSAGE(result.exit == 0, regie_.now, line, "\n", result.err);
  }

  /// What people do in this half hour; the same thing to several requests in one go.
  void work() {
    std::map<std::string, std::vector<RequestId>> wanted;
    while (!agenda_.empty() && agenda_.begin()->first <= now_) {
      const Act act = agenda_.begin()->second;
      agenda_.erase(agenda_.begin());
      if (act.plan >= 0 && act.plan != plans_[act.request]) continue;
      const auto request = store_->find(act.request);
      if (std::ranges::find(act.from, request->state) == act.from.end()) continue;
      auto& together = wanted[act.command];
      if (std::ranges::find(together, act.request) == together.end()) together.push_back(act.request);
    }
    for (const auto& [command, requests] : wanted) {
      Strings words;
      for (const std::string& word : split_command_line(command)) {
        if (word != "{}") words.push_back(word);
        else if (command.starts_with("note")) words.push_back(numbers(requests, ","));
        else
          for (const RequestId id : requests) words.push_back(std::to_string(id));
      }
      run(words);
      const bool changes_nothing = command.starts_with("note") || command.starts_with("edit");
      for (const RequestId id : changes_nothing ? std::vector<RequestId>{} : requests) plan(*store_->find(id));
    }
  }

  static std::string numbers(const std::vector<RequestId>& requests, const std::string& between) {
    std::string all;
    for (const RequestId id : requests) all += (all.empty() ? "" : between) + std::to_string(id);
    return all;
  }

  void remind() {
    const Result result = regie_.run({"remind"});
    if (result.exit != 0 || !result.out.empty() || !result.err.empty())
      troubles_ += iso(now_) + " [" + std::to_string(result.exit) + "] " + result.out + result.err;
    std::vector<Sent> batch;
    for (const auto& entry : fs::directory_iterator(outgoing_)) {
      batch.push_back(read_mail(entry.path(), now_));
      fs::remove(entry.path());
    }
    std::ranges::sort(batch, {}, &Sent::number);
    for (Sent& one : batch) {
      for (const Item& item : one.items) react(one, item);
      sent_.push_back(std::move(one));
    }
  }

  /// Somebody read that.
  void react(const Sent& mail, const Item& item) {
    const auto says = [&](const char* words) { return item.title.find(words) != std::string::npos; };
    const RequestId n = item.request;
    if (n == 0) return;
    const bool to_firm = mail.recipient.ends_with("@example.com");
    if (says("sans réponse") && to_firm && (n % 10 == 7 || n % 10 == 8))
      act(item.urgent ? now_ + 2 : later(now_, 2, firm), n, accept, {State::assigned});
    if (says("contrôler") && n % 2 == 1) {
      const auto request = store_->find(n);
      check_work(*request, later(now_, 3, rounds));
    }
    if (says("réponse à donner") && n % 2 == 1) answer(n, later(now_, 4, desk));
    if (says("sans nouvelles") && n % 4 != 0)
      act_anyway(later(now_, 3, desk), n, told, {State::open, State::assigned, State::on_hold});
    if (says("décider")) decide(*store_->find(n), later(now_, 2, desk));
  }

  static constexpr const char* accept = "accept {} --as montagnier --source téléphone";
  static constexpr const char* told = "note {} 'le locataire est prévenu' --told phone --as abadie";

  void act(Slot when, RequestId request, std::string command, std::vector<State> from) {
    agenda_.emplace(std::max(when, now_ + 1), Act{std::move(command), request, std::move(from), plans_[request]});
  }
  void act_anyway(Slot when, RequestId request, std::string command, std::vector<State> from) {
    agenda_.emplace(std::max(when, now_ + 1), Act{std::move(command), request, std::move(from), -1});
  }

  /// What happens to it whoever has it.
  void plan_besides(const Request& request) {
    const RequestId n = request.id;
    const bool known = !request.tenant_name.empty() || !request.tenant_phone.empty();
    if (known && n % 8 != 0)
      act_anyway(on_day(now_, 1, clock_time(9, 30) + static_cast<int>(n % 9)), n, told,
                 {State::open, State::assigned, State::on_hold});
    if (n % 45 == 20)
      act_anyway(on_day(now_, 1, clock_time(10)), n, "cancel {} --why withdrawn --as montagnier",
                 {State::open, State::assigned, State::scheduled});
    if (n % 60 == 31)
      act_anyway(later(now_, 3, desk), n, "edit {} --wishes 'le matin seulement' --as montagnier",
                 {State::assigned, State::scheduled});
  }

  /// What comes next.
  void plan(const Request& request) {
    ++plans_[request.id];
    const int n = static_cast<int>(request.id);
    switch (request.state) {
      case State::open:
        if (request.triage.empty()) break;
        if (request.parent) act(now_ + 1, n, told, {State::open});  // rung back; closed with the common one
        else if (request.urgency == Urgency::emergency) decide(request, now_ + (n % 4 == 0 ? 4 : 1));
        else if (request.urgency == Urgency::urgent) decide(request, later(now_, n % 4 == 0 ? 12 : 3, desk));
        else decide(request, n % 3 == 0 ? on_day(now_, 3, clock_time(10)) : later(now_, 6, desk));
        break;
      case State::assigned:
        if (firms.contains(request.provider)) firm_works(request);
        else crew_works(request);
        break;
      case State::scheduled: visit(request); break;
      case State::on_hold:
        if (n % 100 != 31)
          act(on_day(now_, 4 + n % 3, clock_time(9)), n, "resume {} --as montagnier", {State::on_hold});
        break;
      case State::done:
        if (!request.check_required) answer(n, answer_slot(n));
        else if (n % 6 == 0) check_work(request, later(now_, 3, rounds));
        else check_work(request, on_day(now_, n % 6, clock_time(8) + n % 6));
        break;
      case State::verified: answer(n, answer_slot(n)); break;
      case State::closed:  // tenants who were rung back hear it again
        store_->list({.parents = {request.id}, .states = {State::open}}, {}, 0, [&](Request&& part) {
          act(later(now_, 2, desk), part.id, "close {} --answer 'réparé, locataire prévenu' --as abadie",
              {State::open});
          return true;
        });
        break;
      case State::cancelled: break;
    }
  }

  Slot answer_slot(int n) const {
    if (n % 15 == 4) return on_day(now_, 4, clock_time(10));
    return n % 3 == 0 ? later(now_, 2, desk) : on_day(now_, n % 3, clock_time(9) + n % 10);
  }

  void answer(RequestId id, Slot when) {
    act(when, id, "close {} --answer 'réparé, locataire prévenu' --as abadie", {State::done, State::verified});
  }

  void decide(const Request& request, Slot when) {
    const std::string& trade = request.trade;
    if (request.parent) return;
    if (trade.empty() || trade == "none" || trade == "grounds" ||
        request.triage.find("as de gaz") != std::string::npos) {
      act(when, request.id, "close {} --answer 'vu avec le locataire' --as astruc", {State::open});
      return;
    }
    std::string to = "ELO";
    if (!request.declined.empty()) to = request.declined;
    else if (trade == "gas" || trade == "plumbing") to = "GAR";
    else if (trade == "roofing" || trade == "masonry") to = "BAT";
    else if (trade == "heating" && request.residence != "MIM") to = "CAL";
    else if (trade == "bulky_waste" || trade == "cleaning" || trade == "pest_control") to = "MPR";
    else if (trade == "locksmith" || trade == "joinery" || trade == "glazing")
      to = when < 7 * slots_a_day ? "SDP" : "ATL";
    else if (trade == "lift") to = "MON";
    act(when, request.id, "assign {} --to " + to + " --reason 'vu au téléphone' --as astruc", {State::open});
  }

  bool is_late(int n) const { return n % 9 == 4; }

  void firm_works(const Request& request) {
    const int n = static_cast<int>(request.id);
    const bool emergency = request.urgency == Urgency::emergency;
    const bool in_dwelling = request.place == Place::dwelling && !request.dwelling.empty();
    if (emergency && request.provider == "MON") {  // rung first, and there within the half hour
      act(now_ + 1, n, "done {} --work 'personne dégagée' --when " + iso(now_) + " --as montagnier", {State::assigned});
      return;
    }
    if (!request.accepted_at) {
      const bool rework = request.reworks > 0;
      Slot when = later(now_, 2 + n % 9, firm);
      if (emergency) when = now_ + (n == 22 ? 3 : n == 201 ? 7 : 1);
      else if (request.urgency == Urgency::urgent) when = later(now_, 1 + n % 4, firm);
      else if (rework) when = later(now_, 2, firm);
      if (!emergency && !rework) {
        if (n % 30 == 29 || n % 10 == 7 || n % 10 == 8) return;
        if (n % 40 == 13 && request.declined.empty()) {
          act(when, n, "decline {} --reason 'pas avant trois semaines' --as montagnier", {State::assigned});
          return;
        }
        if (in_dwelling && n % 3 == 0) {
          make_appointment(request, when);
          return;
        }
      }
      act(when, n, accept, {State::assigned});
      return;
    }
    if (emergency) {
      work_done(request, now_ + (n % 6 == 5 ? 6 : 2));
      return;
    }
    if (n % 20 == 11 && request.state == State::assigned && held_.insert(n).second) {
      static constexpr std::array parties{"parts", "tenant", "landlord", "weather"};
      act(later(now_, 1, firm), n,
          std::string("hold {} --for ") + parties[static_cast<std::size_t>(n / 20 % 4)] +
              " --reason 'en attente' --as montagnier",
          {State::assigned});
      return;
    }
    if (in_dwelling) {
      make_appointment(request, later(now_, 1 + n % 4, firm));
      return;
    }
    const Slot promised = request.promised_at ? slot_from(*request.promised_at) : on_day(now_, 5, clock_time(14));
    const Slot end = is_late(n) ? on_day(std::max(promised, now_), 3, clock_time(15)) : promised - 1;
    work_done(request, std::clamp(on_day(now_, n % 6, clock_time(9) + n % 12), now_ + 1, std::max(end, now_ + 1)));
    if (is_late(n)) work_done(request, end);
  }

  void work_done(const Request& request, Slot when) {
    ++plans_[request.id];
    act(when, request.id, "done {} --work fait --as montagnier", {State::assigned, State::scheduled});
  }

  void make_appointment(const Request& request, Slot when) {
    static constexpr std::array<Slot, 6> times{clock_time(8),  clock_time(9),      clock_time(10),
                                               clock_time(14), clock_time(15, 30), clock_time(16)};
    const int n = static_cast<int>(request.id);
    const bool soon = request.promised_at && slot_from(*request.promised_at) < on_day(when, 2, clock_time(8));
    Slot from = on_day(when, 1 + n % 5, times[static_cast<std::size_t>(n % 6)]);
    if (soon)
      from = n % 2 == 0 ? later(when, 3, {clock_time(8), clock_time(16, 30)}) : on_day(when, 1, clock_time(8, 30));
    if (is_late(n))
      from = on_day(request.promised_at ? std::max(slot_from(*request.promised_at), when) : when, 1 + n % 3,
                    clock_time(14));
    appoint(request, when, from);
  }

  void appoint(const Request& request, Slot when, Slot from) {
    if (from >= end_of_fortnight + 14 * slots_a_day) return;
    std::string by;
    if (request.provider == "REGIE") {
      const bool ouali = request.trade == "electrical" || request.id % 2 == 0;
      by = std::string(" --by ") + (ouali && from / slots_a_day != 8 ? "ouali" : "fouquet");
    }
    act(when, request.id,
        "schedule {} --from '" + iso(from) + "' --to '" + iso(from + 4) + '\'' + by + " --as montagnier",
        {State::assigned, State::scheduled});
  }

  void crew_works(const Request& request) {
    const int n = static_cast<int>(request.id);
    if (request.provider == "REGIE" && !request.dwelling.empty())
      appoint(request, later(now_, 1 + n % 3, firm), on_day(now_, 1 + n % 2, clock_time(9) + n % 4));
    else act(later(now_, 3 + n % 6, firm), n, "done {} --work fait --as montagnier", {State::assigned});
  }

  void visit(const Request& request) {
    const int n = static_cast<int>(request.id);
    const Slot from = slot_from(*request.visit_from), to = slot_from(*request.visit_to);
    const bool of_firm = firms.contains(request.provider);
    if (of_firm && n % 12 == 3 && request.reschedules == 0 && from - now_ > slots_a_day) {
      ++plans_[n];
      appoint(request, later(std::max(now_, from - slots_a_day), 1, firm), on_day(from, 2, from % slots_a_day));
      return;
    }
    if (n % 25 == 7 && request.no_access == 0) {
      act(from + 1, n, "no-access {} --reason 'avis de passage laissé' --as montagnier", {State::scheduled});
      return;
    }
    if (of_firm && n % 5 == 4)
      act(on_day(to, 1, clock_time(9)), n, "done {} --work fait --when " + iso(to) + " --as montagnier",
          {State::scheduled});
    else act(to, n, "done {} --work fait --as montagnier", {State::scheduled});
  }

  void check_work(const Request& request, Slot when) {
    const std::string by = request.provider == "GARDIENS" ? "sarda" : caretaker_of(request.residence, when);
    const bool fails = request.id % 20 == 0 && request.reworks == 0;
    act(when, request.id, "verify {}" + std::string(fails ? " --fail --reason 'fuit encore'" : "") + " --as " + by,
        {State::done});
  }

  InMemory in_memory_;
  Program regie_;
  fs::path outgoing_;
  std::optional<Store> store_;
  std::string header_;
  std::map<Slot, std::string> messages_;
  std::set<std::string> tenants_;
  std::multimap<Slot, Act> agenda_;
  std::map<RequestId, int> plans_;
  std::set<RequestId> held_;
  RequestId last_ = 0;
  Slot now_ = 0;
  std::string troubles_;
  std::vector<Sent> sent_;
};

// -- the text

bool is_firm(const std::string& recipient) {
  return std::ranges::any_of(firms, [&](const auto& one) { return one.second == recipient; });
}

bool is_caretaker(const std::string& recipient) {
  return std::ranges::any_of(caretakers, [&](const auto& one) { return recipient == one.second + "@example.org"; });
}

bool is_head(const std::string& recipient) {
  return recipient == "astruc@example.org" || recipient == "sarda@example.org" || recipient == "nocera@example.org";
}

class Report {
 public:
  explicit Report(const std::vector<Sent>& sent) : sent_(sent) {
    out_
        << "What leaves by mail from Monday 2 to Sunday 15 March 2026 at Val d'Orle Habitat under the ladder of\n"
           "config/examples/val-dorle/mail.toml, regie remind running each half hour. Written by\n"
           "tests/cli/fortnight_mail_test.cpp, which says how people work in these two weeks. A line is a mail: when,\n"
           "to whom, its subject; below it the requests of a list.\n";
    for (int day = 0; day < 14; ++day) of_day(day);
    counts();
    in_full();
  }

  std::string text() const { return out_.str(); }

 private:
  void of_day(int day) {
    out_ << '\n' << day_title(day) << '\n';
    bool any = false;
    for (const Sent& one : sent_) {
      if (one.slot / slots_a_day != day) continue;
      any = true;
      out_ << "  " << time_of(one.slot) << "  " << one.recipient << "  " << one.mail.subject << '\n';
      if (!one.is_order() && one.mail.subject.front() != '[') requests(one);
    }
    if (!any) out_ << "  nothing\n";
  }

  void requests(const Sent& one) {
    std::string title;
    for (const Item& item : one.items) {
      if (item.title != title) out_ << (title.empty() ? "" : "\n") << "         " << item.title << ':';
      title = item.title;
      if (item.request != 0) out_ << ' ' << item.request;
    }
    out_ << '\n';
  }

  void counts() {
    out_ << "\nMails a day: orders, changed and cancelled ones, reminders\n" << std::setw(30) << "";
    for (int day = 0; day < 14; ++day)
      out_ << std::setw(9) << day_title(day).substr(0, 3) + ' ' + std::to_string(2 + day);
    out_ << '\n';
    struct Day {
      int orders = 0, changes = 0, reminders = 0;
    };
    std::map<std::string, std::array<Day, 14>> by_recipient;
    for (const Sent& one : sent_) {
      if (one.slot >= end_of_fortnight) continue;
      Day& day = by_recipient[one.recipient][static_cast<std::size_t>(one.slot / slots_a_day)];
      if (!one.is_order()) ++day.reminders;
      else if (one.mail.subject.find("Bon de commande") != std::string::npos) ++day.orders;
      else ++day.changes;
    }
    for (const auto& [recipient, days] : by_recipient) {
      out_ << std::left << std::setw(30) << recipient << std::right;
      for (const Day& day : days) {
        std::string cell = std::to_string(day.reminders);
        if (is_firm(recipient))
          cell = std::to_string(day.orders) + ' ' + std::to_string(day.changes) + ' ' + std::to_string(day.reminders);
        if (day.orders + day.changes + day.reminders == 0) cell = "-";
        out_ << std::setw(9) << cell;
      }
      out_ << '\n';
    }
  }

  using Wanted = std::function<bool(const Sent&)>;
  static bool says(const Sent& one, const std::string& words) {
    return (one.mail.subject + '\n' + one.mail.text).find(words) != std::string::npos;
  }

  void in_full() {
    out_ << "\nSome of them in full\n";
    first("The first order", [](const Sent& one) { return says(one, "] Bon de commande"); });
    first("The first one changed by an appointment",
          [](const Sent& one) { return says(one, "] Bon modifié") && says(one, "Rendez-vous : "); });
    first("The first one taken back", [](const Sent& one) { return says(one, "] Bon annulé"); });
    first("The first emergency that somebody of the landlord's is told",
          [](const Sent& one) { return is_head(one.recipient) && says(one, "] Urgence : l'entreprise"); });
    first("The first reminder of one order",
          [](const Sent& one) { return is_firm(one.recipient) && one.items.size() == 1 && !one.items[0].urgent; });
    longest("The longest list of a firm", [](const Sent& one) { return is_firm(one.recipient); });
    longest("The longest list of an agency on a Monday morning", [](const Sent& one) {
      return one.recipient.starts_with("agence.") && weekday(one.slot) == 0 && time_of(one.slot) == "08:30";
    });
    longest("The longest list of a head of agency", [](const Sent& one) { return is_head(one.recipient); });
    longest("The longest list of a caretaker", [](const Sent& one) { return is_caretaker(one.recipient); });
  }

  void first(const std::string& title, const Wanted& wanted) {
    const auto found = std::ranges::find_if(sent_, wanted);
    REQUIRE_MESSAGE(found != sent_.end(), title);
    show(title, *found);
  }

  void longest(const std::string& title, const Wanted& wanted) {
    const Sent* found = nullptr;
    for (const Sent& one : sent_)
      if (wanted(one) && (found == nullptr || one.items.size() > found->items.size())) found = &one;
    REQUIRE_MESSAGE(found != nullptr, title);
    show(title, *found);
  }

  void show(const std::string& title, const Sent& one) {
    out_ << '\n'
         << title << '\n'
         << "  | " << iso(one.slot) << "  " << one.recipient
         << (one.has_calendar ? "  with an appointment for the calendar" : "") << "\n  | " << one.mail.subject
         << "\n  |\n";
    for (const std::string& line : split_lines(one.mail.text)) out_ << (line.empty() ? "  |" : "  | " + line) << '\n';
  }

  const std::vector<Sent>& sent_;
  std::ostringstream out_;
};

/// The lines that only one of the two has.
std::string difference(const std::string& expected, const std::string& actual) {
  const Strings before = split_lines(expected), after = split_lines(actual);
  std::string text;
  for (const std::string& line : before)
    if (std::ranges::find(after, line) == after.end()) text += "  - " + line + '\n';
  for (const std::string& line : after)
    if (std::ranges::find(before, line) == before.end()) text += "  + " + line + '\n';
  return text.empty() ? "the same lines in another order" : text;
}

std::string name_of(const Sent& one) { return iso(one.slot) + ' ' + one.recipient + ' ' + one.mail.subject + '\n'; }

// -- what must hold of every fortnight

/// Mails that say to one reader what an earlier one said already, word for word. Of an emergency, who is on call and in
/// charge of the place at once may hear a second time.
std::string said_twice(const std::vector<Sent>& sent) {
  std::string wrong;
  std::set<std::string> ids;
  std::map<std::string, int> told;
  for (const Sent& one : sent) {
    if (!ids.insert(one.mail.message_id).second) wrong += "a Message-ID again: " + name_of(one);
    for (const Item& item : one.items) {
      const std::string words =
          one.recipient + '\n' + item.title + '\n' + std::to_string(item.request) + '\n' + item.words;
      const int at_most = item.urgent && is_head(one.recipient) ? 2 : 1;
      if (++told[words] > at_most) wrong += "about " + std::to_string(item.request) + ": " + name_of(one);
    }
  }
  return wrong;
}

std::string out_of_hours(const std::vector<Sent>& sent) {
  std::string wrong;
  for (const Sent& one : sent) {
    const bool emergency = std::ranges::all_of(one.items, &Item::urgent);  // so it is for orders: they have no list
    if (!emergency && !may_be_reminded(one.recipient, one.slot)) wrong += name_of(one);
  }
  return wrong;
}

/// Reminders that left neither in the half hour in which they were due nor at the next 8:30 or 14:00. One that was due
/// before anybody could know, because the date it counts from was set later, is due when that was written down.
std::string not_in_time(Store& store, const std::vector<Sent>& sent) {
  std::string wrong;
  for (const Sent& one : sent) {
    if (one.is_order()) continue;
    std::size_t notices = 0;
    for (const Notice& notice : store.outbox().notices_in(one.number)) {
      if (notice.state != NoticeState::mailed) continue;
      ++notices;
      const Slot due = std::max(slot_from(notice.slot), 0);
      bool in_time = one.slot == leaves_at(one.recipient, due, notice.urgent);
      for (const Event& event : notice.request ? store.journal(*notice.request) : std::vector<Event>{})
        if (const Slot known = slot_from(event.entered_at); known > due && known <= one.slot)
          in_time = in_time || one.slot == known || one.slot == leaves_at(one.recipient, known, notice.urgent);
      if (!in_time) wrong += notice.key + " due " + iso(due) + ": " + name_of(one);
    }
    if (notices != one.items.size()) wrong += "not what the outbox says: " + name_of(one);
  }
  return wrong;
}

/// Orders by request and firm: those that the journal says were given, and stood at the next half hour, against those
/// that left in that half hour.
std::string orders_gone_wrong(Store& store, const std::vector<Sent>& sent) {
  using Given = std::tuple<RequestId, std::string, Slot>;
  std::set<Given> given, left;
  std::string wrong;
  for (const Sent& one : sent)
    if (one.is_order() && one.mail.subject.find("Bon de commande") != std::string::npos &&
        !left.insert({one.order_of(), one.recipient, one.slot}).second)
      wrong += "twice: " + name_of(one);
  for (RequestId id = 1; store.find(id); ++id) {
    Request row;
    std::optional<Given> order;
    for (const Event& event : store.journal(id)) {
      const Request before = row;
      for (const auto& [field, value] : event.changes) set(row, *field, value);
      const Slot slot = std::max(slot_from(event.at), 0);
      if (order && std::get<Slot>(*order) < slot) given.insert(*std::exchange(order, std::nullopt));
      if (row.provider.empty()) order.reset();
      else if (firms.contains(row.provider) && row.provider != before.provider)
        order = {id, firms.at(row.provider), slot};
    }
    if (order) given.insert(*order);
  }
  const auto tell = [&](const char* what, const Given& one) {
    wrong += what + std::to_string(std::get<0>(one)) + ' ' + std::get<1>(one) + ' ' + iso(std::get<2>(one)) + '\n';
  };
  for (const Given& one : given)
    if (!left.contains(one)) tell("did not leave: ", one);
  for (const Given& one : left)
    if (!given.contains(one)) tell("nobody gave it: ", one);
  return wrong;
}

/// Subjects with a name of the 400 tenants in them: mail systems write subjects down.
std::string names_in_subjects(const std::vector<Sent>& sent, const std::set<std::string>& tenants) {
  std::string wrong;
  for (const Sent& one : sent) {
    std::string subject = one.mail.subject;
    const std::string place = "Le Moulin Neuf";  // one of them is called Moulin
    if (subject.ends_with(place)) subject.resize(subject.size() - place.size());
    for (const std::string& tenant : tenants)
      if (subject.find(tenant.substr(tenant.rfind(' ') + 1)) != std::string::npos)
        wrong += tenant + ": " + name_of(one);
  }
  return wrong;
}

std::string to_ourselves(const std::vector<Sent>& sent) {
  std::string wrong;
  for (const Sent& one : sent)
    for (const char* own : {"demandes@", "reponses@", "retours@"})
      if (one.recipient.starts_with(own)) wrong += name_of(one);
  return wrong;
}

bool accepts() {
  const char* value = std::getenv("REGIE_ACCEPT");
  return value != nullptr && *value == '1';
}

}  // namespace

// One test case, because the fortnight takes some seconds to live. Not in the suite "sqlite": this file would then have
// no case at all on PostgreSQL, which counts as a failure.
TEST_CASE("the mails of the fortnight are those of the file and each leaves once and in time") {
  if (!test_server().empty()) {
    MESSAGE("not played on PostgreSQL: the spool of a database on a server wants a folder of its own");
    return;
  }
  Fortnight fortnight;
  const std::vector<Sent>& sent = fortnight.sent();
  CHECK(fortnight.troubles() == "");
  CHECK(sent.size() > 500);
  CHECK(said_twice(sent) == "");
  CHECK(out_of_hours(sent) == "");
  CHECK(not_in_time(fortnight.store(), sent) == "");
  CHECK(orders_gone_wrong(fortnight.store(), sent) == "");
  CHECK(names_in_subjects(sent, fortnight.tenants()) == "");
  CHECK(to_ourselves(sent) == "");
  const std::string actual = Report(sent).text();
  if (accepts()) {
    std::ofstream(mails_file, std::ios::binary) << actual;
    return;
  }
  const std::string expected = Folder::read(mails_file);
  const bool same = expected == actual;
  CHECK_MESSAGE(same, "tests/data/", mails_file.filename().string(), "\n", difference(expected, actual));
}
