// How well a lexicon understands labelled messages: a table for each source, and what it is measured on.
//   measure_understanding LEXICON.toml... -- SOURCE... [--part tune|held-out|all] [--errors]
// SOURCE as in labelled.hpp.
#include <fmt/format.h>

#include <iostream>

#include "labelled.hpp"

using namespace regie;
using namespace regie::test;

namespace {

struct Arguments {
  std::vector<toml_input::File> lexicon;
  std::vector<std::string> sources;
  Part part = Part::all;
  bool errors = false;
};

Arguments read_arguments(int count, char** words) {
  Arguments arguments;
  bool is_lexicon = true;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--") is_lexicon = false;
    else if (word == "--errors") arguments.errors = true;
    else if (word == "--part" && i + 1 < count) {
      const auto part = read_part(words[++i]);
      if (!part) throw Unreadable{words[i], "no such part; one of tune, held-out, all"};
      arguments.part = *part;
    } else if (is_lexicon) arguments.lexicon.emplace_back(word);
    else arguments.sources.push_back(word);
  }
  return arguments;
}

void print_errors(const CompiledLexicon& lexicon, const Source& source, Part part) {
  for (const Labelled& message : source.messages) {
    if (part != Part::all && part_of(message.text) != part) continue;
    const Understanding got = lexicon.understand(message.text);
    const std::string urgency(code(got.urgency));
    const bool is_right = got.trade == message.trade;
    if (got.certain && is_right && (message.urgency.empty() || urgency == message.urgency)) continue;
    fmt::print("{}\t{}/{} expected {}/{}\t[{}]\t{}\n", got.certain ? (is_right ? "urgency" : "WRONG") : "unsure",
               got.trade, urgency, message.trade, message.urgency, fmt::join(got.because, " | "), message.text);
  }
}

std::size_t all_of(const Source& source) {
  std::size_t all = 0;
  for (const Labelled& message : source.messages) all += message.times;
  return all;
}

void print(const CompiledLexicon& lexicon, const Source& source, const Arguments& arguments) {
  const Figures figures = measure(lexicon, source.messages, arguments.part);
  fmt::print("── {}: {} of {} messages, {}\n", source.name, figures.messages, all_of(source), describe(arguments.part));
  if (!source.left_out.empty()) fmt::print("   left out: {}\n", source.left_out);
  if (arguments.errors) print_errors(lexicon, source, arguments.part);
  fmt::print("{}\n", table(figures));
}

int run(int count, char** words) {
  Arguments arguments = read_arguments(count, words);
  const CompiledLexicon lexicon = read_lexicon(arguments.lexicon, default_trades());
  for (const auto& file : arguments.lexicon)
    for (const Message& finding : file.findings())
      std::cerr << finding.where << ": " << finding.id << " " << (finding.args.empty() ? "" : finding.args[0].text)
                << '\n';
  fmt::print(
      "How {} terms understand labelled messages.\n"
      "The labels are one author's judgement: accuracy on them is not accuracy on a landlord's own messages.\n"
      "Both halves of every file have been read while mending, the held-out one later: neither is unseen any more.\n"
      "What each file gave before anything was mended on it stands in tests/understanding/README.md.\n\n",
      lexicon.terms.size());
  bool skipped = false;
  for (const std::string& argument : arguments.sources) try {
      print(lexicon, read_source(argument), arguments);
    } catch (const Unreadable& unreadable) {
      skipped = true;
      fmt::print("── SKIPPED: {}: {}. Nothing is measured on it.\n\n", unreadable.path, unreadable.why);
    }
  if (skipped) std::cerr << "SKIPPED: not every source could be read; see the table\n";
  return 0;
}

}  // namespace

int main(int count, char** words) try { return run(count, words); } catch (const Unreadable& unreadable) {
  std::cerr << unreadable.path << ": " << unreadable.why << '\n';
  return 2;
}
