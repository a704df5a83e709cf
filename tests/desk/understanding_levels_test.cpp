// What the lexicons reached on labelled messages must not be lost again. `understanding` (a build target) prints the
// tables.
#include <doctest/doctest.h>

#include "labelled.hpp"

using namespace regie;
using namespace regie::test;

namespace {

const std::string own = REGIE_SOURCE_DIR "/tests/understanding/";

const CompiledLexicon& installed(const std::string& language) {
  static std::map<std::string, CompiledLexicon> lexicons;
  if (const auto known = lexicons.find(language); known != lexicons.end()) return known->second;
  std::vector<toml_input::File> files;
  files.emplace_back(REGIE_SOURCE_DIR "/config/lexicon/" + language + ".toml");
  CompiledLexicon lexicon = read_lexicon(files, default_trades());
  for (const Message& finding : files.front().findings()) FAIL(finding.where << ": " << finding.id);
  return lexicons.emplace(language, std::move(lexicon)).first->second;
}

struct Levels {
  double certain, right_where_certain, technical, urgency, emergencies_found, false_emergencies;
};

void check_levels(const Figures& figures, const Levels& levels) {
  INFO(table(figures));
  REQUIRE(figures.messages > 0);
  CHECK(share(figures.certain, figures.messages) >= levels.certain);
  CHECK(share(figures.certain_right, figures.certain) >= levels.right_where_certain);
  CHECK(share(figures.technical_right, figures.messages) >= levels.technical);
  if (figures.with_urgency == 0) return;
  CHECK(share(figures.urgency_right, figures.with_urgency) >= levels.urgency);
  CHECK(share(figures.emergencies_found, figures.emergencies) >= levels.emergencies_found);
  CHECK(share(figures.false_emergencies, figures.others) <= levels.false_emergencies);
}

/// Files that are not in this repository.
void check_shared(const std::string& files, const Levels& levels) {
  try {
    check_levels(measure(installed("fr"), read_source(files).messages, Part::all), levels);
  } catch (const Unreadable& unreadable) {
    MESSAGE("SKIPPED: " << unreadable.path << ": " << unreadable.why << ": the French lexicon is not measured on it");
  }
}

}  // namespace

TEST_CASE("French messages of the repository stay understood") {
  for (const char* file : {"unseen_fr.jsonl", "second_fr.jsonl", "third_fr.jsonl", "fourth_fr.jsonl"}) {
    CAPTURE(std::string(file));
    check_levels(measure(installed("fr"), read_source(own + file).messages, Part::all), {.certain = 0.95,
                                                                                         .right_where_certain = 0.97,
                                                                                         .technical = 0.965,
                                                                                         .urgency = 0.95,
                                                                                         .emergencies_found = 0.97,
                                                                                         .false_emergencies = 0.01});
  }
}

TEST_CASE("English messages of the repository stay understood") {
  for (const char* file : {"unseen_en.jsonl", "second_en.jsonl"}) {
    CAPTURE(std::string(file));
    check_levels(measure(installed("en"), read_source(own + file).messages, Part::all), {.certain = 0.92,
                                                                                         .right_where_certain = 0.96,
                                                                                         .technical = 0.97,
                                                                                         .urgency = 0.92,
                                                                                         .emergencies_found = 0.95,
                                                                                         .false_emergencies = 0.02});
  }
}

TEST_CASE("the types of the Boston requests name their trade") {
  const Figures figures = measure(installed("en"), read_source(own + "boston_types.tsv").messages, Part::all);
  INFO(table(figures));
  CHECK(figures.messages == 10'174);
  CHECK(figures.certain_right == figures.messages);
}

TEST_CASE("messages in the shared data stay understood") {
  const Levels levels{.certain = 0.90,
                      .right_where_certain = 0.97,
                      .technical = 0.98,
                      .urgency = 0.87,
                      .emergencies_found = 0.92,
                      .false_emergencies = 0.03};
  check_shared(REGIE_SHARED_DATA "/dev_fr.jsonl", levels);
  check_shared(REGIE_SHARED_DATA "/day_fr.csv:" REGIE_SHARED_DATA "/day_fr.labels.tsv", levels);
}

TEST_CASE("the halves of the messages stay the same and share none") {
  CHECK(part_of("fuite") == part_of("fuite"));
  std::size_t tune = 0;
  const auto messages = read_source(own + "unseen_fr.jsonl").messages;
  for (const Labelled& message : messages) tune += part_of(message.text) == Part::tune;
  CHECK(tune > messages.size() * 2 / 5);
  CHECK(tune < messages.size() * 3 / 5);
  const CompiledLexicon& lexicon = installed("fr");
  CHECK(measure(lexicon, messages, Part::tune).messages == tune);
  CHECK(measure(lexicon, messages, Part::held_out).messages == messages.size() - tune);
  CHECK(measure(lexicon, messages, Part::all).messages == messages.size());
}

TEST_CASE("a file that cannot be measured on is named") {
  CHECK_THROWS_AS(read_source(own + "no_such_file.jsonl"), Unreadable);
  CHECK_THROWS_AS(read_source(own + "no_such_file.csv:" + own + "signal_logement.tsv"), Unreadable);
}

TEST_CASE("figures count what was certain and right and dangerous") {
  Figures figures;
  Understanding got;
  got.trade = "lift", got.certain = true, got.urgency = Urgency::emergency;
  figures.add({"", "lift", "emergency", ""}, got);
  figures.add({"", "none", "normal", ""}, got);
  got.certain = false;
  figures.add({"", "gas", "", "", 3}, got);
  CHECK(figures.messages == 5);
  CHECK(figures.certain == 2);
  CHECK(figures.certain_right == 1);
  CHECK(figures.technical_right == 4);
  CHECK(figures.emergencies == 1);
  CHECK(figures.emergencies_found == 1);
  CHECK(figures.others == 1);
  CHECK(figures.false_emergencies == 1);
  CHECK(figures.certain_confusion.at({"none", "lift"}) == 1);
  CHECK(figures.unsure_confusion.at({"gas", "lift"}) == 3);
}
