#include "cli/commands/all.hpp"
#include "cli/journal_view.hpp"
#include "cli/request_view.hpp"
#include "desk/routing.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using text::one_line;
using text::tr;

/// The sheet of one request, as a person reads it.
class Sheet {
 public:
  Sheet(Context& context, const Request& request, const std::vector<Event>& journal, const std::vector<Request>& parts,
        const std::optional<Request>& parent)
      : context_(context),
        request_(request),
        journal_(journal),
        parts_(parts),
        parent_(parent),
        landlord_(context.settings().landlord()),
        style_(context.style()) {}

  std::string text() {
    header();
    description();
    facts();
    history();
    return page_;
  }

 private:
  void line(const std::string& text) { page_ += text + "\n"; }

  std::string when(Instant instant) const { return due_text(context_, instant); }

  void header() {
    const bool late = is_late(request_, context_.now());
    std::string head =
        tr(N_("Request {0}"), request_.id) + " · " + tr(label(request_.urgency)) + " · " + tr(label(request_.state));
    if (late) head += " · " + tr(N_("LATE"));
    line(render::coloured(head, late || request_.urgency == Urgency::emergency ? Cell::Mood::alarm : Cell::Mood::good,
                          style_));
    const Residence* residence = landlord_.find_residence(request_.residence);
    std::string place = residence == nullptr || residence->name.empty()
                            ? request_.residence
                            : residence->name + " (" + request_.residence + ")";
    if (!request_.dwelling.empty()) place += ", " + tr(N_("dwelling {0}"), request_.dwelling);
    else if (!request_.building.empty()) place += ", " + tr(N_("building {0}"), request_.building);
    if (request_.place == Place::common) place += ", " + tr(label(request_.place));
    line(one_line(place));
    line(tr(N_("received {0} ({1})"), when(request_.opened_at), tr(label(request_.channel))));
  }

  void description() {
    line("");
    const int width = std::max(30, (style_.width > 0 ? std::min(style_.width, 100) : 80) - 4);
    for (const std::string& part : text::wrap(text::shown(request_.text), width)) line("    " + part);
    line("");
  }

  void fact(const char* name, const std::string& value) {
    if (value.empty()) return;
    const std::string title = tr(name);
    const int column = 16;
    const int width = std::max(30, (style_.width > 0 ? std::min(style_.width, 100) : 90) - column);
    std::string lead = render::coloured(title, Cell::Mood::faint, style_) +
                       std::string(static_cast<std::size_t>(std::max(1, column - text::display_width(title))), ' ');
    for (const std::string& part : text::wrap(one_line(value), width)) {
      line(lead + part);
      lead.assign(static_cast<std::size_t>(column), ' ');
    }
  }

  void facts() {
    std::string trade = trade_name(landlord_, request_.trade);
    if (!request_.certain && !request_.trade.empty()) trade += " " + tr(N_("(not certain)"));
    if (!request_.also.empty()) trade += ", " + tr(N_("also {0}"), trade_name(landlord_, request_.also));
    if (!request_.problem.empty()) trade += " (" + request_.problem + ")";
    fact(N_("Trade"), trade);
    std::string tenant = request_.tenant_name;
    for (const std::string& part :
         {request_.tenant_phone, request_.tenant_email, joined(split_codes(request_.tenant_flags))})
      if (!part.empty()) tenant += (tenant.empty() ? "" : ", ") + part;
    fact(N_("Tenant"), tenant);
    fact(N_("Wishes"), request_.wishes);
    if (!request_.provider.empty()) {
      std::string with = provider_name(landlord_, request_.provider) + " (" + request_.provider + ")";
      if (const Provider* provider = landlord_.find_provider(request_.provider);
          provider != nullptr && !provider->phone.empty())
        with += ", " + provider->phone;
      if (request_.assigned_at) with += ", " + tr(N_("order sent {0}"), when(*request_.assigned_at));
      if (request_.accepted_at) with += ", " + tr(N_("accepted {0}"), when(*request_.accepted_at));
      if (request_.out_of_contract) with += ", " + tr(N_("out of contract"));
      fact(N_("With"), with);
    }
    if (!request_.triage.empty()) fact(N_("Triage"), tr(triage_message(request_.triage)));
    if (request_.visit_from && request_.visit_to)
      fact(N_("Appointment"),
           when(*request_.visit_from) + " – " + text::minute(*request_.visit_to, style_.zone).substr(11) +
               (request_.visit_by.empty() ? "" : ", " + person_name(landlord_, request_.visit_by)) + visits());
    else fact(N_("Visits"), visits().empty() ? "" : visits().substr(2));
    if (request_.hold_party)
      fact(N_("On hold"), tr(N_("waiting for {0}: {1}"), tr(label(*request_.hold_party)), request_.hold_reason));
    if (request_.target_at) fact(N_("Target"), owed(ClockKind::target, *request_.target_at));
    if (request_.promised_at) fact(N_("Promise"), owed(ClockKind::promise, *request_.promised_at));
    if (request_.penalty) fact(N_("Penalty"), tr(label(*request_.penalty)));
    if (request_.targets_missed > 0)
      fact(N_("Before"), tr(counted("{0} target missed before it was reopened",
                                    "{0} targets missed before it was reopened", request_.targets_missed)));
    if (request_.done_at) {
      std::string done =
          when(*request_.done_at) + ", " + person_name(landlord_, provider_name(landlord_, request_.done_by));
      if (!request_.work.empty()) done = tr(N_("{0}: {1}"), done, request_.work);
      if (request_.cost) done += " (" + render::shown(Cell{render::Money{*request_.cost}}, style_) + ")";
      fact(N_("Done"), done);
    }
    if (request_.state == State::done && request_.check_required)
      fact(N_("To be checked"),
           request_.check_due_at ? tr(N_("until {0}"), when(*request_.check_due_at)) : tr(N_("yes")));
    if (request_.verified_at)
      fact(N_("Verified"), when(*request_.verified_at) + ", " +
                               (request_.tacit ? tr(N_("accepted tacitly, nobody looked at it"))
                                               : person_name(landlord_, request_.verified_by)));
    fact(N_("Findings"), findings());
    fact(N_("Photos"), photos());
    if (request_.closed_at)
      fact(request_.state == State::cancelled ? N_("Cancelled") : N_("Closed"),
           when(*request_.closed_at) + (request_.cancel_reason ? ", " + tr(label(*request_.cancel_reason)) : "") +
               (request_.rating ? ", " + tr(N_("rating {0}/5"), *request_.rating) : "") +
               (request_.rating_word.empty() ? "" : " (" + request_.rating_word + ")"));
    fact(N_("Answer"), request_.answer);
    if (request_.told_at)
      fact(N_("Tenant told"),
           when(*request_.told_at) + (request_.told_how ? ", " + tr(label(*request_.told_how)) : std::string()));
    if (request_.answer_due_at)
      fact(N_("Answer due"), when(*request_.answer_due_at) +
                                 (*request_.answer_due_at < context_.now() ? ", " + tr(N_("LATE")) : std::string()));
    fact(N_("Part of"), part_of());
    fact(N_("Parts"), parts());
    if (request_.rework_of)
      fact(N_("Call-back to"), tr(N_("{0}, not to be invoiced"), std::to_string(*request_.rework_of)));
    if (request_.duplicate_of) fact(N_("Duplicate of"), std::to_string(*request_.duplicate_of));
    if (!request_.provider.empty() || !request_.rule.empty()) fact(N_("Decided by"), why());
    instructions();
  }

  /// ", 2nd visit, moved once"
  std::string visits() const {
    std::string text;
    if (request_.no_access > 0) text += ", " + tr(counted("{0} failed visit", "{0} failed visits", request_.no_access));
    if (request_.reschedules > 0) text += ", " + tr(counted("moved {0} time", "moved {0} times", request_.reschedules));
    return text;
  }

  std::string owed(ClockKind kind, Instant due) const {
    if (!stands_still(request_.stopped, kind)) return when(due);
    return tr(N_("stands still (was {0}); see 'regie clock {1}'"), when(due), request_.id);
  }

  /// "plus de fuite : bon, accès nettoyé : défaut"
  std::string findings() const {
    const Checklist* list = landlord_.checklist(request_.trade);
    std::string text;
    for (const std::string& one : split_codes(request_.findings)) {
      const std::size_t equals = one.find('=');
      std::string question = one.substr(0, equals);
      if (list != nullptr)
        for (const Checklist::Item& item : list->items)
          if (item.code == question) question = item.question;
      const auto finding = parse<Finding>(equals == std::string::npos ? "" : one.substr(equals + 1));
      text += (text.empty() ? "" : ", ") + (finding ? tr(N_("{0}: {1}"), question, tr(label(*finding))) : one);
    }
    return text;
  }

  std::string photos() const {
    std::string names;
    for (const std::string& line : photo_lines(request_))
      names += (names.empty() ? "" : ", ") + line.substr(std::min(line.find(' ') + 1, line.size())) + " (" +
               line.substr(0, 12) + ")";
    return names;
  }

  /// "13 C-302 assigned, 14 C-101 closed"
  std::string parts() const {
    std::string list;
    for (const Request& part : parts_)
      list += (list.empty() ? "" : ", ") + std::to_string(part.id) + " " +
              (part.dwelling.empty() ? "" : part.dwelling + " ") + tr(label(part.state));
    return list;
  }

  /// "rule fuite-nord: fuite, évier", or the person who sent it: the last time that somebody decided who goes.
  std::string why() const {
    for (auto event = journal_.rbegin(); event != journal_.rend(); ++event) {
      if (event->action == Action::assign && event->decision.empty())
        return person_name(landlord_, event->who) + (event->reason.empty() ? "" : ": " + event->reason);
      if (event->decision.empty()) continue;
      const KeptDecision kept = decode_decision(event->decision);
      const std::string text = request_.rule.empty() ? tr(N_("contracts")) : tr(N_("rule {0}"), request_.rule);
      return kept.because.empty() ? text : text + " — " + tr(N_("understood from: {0}"), joined(kept.because));
    }
    return "";
  }

  /// What the rules said to whoever took the call, as long as there is something to do.
  void instructions() {
    if (!unfinished(request_.state)) return;
    for (auto event = journal_.rbegin(); event != journal_.rend(); ++event) {
      if (event->decision.empty()) continue;
      const KeptDecision kept = decode_decision(event->decision);
      for (const std::string& note : kept.notes) fact(N_("Note"), note);
      fact(N_("To be told"), told(context_, kept.tell, request_));
      return;
    }
  }

  /// "14, panne commune: Garrigue, due 4 March 10:00"
  std::string part_of() const {
    if (!request_.parent) return "";
    std::string text = std::to_string(*request_.parent);
    if (!parent_) return text;
    text += ", " + parent_->text + ": " + tr(label(parent_->state));
    if (!parent_->provider.empty()) text += ", " + provider_name(landlord_, parent_->provider);
    if (parent_->due_at && unfinished(parent_->state)) text += ", " + when(*parent_->due_at);
    return text;
  }

  void history() {
    line("");
    for (const Event& event : journal_) line(journal_line(context_, event));
  }

  Context& context_;
  const Request& request_;
  const std::vector<Event>& journal_;
  const std::vector<Request>& parts_;
  const std::optional<Request>& parent_;
  const Landlord& landlord_;
  render::Style style_;
  std::string page_;
};

std::vector<render::Column> columns_with_journal() {
  std::vector<render::Column> columns = request_columns();
  columns.push_back({"journal", N_("Journal"), render::Column::Kind::number, false});
  return columns;
}

int run_show(Context& context) {
  const auto ids = context.ids("ID");
  Store& store = context.store(sql::Access::read);
  const bool as_sheet = context.format() == render::Format::table && !context.args.has("columns");
  std::unique_ptr<render::Writer> writer;
  if (!as_sheet) writer = context.writer("regie.show/1", columns_with_journal());
  std::size_t missing = 0;
  bool first = true;
  for (const RequestId id : ids) {
    const auto request = store.find(id);
    if (!request) {
      report_error(Error(Trouble::not_found, message(N_("there is no request {0}"), id)), "show", context.env,
                   context.format() == render::Format::json);
      ++missing;
      continue;
    }
    const auto journal = store.journal(id);
    if (as_sheet) {
      if (!first) context.out("\n");
      std::vector<Request> parts;
      store.list({.parents = {id}}, {{find_field("opened_at"), false}}, 0, [&](Request&& part) {
        parts.push_back(std::move(part));
        return true;
      });
      const auto parent = request->parent ? store.find(*request->parent) : std::nullopt;
      context.out(Sheet(context, *request, journal, parts, parent).text());
    } else {
      render::Row row = request_row(*request, context.now());
      row.emplace_back(journal_records(journal, context.settings().landlord()));
      writer->row(std::move(row));
    }
    first = false;
  }
  if (writer) writer->finish();
  if (missing == 0) return 0;
  return exit_code(missing == ids.size() ? Trouble::not_found : Trouble::partial);
}

}  // namespace

const Command show_command{
    .name = "show",
    .group = Group::desk,
    .summary = N_("show everything about a request"),
    .description = N_("What was asked, who has it, until when, why it was sent there, and its journal."),
    .arguments = {ids_argument},
    .options = {},
    .examples = {{"regie show 12", N_("the sheet")}, {"regie show 12 --format json", N_("for a script")}},
    .writes = false,
    .run = run_show,
};

}  // namespace regie::cli
