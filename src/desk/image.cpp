// Landlord, rules and lexicon as bytes and back, by cereal.
#include <cereal/archives/binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <sstream>
#include <streambuf>

#include "desk/cache.hpp"

namespace regie {

// One line a struct; a field that is forgotten here is empty after a cached start, which tests/desk compares.
template <class A>
void serialize(A& a, Basics& b) {
  a(b.language, b.database, b.photos, b.zone, b.lexicons);
}
template <class A>
void serialize(A& a, Trade& t) {
  a(t.code, t.label);
}
template <class A>
void serialize(A& a, Agency& g) {
  a(g.code, g.name, g.head, g.email, g.phone, g.address);
}
template <class A>
void serialize(A& a, Storeys& s) {
  a(s.buildings, s.first, s.last, s.doors, s.houses);
}
template <class A>
void serialize(A& a, Residence& r) {
  a(r.code, r.name, r.agency, r.sector, r.caretaker, r.dwellings, r.buildings, r.lifts, r.installation, r.storeys);
}
template <class A>
void serialize(A& a, Absence& b) {
  a(b.from, b.to, b.reason, b.substitute);
}
template <class A>
void serialize(A& a, Person& p) {
  a(p.code, p.name, p.role, p.provider, p.login, p.email, p.phone, p.trades, p.problems, p.away);
}
template <class A>
void serialize(A& a, Delay& d) {
  a(d.count, d.unit, d.end_of_day, d.within);
}
template <class A>
void serialize(A& a, PenaltyTerms& p) {
  a(p.numerator, p.denominator, p.per_day, p.cap, p.exempt_below, p.observations_within);
}
template <class A>
void serialize(A& a, Contract& c) {
  a(c.number, c.from, c.to, c.trades, c.sectors, c.residences, c.always_out_of_hours, c.out_of_hours, c.promise,
    c.finishes_begun, c.ceiling, c.penalty);
}
template <class A>
void serialize(A& a, Provider& p) {
  a(p.code, p.name, p.kind, p.email, p.phone, p.hours, p.capacity, p.contracts);
}
template <class A>
void serialize(A& a, OnCall& o) {
  a(o.from, o.to, o.person);
}
template <class A>
void serialize(A& a, CheckPolicy& c) {
  a(c.kind, c.percent);
}
template <class A>
void serialize(A& a, Interval& i) {
  a(i.from, i.to);
}
template <class A>
void serialize(A& a, WeeklyHours& h) {
  a(h.days, h.special, h.on_holidays, h.daylight);
}
template <class A>
void serialize(A& a, Position& p) {
  a(p.latitude, p.longitude);
}
template <class A>
void serialize(A& a, Policy& p) {  // but for its calendar
  a(p.version, p.text, p.hours, p.target_hours, p.targets, p.stopped_by, p.check_within, p.tacit_after, p.answers.first,
    p.answers.again, p.answers.last);
}
template <class A>
void serialize(A& a, Checklist::Item& i) {
  a(i.code, i.question);
}
template <class A>
void serialize(A& a, Checklist& c) {
  a(c.trades, c.items);
}
template <class A>
void serialize(A& a, ReminderStep& s) {
  a(s.delay, s.before, s.to, s.every, s.most);
}
template <class A>
void serialize(A& a, ReminderRule& r) {
  a(r.name, r.title, r.ask, r.occasion, r.urgencies, r.trades, r.providers, r.waiting_for, r.kind, r.steps);
}
template <class A>
void serialize(A& a, Ladder& l) {
  a(l.version, l.orders, l.rules, l.hours, l.at, l.per_run, l.per_recipient_a_day);
}
template <class A>
void serialize(A& a, MailSettings& m) {
  a(m.from_name, m.from, m.reply_to, m.bounces, m.sendmail, m.patience, m.language, m.templates, m.stop_file, m.spool,
    m.tenant);
}
template <class A>
void serialize(A& a, Landlord& l) {
  a(l.name, l.policy, l.checks, l.watch_until_good, l.checklists, l.checklist_required, l.dwelling_codes,
    l.tenant_flags, l.default_role, l.trades, l.agencies, l.residences, l.people, l.providers, l.on_call,
    l.on_call_handover, l.ladder, l.mail);
}
template <class A>
void serialize(A& a, PatternWord& w) {
  a(w.stem, w.prefix, w.after_gap);
}
template <class A>
void serialize(A& a, TradeIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, AlsoIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, UrgencyIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, ResidenceIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, BuildingIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, SectorIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, AgencyIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, PlaceIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, ChannelIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, TenantHas& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, InstallationIs& c) {
  a(c.fact, c.any);
}
template <class A>
void serialize(A& a, Says& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, During& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, Outside& c) {
  a(c.all);
}
template <class A>
void serialize(A& a, FromDay& c) {
  a(c.day);
}
template <class A>
void serialize(A& a, ToDay& c) {
  a(c.day);
}
template <class A>
void serialize(A& a, InSeason& c) {
  for (std::chrono::month_day* day : {&c.first, &c.last}) {
    unsigned month = static_cast<unsigned>(day->month()), number = static_cast<unsigned>(day->day());
    a(month, number);
    *day = std::chrono::month{month} / std::chrono::day{number};
  }
}
template <class A>
void serialize(A& a, OnWeekdays& c) {
  a(c.days);
}
template <class A>
void serialize(A& a, AtClock& c) {
  a(c.time);
}
template <class A>
void serialize(A& a, ProblemIs& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, Span& s) {
  a(s.count, s.unit);
}
template <class A>
void serialize(A& a, Similar& c) {
  a(c.count, c.dwellings, c.around, c.within);
}
template <class A>
void serialize(A&, CommonKnown&) {}
template <class A>
void serialize(A& a, Repaired& c) {
  a(c.times, c.within);
}
template <class A>
void serialize(A& a, CaretakerIs& c) {
  a(c.present);
}
template <class A>
void serialize(A& a, CertainIs& c) {
  a(c.certain);
}
template <class A>
void serialize(A& a, SentTo& c) {
  a(c.any);
}
template <class A>
void serialize(A& a, NoCandidate& c) {
  a(c.by_contract);
}
template <class A>
void serialize(A& a, SecondRequest& s) {
  a(s.trade, s.text, s.urgency, s.common);
}
template <class A>
void serialize(A& a, Share& s) {
  a(s.provider, s.weight);
}
template <class A>
void serialize(A& a, Effects& e) {
  a(e.urgency, e.trade, e.problem, e.send, e.rotate, e.promise, e.callback, e.join, e.attach, e.open, e.cancel_open,
    e.triage, e.close, e.tell, e.note);
}
template <class A>
void serialize(A& a, Rule& r) {
  a(r.name, r.title, r.last, r.when, r.unless, r.then);
}
template <class A>
void serialize(A& a, RuleSet& r) {
  a(r.rules, r.hash);
}

/// Terms are plain numbers: one block.
template <class A>
void serialize(A& a, Lexicon& l) {
  static_assert(std::is_trivially_copyable_v<Lexicon::Term>);
  auto count = static_cast<std::uint64_t>(l.terms.size());
  a(l.trades, l.usual_urgencies, l.usual_places, l.texts, l.word_begin, l.stem_slots, l.prefix_slots, l.shortest_prefix,
    l.longest_prefix, l.steps, l.term_begin, l.term_order, count);
  l.terms.resize(count);
  a(cereal::binary_data(l.terms.data(), count * sizeof(Lexicon::Term)));
}

namespace {

/// Reads a string in place.
class StringSource : public std::streambuf {
 public:
  explicit StringSource(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // only read: streambuf has no const
    setg(begin, begin, begin + bytes.size());
  }
};

class Reader {
 public:
  explicit Reader(std::string_view image) : source_(image), stream_(&source_), archive_(stream_) {}
  template <class... T>
  void operator()(T&... values) {
    archive_(values...);
  }

 private:
  StringSource source_;
  std::istream stream_;
  cereal::BinaryInputArchive archive_;
};

}  // namespace

std::string encode_image(const Basics& basics, const Landlord& landlord) {
  std::ostringstream stream;
  cereal::BinaryOutputArchive archive(stream);
  const Calendar& calendar = landlord.policy.calendar;
  archive(basics, calendar.holidays(), calendar.closed(), calendar.position(), landlord);
  return std::move(stream).str();
}

Basics decode_basics(std::string_view image) {
  Basics basics;
  Reader(image).operator()(basics);
  return basics;
}

Landlord decode_landlord(std::string_view image, const Zone& zone) {
  Basics basics;
  Holidays holidays{};
  std::set<LocalDay> closed;
  std::optional<Position> position;
  Landlord landlord;
  Reader(image).operator()(basics, holidays, closed, position, landlord);
  landlord.policy.calendar = Calendar(zone, holidays, std::move(closed), position);
  return landlord;
}

std::string encode_image(const Routing& routing) {
  std::ostringstream stream;
  cereal::BinaryOutputArchive archive(stream);
  archive(routing.lexicon.words.language(), routing.lexicon.words.left_out(), routing.lexicon.terms,
          routing.lexicon.building_words, routing.rules);
  return std::move(stream).str();
}

Routing decode_routing(std::string_view image) {
  std::string language;
  std::vector<std::string> left_out;
  Lexicon terms;
  std::vector<std::string> building_words;
  RuleSet rules;
  Reader(image).operator()(language, left_out, terms, building_words, rules);
  auto words = text::WordReader::create(language);
  if (!words) throw std::runtime_error("no such stemmer");
  for (const std::string& word : left_out) words->leave_out(word);
  CompiledLexicon lexicon(*std::move(words), std::move(terms));
  lexicon.building_words = std::move(building_words);
  return {std::move(lexicon), std::move(rules)};
}

}  // namespace regie
