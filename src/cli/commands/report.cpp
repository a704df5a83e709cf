#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using render::Column;
using text::tr;

constexpr std::int64_t listed_rows = 15;

struct Section {
  const char* field;
  const char* title;
};
constexpr std::array sections{Section{"state", N_("State")}, Section{"trade", N_("Trade")},
                              Section{"urgency", N_("Urgency")}, Section{"provider", N_("Provider")},
                              Section{"residence", N_("Residence")}};
/// Told only where there is something to tell.
constexpr Section out_of_contract{"out_of_contract", N_("Out of contract")};
constexpr Section tacit{"tacit", N_("Accepted tacitly")};

/// A counted value as scripts know it, and as people read it.
struct Named {
  std::string code, name;
};

Named name_of(const Field& field, const Scalar& value, const Landlord& landlord) {
  const std::string_view name = field.name;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (name == "provider") return {*text, provider_name(landlord, *text)};
    if (name == "trade") return {*text, trade_name(landlord, *text)};
    const Residence* residence = landlord.find_residence(*text);
    return {*text, residence == nullptr ? *text : residence->name};
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (name == "state")
      if (const auto state = from_number<State>(*number)) return {std::string(code(*state)), tr(label(*state))};
    if (name == out_of_contract.field || name == tacit.field) return {*number == 0 ? "false" : "true", ""};
    if (name == "urgency")
      if (const auto urgency = from_number<Urgency>(*number)) return {std::string(code(*urgency)), tr(label(*urgency))};
  }
  return {"", name == "provider" ? tr(N_("nobody")) : tr(N_("not understood"))};
}

Filter read_period(Context& context) {
  const Zone& zone = context.settings().zone();
  Filter filter;
  filter.now = context.now();
  filter.opened_from = context.args.time("from", filter.now, zone);
  filter.opened_before = context.args.time("before", filter.now, zone);
  context.args.check();
  return filter;
}

void as_data(Context& context, const Filter& filter) {
  auto writer = context.writer("regie.report/1", {{"by", N_("By"), Column::Kind::text},
                                                  {"value", N_("Value"), Column::Kind::text},
                                                  {"requests", N_("Requests"), Column::Kind::number},
                                                  {"unfinished", N_("Unfinished"), Column::Kind::number},
                                                  {"late", N_("Late"), Column::Kind::number}});
  const auto add = [&](const Section& section) {
    const Field& field = *find_field(section.field);
    for (const Tally& tally : context.store(sql::Access::read).tally(field, filter))
      writer->row({std::string(section.field), name_of(field, tally.value, context.settings().landlord()).code,
                   tally.requests, tally.unfinished, tally.late});
  };
  for (const Section& section : sections) add(section);
  add(out_of_contract);
  add(tacit);
  writer->finish();
}

void print_section(Context& context, const Section& section, const std::vector<Tally>& tallies) {
  const render::Style style = context.style();
  const Field& field = *find_field(section.field);
  const auto padded = [](std::string text, int width, bool right) {
    const std::string blanks(static_cast<std::size_t>(std::max(0, width - text::display_width(text))), ' ');
    return right ? blanks + text : text + blanks;
  };
  constexpr int name_width = 32, number_width = 11, bar_width = 24;
  context.out("\n" +
              render::coloured(
                  padded(tr(section.title), name_width, false) + padded(tr(N_("Requests")), number_width, true) +
                      padded(tr(N_("Unfinished")), number_width, true) + padded(tr(N_("Late")), number_width, true),
                  Cell::Mood::faint, style) +
              "\n");
  std::int64_t most = 0;
  for (const Tally& tally : tallies) most = std::max(most, tally.requests);
  for (const Tally& tally : tallies) {
    const Named named = name_of(field, tally.value, context.settings().landlord());
    const std::string name = text::cut_to_width(text::one_line(named.name), name_width - 1, style.utf8 ? "…" : "...");
    context.out(padded(name, name_width, false) + padded(std::to_string(tally.requests), number_width, true) +
                padded(std::to_string(tally.unfinished), number_width, true) +
                render::coloured(padded(tally.late == 0 ? "" : std::to_string(tally.late), number_width, true),
                                 Cell::Mood::alarm, style) +
                "  " + render::bar(tally.requests, most, bar_width, style) + "\n");
  }
}

void print_requests(Context& context, const Filter& filter, const char* title, const char* none, const char* more) {
  std::vector<Request> found;
  context.store(sql::Access::read).list(filter, {{find_field("due_at")}}, listed_rows + 1, [&](Request&& request) {
    found.push_back(std::move(request));
    return true;
  });
  if (found.empty()) {
    if (none != nullptr) context.out("\n" + tr(none) + "\n");
    return;
  }
  context.out("\n" + render::coloured(tr(title), Cell::Mood::alarm, context.style()) + "\n");
  auto writer = render::make_writer(render::Format::table, "", request_columns(), {}, context.style(),
                                    [&](std::string_view text) { context.out(text); });
  for (std::size_t i = 0; i < found.size() && i < static_cast<std::size_t>(listed_rows); ++i)
    writer->row(request_row(found[i], context.now()));
  writer->finish();
  if (static_cast<std::int64_t>(found.size()) > listed_rows) context.out(tr(more) + "\n");
}

void print_late(Context& context, Filter filter) {
  filter.late_only = true;
  print_requests(context, filter, N_("Late, longest first"), N_("Nothing is late."),
                 N_("... and more: 'regie list --late --limit 0'"));
}

void print_out_of_contract(Context& context, Filter filter) {
  filter.out_of_contract_only = true;
  print_requests(context, filter, N_("Ordered out of contract"), nullptr,
                 N_("... and more: 'regie list --all --out-of-contract --limit 0'"));
}

void print_tacit(Context& context, Filter filter) {
  filter.tacit_only = true;
  print_requests(context, filter, N_("Accepted tacitly, nobody looked at the work"), nullptr,
                 N_("... and more: 'regie list --all --tacit --limit 0'"));
}

int run_report(Context& context) {
  const Filter filter = read_period(context);
  if (context.format() != render::Format::table) {
    as_data(context, filter);
    return 0;
  }
  Store& store = context.store(sql::Access::read);
  const auto by_state = store.tally(*find_field("state"), filter);
  Tally all;
  for (const Tally& tally : by_state) {
    all.requests += tally.requests;
    all.unfinished += tally.unfinished;
    all.late += tally.late;
  }
  const Landlord& landlord = context.settings().landlord();
  context.out(tr(N_("{0}, {1}"), landlord.name.empty() ? "regie" : text::one_line(landlord.name),
                 due_text(context, context.now())) +
              "\n");
  context.out(tr(counted("{0} request", "{0} requests", all.requests)) + ", " +
              tr(counted("{0} unfinished", "{0} unfinished", all.unfinished)) + ", " +
              tr(counted("{0} late", "{0} late", all.late)) + "\n");
  for (const Section& section : sections)
    print_section(context, section, store.tally(*find_field(section.field), filter));
  print_late(context, filter);
  print_out_of_contract(context, filter);
  print_tacit(context, filter);
  return 0;
}

}  // namespace

const Command report_command{
    .name = "report",
    .group = Group::first,
    .summary = N_("how things stand: counts, who has what, what is late"),
    .description = N_("Counts by state, trade, urgency, provider and residence, and what is late: nobody has reported "
                      "it done although the landlord's target or the "
                      "provider's promise is over. Data formats give one row per count."),
    .arguments = {},
    .options = {{"from", 0, "TIME", N_("only requests received at or after this")},
                {"before", 0, "TIME", N_("only requests received before this")}},
    .examples = {{"regie report", N_("at eight in the morning")},
                 {"regie report --format csv > counts.csv", N_("every night")},
                 {"regie report --at 'lundi 8:00'", N_("what will be late on Monday")}},
    .writes = false,
    .run = run_report,
};

}  // namespace regie::cli
