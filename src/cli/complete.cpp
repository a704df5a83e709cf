#include "cli/complete.hpp"

#include <algorithm>

#include "cli/request_view.hpp"
#include "report/reports.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

constexpr std::size_t most_requests = 100;

struct Candidate {
  std::string value;
  std::string what;
};
using Candidates = std::vector<Candidate>;

template <typename E>
void add_codes(Candidates& all) {
  for (const auto& row : regie::codes<E>()) all.push_back({std::string(row.code), tr(row.label)});
}

/// Everything that may stand for one kind of word. What cannot be read offers nothing.
class Offering {
 public:
  Offering(Context& context, std::string typed) : context_(context), typed_(std::move(typed)) {}

  Candidates candidates(Offers offers) {
    Candidates all;
    switch (offers) {
      case Offers::nothing:
      case Offers::files: break;
      case Offers::requests: add_requests(all); break;
      case Offers::residences:
        for (const Residence& residence : landlord().residences) all.push_back({residence.code, residence.name});
        break;
      case Offers::providers:
        for (const Provider& provider : landlord().providers) all.push_back({provider.code, provider.name});
        break;
      case Offers::people:
        for (const Person& person : landlord().people) all.push_back({person.code, person.name});
        break;
      case Offers::trades:
        for (const Trade& trade : landlord().trades) all.push_back({trade.code, tr(trade.label)});
        break;
      case Offers::urgencies: add_codes<Urgency>(all); break;
      case Offers::states: add_codes<State>(all); break;
      case Offers::places: add_codes<Place>(all); break;
      case Offers::channels: add_codes<Channel>(all); break;
      case Offers::parties: add_codes<Party>(all); break;
      case Offers::reports:
        for (const report::Kind& kind : report::kinds()) all.push_back({std::string(kind.name), tr(kind.title)});
        break;
      case Offers::cuts: add_codes<report::By>(all); break;
      case Offers::agencies:
        for (const Agency& agency : landlord().agencies) all.push_back({agency.code, agency.name});
        break;
      case Offers::mail_states: add_codes<MailState>(all); break;
      case Offers::cancel_reasons: add_codes<CancelReason>(all); break;
      case Offers::penalties:
        all.push_back({proposed_penalty, tr(proposed_penalty)});
        add_codes<PenaltyState>(all);
        break;
      case Offers::formats:
        for (const std::string& name : render::format_names()) all.push_back({name, ""});
        if (context_.command.name == std::string_view("agenda")) all.push_back({"ics", ""});
        if (context_.command.name == std::string_view("report")) all.insert(all.end(), {{"html", ""}, {"xlsx", ""}});
        break;
      case Offers::columns:
        for (const auto& column : request_columns()) all.push_back({column.key, tr(column.title)});
        break;
      case Offers::languages: all = {{"fr", "français"}, {"en", "English"}}; break;
      case Offers::colours: all = {{"auto", ""}, {"always", ""}, {"never", ""}}; break;
      case Offers::commands:
        for (const Command* command : commands()) all.push_back({command->name, tr(command->summary)});
        break;
      case Offers::db_actions: all = {{"check", ""}, {"backup", ""}, {"copy", ""}}; break;
      case Offers::rules_actions: all = {{"check", ""}, {"test", ""}, {"replay", ""}, {"stats", ""}}; break;
      case Offers::config_actions: all = {{"check", ""}, {"show", ""}}; break;
    }
    return all;
  }

 private:
  const Landlord& landlord() { return context_.settings().landlord(); }

  void add_requests(Candidates& all) {
    Filter filter;
    // What is finished is of interest only to those who open it again.
    filter.unfinished_only = context_.command.name != std::string_view("reopen");
    if (!filter.unfinished_only) filter.states = {State::closed, State::verified};
    context_.store(sql::Access::read).list(filter, {}, 0, [&](Request&& request) {
      std::string id = std::to_string(request.id);
      if (id.starts_with(typed_))
        all.push_back({std::move(id), request.residence + " " + request.dwelling + " " +
                                          text::cut_to_width(text::one_line(request.text), 50, "…")});
      return all.size() < most_requests;
    });
  }

  Context& context_;
  std::string typed_;  ///< the beginning of the word
};

const Option* option_named(const Command* command, std::string_view word) {
  const auto fits = [&](const Option& option) {
    return word == std::string("--") + option.name || (option.letter != 0 && word == std::string("-") + option.letter);
  };
  if (command != nullptr)
    for (const Option& option : command->options)
      if (fits(option)) return &option;
  for (const Option& option : global_options())
    if (fits(option)) return &option;
  return nullptr;
}

/// What stands under the cursor, and what the words before it say.
struct Position {
  const Command* command = nullptr;
  const Option* value_of = nullptr;  ///< the cursor is at this option's value
  std::size_t arguments = 0;         ///< how many stand before it
  Arguments globals;
  bool lost = false;  ///< a word that is no command: nothing to offer
};

Position locate(const std::vector<std::string>& before) {
  Position position;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& word = before[i];
    if (word.starts_with('-') && word != "-") {
      const std::size_t equals = word.find('=');
      const Option* option = option_named(position.command, word.substr(0, equals));
      if (option == nullptr || *option->value == '\0') continue;
      if (equals != std::string::npos) {
        position.globals.values[option->name] = {word.substr(equals + 1)};
      } else if (i + 1 == before.size()) {
        position.value_of = option;
      } else {
        position.globals.values[option->name] = {before[++i]};
      }
    } else if (position.command == nullptr) {
      position.command = find_command(word);
      position.lost = position.command == nullptr;
      if (position.lost) return position;
    } else {
      ++position.arguments;
    }
  }
  return position;
}

void add_options(Candidates& all, const Command* command) {
  if (command != nullptr)
    for (const Option& option : command->options) all.push_back({std::string("--") + option.name, tr(option.help)});
  for (const Option& option : global_options())
    if (const std::string name = std::string("--") + option.name;
        std::ranges::none_of(all, [&](const Candidate& own) { return own.value == name; }))
      all.push_back({name, tr(option.help)});
}

Offers offered_at(const Position& position) {
  if (position.value_of != nullptr) return position.value_of->offers;
  if (position.command == nullptr) return Offers::commands;
  const auto& arguments = position.command->arguments;
  if (position.arguments < arguments.size()) return arguments[position.arguments].offers;
  return !arguments.empty() && arguments.back().several ? arguments.back().offers : Offers::nothing;
}

}  // namespace

int complete(const std::vector<std::string>& given, const Environment& env) {
  std::vector<std::string> words(given.begin(), given.end());
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const std::string current = words.empty() ? "" : words.back();
  if (!words.empty()) words.pop_back();
  static const Command none{.name = "", .summary = "", .description = ""};
  std::string output;
  try {
    Position position = locate(words);
    Context context(env, position.command == nullptr ? none : *position.command, position.globals);
    if (position.lost) return 0;
    Candidates all;
    const Offers offers = offered_at(position);
    if (current.starts_with('-') && position.value_of == nullptr) add_options(all, position.command);
    else if (offers == Offers::files) output = ":files\n";
    else all = Offering(context, current).candidates(offers);
    // In a list "BEL,TI" the part behind the last comma is being typed.
    const std::size_t comma =
        position.value_of != nullptr && position.value_of->repeatable ? current.rfind(',') : std::string::npos;
    const std::string kept = comma == std::string::npos ? "" : current.substr(0, comma + 1);
    const std::string typed = text::fold(current.substr(kept.size()));
    for (const Candidate& candidate : all)
      if (text::fold(candidate.value).starts_with(typed))
        output += kept + candidate.value + '\t' + text::one_line(candidate.what) + '\n';
  } catch (const std::exception&) {
    // A broken configuration or no database: there is nothing to offer, and TAB is not the place to say why.
  }
  env.out(output);
  return 0;
}

}  // namespace regie::cli
