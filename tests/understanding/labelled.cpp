#include "labelled.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <fstream>

#include "text/csv.hpp"

namespace regie::test {

namespace {

std::ifstream open(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Unreadable{path, "it cannot be opened"};
  return file;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') fields.emplace_back();
    else if (c != '\r') fields.back() += c;
  }
  return fields;
}

/// The rows of a file of columns with a title row, without empty lines and comments.
std::vector<std::vector<std::string>> read_tsv(const std::string& path, std::size_t columns) {
  std::ifstream file = open(path);
  std::vector<std::vector<std::string>> rows;
  bool is_title = true;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    auto fields = fields_of(line);
    if (fields.size() < columns) throw Unreadable{path, "a row is too short: " + line};
    if (!is_title) rows.push_back(std::move(fields));
    is_title = false;
  }
  return rows;
}

std::vector<std::vector<std::string>> read_csv(const std::string& path, std::size_t columns) {
  std::ifstream file = open(path);
  text::CsvReader reader([&](char* buffer, std::size_t size) {
    file.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file.gcount());
  });
  std::vector<std::vector<std::string>> rows;
  text::CsvRecord record;
  reader.next(record);
  while (reader.next(record)) {
    if (record.fields.size() < columns) throw Unreadable{path, "a record is too short"};
    rows.push_back(record.fields);
  }
  return rows;
}

Source read_jsonl(const std::string& path) {
  Source source{path, {}, ""};
  std::ifstream file = open(path);
  for (std::string line; std::getline(file, line);) {
    rapidjson::Document json;
    json.Parse(line.c_str());
    if (!json.IsObject()) throw Unreadable{path, "a line is no JSON object: " + line};
    source.messages.push_back(
        {json["text"].GetString(), json["trade"].GetString(), json["urgency"].GetString(), json["place"].GetString()});
  }
  return source;
}

/// record, line, trade, urgency, notes: one row for each record of the file to import.
Source read_labelled_import(const std::string& csv, const std::string& labels) {
  constexpr std::size_t description = 8;
  Source source{csv, {}, ""};
  const auto records = read_csv(csv, description + 1);
  const auto rows = read_tsv(labels, 4);
  if (records.size() != rows.size()) throw Unreadable{labels, "not as many rows as " + csv};
  for (std::size_t i = 0; i < records.size(); ++i)
    source.messages.push_back({records[i][description], rows[i][2], rows[i][3], ""});
  return source;
}

/// A category of the map, with "*" for every heading below it.
std::optional<std::string> trade_of(const std::vector<std::vector<std::string>>& map, const std::string& category,
                                    const std::string& heading) {
  for (const auto& row : map)
    if (row[0] == category && (row[1] == "*" || row[1] == heading)) return row[2];
  return std::nullopt;
}

/// phrase_fr, categorie, zone, sous_categorie, ...: the same phrase stands there for several rooms and scores.
Source read_phrases(const std::string& csv, const std::string& map_path) {
  Source source{csv, {}, ""};
  const auto map = read_tsv(map_path, 3);
  std::set<std::string> seen, left_out;
  std::size_t phrases = 0;
  for (const auto& record : read_csv(csv, 4)) {
    const std::string phrase = record[0].substr(0, record[0].find(" — "));
    // In the newer questionnaire the heading names the fault and the phrase how bad it is.
    const bool is_level = !record[3].empty() && record[2].empty();
    if (phrase == "Non concerné") continue;
    const std::string text = is_level ? record[3] + " " + phrase : phrase;
    if (!seen.insert(text).second) continue;
    ++phrases;
    const auto trade = trade_of(map, record[1], is_level || !record[2].empty() ? record[3] : phrase);
    if (trade) source.messages.push_back({text, *trade, "", ""});
    else left_out.insert(record[1]);
  }
  source.left_out =
      fmt::format("{} of {} different phrases, wholly or partly of:", phrases - source.messages.size(), phrases);
  for (const std::string& category : left_out)
    source.left_out += (category == *left_out.begin() ? " " : " · ") + category;
  return source;
}

/// type, trade, requests; "-" = no landlord's trade can be told from the type alone.
Source read_types(const std::string& path) {
  Source source{path, {}, ""};
  std::size_t types = 0, requests = 0;
  for (const auto& row : read_tsv(path, 3)) {
    const auto times = static_cast<std::size_t>(std::stoul(row[2]));
    if (row[1] != "-") source.messages.push_back({row[0], row[1], "", "", times});
    else ++types, requests += times;
  }
  if (types > 0)
    source.left_out = fmt::format("{} types of {} requests that name no trade of a landlord", types, requests);
  return source;
}

bool ends_with(const std::string& word, std::string_view end) { return word.ends_with(end); }

std::string percent(std::size_t part, std::size_t whole) {
  return fmt::format("{:>4}/{:<4} {:5.1f} %", part, whole, whole == 0 ? 0.0 : 100.0 * share(part, whole));
}

std::string most_frequent(const Figures::Confusion& confusion) {
  std::vector<std::pair<std::size_t, std::pair<std::string, std::string>>> pairs;
  for (const auto& [pair, times] : confusion) pairs.emplace_back(times, pair);
  std::ranges::stable_sort(pairs, std::greater{}, [](const auto& pair) { return pair.first; });
  std::string lines;
  for (const auto& [times, pair] : pairs)
    lines += fmt::format("  {:>4}  {:<12} -> {}\n", times, pair.first, pair.second.empty() ? "(no idea)" : pair.second);
  return lines;
}

constexpr std::array<const char*, 4> urgencies{"emergency", "urgent", "normal", "planned"};

std::string urgency_table(const Figures& figures) {
  std::string lines = fmt::format("urgency: labelled, and below what was understood\n{:>12}", "");
  for (const char* got : urgencies) lines += fmt::format("{:>11}", got);
  lines += '\n';
  for (const char* labelled : urgencies) {
    lines += fmt::format("  {:<10}", labelled);
    for (const char* got : urgencies) {
      const auto found = figures.urgencies.find({labelled, got});
      lines += fmt::format("{:>11}", found == figures.urgencies.end() ? 0 : found->second);
    }
    lines += '\n';
  }
  return lines;
}

}  // namespace

Part part_of(const std::string& text) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return (hash >> 32U) % 2 == 0 ? Part::tune : Part::held_out;  // the lowest bits only tell odd from even letters
}

std::optional<Part> read_part(const std::string& word) {
  if (word == "all") return Part::all;
  if (word == "tune") return Part::tune;
  if (word == "held-out") return Part::held_out;
  return std::nullopt;
}

std::string describe(Part part) {
  switch (part) {
    case Part::tune: return "the half the lexicon is tuned on";
    case Part::held_out: return "the half held out while tuning";
    case Part::all: break;
  }
  return "both halves, tuned on and held out";
}

Source read_source(const std::string& argument) {
  const auto colon = argument.find(':');
  if (colon == std::string::npos) return ends_with(argument, ".tsv") ? read_types(argument) : read_jsonl(argument);
  const std::string csv = argument.substr(0, colon), labels = argument.substr(colon + 1);
  return ends_with(labels, ".labels.tsv") ? read_labelled_import(csv, labels) : read_phrases(csv, labels);
}

const std::set<std::string>& default_trades() {
  static const std::set<std::string> trades{
      "plumbing", "electrical",  "locksmith",    "heating",  "gas",         "joinery", "glazing", "lift",    "intercom",
      "painting", "ventilation", "pest_control", "cleaning", "bulky_waste", "masonry", "roofing", "grounds", "none"};
  return trades;
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

void Figures::add(const Labelled& message, const Understanding& got) {
  const bool is_right = got.trade == message.trade;
  TradeFigures& trade = by_trade[message.trade];
  messages += message.times;
  trade.messages += message.times;
  if (is_right) right += message.times, trade.right += message.times;
  if (got.certain) certain += message.times, trade.certain += message.times;
  if (got.certain && is_right) certain_right += message.times, trade.certain_right += message.times;
  if (!is_right) (got.certain ? certain_confusion : unsure_confusion)[{message.trade, got.trade}] += message.times;
  if ((got.trade == "none") == (message.trade == "none")) technical_right += message.times;

  if (!message.urgency.empty()) {
    const std::string urgency(code(got.urgency));
    ++with_urgency;
    urgency_right += urgency == message.urgency;
    ++urgencies[{message.urgency, urgency}];
    const bool is_emergency = message.urgency == "emergency", found = urgency == "emergency";
    ++(is_emergency ? emergencies : others);
    if (found) ++(is_emergency ? emergencies_found : false_emergencies);
  }
  if (!message.place.empty()) {
    ++with_place;
    place_right += code(got.place) == message.place;
  }
}

bool Figures::meets_targets() const {
  return share(certain, messages) >= 0.85 && share(certain_right, certain) >= 0.95 &&
         share(technical_right, messages) >= 0.97 && share(emergencies_found, emergencies) >= 0.95 &&
         (others == 0 || share(false_emergencies, others) <= 0.05);
}

Figures measure(const CompiledLexicon& lexicon, const std::vector<Labelled>& messages, Part part) {
  Figures figures;
  for (const Labelled& message : messages)
    if (part == Part::all || part_of(message.text) == part) figures.add(message, lexicon.understand(message.text));
  return figures;
}

std::string table(const Figures& figures) {
  std::string text;
  const auto line = [&](const char* what, std::size_t part, std::size_t whole) {
    text += fmt::format("{:<32} {}\n", what, percent(part, whole));
  };
  line("certain of the trade", figures.certain, figures.messages);
  line("right where certain", figures.certain_right, figures.certain);
  line("right, certain or not", figures.right, figures.messages);
  line("technical or not, right", figures.technical_right, figures.messages);
  if (figures.with_urgency > 0) {
    line("urgency right", figures.urgency_right, figures.with_urgency);
    line("emergencies found", figures.emergencies_found, figures.emergencies);
    line("false emergencies among others", figures.false_emergencies, figures.others);
  }
  if (figures.with_place > 0) line("place right", figures.place_right, figures.with_place);
  text += fmt::format("\n{:<14}{:>9}{:>9}{:>22}{:>24}\n", "trade", "messages", "certain", "right where certain",
                      "recall, certain or not");
  for (const auto& [trade, of] : figures.by_trade)
    text += fmt::format("{:<14}{:>9}{:>9}{:>22}{:>24}\n", trade, of.messages, of.certain,
                        percent(of.certain_right, of.certain), percent(of.right, of.messages));
  if (!figures.certain_confusion.empty())
    text += "certain and wrong: labelled -> understood\n" + most_frequent(figures.certain_confusion);
  if (!figures.unsure_confusion.empty())
    text += "wrong, but left to a person: labelled -> most likely\n" + most_frequent(figures.unsure_confusion);
  if (figures.with_urgency > 0) text += urgency_table(figures);
  return text;
}

}  // namespace regie::test
