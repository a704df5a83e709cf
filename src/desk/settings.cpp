#include "desk/settings.hpp"

#include "desk/answer_words.hpp"
#include "desk/examples.hpp"

#include <algorithm>
#include <set>

namespace regie {

using toml_input::File;
using toml_input::Table;

namespace {

void throw_findings_of(std::initializer_list<const std::vector<File>*> lists) {
  std::vector<Message> findings;
  for (const auto* files : lists)
    for (const File& file : *files) {
      auto some = file.findings();
      std::ranges::move(some, std::back_inserter(findings));
    }
  if (!findings.empty()) throw Error(Trouble::config, std::move(findings));
}

}  // namespace

Settings::Settings(Sources sources)
    : sources_(std::move(sources)), cache_(sources_.cache_dir, sources_.file, sources_.program) {
  try {
    desk_image_ = cache_.load("desk");
    if (desk_image_) basics_ = decode_basics(desk_image_->bytes);
  } catch (const std::exception&) {
    desk_image_.reset();
  }
  if (!desk_image_) read_basics();
  if (auto zone = sources_.zone(basics_.zone.empty() ? sources_.default_zone : basics_.zone)) zone_ = *std::move(zone);
}

Settings::~Settings() = default;

void Settings::open_main_file() {
  if (files_.empty() && !sources_.file.empty()) files_.emplace_back(sources_.file);
}

void Settings::read_basics() {
  basics_ = {};
  open_main_file();
  if (!files_.empty()) {
    Table root = files_.front().root();
    basics_.language = root.text("language").value_or("");
    if (!basics_.language.empty() && basics_.language != "fr" && basics_.language != "en")
      root.complain("language", message(N_("'{0}' is not one of {1}"), basics_.language, "fr, en"));
    basics_.database = root.text("database").value_or("");
    basics_.photos = root.text("photos").value_or("");
    basics_.lexicons = root.texts("lexicon");
    basics_.zone = root.text("zone").value_or("");
    if (!basics_.zone.empty() && !sources_.zone(basics_.zone)) {
      root.complain("zone",
                    message(N_("no time zone '{0}' on this machine; write it like Europe/Paris"), basics_.zone));
      landlord();  // throws, after everything else was looked at too
    }
    // A file that cannot be read or is no TOML cannot even say where the database is.
    if (!files_.front().is_toml()) throw_findings();
  }
  if (basics_.lexicons.empty()) basics_.lexicons = {"fr"};
}

std::string Settings::database() const {
  const std::string& written = basics_.database;
  if (written.empty() || written.find("://") != std::string::npos || written.starts_with("sqlite:")) return written;
  return (sources_.file.parent_path() / written).string();
}

std::string Settings::photos() const {
  return basics_.photos.empty() ? "" : (sources_.file.parent_path() / basics_.photos).string();
}

void Settings::read_includes() {
  open_main_file();
  if (includes_read_ || files_.empty()) return;
  includes_read_ = true;
  // Files may include others; each is read once. files_ grows while we walk it.
  std::set<std::filesystem::path> known{files_.front().path().lexically_normal()};
  for (std::size_t i = 0; i < files_.size(); ++i)
    for (const std::string& name : files_[i].root().texts("include")) {
      const auto path = (files_[i].path().parent_path() / name).lexically_normal();
      if (known.insert(path).second) files_.emplace_back(path);
    }
}

const Landlord& Settings::landlord() {
  if (landlord_) return *landlord_;
  if (desk_image_) try {
      landlord_ = decode_landlord(desk_image_->bytes, zone_);
      return *landlord_;
    } catch (const std::exception&) {
      desk_image_.reset();
    }
  if (files_.empty()) read_basics();
  read_includes();
  landlord_ = read_landlord(files_, zone_);
  throw_findings();
  if (!files_.empty()) cache_.save("desk", paths(), encode_image(basics_, *landlord_));
  return *landlord_;
}

const mail::AnswerWords& Settings::answer_words() {
  if (answer_words_) return *answer_words_;
  landlord();  // throws when there is a mistake in the files
  if (files_.empty()) read_basics();
  read_includes();
  answer_words_.emplace();
  for (File& file : files_)
    if (auto receive = file.root().table("receive")) answer_words_ = read_answer_words(*receive);
  return *answer_words_;
}

const Routing& Settings::routing() {
  if (routing_) return *routing_;
  if (const auto image = cache_.load("routing")) try {
      routing_ = std::make_unique<Routing>(decode_routing(image->bytes));
      return *routing_;
    } catch (const std::exception&) {
      // Not whole: read the files.
    }
  routing_ = read_routing();
  if (!files_.empty()) cache_.save("routing", paths(), encode_image(*routing_));
  return *routing_;
}

const std::vector<RuleExample>& Settings::examples() {
  if (!rules_read_) routing_ = read_routing();
  return examples_;
}

std::unique_ptr<Routing> Settings::read_routing() {
  // Only who has asked a file for everything can tell which of its keys are unknown: a landlord from the cache will
  // not do here.
  if (!desk_image_) landlord();
  if (files_.empty()) read_basics();
  read_includes();
  const Landlord desk = desk_image_ ? read_landlord(files_, zone_) : *landlord_;
  for (const std::string& name : basics_.lexicons) {
    const std::filesystem::path given(name);
    const bool installed = !given.has_parent_path() && given.extension() != ".toml";
    lexicon_files_.emplace_back(installed ? sources_.share_dir / "lexicon" / (name + ".toml")
                                          : sources_.file.parent_path() / given);
  }
  // Rules stand in files of their own: whoever only lists or closes does not read them.
  for (File& file : files_)
    for (const std::string& name : file.root().texts("rules"))
      rule_files_.emplace_back(file.path().parent_path() / name);
  std::set<std::string> trades;
  for (const Trade& trade : desk.trades) trades.insert(trade.code);
  auto routing = std::make_unique<Routing>(Routing{read_lexicon(lexicon_files_, trades), {}});
  routing->rules = read_rules(rule_files_, desk, routing->lexicon.words, examples_);
  rules_read_ = true;
  throw_findings();
  return routing;
}

RuleSet Settings::rules_from(const std::vector<std::filesystem::path>& paths) {
  const text::WordReader& words = routing().lexicon.words;
  std::vector<File> files;
  for (const std::filesystem::path& path : paths) files.emplace_back(path);
  std::vector<RuleExample> examples;
  RuleSet rules = read_rules(files, landlord(), words, examples);
  throw_findings_of({&files});
  return rules;
}

std::vector<toml_input::Setting> Settings::settings() {
  read_includes();
  std::vector<toml_input::Setting> all;
  for (const File& file : files_) {
    auto some = file.settings();
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

std::vector<std::filesystem::path> Settings::paths() const {
  std::vector<std::filesystem::path> all;
  for (const auto* files : {&files_, &rule_files_, &lexicon_files_})
    for (const File& file : *files) all.push_back(file.path());
  return all;
}

void Settings::throw_findings() const { throw_findings_of({&files_, &rule_files_, &lexicon_files_}); }

}  // namespace regie
