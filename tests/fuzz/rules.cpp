// Any bytes as a rule file of val-dorle: rules that route, or findings that each name their place in the file. The
// same bytes as a lexicon, too.
#include <unistd.h>

#include <fstream>
#include <set>

#include "desk/examples.hpp"
#include "desk/lexicon.hpp"
#include "desk/routing.hpp"
#include "fuzz/example.hpp"

using namespace regie;
using fuzz::require;

namespace {

/// The file that every input is written to; gone at the end.
class Scratch {
 public:
  Scratch() : file_(std::filesystem::temp_directory_path() / ("regie-fuzz-" + std::to_string(::getpid()))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  const std::filesystem::path& write(std::string_view content) const {
    std::ofstream(file_, std::ios::binary) << content;
    return file_;
  }

 private:
  std::filesystem::path file_;
};

std::vector<toml_input::File> read(const std::filesystem::path& file) {
  std::vector<toml_input::File> files;
  files.emplace_back(file);
  return files;
}

/// Is the file without a mistake?
bool check_findings(const toml_input::File& file) {
  const auto findings = file.findings();
  for (const Message& finding : findings) {
    require(fuzz::is_place_in(file.path(), finding.where), "a finding names its place");
    require(finding.id != nullptr && *finding.id != '\0', "a finding says something");
  }
  require(file.is_toml() || !findings.empty(), "what is no TOML has a finding");
  return findings.empty();
}

void route_by(const RuleSet& rules) {
  Settings& settings = fuzz::example();
  for (const char* text :
       {"fuite sous l'évier", "ça sent le gaz", "la porte du hall ne ferme plus, et les poubelles"}) {
    NewRequest wanted;
    wanted.draft.text = text;
    wanted.draft.residence = "BEL";
    const Foreseen foreseen = understand(settings, wanted);
    const auto words = settings.routing().lexicon.read(text);
    const Decision decision =
        route(settings.landlord(), rules, foreseen.draft, words, fuzz::monday(), RequestsInMemory());
    require(fuzz::becomes_something(decision), "something becomes of it");
    require(decode_decision(encode_decision(decision, rules, {})).met == decision.rules_met,
            "a decision is read back as it was kept");
  }
}

void check_rules(const std::filesystem::path& path) {
  Settings& settings = fuzz::example();
  auto files = read(path);
  std::vector<RuleExample> examples;
  const RuleSet rules = read_rules(files, settings.landlord(), settings.routing().lexicon.words, examples);
  if (!check_findings(files.front())) return;
  route_by(rules);
  for (const RuleExample& example : examples) {
    require(fuzz::is_place_in(path, example.where), "an example names its place");
    Foreseen foreseen;
    mismatches(settings, example, fuzz::monday(), foreseen);
  }
}

void check_lexicon(const std::filesystem::path& path) {
  const Landlord& landlord = fuzz::example().landlord();
  std::set<std::string> trades;
  for (const Trade& trade : landlord.trades) trades.insert(trade.code);
  auto files = read(path);
  const CompiledLexicon lexicon = read_lexicon(files, trades);
  if (!check_findings(files.front())) return;
  for (const char* text : {"fuite sous l'évier", "a b a b a b a b"}) {
    const std::string trade = lexicon.understand(text).trade;
    require(trade.empty() || landlord.find_trade(trade) != nullptr, "the trade is known");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scratch scratch;
  const auto& path = scratch.write(fuzz::text_of(data, size));
  check_rules(path);
  check_lexicon(path);
  read(path).front().settings();
  return 0;
}
