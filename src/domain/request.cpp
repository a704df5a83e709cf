#include "regie/request.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace regie {

namespace {

const std::array fields{
    Field{"state", N_("state"), &Request::state},
    Field{"held_from", N_("held from"), &Request::held_from},
    Field{"key", N_("key"), &Request::key},
    Field{"channel", N_("channel"), &Request::channel},
    Field{"residence", N_("residence"), &Request::residence},
    Field{"building", N_("building"), &Request::building},
    Field{"dwelling", N_("dwelling"), &Request::dwelling},
    Field{"place", N_("place"), &Request::place},
    Field{"text", N_("text"), &Request::text},
    Field{"trade", N_("trade"), &Request::trade},
    Field{"also", N_("second trade"), &Request::also},
    Field{"problem", N_("problem"), &Request::problem},
    Field{"urgency", N_("urgency"), &Request::urgency},
    Field{"certain", N_("certain"), &Request::certain},
    Field{"tenant_name", N_("tenant"), &Request::tenant_name},
    Field{"tenant_phone", N_("telephone"), &Request::tenant_phone},
    Field{"tenant_email", N_("e-mail"), &Request::tenant_email},
    Field{"tenant_flags", N_("tenant flags"), &Request::tenant_flags},
    Field{"wishes", N_("wishes for the visit"), &Request::wishes},
    Field{"provider", N_("provider"), &Request::provider},
    Field{"rule", N_("rule"), &Request::rule},
    Field{"triage", N_("waits for a decision"), &Request::triage},
    Field{"declined", N_("declined by"), &Request::declined},
    Field{"out_of_contract", N_("out of contract"), &Request::out_of_contract},
    Field{"opened_at", N_("received on"), &Request::opened_at},
    Field{"changed_at", N_("last change"), &Request::changed_at},
    Field{"target_at", N_("target"), &Request::target_at},
    Field{"promised_at", N_("promise"), &Request::promised_at},
    Field{"promise_terms", N_("terms of the promise"), &Request::promise_terms},
    Field{"due_at", N_("due"), &Request::due_at},
    Field{"stopped", N_("clocks stopped"), &Request::stopped},
    Field{"policy", N_("policy"), &Request::policy},
    Field{"assigned_at", N_("order sent"), &Request::assigned_at},
    Field{"accepted_at", N_("accepted on"), &Request::accepted_at},
    Field{"visit_from", N_("visit from"), &Request::visit_from},
    Field{"visit_to", N_("visit to"), &Request::visit_to},
    Field{"visit_by", N_("visit by"), &Request::visit_by},
    Field{"reschedules", N_("reschedules"), &Request::reschedules},
    Field{"no_access", N_("failed visits"), &Request::no_access},
    Field{"hold_party", N_("waiting for"), &Request::hold_party},
    Field{"hold_reason", N_("hold reason"), &Request::hold_reason},
    Field{"done_at", N_("done on"), &Request::done_at},
    Field{"done_by", N_("done by"), &Request::done_by},
    Field{"done_provider", N_("done by provider"), &Request::done_provider},
    Field{"done_reported_by", N_("reported by"), &Request::done_reported_by},
    Field{"work", N_("work done"), &Request::work},
    Field{"cost", N_("cost"), &Request::cost},
    Field{"photos", N_("photos"), &Request::photos},
    Field{"check_required", N_("to be checked"), &Request::check_required},
    Field{"check_due_at", N_("check due"), &Request::check_due_at},
    Field{"verified_at", N_("verified on"), &Request::verified_at},
    Field{"verified_by", N_("verified by"), &Request::verified_by},
    Field{"findings", N_("findings"), &Request::findings},
    Field{"tacit", N_("accepted tacitly"), &Request::tacit},
    Field{"reworks", N_("reworks"), &Request::reworks},
    Field{"closed_at", N_("ended on"), &Request::closed_at},
    Field{"answer", N_("answer"), &Request::answer},
    Field{"told_at", N_("tenant told on"), &Request::told_at},
    Field{"told_how", N_("told by"), &Request::told_how},
    Field{"answer_due_at", N_("answer due"), &Request::answer_due_at},
    Field{"rating", N_("rating"), &Request::rating},
    Field{"rating_word", N_("tenant's word"), &Request::rating_word},
    Field{"cancel_reason", N_("cancelled because"), &Request::cancel_reason},
    Field{"reopened", N_("times reopened"), &Request::reopened},
    Field{"targets_missed", N_("targets missed before"), &Request::targets_missed},
    Field{"duplicate_of", N_("duplicate of"), &Request::duplicate_of},
    Field{"parent", N_("part of"), &Request::parent},
    Field{"rework_of", N_("rework of"), &Request::rework_of},
    Field{"penalty", N_("penalty for lateness"), &Request::penalty},
};

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <typename T>
Scalar to_scalar(const T& value) {
  if constexpr (is_optional<T>) {
    return value ? to_scalar(*value) : Scalar{};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value.empty() ? Scalar{} : Scalar{value};
  } else if constexpr (std::is_same_v<T, Instant>) {
    return static_cast<std::int64_t>(value.time_since_epoch().count());
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <typename T>
bool from_scalar(T& target, const Scalar& value) {
  if constexpr (is_optional<T>) {
    if (std::holds_alternative<std::monostate>(value)) {
      target.reset();
      return true;
    }
    typename T::value_type inner{};
    if (!from_scalar(inner, value)) return false;
    target = inner;
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (std::holds_alternative<std::monostate>(value)) {
      target.clear();
      return true;
    }
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return false;
    target = *text;
    return true;
  } else {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr) return false;
    if constexpr (std::is_same_v<T, Instant>) {
      target = Instant{std::chrono::seconds{*number}};
    } else if constexpr (std::is_enum_v<T>) {
      const auto parsed = from_number<T>(*number);
      if (!parsed) return false;
      target = *parsed;
    } else if constexpr (std::is_same_v<T, bool>) {
      target = *number != 0;
    } else {
      target = *number;
    }
    return true;
  }
}

}  // namespace

std::span<const Field> request_fields() { return fields; }

const Field* find_field(std::string_view name) {
  const auto found = std::ranges::find_if(fields, [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

Scalar get(const Request& request, const Field& field) {
  return std::visit([&](auto member) { return to_scalar(request.*member); }, field.member);
}

void set(Request& request, const Field& field, const Scalar& value) {
  const bool understood = std::visit([&](auto member) { return from_scalar(request.*member, value); }, field.member);
  if (!understood)
    throw Error(Trouble::refused, message(N_("request {0}: its field '{1}' holds a value no version of regie writes"),
                                          request.id, field.name));
}

FieldChanges difference(const Request& before, const Request& after) {
  FieldChanges changes;
  for (const auto& field : fields)
    std::visit(
        [&](auto member) {
          if (before.*member != after.*member) changes.emplace_back(&field, to_scalar(after.*member));
        },
        field.member);
  return changes;
}

std::vector<std::string> split_codes(std::string_view joined) {
  std::vector<std::string> result;
  while (!joined.empty()) {
    const auto end = std::min(joined.find(';'), joined.size());
    if (end > 0) result.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return result;
}

bool has_code(std::string_view joined, std::string_view code) {
  while (!joined.empty()) {
    const auto end = std::min(joined.find(';'), joined.size());
    if (joined.substr(0, end) == code) return true;
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return false;
}

std::string add_code(std::string_view joined, std::string_view code) {
  if (has_code(joined, code)) return std::string(joined);
  std::string result(joined);
  if (!result.empty()) result += ';';
  result += code;
  return result;
}

std::optional<Instant> next_due(const Request& request) {
  std::optional<Instant> next;
  for (const auto& [kind, due] :
       {std::pair(ClockKind::target, request.target_at), std::pair(ClockKind::promise, request.promised_at)})
    if (due && !stands_still(request.stopped, kind) && (!next || *due < *next)) next = due;
  return next;
}

bool is_late(const Request& request, Instant now) {
  return request.state < State::done && request.due_at && *request.due_at < now;
}

}  // namespace regie
