#include "desk/import.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "regie/fingerprint.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/unicode.hpp"

namespace regie {

using text::TimeFault;

namespace {

/// What a record may say, and whether it must.
struct ImportField {
  const char* name;
  bool needed;
};
constexpr std::array import_fields{
    ImportField{"key", false},          ImportField{"opened_at", true},     ImportField{"channel", true},
    ImportField{"residence", true},     ImportField{"building", false},     ImportField{"dwelling", false},
    ImportField{"place", false},        ImportField{"text", true},          ImportField{"trade", false},
    ImportField{"urgency", false},      ImportField{"tenant_name", false},  ImportField{"tenant_phone", false},
    ImportField{"tenant_email", false}, ImportField{"tenant_flags", false}, ImportField{"target_at", false},
    ImportField{"state", false},        ImportField{"closed_at", false},    ImportField{"answer", false},
};

/// Thrown and caught inside this file: a record is bad.
struct Bad {
  std::string code;
  Message reason;
};

std::vector<std::string> field_names() {
  std::vector<std::string> names;
  for (const ImportField& field : import_fields) names.emplace_back(field.name);
  return names;
}

/// The values of one record by field name, with constants, defaults and translations applied.
class RecordReader {
 public:
  RecordReader(const ImportMap& map, const std::vector<std::string>& header) : map_(map) {
    std::vector<Message> problems;
    std::vector<bool> used(header.size());
    std::map<std::string, std::vector<std::size_t>, std::less<>> all_positions;
    for (const auto& [field, columns] : map.columns) {
      auto& positions = all_positions[field];
      for (const std::string& column : columns) {
        const auto found = std::ranges::find(header, column);
        if (found != header.end()) {
          positions.push_back(static_cast<std::size_t>(found - header.begin()));
          used[positions.back()] = true;
        } else if (is_needed(field) || !map.strict_columns) {
          const std::string near = nearest(column, header);
          problems.push_back(near.empty()
                                 ? message(N_("the column '{0}' is missing; the file has: {1}"), column, joined(header))
                                 : message(N_("the column '{0}' is missing; is it '{1}'?"), column, near));
        }
      }
    }
    for (std::size_t i = 0; map.strict_columns && i < header.size(); ++i)
      if (!used[i]) {
        std::vector<std::string> known;
        for (const auto& [field, columns] : map.columns) known.insert(known.end(), columns.begin(), columns.end());
        const std::string near = nearest(header[i], known);
        problems.push_back(near.empty()
                               ? message(N_("unknown column '{0}'; another system's file needs --map"), header[i])
                               : message(N_("unknown column '{0}'; did you mean '{1}'?"), header[i], near));
      }
    if (!problems.empty()) throw Error(Trouble::refused, std::move(problems));
    look_up(all_positions);
  }

  void take(const std::vector<std::string>& record) { record_ = &record; }

  /// "" when there is nothing. Throws Bad for a value that has no translation.
  std::string get(std::string_view field) const {
    const auto found = std::ranges::find(sources_, field, &Source::field);
    if (found == sources_.end()) return {};
    if (found->constant != nullptr) return *found->constant;
    std::string value;
    for (const std::size_t position : found->positions) {
      const std::string_view part = trimmed((*record_)[position]);
      if (part.empty()) continue;
      if (!value.empty()) value += map_.joiner;
      value += part;
    }
    if (value.empty()) return found->when_empty == nullptr ? std::string() : *found->when_empty;
    if (found->translations != nullptr)
      if (const auto translated = found->translations->find(value); translated != found->translations->end())
        return translated->second;
    if (found->otherwise != nullptr) return *found->otherwise;
    if (found->translations == nullptr) return value;
    throw Bad{"unmapped_value", message(N_("{0} '{1}' has no translation in the map"), field, value)};
  }

 private:
  static bool is_needed(std::string_view field) {
    return std::ranges::any_of(import_fields,
                               [&](const ImportField& known) { return known.name == field && known.needed; });
  }
  static std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  }

  const ImportMap& map_;
  /// Where a field's value comes from, looked up once for the whole file.
  struct Source {
    std::string_view field;
    std::vector<std::size_t> positions;
    const std::string* constant = nullptr;
    const std::string* when_empty = nullptr;
    const std::string* otherwise = nullptr;
    const std::map<std::string, std::string, std::less<>>* translations = nullptr;
  };
  template <typename Map>
  static auto find_in(const Map& all, std::string_view field) -> const typename Map::mapped_type* {
    const auto found = all.find(field);
    return found == all.end() ? nullptr : &found->second;
  }
  void look_up(const std::map<std::string, std::vector<std::size_t>, std::less<>>& positions) {
    for (const ImportField& field : import_fields) {
      const auto* columns = find_in(positions, field.name);
      sources_.push_back({field.name, columns == nullptr ? std::vector<std::size_t>() : *columns,
                          find_in(map_.constants, field.name), find_in(map_.when_empty, field.name),
                          find_in(map_.otherwise, field.name), find_in(map_.values, field.name)});
    }
  }

  std::vector<Source> sources_;
  const std::vector<std::string>* record_ = nullptr;
};

/// A record as a request that may be planned, with what happened to it later.
struct ImportedRequest {
  NewRequest wanted;
  bool closed = false;
  std::optional<Instant> closed_at;
  std::string answer;
};

class Importer {
 public:
  Importer(Settings& settings, const ImportMap& map, Instant now)
      : landlord_(settings.landlord()), map_(map), now_(now) {}

  ImportedRequest read(const RecordReader& record) const {
    ImportedRequest imported;
    NewRequest& wanted = imported.wanted;
    Request& draft = wanted.draft;
    const std::string received = record.get("opened_at");
    if (received.empty()) throw Bad{"missing_date", message(N_("the date of reception is empty"))};
    draft.opened_at = time(received);
    if (draft.opened_at > now_) throw Bad{"date_in_future", message(N_("{0} is later than the import"), received)};
    draft.channel = coded<Channel>(record, "channel", "unknown_channel").value_or(Channel::desk);
    draft.residence = record.get("residence");
    if (draft.residence.empty()) throw Bad{"missing_residence", message(N_("the residence is empty"))};
    if (!landlord_.find_residence(draft.residence)) {
      std::vector<std::string> known;
      for (const Residence& residence : landlord_.residences) known.push_back(residence.code);
      const std::string near = nearest(draft.residence, known);
      throw Bad{"unknown_residence",
                near.empty() ? message(N_("no residence '{0}'; known: {1}"), draft.residence, joined(known))
                             : message(N_("no residence '{0}'; did you mean '{1}'?"), draft.residence, near)};
    }
    draft.building = record.get("building");
    draft.dwelling = record.get("dwelling");
    if (!draft.dwelling.empty() && !landlord_.is_dwelling_code(draft.dwelling))
      throw Bad{"malformed_dwelling",
                message(N_("'{0}' is not a dwelling code: expected {1} (A = a letter, 9 = a digit)"), draft.dwelling,
                        joined(landlord_.dwelling_codes))};
    draft.text = record.get("text");
    if (draft.text.empty()) throw Bad{"missing_description", message(N_("the description is empty"))};
    read_tenant(record, draft);
    wanted.place = coded<Place>(record, "place", "unknown_place");
    wanted.urgency = coded<Urgency>(record, "urgency", "unknown_urgency");
    if (const std::string trade = record.get("trade"); !trade.empty()) {
      if (!landlord_.find_trade(trade))
        throw Bad{"unknown_trade", message(N_("no trade '{0}' in the catalogue"), trade)};
      wanted.trade = trade;
    }
    if (const std::string target = record.get("target_at"); !target.empty()) draft.target_at = time(target);
    read_ending(record, draft, imported);
    return imported;
  }

 private:
  void read_tenant(const RecordReader& record, Request& draft) const {
    draft.tenant_name = record.get("tenant_name");
    draft.tenant_phone = record.get("tenant_phone");
    draft.tenant_email = record.get("tenant_email");
    draft.tenant_flags = record.get("tenant_flags");
    for (const std::string& flag : split_codes(draft.tenant_flags))
      if (std::ranges::find(landlord_.tenant_flags, flag) == landlord_.tenant_flags.end())
        throw Bad{"unknown_flag",
                  message(N_("tenant flag '{0}' is not one of {1}"), flag, joined(landlord_.tenant_flags))};
  }

  void read_ending(const RecordReader& record, const Request& draft, ImportedRequest& imported) const {
    const std::string closed_at = record.get("closed_at");
    const std::string state = record.get("state");
    if (!state.empty() && state != "open" && state != "closed")
      throw Bad{"unknown_state", message(N_("state '{0}' is not one of {1}"), state, "open, closed")};
    imported.closed = state == "closed" || (state.empty() && !closed_at.empty());
    if (!imported.closed) return;
    if (closed_at.empty()) throw Bad{"missing_closing_date", message(N_("it is closed, but nobody says when"))};
    imported.closed_at = time(closed_at);
    if (*imported.closed_at < draft.opened_at)
      throw Bad{"closed_before_opened",
                message(N_("closed at {0}, before it was opened at {1}"), closed_at, record.get("opened_at"))};
    if (*imported.closed_at > now_) throw Bad{"date_in_future", message(N_("{0} is later than the import"), closed_at)};
    imported.answer = record.get("answer");
  }

  Instant time(const std::string& text) const {
    const auto parsed =
        map_.date_format.empty() ? text::parse_iso(text) : text::parse_formatted(text, map_.date_format, map_.zone);
    if (const auto* instant = std::get_if<Instant>(&parsed)) return *instant;
    switch (std::get<TimeFault>(parsed)) {
      case TimeFault::impossible: throw Bad{"impossible_date", message(N_("'{0}' does not exist"), text)};
      case TimeFault::no_offset:
        throw Bad{"no_utc_offset", message(N_("'{0}' has no UTC offset, such as +01:00"), text)};
      case TimeFault::not_iso: break;
    }
    if (!map_.date_format.empty())
      throw Bad{"bad_date", message(N_("'{0}' is not a time written as {1}"), text, map_.date_format)};
    throw Bad{"date_not_iso", message(N_("'{0}' is not ISO 8601, such as 2026-03-02T08:36:10+01:00"), text)};
  }

  template <typename E>
  std::optional<E> coded(const RecordReader& record, const char* field, const char* bad_code) const {
    const std::string word = record.get(field);
    if (word.empty()) return std::nullopt;
    if (const auto value = parse<E>(word)) return value;
    std::vector<std::string> names;
    for (const auto& row : codes<E>()) names.emplace_back(row.code);
    throw Bad{bad_code, message(N_("{0} '{1}' is not one of {2}"), field, word, joined(names))};
  }

  const Landlord& landlord_;
  const ImportMap& map_;
  Instant now_;
};

/// The name another system gave the record, or one made from its content, so that importing twice makes nothing twice.
/// Begins with the time: keys then come in order, which is what an index likes.
std::string key_of(const ImportMap& map, const RecordReader& reader, const Request& draft, const std::string& raw) {
  const std::string given = reader.get("key");
  if (!given.empty()) return map.source.empty() ? given : map.source + ':' + given;
  return (map.source.empty() ? "csv" : map.source) + ':' + std::to_string(draft.opened_at.time_since_epoch().count()) +
         ':' + fingerprint(raw);
}

Message quote_reason(text::CsvFault fault) {
  return fault == text::CsvFault::text_after_closing_quote
             ? message(N_("characters after the closing quote of a quoted field (RFC 4180)"))
             : message(N_("a quoted field is never closed: the end of the file was reached inside it"));
}

/// Problems of the record itself, before anybody reads values from it.
void check_form(const text::CsvRecord& record, std::size_t columns) {
  if (record.fault != text::CsvFault::none)
    throw Bad{
        record.fault == text::CsvFault::text_after_closing_quote ? "text_after_closing_quote" : "unterminated_quote",
        quote_reason(record.fault)};
  if (record.fields.size() != columns)
    throw Bad{record.fields.size() < columns ? "too_few_columns" : "too_many_columns",
              message(N_("{0} columns instead of {1}"), record.fields.size(), columns)};
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    if (text::find_invalid_utf8(record.fields[i]))
      throw Bad{"invalid_utf8", message(N_("column {0} is not valid UTF-8"), i + 1)};
    if (record.fields[i].find('\0') != std::string::npos)
      throw Bad{"nul_byte", message(N_("column {0} holds a NUL byte"), i + 1)};
  }
}

/// What is over is not routed: nobody is to be sent any more.
std::vector<Change> closed_long_ago(Desk& desk, const ImportedRequest& imported, Request draft) {
  std::vector<Change> changes;
  changes.reserve(2);
  changes.push_back(desk.opening(std::move(draft), {}, imported.wanted.draft.opened_at));
  const auto& event = changes.back().event;
  auto decided = decide(
      changes.back().after,
      {.deed = Close{.answer = imported.answer, .rating = std::nullopt, .told_how = imported.wanted.draft.channel},
       .actor = {.who = event.who,
                 .provider = {},
                 .typed_by = event.typed_by.empty() ? event.who : event.typed_by,
                 .typed_by_person = {}},
       .at = *imported.closed_at,
       .entered_at = event.entered_at,
       .reason = {}});
  if (auto* refusal = std::get_if<Refusal>(&decided)) throw Bad{"refused", refusal->message};
  changes.push_back(std::get<Change>(std::move(decided)));
  return changes;
}

}  // namespace

ImportMap own_columns(const Zone& zone) {
  ImportMap map;
  map.zone = zone;
  map.columns = {{"opened_at", {"received_at"}},     {"channel", {"channel"}},
                 {"residence", {"residence"}},       {"dwelling", {"dwelling"}},
                 {"tenant_name", {"tenant_name"}},   {"tenant_phone", {"tenant_phone"}},
                 {"tenant_email", {"tenant_email"}}, {"tenant_flags", {"tenant_flags"}},
                 {"text", {"description"}},          {"key", {"key"}},
                 {"building", {"building"}},         {"trade", {"trade"}},
                 {"urgency", {"urgency"}},           {"place", {"place"}},
                 {"closed_at", {"closed_at"}},       {"answer", {"answer"}}};
  return map;
}

ImportMap read_import_map(const std::filesystem::path& path, const Landlord& landlord,
                          const std::function<std::optional<Zone>(const std::string&)>& zones) {
  std::vector<toml_input::File> files;
  files.emplace_back(path);
  toml_input::Table root = files.front().root();
  ImportMap map;
  map.strict_columns = false;
  map.zone = landlord.policy.calendar.zone();
  map.source = root.required_text("source");
  map.date_format = root.text("date_format").value_or("");
  map.joiner = root.text("joiner").value_or(map.joiner);
  if (const auto name = root.text("zone")) {
    if (auto zone = zones(*name)) map.zone = *std::move(zone);
    else root.complain("zone", message(N_("no time zone '{0}' on this machine; write it like Europe/Paris"), *name));
  }
  const std::vector<std::string> names = field_names();
  const auto check_field = [&](toml_input::Table& table, const std::string& field) {
    if (std::ranges::find(names, field) != names.end()) return;
    const std::string near = nearest(field, names);
    table.complain(field, near.empty() ? message(N_("a request has no field '{0}'; known: {1}"), field, joined(names))
                                       : message(N_("a request has no field '{0}'; did you mean '{1}'?"), field, near));
  };
  const auto read_texts = [&](const char* key, std::map<std::string, std::string, std::less<>>& into) {
    if (auto table = root.table(key))
      for (const std::string& field : table->free_keys()) {
        check_field(*table, field);
        into[field] = table->text(field).value_or("");
      }
  };
  if (auto table = root.table("columns"))
    for (const std::string& field : table->free_keys()) {
      check_field(*table, field);
      map.columns[field] = table->texts(field);
    }
  read_texts("constants", map.constants);
  read_texts("when_empty", map.when_empty);
  read_texts("otherwise", map.otherwise);
  if (auto values = root.table("values"))
    for (const std::string& field : values->free_keys()) {
      check_field(*values, field);
      if (auto table = values->table(field))
        for (const std::string& theirs : table->free_keys())
          map.values[field][theirs] = table->text(theirs).value_or("");
    }
  for (const ImportField& field : import_fields)
    if (field.needed && !map.columns.contains(field.name) && !map.constants.contains(field.name))
      root.complain("", message(N_("neither [columns] nor [constants] says what '{0}' is"), field.name));
  if (auto findings = files.front().findings(); !findings.empty()) throw Error(Trouble::config, std::move(findings));
  return map;
}

namespace {

/// What the reading thread hands to the writing one: a request to enter, one that is over already, or what was wrong
/// with the record.
struct Planned {
  std::string key;
  std::optional<std::pair<NewRequest, Foreseen>> to_enter;
  std::vector<Change> closed;
  std::optional<Rejection> rejection;
};

/// A few batches between two threads; keeps the reader from running ahead of the database without end.
class Conveyor {
 public:
  using Batch = std::vector<Planned>;

  /// False when the taker has gone.
  bool put(Batch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return batches_.size() < most_batches || abandoned_; });
    if (abandoned_) return false;
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }

  /// Nothing: there will be no more. Throws what the putter died of.
  std::optional<Batch> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !batches_.empty() || finished_; });
    if (batches_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return std::nullopt;
    }
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    changed_.notify_all();
    return batch;
  }

  void finish(std::exception_ptr failure = nullptr) {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    failure_ = std::move(failure);
    changed_.notify_all();
  }

  void abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t most_batches = 4;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  bool finished_ = false;
  bool abandoned_ = false;
  std::exception_ptr failure_;
};

/// Reads and understands every record, on a thread of its own: that takes as long as routing and saving them.
void plan_records(Desk& desk, Settings& settings, const Importer& importer, RecordReader& reader, text::CsvReader& csv,
                  std::size_t columns, const ImportMap& map, Conveyor& conveyor) {
  constexpr std::size_t batch_size = 256;
  Conveyor::Batch batch;
  text::CsvRecord record;
  for (std::size_t number = 1; csv.next(record); ++number) {
    Planned& planned = batch.emplace_back();
    try {
      check_form(record, columns);
      reader.take(record.fields);
      ImportedRequest imported = importer.read(reader);
      imported.wanted.draft.key = key_of(map, reader, imported.wanted.draft, record.raw);
      Foreseen understood = understand(settings, imported.wanted);
      planned.key = imported.wanted.draft.key;
      if (imported.closed) {
        planned.closed = closed_long_ago(desk, imported, std::move(understood.draft));
      } else {
        planned.to_enter.emplace(std::move(imported.wanted), std::move(understood));
      }
    } catch (Bad& bad) {
      planned.rejection = Rejection{record.line, number, std::move(bad.code), std::move(bad.reason), record.raw};
    }
    if (batch.size() == batch_size && !conveyor.put(std::exchange(batch, {}))) return;
  }
  conveyor.put(std::move(batch));
}

void save_batch(Desk& desk, Conveyor::Batch& batch, ImportResult& result) {
  std::vector<std::string_view> keys;
  for (const Planned& planned : batch)
    if (!planned.rejection) keys.push_back(planned.key);
  auto taken = desk.store().taken(keys);
  for (Planned& planned : batch) {
    ++result.records;
    if (planned.rejection) {
      result.rejected.push_back(*std::move(planned.rejection));
    } else if (!taken.insert(planned.key).second) {
      ++result.unchanged;
    } else {
      if (planned.to_enter) {
        auto& [wanted, understood] = *planned.to_enter;
        const Opened opened = desk.enter(wanted, std::move(understood), wanted.draft.opened_at);
        result.besides += opened.besides.seconds.size() + (opened.besides.common_made ? 1 : 0);
      } else {
        desk.store().add(planned.closed);
      }
      ++result.imported;
    }
  }
}

}  // namespace

ImportResult import_csv(Desk& desk, Settings& settings, const ImportMap& map, text::CsvReader::Fill fill,
                        const ImportOptions& options) {
  text::CsvReader csv(std::move(fill));
  text::CsvRecord header;
  ImportResult result;
  if (!csv.next(header)) throw Error(Trouble::refused, message(N_("the file is empty: not even a header")));
  result.header = header.raw;
  RecordReader reader(map, header.fields);
  const Importer importer(settings, map, desk.now());
  settings.routing();  // loaded before there are two threads

  Store& store = desk.store();
  store.expect_bulk();
  // Others may write until the first records have been read, and again as soon as saving fails: standard input may be
  // slow to end.
  std::optional<sql::Transaction> transaction;
  Conveyor conveyor;
  std::thread planner([&] {
    try {
      plan_records(desk, settings, importer, reader, csv, header.fields.size(), map, conveyor);
      conveyor.finish();
    } catch (...) {
      conveyor.finish(std::current_exception());
    }
  });
  try {
    while (auto batch = conveyor.take()) {
      if (!transaction) store.begin(transaction, sql::Transaction::Kind::write);
      save_batch(desk, *batch, result);
    }
  } catch (...) {
    transaction.reset();
    conveyor.abandon();
    planner.join();
    throw;
  }
  planner.join();

  if (!result.rejected.empty() && !options.skip_invalid) {
    result.imported = 0;
    return result;
  }
  if (!options.dry_run) {
    if (transaction) transaction->commit();
    result.saved = true;
  }
  return result;
}

}  // namespace regie
