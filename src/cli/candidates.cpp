#include "cli/candidates.hpp"

#include <algorithm>

#include "cli/request_view.hpp"
#include "report/reports.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

constexpr std::size_t most_requests = 100;

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

/// Those that screens show by another word than the one to be typed.
bool have_shown_names(Offers offers) {
  switch (offers) {
    case Offers::residences:
    case Offers::providers:
    case Offers::agencies:
    case Offers::trades:
    case Offers::urgencies:
    case Offers::states:
    case Offers::places:
    case Offers::channels:
    case Offers::parties:
    case Offers::cancel_reasons:
    case Offers::penalties:
    case Offers::mail_states:
    case Offers::cuts: return true;
    default: return false;
  }
}

/// The code of what is shown so; the word itself when that is a code, when nothing is called so, or two are.
std::string code_of(const std::string& word, const Candidates& known) {
  if (std::ranges::find(known, word, &Candidate::value) != known.end()) return word;
  const std::string folded = text::fold(word);
  const auto is_called_so = [&](const Candidate& one) {
    return text::fold(one.what) == folded || text::fold(one.value) == folded;
  };
  if (std::ranges::count_if(known, is_called_so) != 1) return word;
  return std::ranges::find_if(known, is_called_so)->value;
}

}  // namespace

void take_shown_names(Context& context) {
  for (const Option& option : context.command.options) {
    if (!have_shown_names(option.offers) || !context.args.has(option.name)) continue;
    const Candidates known = candidates(context, option.offers, "");
    std::vector<std::string> codes;
    // A name with a comma in it is taken as it stands.
    for (const std::string& word : context.args.values.at(option.name))
      if (std::string code = code_of(word, known); !option.repeatable || code != word) codes.push_back(std::move(code));
      else
        for (const std::string& one : Arguments::parted(word)) codes.push_back(code_of(one, known));
    context.args.values.at(option.name) = std::move(codes);
  }
}

Candidates candidates(Context& context, Offers offers, const std::string& typed) {
  return Offering(context, typed).candidates(offers);
}

}  // namespace regie::cli
