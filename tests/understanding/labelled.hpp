// Labelled messages to tune a lexicon on and to measure it with, and the figures it reaches on them.
// The labels are one author's judgement; figures on them are not figures on a landlord's own messages.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "desk/lexicon.hpp"

namespace regie::test {

struct Labelled {
  std::string text, trade;
  std::string urgency, place;  ///< "" = not labelled
  std::size_t times = 1;       ///< how often a real desk had it, where that is known
};

/// Messages are split by a hash of their text, so that no message changes sides when others are added.
enum class Part { all, tune, held_out };
Part part_of(const std::string& text);
std::optional<Part> read_part(const std::string& word);
std::string describe(Part part);

/// Why `path` cannot be read, and what to do.
struct Unreadable {
  std::string path, why;
};

struct Source {
  std::string name;
  std::vector<Labelled> messages;
  std::string left_out;  ///< what of the file is not used, and why; "" = all of it is
};

/// FILE.jsonl (text, trade, urgency, place) · FILE.csv:LABELS.tsv (a file to import, and line by line its trade and
/// urgency) · FILE.csv:MAP.tsv (phrases of Signal-Logement, and the trade of their categories) · FILE.tsv (types of
/// Boston, their trade, and how many requests had them). Throws Unreadable.
Source read_source(const std::string& argument);

/// The trades of the default catalogue.
const std::set<std::string>& default_trades();

struct TradeFigures {
  std::size_t messages = 0, certain = 0, certain_right = 0, right = 0;
};

struct Figures {
  using Confusion = std::map<std::pair<std::string, std::string>, std::size_t>;

  std::size_t messages = 0, certain = 0, certain_right = 0, right = 0, technical_right = 0;
  std::size_t with_urgency = 0, urgency_right = 0, emergencies = 0, emergencies_found = 0, others = 0,
              false_emergencies = 0;
  std::size_t with_place = 0, place_right = 0;
  std::map<std::string, TradeFigures> by_trade;
  Confusion certain_confusion, unsure_confusion;  ///< trades: labelled, understood ("" = no idea)
  Confusion urgencies;                            ///< labelled, understood

  void add(const Labelled& message, const Understanding& got);
  bool meets_targets() const;  ///< those of what routing is judged by
};

/// A share of a whole; 1 of nothing.
double share(std::size_t part, std::size_t whole);

Figures measure(const CompiledLexicon& lexicon, const std::vector<Labelled>& messages, Part part);

std::string table(const Figures& figures);

}  // namespace regie::test
