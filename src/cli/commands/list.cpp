#include <algorithm>
#include <unordered_map>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

constexpr std::int64_t rows_for_people = 50;  // a table longer than that is not read; data is never cut unasked
constexpr std::int64_t count_at_most = 10'000;
constexpr int most_named = 30'000;  // parameters of a statement, on every engine

std::vector<std::string> known_codes(Context& context, const char* option, const char* no_such, const char* nearly,
                                     const std::vector<std::string>& names) {
  std::vector<std::string> wanted = context.args.texts(option);
  for (std::string& word : wanted) {
    if (word == "none" && std::string_view(option) == "provider") {
      word.clear();
      continue;
    }
    if (std::ranges::find(names, word) != names.end()) continue;
    throw Error(Trouble::not_found, unknown_name(no_such, nearly, word, names));
  }
  return wanted;
}

/// Whose work "mine" is, by what the person does here.
void narrow_to_mine(Context& context, Filter& filter) {
  const Landlord& landlord = context.settings().landlord();
  const Actor actor = context.identity().actor;
  const LocalDay today = std::chrono::floor<std::chrono::days>(context.settings().zone().local(filter.now));
  if (!actor.provider.empty() && context.identity().role != Role::caretaker) {
    filter.providers = {actor.provider};
    if (filter.states.empty()) filter.states = {State::assigned, State::scheduled, State::on_hold};
    if (context.identity().role == Role::technician) filter.visit_by = {actor.who, ""};
    return;
  }
  filter.residences = residences_of(landlord, actor.who, today);
  if (filter.residences.empty())
    context.args.complain(message(N_("--mine: '{0}' has no orders and no residences; for technicians, contractors, "
                                     "caretakers and heads of an agency"),
                                  actor.who));
}

/// A caretaker checks at home; everybody else wherever something is to be checked.
void narrow_to_checks(Context& context, Filter& filter) {
  filter.to_verify_only = true;
  const Landlord& landlord = context.settings().landlord();
  if (context.identity().role != Role::caretaker || !filter.residences.empty()) return;
  const LocalDay today = std::chrono::floor<std::chrono::days>(context.settings().zone().local(filter.now));
  filter.residences = residences_of(landlord, context.identity().actor.who, today);
  if (filter.residences.empty()) filter.residences = {"-"};  // nobody's: nothing
}

Filter read_filter(Context& context) {
  Arguments& args = context.args;
  Filter filter;
  filter.now = context.now();
  filter.states = args.codes<State>("state");
  filter.urgencies = args.codes<Urgency>("urgency");
  filter.places = args.codes<Place>("place");
  filter.channels = args.codes<Channel>("channel");
  filter.late_only = args.has("late");
  filter.triage_only = args.has("triage");
  filter.out_of_contract_only = args.has("out-of-contract");
  filter.tacit_only = args.has("tacit");
  const Zone& zone = context.settings().zone();
  filter.opened_from = args.time("from", filter.now, zone);
  filter.opened_before = args.time("before", filter.now, zone);
  filter.dwellings = args.texts("dwelling");
  filter.ids = context.ids("ID");
  if (std::cmp_greater(filter.ids.size(), most_named))
    args.complain(
        message(N_("{0} requests are named, {1} at most can be listed at once"), filter.ids.size(), most_named));
  filter.unfinished_only = !args.has("all") && filter.states.empty() && !args.has("ID");
  const bool names_something = args.has("residence") || args.has("provider") || args.has("trade");
  if (names_something) {  // only then the landlord is read
    const Landlord& landlord = context.settings().landlord();
    filter.residences = known_codes(context, "residence", N_("no residence '{0}'; known: {1}"),
                                    N_("no residence '{0}'; did you mean '{1}'?"), codes_in(landlord.residences));
    filter.providers = known_codes(context, "provider", N_("no provider '{0}'; known: {1}"),
                                   N_("no provider '{0}'; did you mean '{1}'?"), codes_in(landlord.providers));
    filter.trades = known_codes(context, "trade", N_("no trade '{0}'; known: {1}"),
                                N_("no trade '{0}'; did you mean '{1}'?"), codes_in(landlord.trades));
  }
  if (args.has("mine"))
    for (const char* other : {"provider", "residence"})
      if (args.has(other)) args.complain(message(N_("--mine and --{0}: only one of them"), other));
  if (args.has("mine")) narrow_to_mine(context, filter);
  if (args.has("to-verify")) narrow_to_checks(context, filter);
  if (args.has("unanswered")) {
    const Policy::Answers& answers = context.settings().landlord().policy.answers;
    if (answers == Policy::Answers{})
      args.complain(
          message(N_("--unanswered: the configuration promises no answer; say in [answers] how long a tenant may "
                     "hear nothing")));
    filter.unanswered_only = true;
  }
  args.check();
  return filter;
}

/// What each kind of list is about comes first.
std::vector<render::Column> columns_of(const Filter& filter) {
  using Keys = std::initializer_list<std::string_view>;
  std::vector<render::Column> columns = request_columns();
  const auto show = [&](Keys keys) {
    for (render::Column& column : columns)
      column.shown = std::ranges::find(keys, std::string_view(column.key)) != keys.end();
  };
  if (filter.to_verify_only)
    show({"id", "urgency", "trade", "residence", "dwelling", "done_at", "done_by", "check_due_at", "work"});
  else if (filter.unanswered_only)
    show({"id", "urgency", "state", "residence", "dwelling", "tenant_name", "tenant_phone", "told_at", "answer_due_at",
          "text"});
  return columns;
}

std::vector<Order> read_order(Context& context) {
  std::vector<Order> order;
  std::vector<std::string> names{"id"};
  for (const Field& field : request_fields()) names.emplace_back(field.name);
  for (const std::string& word : context.args.texts("sort")) {
    const bool descending = word.starts_with('-');
    const std::string name = descending ? word.substr(1) : word;
    const Field* field = find_field(name);
    if (field == nullptr && name != "id") context.args.complain(bad_choice("sort", name, names));
    else order.push_back({field, descending});
  }
  context.args.check();
  if (order.empty() && context.args.has("to-verify")) order.push_back({find_field("done_at"), false});
  if (order.empty() && context.args.has("unanswered")) order.push_back({find_field("answer_due_at"), false});
  return order;
}

/// Every word asked for stands somewhere in the request, whatever case and accents.
bool says(const Request& request, const std::vector<std::string>& folded_words) {
  if (folded_words.empty()) return true;
  const std::string all = text::fold(request.text + ' ' + request.tenant_name + ' ' + request.dwelling + ' ' +
                                     request.work + ' ' + request.answer);
  return std::ranges::all_of(folded_words,
                             [&](const std::string& word) { return all.find(word) != std::string::npos; });
}

/// Hands every request that fits to `take`, `at_most` of them (0 = all), until that has enough: those that were named
/// in the order in which they were, if no other was asked for, the others most pressing first.
void list_in_order(Store& store, const Filter& filter, const std::vector<Order>& order,
                   const std::vector<std::string>& words, std::int64_t at_most,
                   const std::function<bool(Request&&)>& take) {
  if (filter.ids.empty() || !order.empty()) {
    // Searched words are compared here, not in the database.
    store.list(filter, order, words.empty() ? at_most : 0,
               [&](Request&& request) { return !says(request, words) || take(std::move(request)); });
    return;
  }
  std::unordered_map<RequestId, std::size_t> places;
  for (const RequestId id : filter.ids) places.emplace(id, places.size());
  std::vector<std::optional<Request>> named(places.size());
  store.list(filter, order, 0, [&](Request&& request) {
    if (says(request, words)) named[places.at(request.id)] = std::move(request);
    return true;
  });
  for (auto& request : named)
    if (request && !take(*std::move(request))) return;
}

int run_list(Context& context) {
  const Filter filter = read_filter(context);
  const std::vector<Order> order = read_order(context);
  std::vector<std::string> words;
  for (const std::string& word : context.args.texts("text")) words.push_back(text::fold(word));
  const bool for_people = context.format() == render::Format::table || context.format() == render::Format::md;
  const std::int64_t limit = context.limit(for_people ? rows_for_people : 0);

  auto writer = context.writer("regie.list/1", columns_of(filter));
  if (context.args.has("ID") && filter.ids.empty()) {  // nothing was named on standard input: that is not everything
    writer->finish();
    return 0;
  }
  Store& store = context.store(sql::Access::read);
  std::int64_t rows = 0;
  bool more = false;
  // One row beyond the limit tells whether there are more.
  list_in_order(store, filter, order, words, limit > 0 ? limit + 1 : 0, [&](Request&& request) {
    if (limit > 0 && rows == limit) {
      more = true;
      return false;
    }
    ++rows;
    writer->row(request_row(request, filter.now));
    return true;
  });
  writer->finish(more);
  if (rows == 0 && context.env.err_is_terminal) context.remark(tr(N_("no request matches")));
  if (more) {
    const std::int64_t total = words.empty() ? store.count(filter, count_at_most) : count_at_most;
    context.remark(total < count_at_most ? tr(N_("{0} of {1} shown; --limit 0 shows all"), rows, total)
                                         : tr(N_("{0} shown, there are more; --limit 0 shows all"), rows));
  }
  return 0;
}

}  // namespace

const Command list_command{
    .name = "list",
    .group = Group::desk,
    .summary = N_("list requests, most pressing first"),
    .description = N_(
        "Without options: everything that is not finished. Options narrow it down; several values are "
        "separated by commas. Requests that are named stand in the order in which they were. A table stops at 50 rows "
        "and says so, data formats are complete."),
    .arguments = {{"ID", N_("only these: numbers, ranges such as 15-18, or - for standard input"), Offers::requests,
                   false, true}},
    .options = {{"all", 'a', "", N_("finished ones too")},
                {"state", 's', "STATE", N_("in this state"), Offers::states, true},
                {"late", 0, "", N_("only what should be done by now")},
                {"mine", 'm', "",
                 N_("only yours: the orders of your crew or firm that are not somebody else's, the residences you look "
                    "after")},
                {"to-verify", 0, "",
                 N_("only work that somebody has to check, oldest first; for a caretaker, in their own residences")},
                {"unanswered", 0, "", N_("only where the tenant has been waiting for an answer too long")},
                {"triage", 0, "", N_("only what waits for a person to decide who goes")},
                {"out-of-contract", 0, "", N_("only emergencies that were ordered without a contract")},
                {"tacit", 0, "", N_("only work that was accepted tacitly: nobody looked at it in time")},
                {"urgency", 'u', "URGENCY", N_("this urgent"), Offers::urgencies, true},
                {"trade", 0, "TRADE", N_("this trade"), Offers::trades, true},
                {"residence", 'R', "CODE", N_("in this residence"), Offers::residences, true},
                {"dwelling", 'd', "CODE", N_("of this dwelling"), Offers::nothing, true},
                {"provider", 'p', "PROVIDER", N_("with this provider; none = with nobody"), Offers::providers, true},
                {"place", 0, "PLACE", N_("dwelling or common"), Offers::places, true},
                {"channel", 0, "CHANNEL", N_("received this way"), Offers::channels, true},
                {"from", 0, "TIME", N_("received at or after this")},
                {"before", 0, "TIME", N_("received before this")},
                {"text", 0, "WORD,WORD",
                 N_("with all these words in text, tenant, dwelling, work or answer; case and accents do not matter"),
                 Offers::nothing, true}},
    .examples = {{"regie list --late", N_("what is late")},
                 {"regie list --mine", N_("a technician in the morning")},
                 {"regie list --to-verify --as lemercier", N_("what a caretaker has to look at")},
                 {"regie list -R BEL -d B-203 --all",
                  N_("everything about one dwelling, while the tenant is on the phone")},
                 {"regie list --provider GAR --format csv --columns id,dwelling,text", N_("for a spreadsheet")}},
    .writes = false,
    .run = run_list,
};

}  // namespace regie::cli
