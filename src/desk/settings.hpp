// The landlord's configuration, read no further than a command needs it: a list wants the database's path, an order
// the whole landlord, a new request the lexicon and the rules as well.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "desk/cache.hpp"
#include "desk/lexicon.hpp"
#include "desk/toml.hpp"
#include "mail/answer.hpp"
#include "regie/landlord.hpp"
#include "regie/routing.hpp"

namespace regie {

struct RuleExample;

class Settings {
 public:
  struct Sources {
    std::filesystem::path file;                                        ///< regie.toml; empty = none: built-in values
    std::filesystem::path share_dir;                                   ///< where installed lexicons are
    std::function<std::optional<Zone>(const std::string& name)> zone;  ///< nullopt: no such time zone
    std::string default_zone;                                          ///< when the file names none
    std::filesystem::path cache_dir = {};                              ///< empty = read the files every time
    std::filesystem::path program = {};                                ///< the executable, for the cache
  };
  /// Reads the first lines that everybody needs. Throws Error(config) when the file is no TOML.
  explicit Settings(Sources sources);
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  ~Settings();

  const std::filesystem::path& file() const { return sources_.file; }
  const std::string& language() const { return basics_.language; }  ///< "" = not said
  std::string database() const;                                     ///< "" = not said; otherwise a path or URL
  std::string photos() const;                                       ///< folder of the photos; "" = not said
  const std::filesystem::path& share_dir() const { return sources_.share_dir; }
  const Zone& zone() const { return zone_; }
  const std::function<std::optional<Zone>(const std::string& name)>& zones() const { return sources_.zone; }

  /// Reads the rest on the first call. Throws Error(config) with every finding of all files.
  const Landlord& landlord();
  const Routing& routing();
  /// What an answering mail may begin with. Always reads the files.
  const mail::AnswerWords& answer_words();
  /// Those of the rule files, in their order. Always reads the files.
  const std::vector<RuleExample>& examples();
  /// The rules of other files, for this landlord and lexicon. Throws Error(config) with every finding in them.
  RuleSet rules_from(const std::vector<std::filesystem::path>& files);

  /// What `config show` lists, in file order.
  std::vector<toml_input::Setting> settings();

 private:
  void open_main_file();
  void read_basics();
  void read_includes();
  std::unique_ptr<Routing> read_routing();
  void throw_findings() const;
  std::vector<std::filesystem::path> paths() const;

  Sources sources_;
  ConfigCache cache_;
  std::optional<Image> desk_image_;      ///< basics and landlord, when the cache has them
  std::vector<toml_input::File> files_;  ///< regie.toml, then what it includes; empty as long as the image does
  std::vector<toml_input::File> rule_files_;
  std::vector<toml_input::File> lexicon_files_;
  Basics basics_;
  Zone zone_;
  bool includes_read_ = false;
  std::optional<Landlord> landlord_;
  std::optional<mail::AnswerWords> answer_words_;
  std::unique_ptr<Routing> routing_;
  std::vector<RuleExample> examples_;
  bool rules_read_ = false;
};

/// desk/landlord.cpp: fills the landlord from all files; mistakes go to their findings.
Landlord read_landlord(std::vector<toml_input::File>& files, const Zone& zone);

/// desk/ladder.cpp: mail and reminders, for the people and firms of this landlord.
void read_ladder(std::vector<toml_input::File>& files, Landlord& landlord);

/// A list of words that must all be among `names`; those that are not are reported with the nearest, and kept.
std::vector<std::string> read_known(toml_input::Table& table, const char* key, const std::vector<std::string>& names);

/// desk/rules.cpp
/// The examples beside the rules are added to `examples`.
RuleSet read_rules(std::vector<toml_input::File>& files, const Landlord& landlord, const text::WordReader& words,
                   std::vector<RuleExample>& examples);

/// "2 hours", "30 days"; anything else, and nothing, is reported.
Span read_span(toml_input::Table& table, const char* key);

}  // namespace regie
