// [mail], [reminders] and [[reminder]]: how the landlord writes, and who is reminded of what.
#include <algorithm>

#include "desk/answer_words.hpp"
#include "desk/policy.hpp"
#include "desk/settings.hpp"
#include "mail/letter.hpp"
#include "regie/fingerprint.hpp"
#include "regie/names.hpp"

namespace regie {

using toml_input::File;
using toml_input::Table;

namespace {

template <typename E>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const auto& row : codes<E>()) names.emplace_back(row.code);
  return names;
}

template <typename E>
std::vector<E> read_codes(Table& table, const char* key) {
  std::vector<E> values;
  for (const std::string& word : read_known(table, key, names_of<E>()))
    if (const auto value = parse<E>(word)) values.push_back(*value);
  return values;
}

std::string read_address(Table& table, const char* key) {
  std::string address = table.text(key).value_or("");
  if (!address.empty() && !mail::is_address(address))
    table.complain(key, message(N_("'{0}' is not an e-mail address; write one like name@example.org"), address));
  return address;
}

std::int64_t read_count(Table& table, const char* key, std::int64_t fallback, std::int64_t most) {
  const std::int64_t count = table.number(key).value_or(fallback);
  if (count < 1 || count > most)
    table.complain(key, message(N_("'{0}' must be between {1} and {2}"), key, std::int64_t{1}, most));
  return count;
}

/// A path, as seen from the folder of the file that names it; "" when it is not said.
std::string read_path(Table& table, const char* key, const std::filesystem::path& folder) {
  const std::string path = table.text(key).value_or("");
  return path.empty() ? path : (folder / path).string();
}

void read_mail(Table table, const std::filesystem::path& folder, MailSettings& mail) {
  mail.from_name = table.text("name").value_or(mail.from_name);
  mail.from = read_address(table, "from");
  mail.reply_to = read_address(table, "reply_to");
  mail.bounces = read_address(table, "bounces");
  if (table.has("sendmail")) mail.sendmail = table.texts("sendmail");
  if (mail.sendmail.empty() || !mail.sendmail.front().starts_with('/'))
    table.complain("sendmail", message(N_("'sendmail' is the program's path from / on, and its arguments as a list: "
                                          "[\"/usr/bin/msmtp\", \"-C\", \"/etc/regie/msmtprc\"]")));
  mail.patience = read_count(table, "patience", mail.patience, 3600);
  mail.language = table.text("language").value_or("");
  if (!mail.language.empty() && mail.language != "fr" && mail.language != "en")
    table.complain("language", message(N_("'{0}' is not one of {1}"), mail.language, "fr, en"));
  mail.templates = read_path(table, "templates", folder);
  mail.stop_file = read_path(table, "stop_file", folder);
  mail.spool = read_path(table, "spool", folder);
  mail.tenant = table.flag("tenant").value_or(mail.tenant);
  if (!table.has("from")) table.complain("from", message(N_("'{0}' is missing here"), "from"));
}

std::vector<std::string> hour_names(const Landlord& landlord) {
  std::vector<std::string> names;
  for (const auto& [name, hours] : landlord.policy.hours) names.push_back(name);
  return names;
}

void read_reminders(Table table, Landlord& landlord) {
  Ladder& ladder = landlord.ladder;
  ladder.orders = read_codes<ProviderKind>(table, "orders");
  if (const auto hours = read_known(table, "hours", hour_names(landlord)); !hours.empty()) ladder.hours = hours.front();
  for (const std::string& words : table.texts("at")) {
    const auto clock = parse_clock(words);
    if (clock && *clock < 24 * 60) ladder.at.push_back(*clock);
    else table.complain("at", message(N_("'{0}' is not a time of day; write '8:30'"), words));
  }
  std::ranges::sort(ladder.at);
  ladder.per_run = read_count(table, "per_run", ladder.per_run, 100'000);
  ladder.per_recipient_a_day = read_count(table, "per_recipient_a_day", ladder.per_recipient_a_day, 10'000);
}

/// What a step is counted back from; the others begin there.
bool looks_ahead(Occasion occasion) {
  return occasion == Occasion::appointment || occasion == Occasion::promise_ends || occasion == Occasion::contract_ends;
}

void check_recipients(Table& table, const ReminderStep& step, Occasion occasion, const Landlord& landlord) {
  if (step.to.empty()) table.complain("to", message(N_("'{0}' is missing here"), "to"));
  std::vector<std::string> names;
  for (const std::string_view word : recipient_words) names.emplace_back(word);
  for (const auto& codes : {codes_in(landlord.people), codes_in(landlord.providers)})
    names.insert(names.end(), codes.begin(), codes.end());
  for (const std::string& who : step.to) {
    if (who.find('@') != std::string::npos) {
      // A key is taken apart at its last '/'.
      if (!mail::is_address(who) || who.find('/') != std::string::npos)
        table.complain("to", message(N_("'{0}' is not an e-mail address; write one like name@example.org"), who));
      continue;
    }
    if (std::ranges::find(names, who) == names.end())
      table.complain("to", unknown_name(N_("nobody is called '{0}'; known: {1}"),
                                        N_("nobody is called '{0}'; did you mean '{1}'?"), who, names));
    else if (occasion == Occasion::contract_ends && (who == "visitor" || who == "caretaker"))
      table.complain("to", message(N_("a contract has no '{0}'"), who));
  }
}

ReminderStep read_step(Table table, Occasion occasion, const Landlord& landlord) {
  static constexpr std::int64_t most_rounds = 50;
  ReminderStep step;
  const auto before = read_delay(table, "before");
  const auto after = read_delay(table, "after");
  for (const char* key : {"before", "after", "every"}) check_delay(table, key, landlord.policy);
  step.before = before.has_value();
  step.delay = before.value_or(after.value_or(Delay{}));
  step.to = table.texts("to");
  step.every = read_delay(table, "every");
  step.most = static_cast<int>(step.every ? read_count(table, "most", 1, most_rounds) : 1);
  if (step.every && !table.has("most"))
    table.complain("every", message(N_("'every' goes with 'most': how often in all")));
  if (!step.every && table.has("most")) table.complain("most", message(N_("'most' goes with 'every'")));
  if (step.every && step.every->count == 0)
    table.complain("every", message(N_("'{0}' is no time between two reminders"), to_string(*step.every)));
  if (table.has("before") && table.has("after"))
    table.complain("before", message(N_("a step is either 'before' or 'after'")));
  else if (!table.has(looks_ahead(occasion) ? "before" : "after"))
    table.complain("", message(N_("a step of '{0}' says '{1}', how long"), code(occasion),
                               looks_ahead(occasion) ? "before" : "after"));
  check_recipients(table, step, occasion, landlord);
  return step;
}

ReminderRule read_reminder(Table table, const Landlord& landlord) {
  ReminderRule rule;
  rule.name = table.required_text("name");
  rule.title = table.text("title").value_or("");
  rule.ask = table.text("ask").value_or("");
  const auto when = read_codes<Occasion>(table, "when");
  if (when.size() == 1) rule.occasion = when.front();
  else if (!table.has("when") || when.size() > 1)
    table.complain("when", message(N_("'when' is one of {0}"), joined(names_of<Occasion>())));
  rule.urgencies = read_codes<Urgency>(table, "urgency");
  std::vector<std::string> trades;
  for (const Trade& trade : landlord.trades) trades.push_back(trade.code);
  rule.trades = read_known(table, "trade", trades);
  rule.providers = read_known(table, "provider", codes_in(landlord.providers));
  rule.waiting_for = read_codes<Party>(table, "waiting_for");
  if (!rule.waiting_for.empty() && rule.occasion != Occasion::on_hold)
    table.complain("waiting_for", message(N_("'waiting_for' goes with when = \"on-hold\"")));
  if (const auto kinds = read_codes<ProviderKind>(table, "kind"); !kinds.empty()) {
    rule.kind = kinds.front();
    if (kinds.size() > 1)
      table.complain("kind",
                     message(N_("'kind' is one of {0}; for both, leave it out"), joined(names_of<ProviderKind>())));
  }
  if (rule.occasion == Occasion::contract_ends && !rule.urgencies.empty())
    table.complain("urgency", message(N_("a contract has no '{0}'"), "urgency"));
  for (Table step : table.tables("steps")) rule.steps.push_back(read_step(step, rule.occasion, landlord));
  if (rule.steps.empty())
    table.complain("",
                   message(N_("a reminder has steps: steps = [{{ after = \"4 working hours\", to = \"provider\" }}]")));
  return rule;
}

/// Everything that decides what leaves when: another text, and every request is looked at again.
std::string version_of(const Landlord& landlord) {
  const Ladder& ladder = landlord.ladder;
  std::string text;
  const auto add = [&](std::string_view word) { text.append(word).append("\n"); };
  for (const ProviderKind kind : ladder.orders) add(code(kind));
  for (const ReminderRule& rule : ladder.rules) {
    add(code(rule.occasion));
    for (const Urgency urgency : rule.urgencies) add(code(urgency));
    for (const std::string& name : rule.trades) add(name);
    for (const std::string& name : rule.providers) add(name);
    for (const Party party : rule.waiting_for) add(code(party));
    if (rule.kind) add(code(*rule.kind));
    for (const ReminderStep& step : rule.steps) {
      add(step.before ? "before" : "after");
      add(to_string(step.delay));
      for (const std::string& who : step.to) add(who);
      if (step.every) add(to_string(*step.every) + ' ' + std::to_string(step.most));
    }
  }
  if (text.empty()) return "";
  add(ladder.hours);
  for (const int minute : ladder.at) add(std::to_string(minute));
  for (const Agency& agency : landlord.agencies) add(agency.email);
  for (const Person& person : landlord.people) add(person.email);
  for (const Provider& provider : landlord.providers) add(provider.email);
  return fingerprint(text);
}

}  // namespace

void read_ladder(std::vector<File>& files, Landlord& landlord) {
  std::vector<std::string> seen;
  bool asks_for_mail = false;
  for (File& file : files) {
    Table root = file.root();
    if (auto table = root.table("mail")) read_mail(*table, file.path().parent_path(), landlord.mail);
    if (auto table = root.table("receive")) (void)read_answer_words(*table);  // kept by Settings: here for its mistakes
    if (auto table = root.table("reminders")) read_reminders(*table, landlord);
    for (Table table : root.tables("reminder")) {
      ReminderRule rule = read_reminder(table, landlord);
      if (std::ranges::find(seen, rule.name) != seen.end())
        table.complain("name", message(N_("the code '{0}' is already taken"), rule.name));
      seen.push_back(rule.name);
      if (landlord.mail.from.empty() && !std::exchange(asks_for_mail, true)) {
        // [mail] may stand in a later file.
        const bool said = std::ranges::any_of(files, [](File& other) { return other.root().has("mail"); });
        if (!said)
          table.complain("", message(N_("reminders leave as mails: say [mail] with from = \"name@example.org\"")));
      }
      landlord.ladder.rules.push_back(std::move(rule));
    }
    for (const char* who : {"agency", "person", "provider"})
      for (Table table : root.tables(who)) read_address(table, "email");
  }
  if (landlord.mail.from_name.empty()) landlord.mail.from_name = landlord.name;
  landlord.ladder.version = version_of(landlord);
}

}  // namespace regie
