#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>

#include "cli/commands/all.hpp"
#include "cli/decision_view.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

/// What somebody says, with what is known about it.
struct Told {
  NewRequest wanted;
  std::string id;  ///< whatever its sender calls it
  Instant at;      ///< when it reached the desk
};

// ---- what would become of it

std::vector<Message> problems(const Landlord& landlord, const NewRequest& wanted) {
  if (!wanted.draft.residence.empty() || landlord.residences.empty()) return problems_of(landlord, wanted);
  NewRequest somewhere = wanted;  // without a residence everything else is still looked at
  somewhere.draft.residence = landlord.residences.front().code;
  return problems_of(landlord, somewhere);
}

/// Throws Error(refused) with everything the landlord does not know in it.
void answer(Context& context, const Told& told, std::int64_t line, render::Writer* writer) {
  Settings& settings = context.settings();
  const Landlord& landlord = settings.landlord();
  if (auto wrong = problems(landlord, told.wanted); !wrong.empty()) throw Error(Trouble::refused, std::move(wrong));
  const Foreseen foreseen = foresee(settings, told.wanted, told.at, context.past());
  const KeptDecision why = kept(foreseen, settings.routing().rules);
  Explained explained = explain(foreseen, why);
  explained.target_at = landlord.policy.target(foreseen.draft.urgency, told.at);
  if (writer != nullptr) writer->row(decision_row(line, told.id, explained));
  else context.out(in_sentences(context, explained));
}

// ---- what is told

/// The options of the command line are what a line of standard input does not say itself.
Told told_by_options(Context& context) {
  Arguments& args = context.args;
  Told told;
  Request& draft = told.wanted.draft;
  draft.text = args.text("TEXT").value_or("");
  draft.residence = args.text("residence").value_or("");
  draft.dwelling = args.text("dwelling").value_or("");
  draft.building = args.text("building").value_or("");
  draft.channel = args.code<Channel>("channel").value_or(Channel::phone);
  for (const std::string& flag : args.texts("flag")) draft.tenant_flags = add_code(draft.tenant_flags, flag);
  told.wanted.trade = args.text("trade");
  told.wanted.urgency = args.code<Urgency>("urgency");
  told.wanted.place = args.code<Place>("place");
  told.at = args.time("when", context.now(), context.settings().zone()).value_or(context.now());
  draft.opened_at = told.at;
  args.check();
  return told;
}

/// One line of JSON. Fields that `open` does not have are passed over: other systems send more than we ask for.
class ToldInJson {
 public:
  ToldInJson(const rapidjson::Document& document, Context& context) : document_(document), context_(context) {}

  Told read(Told told) {
    Request& draft = told.wanted.draft;
    take("text", draft.text);
    take("residence", draft.residence);
    take("dwelling", draft.dwelling);
    take("building", draft.building);
    take("id", told.id);
    if (const auto flags = flags_said()) draft.tenant_flags = *flags;
    if (const auto channel = code<Channel>("channel")) draft.channel = *channel;
    if (const auto trade = text("trade")) told.wanted.trade = *trade;
    if (const auto urgency = code<Urgency>("urgency")) told.wanted.urgency = *urgency;
    if (const auto place = code<Place>("place")) told.wanted.place = *place;
    for (const char* key : {"when", "opened_at", "received_at"})
      if (const auto when = text(key)) told.at = time(key, *when);
    draft.opened_at = told.at;
    if (!complaints_.empty()) throw Error(Trouble::refused, std::move(complaints_));
    return told;
  }

 private:
  const rapidjson::Value* find(const char* key) const {
    const auto member = document_.FindMember(key);
    return member == document_.MemberEnd() || member->value.IsNull() ? nullptr : &member->value;
  }

  std::optional<std::string> text(const char* key) {
    const rapidjson::Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->IsString()) return std::string(value->GetString(), value->GetStringLength());
    if (value->IsInt64()) return std::to_string(value->GetInt64());
    complaints_.push_back(message(N_("'{0}' is not text"), key));
    return std::nullopt;
  }
  void take(const char* key, std::string& into) {
    if (auto value = text(key)) into = *std::move(value);
  }

  template <typename E>
  std::optional<E> code(const char* key) {
    const auto word = text(key);
    if (!word) return std::nullopt;
    const auto value = parse<E>(*word);
    if (!value) complaints_.push_back(bad_code<E>(key, *word));
    return value;
  }

  Instant time(const char* key, const std::string& word) {
    const auto when = text::parse_typed(word, context_.now(), context_.settings().zone());
    if (!when) complaints_.push_back(message(N_("'{0}' is not a time: '{1}'"), key, word));
    return when.value_or(context_.now());
  }

  /// A list, or codes separated by ';'.
  std::optional<std::string> flags_said() {
    const rapidjson::Value* value = find("tenant_flags");
    if (value == nullptr || !value->IsArray()) return text("tenant_flags");
    std::string flags;
    for (const auto& flag : value->GetArray())
      if (flag.IsString()) flags = add_code(flags, {flag.GetString(), flag.GetStringLength()});
    return flags;
  }

  const rapidjson::Document& document_;
  Context& context_;
  std::vector<Message> complaints_;
};

Told told_by_line(Context& context, const Told& usual, std::string_view line) {
  Told told = usual;
  if (const auto bad = text::find_invalid_utf8(line))
    throw Error(Trouble::refused, message(N_("the text is not UTF-8 at byte {0}"), *bad));
  if (line.starts_with('{')) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
    if (document.HasParseError() || !document.IsObject())
      throw Error(Trouble::refused, message(N_("this is not whole JSON: see byte {0}"), document.GetErrorOffset()));
    return ToldInJson(document, context).read(std::move(told));
  }
  told.wanted.draft.text = line;
  return told;
}

// ---- the three ways to ask

/// One answer a line; what cannot be answered is told on standard error, with its line.
int route_lines(Context& context) {
  const Told usual = told_by_options(context);
  context.settings().routing();  // what is wrong with the configuration is said once
  const std::string all = read_all(context.env);
  auto writer = context.writer("regie.route/1", decision_columns());
  std::int64_t number = 0, failed = 0;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    std::string_view line(all.data() + at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    try {
      answer(context, told_by_line(context, usual, line), number, writer.get());
    } catch (const Error& error) {
      ++failed;
      std::vector<Message> messages = error.messages();
      for (Message& message : messages) message.where = tr(N_("line {0}"), number);
      report_error(Error(Trouble::refused, std::move(messages)), context.command.name, context.env,
                   context.format() == render::Format::json || context.format() == render::Format::jsonl);
    }
  }
  writer->finish();
  return failed == 0 ? 0 : exit_code(Trouble::partial);
}

int route_text(Context& context) {
  const Told told = told_by_options(context);
  std::unique_ptr<render::Writer> writer;
  if (context.format() != render::Format::table || context.args.has("columns"))
    writer = context.writer("regie.route/1", decision_columns());
  answer(context, told, 1, writer.get());
  if (writer) writer->finish();
  return 0;
}

/// The last entry that tells of a decision, and what it led to.
struct Stored {
  KeptDecision why;
  std::string provider, rule, triage;
  std::optional<Instant> promised_at;
};

Stored stored_decision(const std::vector<Event>& journal) {
  Stored stored;
  Request row;
  for (const Event& event : journal) {
    for (const auto& [field, value] : event.changes) set(row, *field, value);
    if (event.decision.empty()) continue;
    stored = {decode_decision(event.decision), row.provider, row.rule, row.triage, row.promised_at};
  }
  return stored;
}

std::string names_or_nobody(Context& context, const std::string& provider) {
  return provider.empty() ? tr(N_("nobody")) : provider_name(context.settings().landlord(), provider);
}

/// What today's rules would do with it, as of its reception or of --at.
void decide_again(Context& context, const Request& request, const Stored& before) {
  Settings& settings = context.settings();
  NewRequest wanted;
  wanted.draft = request;
  wanted.draft.declined.clear();
  const Instant at = context.args.has("at") ? context.now() : request.opened_at;
  const Foreseen foreseen = foresee(settings, wanted, at, context.past());
  const KeptDecision why = kept(foreseen, settings.routing().rules);
  Explained explained = explain(foreseen, why);
  explained.target_at = settings.landlord().policy.target(foreseen.draft.urgency, at);
  context.out(tr(N_("Under the rules of today:")) + "\n" + in_sentences(context, explained));
  const Decision& decision = foreseen.decision;
  std::string differences;
  const auto differ = [&](const char* what, const std::string& was, const std::string& is) {
    if (was != is) differences += "  " + tr(N_("{0}: {1} -> {2}"), tr(what), was, is) + "\n";
  };
  const Landlord& landlord = settings.landlord();
  differ(N_("Trade"), trade_name(landlord, request.trade), trade_name(landlord, foreseen.draft.trade));
  differ(N_("Urgency"), tr(label(request.urgency)), tr(label(foreseen.draft.urgency)));
  differ(N_("With"), names_or_nobody(context, before.provider), names_or_nobody(context, decision.provider));
  differ(N_("Rule"), before.rule, decision.rule);
  context.out(differences.empty() ? tr(N_("Nothing would change.")) + "\n"
                                  : tr(N_("What would change:")) + "\n" + differences);
}

int route_stored(Context& context, RequestId id) {
  Store& store = context.store(sql::Access::read);
  const auto request = store.find(id);
  if (!request) throw Error(Trouble::not_found, message(N_("there is no request {0}"), id));
  const Stored stored = stored_decision(store.journal(id));
  const Explained explained{
      .request = *request,
      .why = stored.why,
      .provider = stored.provider,
      .rule = stored.rule,
      .triage = stored.triage,
      .close = request->provider.empty() && request->state == State::closed ? request->answer : "",
      .target_at = request->target_at,
      .promised_at = stored.promised_at};
  if (context.format() != render::Format::table || context.args.has("columns")) {
    auto writer = context.writer("regie.route/1", decision_columns());
    writer->row(decision_row(1, std::to_string(id), explained));
    writer->finish();
    return 0;
  }
  if (!stored.why.known) {
    context.out(tr(N_("No decision of the rules is on record for request {0}."), id) + "\n");
  } else {
    const bool same_rules = stored.why.rules == context.settings().routing().rules.hash;
    context.out((same_rules ? tr(N_("Request {0}, decided under the rules as they are today:"), id)
                            : tr(N_("Request {0}, decided under earlier rules ({1}):"), id, stored.why.rules)) +
                "\n" + in_sentences(context, explained));
  }
  if (context.args.has("again")) decide_again(context, *request, stored);
  return 0;
}

std::optional<RequestId> number_in(const std::string& text) {
  RequestId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc{} && end == text.data() + text.size() && id > 0 ? std::optional(id) : std::nullopt;
}

int run_route(Context& context) {
  const auto text = context.args.text("TEXT");
  const bool lines = context.args.has("stdin");
  if (lines == text.has_value())
    throw Error(Trouble::usage, message(N_("say what to route: a text, a request's number, or --stdin")));
  if (lines) return route_lines(context);
  const auto id = number_in(*text);
  if (!id && context.args.has("again"))
    throw Error(Trouble::usage, message(N_("--again goes with a request's number")));
  return id ? route_stored(context, *id) : route_text(context);
}

}  // namespace

const Command route_command{
    .name = "route",
    .group = Group::desk,
    .summary = N_("explain where a message would go, or why a request went where it did"),
    .description =
        N_("With a text: what is understood, which rules are met, who is thought of and who goes; nothing is "
           "saved. With a request's number: the decision on record, as it was made; --again decides anew "
           "under the rules of today, as of the request's reception (or of --at), and shows what would "
           "change. With --stdin every line is a message, plain or a JSON object with text, residence, "
           "dwelling, channel, tenant_flags, received_at and id; each gets one answer, and what a line does "
           "not say the options say for it."),
    .arguments = {{"TEXT", N_("what a tenant says, or the number of a request"), Offers::requests, false}},
    .options = {{"stdin", 0, "", N_("read messages from standard input, one a line")},
                {"again", 0, "", N_("with a number: decide anew and show the difference")},
                {"residence", 'R', "CODE", N_("the residence; without it nobody can be sent"), Offers::residences},
                dwelling_option,
                building_option,
                flag_option,
                channel_option,
                trade_option,
                urgency_option,
                place_option,
                when_option},
    .examples = {{"regie route \"plus d'eau chaude\" -R BEL -d B-203", N_("where would this go?")},
                 {"regie route 42", N_("why did it go there?")},
                 {"regie route 42 --again", N_("and what would the rules of today say?")},
                 {"regie route --stdin --format jsonl < messages.txt", N_("thousands at once, for a script")}},
    .writes = false,
    .run = run_route,
};

}  // namespace regie::cli
