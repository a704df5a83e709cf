#include "desk/settings.hpp"

#include <set>

namespace regie {

using toml_input::File;
using toml_input::Table;

Settings::Settings(Sources sources) : sources_(std::move(sources)) {
  if (!sources_.file.empty()) files_.emplace_back(sources_.file);
  read_basics();
}

void Settings::read_basics() {
  std::string zone_name = sources_.default_zone;
  if (!files_.empty()) {
    Table root = files_.front().root();
    language_ = root.text("language").value_or("");
    if (!language_.empty() && language_ != "fr" && language_ != "en")
      root.complain("language", message(N_("'{0}' is not one of {1}"), language_, "fr, en"));
    database_ = root.text("database").value_or("");
    if (!database_.empty() && database_.find("://") == std::string::npos && !database_.starts_with("sqlite:"))
      database_ = (sources_.file.parent_path() / database_).string();
    lexicons_ = root.texts("lexicon");
    if (const auto name = root.text("zone")) {
      zone_name = *name;
      if (!sources_.zone(zone_name)) {
        root.complain("zone", message(N_("no time zone '{0}' on this machine; write it like Europe/Paris"), zone_name));
        throw_findings();
      }
    }
  }
  if (lexicons_.empty()) lexicons_ = {"fr"};
  if (auto zone = sources_.zone(zone_name)) zone_ = *std::move(zone);
  // A file that is no TOML cannot even say where the database is.
  for (const File& file : files_)
    for (const Message& finding : file.findings())
      if (file.content().empty() || std::string_view(finding.id) == N_("this is not TOML: {0}")) throw_findings();
}

void Settings::read_includes() {
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
  if (!landlord_) {
    read_includes();
    landlord_ = read_landlord(files_, zone_);
    throw_findings();
  }
  return *landlord_;
}

const Routing& Settings::routing() {
  if (!routing_) {
    const Landlord& desk = landlord();
    for (const std::string& name : lexicons_) {
      const std::filesystem::path given(name);
      const bool installed = !given.has_parent_path() && given.extension() != ".toml";
      lexicon_files_.emplace_back(installed ? sources_.share_dir / "lexicon" / (name + ".toml")
                                            : sources_.file.parent_path() / given);
    }
    // Rules stand in files of their own: whoever only lists or closes does not read them.
    std::vector<std::filesystem::path> rule_files;
    for (File& file : files_)
      for (const std::string& name : file.root().texts("rules")) rule_files.push_back(file.path().parent_path() / name);
    for (const auto& path : rule_files) rule_files_.emplace_back(path);
    std::set<std::string> trades;
    for (const Trade& trade : desk.trades) trades.insert(trade.code);
    auto routing = std::make_unique<Routing>(Routing{read_lexicon(lexicon_files_, trades), {}});
    routing->rules = read_rules(rule_files_, desk, routing->lexicon.words);
    throw_findings();
    routing_ = std::move(routing);
  }
  return *routing_;
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

void Settings::throw_findings() const {
  std::vector<Message> findings;
  for (const auto* files : {&files_, &rule_files_, &lexicon_files_})
    for (const File& file : *files) {
      auto some = file.findings();
      std::ranges::move(some, std::back_inserter(findings));
    }
  if (!findings.empty()) throw Error(Trouble::config, std::move(findings));
}

}  // namespace regie
