#include "desk/letters.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "desk/routing.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie {

namespace fs = std::filesystem;

using std::chrono::days;
using std::chrono::floor;
using text::tr;

namespace {

/// Speaks the language of the mail, and then again that of whoever runs the command.
class Speaking {
 public:
  explicit Speaking(const std::string& language) : before_(text::language()) { text::use_language(language); }
  Speaking(const Speaking&) = delete;
  Speaking& operator=(const Speaking&) = delete;
  ~Speaking() { text::use_language(before_); }

 private:
  std::string before_;
};

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

/// Length of the place that `text` begins with, braces included; 0 when it is none.
std::size_t place_length(std::string_view text) {
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", 1);
  return text.starts_with('{') && end != std::string_view::npos && end > 1 && text[end] == '}' ? end + 1 : 0;
}

std::string read_file(const fs::path& path, std::vector<Message>& findings) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  Message wrong = message(N_("this template cannot be read, or is not UTF-8"));
  wrong.where = path.string();
  std::string text = content.str();
  if (!file || text.empty() || text::find_invalid_utf8(text)) findings.push_back(std::move(wrong));
  return text;
}

/// Once for every further line of a value that has several: what stands before the place.
constexpr int longest_excerpt = 70;  // columns: a line on a phone's screen, turned

std::string indented(const std::string& value, std::size_t column) {
  std::string lines;
  for (const char c : value) {
    lines += c;
    if (c == '\n') lines.append(column, ' ');
  }
  return lines;
}

std::string trade_name(const Landlord& landlord, const std::string& code) {
  const Trade* trade = landlord.find_trade(code);
  return trade == nullptr ? code : tr(trade->label);
}

std::string provider_name(const Landlord& landlord, const std::string& code) {
  const Provider* provider = landlord.find_provider(code);
  return provider == nullptr || provider->name.empty() ? code : provider->name;
}

std::string residence_name(const Landlord& landlord, const Request& request) {
  const Residence* residence = landlord.find_residence(request.residence);
  return residence == nullptr || residence->name.empty() ? request.residence : residence->name;
}

/// "dwelling B-203", "common parts, building B".
std::string place_name(const Request& request) {
  if (!request.dwelling.empty()) return tr(N_("dwelling {0}"), request.dwelling);
  if (!request.building.empty()) return tr(N_("common parts, building {0}"), request.building);
  return tr(label(request.place));
}

const char* term_label(std::string_view term) {
  static const std::map<std::string_view, const char*> labels{
      {"residence", N_("the residence")},
      {"place", N_("the place")},
      {"text", N_("the description")},
      {"trade", N_("the trade")},
      {"urgency", N_("the urgency")},
      {"promise", N_("the deadline")},
      {"appointment", N_("the appointment")},
      {"until", N_("the appointment")},
      {"wishes", N_("when to come")},
      {"tenant", N_("the contact")},
      {"telephone", N_("the contact")},
      {"rework", N_("work to be done again")},
      {"reopened", N_("the request was reopened")},
      {"hold", N_("no longer on hold: the work goes on")},
  };
  const auto found = labels.find(term);
  return found == labels.end() ? "" : found->second;
}

}  // namespace

namespace {
/// Says something about the tenant.
constexpr std::array<std::string_view, 6> personal{"tenant", "telephone", "text", "wishes", "place", "reason"};
}  // namespace

const std::map<std::string, std::vector<std::string>, std::less<>>& template_fields() {
  static const std::vector<std::string> order{"number",    "landlord",     "provider",     "residence",   "place",
                                              "trade",     "urgency",      "text",         "wishes",      "tenant",
                                              "telephone", "received",     "promise",      "appointment", "rework",
                                              "agency",    "agency_phone", "agency_email", "today",       "waits"};
  static const auto with = [](std::vector<std::string> fields, std::initializer_list<const char*> more) {
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
  };
  static const std::vector<std::string> reminder{"landlord", "recipient",    "count",        "subject", "list",
                                                 "agency",   "agency_phone", "agency_email", "today"};
  static const std::map<std::string, std::vector<std::string>, std::less<>> all{
      {"order", order},
      {"order-changed", with(order, {"changes", "reason"})},
      {"order-cancelled", with(order, {"reason"})},
      {"reminder", with(reminder, {"number"})},
      {"reminders", reminder},
  };
  return all;
}

Template::Template(const std::string& file, std::string_view content, const std::vector<std::string>& fields,
                   std::vector<Message>& findings) {
  int number = 0;
  const auto complain = [&](int line, Message what) {
    what.where = file + ':' + std::to_string(line);
    findings.push_back(std::move(what));
  };
  std::string all;  // without comments before the subject
  bool in_comments = true;
  while (!content.empty()) {
    std::string_view line = take_line(content);
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (in_comments && (line.starts_with('#') || line.empty())) continue;
    in_comments = false;
    for (std::size_t at = line.find('{'); at != std::string_view::npos; at = line.find('{', at + 1)) {
      const std::size_t length = place_length(line.substr(at));
      if (length == 0) {
        if (line.substr(at).starts_with("{{")) ++at;
        else complain(number, message(N_("'{{' begins a place like {{number}}; write '{{{{' for a brace")));
        continue;
      }
      const std::string name(line.substr(at + 1, length - 2));
      if (all.empty() && std::ranges::find(personal, name) != personal.end())
        complain(number, message(N_("'{0}' does not belong into a subject: mail systems write those down"), name));
      else if (std::ranges::find(fields, name) == fields.end())
        complain(number,
                 unknown_name(N_("there is no place '{0}' in this kind of mail; known: {1}"),
                              N_("there is no place '{0}' in this kind of mail; did you mean '{1}'?"), name, fields));
    }
    all.append(line).append("\n");
  }
  std::string_view rest = all;
  subject_ = take_line(rest);
  if (!take_line(rest).empty() || rest.empty())
    complain(number, message(N_("a template is the subject, an empty line, and the text")));
  text_ = rest;
}

std::string Template::fill(std::string_view lines, const Values& values) const {
  std::string filled;
  while (!lines.empty()) {
    std::string_view line = take_line(lines);
    std::string result;
    bool has_place = false, has_value = false;
    while (!line.empty()) {
      if (const std::size_t length = place_length(line); length > 0) {
        const auto found = values.find(line.substr(1, length - 2));
        has_place = true;
        if (found != values.end() && !found->second.empty()) {
          has_value = true;
          result += indented(
              found->second,
              static_cast<std::size_t>(text::display_width(std::string_view(result).substr(result.rfind('\n') + 1))));
        }
        line.remove_prefix(length);
        continue;
      }
      const bool brace = line.starts_with("{{") || line.starts_with("}}");
      result += line.front();
      line.remove_prefix(brace ? 2 : 1);
    }
    if (!has_place || has_value) filled.append(result).append("\n");
  }
  return filled;
}

std::string Template::subject(const Values& values) const {
  std::string line = fill(subject_, values);
  while (line.ends_with('\n')) line.pop_back();
  return text::one_line(line);
}

std::string Template::text(const Values& values) const {
  // Lines that were left out may leave empty ones behind: one is enough.
  std::string tidy;
  const std::string filled = fill(text_, values);
  for (const char c : filled)
    if (c != '\n' || !tidy.ends_with("\n\n")) tidy += c;
  return tidy;
}

Letters::Letters(Settings& settings, Instant now) : landlord_(settings.landlord()), now_(now) {
  language_ = landlord_.mail.language.empty() ? settings.language() : landlord_.mail.language;
  if (language_.empty()) language_ = "en";
  std::vector<Message> findings;
  const fs::path own = landlord_.mail.templates;
  std::error_code ignored;
  if (!own.empty() && !fs::is_directory(own, ignored)) {
    findings.push_back(message(N_("there is no folder of that name: templates are looked for in it")));
    findings.back().where = own.string();
  }
  for (const auto& [name, fields] : template_fields()) {
    fs::path file = own / (name + ".txt");
    if (own.empty() || !fs::exists(file, ignored)) file = settings.share_dir() / "mails" / language_ / (name + ".txt");
    const std::string content = read_file(file, findings);
    templates_.emplace(name, Template(file.string(), content, fields, findings));
  }
  if (!findings.empty()) throw Error(Trouble::config, std::move(findings));
}

std::string Letters::when(Instant at) const {
  const Zone& zone = landlord_.policy.calendar.zone();
  const LocalTime local = zone.local(at);
  return text::day_name(floor<days>(local), floor<days>(zone.local(now_))) + ' ' + text::minute(at, zone).substr(11);
}

void Letters::sign(Template::Values& values, const Agency* agency) const {
  const Zone& zone = landlord_.policy.calendar.zone();
  const LocalDay today = floor<days>(zone.local(now_));
  values["landlord"] = landlord_.name;
  values["today"] = text::day_name(today, today);
  if (agency == nullptr) return;
  values["agency"] = agency->name.empty() ? agency->code : agency->name;
  values["agency_phone"] = agency->phone;
  values["agency_email"] = agency->email;
}

Template::Values Letters::about(const Request& request) const {
  const Zone& zone = landlord_.policy.calendar.zone();
  Template::Values values;
  const Residence* residence = landlord_.find_residence(request.residence);
  sign(values, residence == nullptr ? nullptr : landlord_.find_agency(residence->agency));
  values["number"] = std::to_string(request.id);
  values["residence"] = residence_name(landlord_, request);
  values["place"] = place_name(request);
  values["trade"] = trade_name(landlord_, request.trade);
  values["urgency"] = tr(label(request.urgency));
  values["text"] = text::shown(request.text);
  values["wishes"] = text::one_line(request.wishes);
  values["received"] = when(request.opened_at);
  if (request.promised_at && !stands_still(request.stopped, ClockKind::promise))
    values["promise"] = when(*request.promised_at);
  if (request.visit_from && request.visit_to && request.state == State::scheduled) {
    const bool same_day = floor<days>(zone.local(*request.visit_from)) == floor<days>(zone.local(*request.visit_to));
    values["appointment"] = tr(N_("{0} to {1}"), when(*request.visit_from),
                               same_day ? text::minute(*request.visit_to, zone).substr(11) : when(*request.visit_to));
  }
  // In the common parts nobody has to be rung: who reported it is not the firm's business.
  if (landlord_.mail.tenant && !request.dwelling.empty()) {
    values["tenant"] = text::one_line(request.tenant_name);
    values["telephone"] = text::one_line(request.tenant_phone);
  }
  if (request.state == State::on_hold && request.hold_party)
    values["waits"] = tr(N_("on hold, waiting for {0}: please wait for news"), Label{label(*request.hold_party)});
  return values;
}

std::string Letters::summary(const Request& request) const {
  const Speaking speaking(language_);
  return trade_name(landlord_, request.trade) + ", " + residence_name(landlord_, request);
}

LetterText Letters::order(MailKind kind, const Request& request, const std::string& provider,
                          const std::vector<std::string>& changed, const std::optional<std::string>& found_bad) const {
  const Speaking speaking(language_);
  Template::Values values = about(request);
  values["provider"] = provider_name(landlord_, provider);
  if (found_bad || request.rework_of) values["rework"] = tr(N_("rework, not to be invoiced"));
  std::vector<std::string> changes;
  for (const std::string& term : changed)
    if (const std::string name =
            tr(term == "hold" && request.state == State::on_hold ? N_("on hold: please wait") : term_label(term));
        !name.empty() && std::ranges::find(changes, name) == changes.end())
      changes.push_back(name);
  values["changes"] = joined(changes);
  if (std::ranges::find(changed, "rework") != changed.end()) values["reason"] = text::shown(found_bad.value_or(""));
  if (kind == MailKind::order_cancelled && request.cancel_reason) values["reason"] = tr(label(*request.cancel_reason));
  const Template& found = templates_.find(std::string(code(kind)))->second;
  return {found.subject(values), found.text(values)};
}

namespace {

/// "2 days 3 h", "40 min": how long ago.
std::string how_long(std::chrono::seconds length) {
  const auto whole_days = floor<days>(length).count();
  const auto hours = floor<std::chrono::hours>(length).count();
  if (whole_days >= 2) return tr(counted("{0} day", "{0} days", whole_days));
  if (hours >= 1) return tr(N_("{0} h"), hours);
  return tr(N_("{0} min"), std::max<std::int64_t>(floor<std::chrono::minutes>(length).count(), 0));
}

}  // namespace

std::string Letters::item(const Reminded& reminded, const std::string& to_provider) const {
  if (!reminded.request) {
    std::vector<std::string> trades;
    for (const std::string& trade : reminded.trades) trades.push_back(trade_name(landlord_, trade));
    const LocalDay last_day =
        floor<days>(landlord_.policy.calendar.zone().local(reminded.base - std::chrono::hours{12}));
    const LocalDay today = floor<days>(landlord_.policy.calendar.zone().local(now_));
    return "- " + provider_name(landlord_, reminded.provider) + '\n' + "  " + joined(trades) + '\n' + "  " +
           tr(N_("last day: {0}"), text::day_name(last_day, today)) + '\n';
  }
  const Request& request = *reminded.request;
  std::string lines = "- " + tr(N_("No. {0}"), request.id) + " · " + tr(label(request.urgency)) + " · " +
                      (request.trade.empty() ? tr(N_("not understood")) : trade_name(landlord_, request.trade)) + '\n';
  lines += "  " + residence_name(landlord_, request) + ", " + place_name(request) + '\n';
  const auto add = [&](const std::string& line) { lines += "  " + line + '\n'; };
  // Whoever is called at three in the night has no list beside them.
  if (request.urgency == Urgency::emergency)
    add(text::cut_to_width(text::one_line(request.text), longest_excerpt, "…"));
  std::string with = request.provider == to_provider ? "" : provider_name(landlord_, request.provider);
  if (const Provider* provider = landlord_.find_provider(request.provider);
      !with.empty() && provider && !provider->phone.empty())
    with += ", " + provider->phone;
  switch (reminded.occasion) {
    case Occasion::order_unanswered:
      add(tr(N_("order of {0}"), when(reminded.base)));
      if (request.promised_at) add(tr(N_("promised for {0}"), when(*request.promised_at)));
      break;
    case Occasion::appointment: {
      add(tr(N_("appointment: {0}"), about(request)["appointment"]));
      if (!request.wishes.empty()) add(tr(N_("the tenant wishes: {0}"), text::one_line(request.wishes)));
      break;
    }
    case Occasion::promise_ends: add(tr(N_("promised for {0}"), when(reminded.base))); break;
    case Occasion::promise_broken:
      add(tr(N_("promised for {0}, over for {1}"), when(reminded.base), how_long(now_ - reminded.base)));
      if (request.state == State::scheduled) add(tr(N_("appointment: {0}"), about(request)["appointment"]));
      break;
    case Occasion::target_broken:
      add(tr(N_("owed to the tenant on {0}, late by {1}"), when(reminded.base), how_long(now_ - reminded.base)));
      if (request.state == State::scheduled) add(tr(N_("appointment: {0}"), about(request)["appointment"]));
      break;
    case Occasion::not_checked:
      add(tr(N_("done on {0} by {1}"), when(reminded.base), provider_name(landlord_, request.done_provider)));
      break;
    case Occasion::not_answered: add(tr(N_("ready to be answered since {0}"), when(reminded.base))); break;
    case Occasion::no_news:
      add(request.told_at ? tr(N_("last news on {0}"), when(*request.told_at))
                          : tr(N_("no news since the call of {0}"), when(request.opened_at)));
      break;
    case Occasion::on_hold:
      add(tr(N_("on hold since {0}, waiting for {1}"), when(reminded.base),
             Label{request.hold_party ? label(*request.hold_party) : ""}));
      break;
    case Occasion::undecided:
      add(tr(N_("to be decided since {0}"), when(reminded.base)));
      add(text::one_line(tr(triage_message(request.triage))));
      break;
    case Occasion::contract_ends: break;
  }
  if (!with.empty() && reminded.occasion != Occasion::not_checked) add(tr(N_("with {0}"), with));
  return lines;
}

LetterText Letters::reminders(const Recipient& to, const std::string& to_provider,
                              std::vector<Reminded> reminded) const {
  const Speaking speaking(language_);
  const auto pressing = [](const Reminded& one) {
    return std::pair(one.request ? one.request->urgency : Urgency::planned, one.base);
  };
  std::ranges::stable_sort(reminded, {}, pressing);
  // Sections in the order of their most pressing item.
  std::vector<std::pair<std::string, std::vector<const Reminded*>>> sections;
  const Agency* agency = nullptr;
  bool one_agency = true;
  for (const Reminded& one : reminded) {
    const std::string title =
        one.rule != nullptr && !one.rule->title.empty() ? one.rule->title : tr(label(one.occasion));
    const auto known = std::ranges::find(sections, title, &decltype(sections)::value_type::first);
    (known == sections.end() ? sections.emplace_back(title, std::vector<const Reminded*>{}) : *known)
        .second.push_back(&one);
    const Residence* residence = one.request ? landlord_.find_residence(one.request->residence) : nullptr;
    const Agency* its = residence == nullptr ? nullptr : landlord_.find_agency(residence->agency);
    one_agency = one_agency && (agency == nullptr || agency == its);
    agency = its;
  }
  std::string list;
  for (const auto& [title, items] : sections) {
    list += (list.empty() ? "" : "\n") + title;
    if (items.size() > 1) list += " (" + std::to_string(items.size()) + ")";
    list += '\n';
    if (items.front()->rule != nullptr && !items.front()->rule->ask.empty()) list += items.front()->rule->ask + '\n';
    list += '\n';
    for (const Reminded* one : items) list += item(*one, to_provider);
  }
  Template::Values values;
  sign(values, one_agency ? agency : nullptr);
  values["recipient"] = to.name;
  values["count"] = std::to_string(reminded.size());
  values["subject"] = sections.size() == 1
                          ? sections.front().first
                          : tr(counted("{0} reminder", "{0} reminders", static_cast<std::int64_t>(reminded.size())));
  values["list"] = list;
  const bool single = reminded.size() == 1 && reminded.front().request;
  if (single) values["number"] = std::to_string(reminded.front().request->id);
  const Template& found = templates_.find(single ? "reminder" : "reminders")->second;
  return {found.subject(values), found.text(values)};
}

}  // namespace regie
