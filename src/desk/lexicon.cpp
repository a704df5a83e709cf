#include "desk/lexicon.hpp"

#include <array>

#include "regie/names.hpp"
#include "text/unicode.hpp"

namespace regie {

using toml_input::Table;
using Kind = TermMeaning::Kind;

namespace {

/// What the files' lines become.
struct Lines {
  text::WordReader words;
  LexiconBuilder terms;
};

struct Strength {
  const char* key;
  int weight;
};
constexpr std::array strengths{Strength{"decisive", 6}, Strength{"sure", 3}, Strength{"likely", 2},
                               Strength{"hint", 1}};

/// Terms stand in one long text, separated by commas or lines: a person reads and edits that more easily than a
/// list of quoted strings, and it parses ten times faster.
void add_terms(Table& table, const char* key, const TermMeaning& meaning, Lines& lines) {
  const auto list = table.text(key);
  if (!list) return;
  std::string_view rest = *list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(",\n"), rest.size());
    std::string_view term = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!term.empty() && (term.front() == ' ' || term.front() == '\t')) term.remove_prefix(1);
    while (!term.empty() && (term.back() == ' ' || term.back() == '\t' || term.back() == '\r')) term.remove_suffix(1);
    if (term.empty()) continue;
    const Pattern pattern = lines.words.read_pattern(term);
    if (pattern.empty())
      table.complain(key, message(N_("'{0}' holds no word that counts: all of it is left out"), term));
    else lines.terms.add(pattern, meaning, std::string(term));
  }
}

void add_urgencies(Table& table, const std::string& trade, Lines& lines) {
  for (const auto& row : codes<Urgency>())
    add_terms(table, row.code.data(), {.kind = Kind::urgency, .trade = trade, .urgency = row.value}, lines);
}

template <typename E>
std::optional<E> read_code(Table& table, const char* key) {
  const auto word = table.text(key);
  if (!word) return std::nullopt;
  const auto value = parse<E>(*word);
  if (!value) {
    std::vector<std::string> names;
    for (const auto& row : codes<E>()) names.emplace_back(row.code);
    table.complain(key, message(N_("'{0}' is not one of {1}"), *word, joined(names)));
  }
  return value;
}

void read_file(Table root, bool first, Lines& lines, const std::set<std::string>& trades) {
  if (!first) {
    root.text("stemmer");
    root.text("left_out");
  }
  add_terms(root, "ignore", {.kind = Kind::ignore}, lines);
  if (auto by_trade = root.table("trade"))
    for (const std::string& trade : by_trade->free_keys()) {
      auto table = by_trade->table(trade);
      if (!table) continue;
      if (!trades.contains(trade)) {
        const std::vector<std::string> names(trades.begin(), trades.end());
        by_trade->complain(trade, message(N_("no trade '{0}'; known: {1}"), trade, joined(names)));
      }
      for (const Strength& strength : strengths)
        add_terms(*table, strength.key, {.kind = Kind::trade, .trade = trade, .weight = strength.weight}, lines);
      add_urgencies(*table, trade, lines);
      lines.terms.set_usual(trade, read_code<Urgency>(*table, "usual_urgency"),
                            read_code<Place>(*table, "usual_place"));
    }
  if (auto urgency = root.table("urgency")) add_urgencies(*urgency, "", lines);
  if (auto place = root.table("place"))
    for (const auto& row : codes<Place>())
      add_terms(*place, row.code.data(), {.kind = Kind::place, .place = row.value}, lines);
}

}  // namespace

CompiledLexicon read_lexicon(std::vector<toml_input::File>& files, const std::set<std::string>& trades) {
  std::optional<text::WordReader> words;
  if (!files.empty()) {
    Table root = files.front().root();
    const std::string stemmer = root.text("stemmer").value_or("");
    words = text::WordReader::create(stemmer);
    if (!words) root.complain("stemmer", message(N_("no stemmer '{0}'; use french, english, or nothing"), stemmer));
    if (!words) words = text::WordReader::create("");
    words->leave_out(root.text("left_out").value_or(""));
  }
  Lines lines{words ? std::move(*words) : *text::WordReader::create(""), {}};
  for (std::size_t i = 0; i < files.size(); ++i) read_file(files[i].root(), i == 0, lines, trades);
  return {std::move(lines.words), std::move(lines.terms).build()};
}

}  // namespace regie
