#include "desk/toml.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "regie/names.hpp"

namespace regie::toml_input {

namespace {
struct Found {
  toml::source_position at;
  Message message;
};
}  // namespace

class Source {
 public:
  std::filesystem::path path;
  std::string content;
  toml::table root;
  bool is_toml = false;
  std::vector<Found> found;
  std::map<const toml::table*, std::set<std::string, std::less<>>> asked;

  std::string where(toml::source_position at) const {
    return path.string() + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  }

  void complain(toml::source_position at, Message message) {
    message.where = where(at);
    found.push_back({at, std::move(message)});
  }

  void wrong_type(const toml::node& node, std::string_view key, const char* expected) {
    complain(node.source().begin, message(N_("'{0}' must be {1}"), key, Label{expected}));
  }

  /// Tables nobody looked into were reported as unknown keys themselves, or hold the landlord's own keys.
  void report_unknown(const toml::table& table, std::vector<Found>& all) const {
    const auto known = asked.find(&table);
    if (known == asked.end()) return;
    for (const auto& [key, node] : table) {
      if (!known->second.contains(key.str())) {
        Message unknown = message(N_("unknown key '{0}'"), key.str());
        const std::vector<std::string> names(known->second.begin(), known->second.end());
        if (const std::string near = nearest(key.str(), names); !near.empty())
          unknown = message(N_("unknown key '{0}'; did you mean '{1}'?"), key.str(), near);
        unknown.where = where(key.source().begin);
        all.push_back({key.source().begin, std::move(unknown)});
      } else if (const auto* inner = node.as_table()) {
        report_unknown(*inner, all);
      } else if (const auto* array = node.as_array()) {
        for (const auto& element : *array)
          if (const auto* inner_table = element.as_table()) report_unknown(*inner_table, all);
      }
    }
  }

  const toml::node* ask(const void* table_node, std::string_view key) {
    const auto& table = *static_cast<const toml::table*>(table_node);
    asked[&table].emplace(key);
    return table.get(key);
  }
};

namespace {

/// toml++ bounds how deep lists and tables nest, but not "a.a.a.a = 1", and takes tables down by recursion.
bool has_endless_key(std::string_view content) {
  constexpr int most_dots = 10'000;
  int dots = 0;
  for (const char c : content) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == '.' && ++dots > most_dots) return true;
    if (!is_letter && std::string_view("._-'\" \t").find(c) == std::string_view::npos) dots = 0;
  }
  return false;
}

const toml::table& table_of(const void* node) { return *static_cast<const toml::table*>(node); }

std::optional<LocalDay> day_of(const toml::node& node) {
  const auto date = node.value_exact<toml::date>();
  if (!date) return std::nullopt;
  return LocalDay{std::chrono::year{date->year} / date->month / date->day};
}

void collect_settings(const Source& source, const std::string& prefix, const toml::node& node,
                      std::vector<Setting>& all) {
  if (const auto* table = node.as_table()) {
    for (const auto& [key, inner] : *table)
      collect_settings(source, prefix.empty() ? std::string(key.str()) : prefix + '.' + std::string(key.str()), inner,
                       all);
    return;
  }
  if (const auto* array = node.as_array();
      array != nullptr && std::ranges::any_of(*array, [](const toml::node& element) { return element.is_table(); })) {
    std::size_t index = 0;
    for (const auto& element : *array)
      collect_settings(source, prefix + '[' + std::to_string(index++) + ']', element, all);
    return;
  }
  std::ostringstream value;
  if (const auto text = node.value_exact<std::string>()) value << *text;
  else if (const auto* array = node.as_array()) value << *array;
  else node.visit([&](const auto& leaf) { value << leaf; });
  all.push_back({prefix, value.str(), source.path.string() + ':' + std::to_string(node.source().begin.line)});
}

}  // namespace

std::optional<std::string> Table::text(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<std::string>()) return value;
  source_->wrong_type(*node, key, N_("a text in quotes"));
  return std::nullopt;
}

std::optional<std::int64_t> Table::number(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<std::int64_t>()) return value;
  source_->wrong_type(*node, key, N_("a whole number"));
  return std::nullopt;
}

std::optional<double> Table::real(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value<double>(); value && node->is_number()) return value;
  source_->wrong_type(*node, key, N_("a number"));
  return std::nullopt;
}

std::optional<bool> Table::flag(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<bool>()) return value;
  source_->wrong_type(*node, key, N_("true or false"));
  return std::nullopt;
}

std::optional<LocalDay> Table::day(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = day_of(*node)) return value;
  source_->wrong_type(*node, key, N_("a date such as 2026-03-09, without quotes"));
  return std::nullopt;
}

std::optional<Table> Table::table(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto* inner = node->as_table()) return Table(source_, inner);
  source_->wrong_type(*node, key, N_("a table"));
  return std::nullopt;
}

std::string Table::required_text(std::string_view key) {
  const bool present = has(key);
  auto value = text(key);
  if (!present) source_->complain(table_of(node_).source().begin, message(N_("'{0}' is missing here"), key));
  return value.value_or("");
}

std::vector<std::string> Table::texts(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  std::vector<std::string> values;
  if (node == nullptr) return values;
  if (const auto single = node->value_exact<std::string>()) return {*single};
  const auto* array = node->as_array();
  if (array == nullptr) {
    source_->wrong_type(*node, key, N_("a text or a list of texts"));
    return values;
  }
  for (const auto& element : *array) {
    if (auto value = element.value_exact<std::string>()) values.push_back(*std::move(value));
    else source_->wrong_type(element, key, N_("a text or a list of texts"));
  }
  return values;
}

std::vector<LocalDay> Table::days(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  std::vector<LocalDay> values;
  if (node == nullptr) return values;
  const auto* array = node->as_array();
  if (array == nullptr) {
    source_->wrong_type(*node, key, N_("a list of dates"));
    return values;
  }
  for (const auto& element : *array) {
    if (const auto value = day_of(element)) values.push_back(*value);
    else source_->wrong_type(element, key, N_("a date such as 2026-03-09, without quotes"));
  }
  return values;
}

std::vector<Table> Table::tables(std::string_view key) {
  const auto* node = source_->ask(node_, key);
  std::vector<Table> values;
  if (node == nullptr) return values;
  if (const auto* single = node->as_table()) return {Table(source_, single)};
  const auto* array = node->as_array();
  if (array == nullptr) {
    source_->wrong_type(*node, key, N_("a table or a list of tables"));
    return values;
  }
  for (const auto& element : *array) {
    if (const auto* inner = element.as_table()) values.push_back(Table(source_, inner));
    else source_->wrong_type(element, key, N_("a table or a list of tables"));
  }
  return values;
}

bool Table::has(std::string_view key) { return source_->ask(node_, key) != nullptr; }

bool Table::is_text(std::string_view key) const {
  const auto* node = table_of(node_).get(key);
  return node != nullptr && node->is_string();
}

bool Table::is_flag(std::string_view key) const {
  const auto* node = table_of(node_).get(key);
  return node != nullptr && node->is_boolean();
}

bool Table::is_table(std::string_view key) const {
  const auto* node = table_of(node_).get(key);
  return node != nullptr && node->is_table();
}

std::vector<std::string> Table::free_keys() {
  std::vector<std::string> keys;
  for (const auto& [key, node] : table_of(node_)) {
    keys.emplace_back(key.str());
    source_->asked[&table_of(node_)].emplace(key.str());
  }
  return keys;
}

std::string Table::where(std::string_view key) const {
  const auto* node = key.empty() ? nullptr : table_of(node_).get(key);
  return source_->where((node == nullptr ? table_of(node_).source() : node->source()).begin);
}

void Table::complain(std::string_view key, Message what) {
  const auto* node = key.empty() ? nullptr : table_of(node_).get(key);
  source_->complain((node == nullptr ? table_of(node_).source() : node->source()).begin, std::move(what));
}

File::File(const std::filesystem::path& path) : source_(std::make_unique<Source>()) {
  source_->path = path;
  std::ifstream stream(path, std::ios::binary);
  std::error_code ignored;
  if (!stream || std::filesystem::is_directory(path, ignored)) {
    source_->complain({1, 1}, message(N_("the file cannot be read")));
    return;
  }
  source_->content.assign(std::istreambuf_iterator<char>(stream), {});
  parse();
}

File::File(std::string name, std::string content) : source_(std::make_unique<Source>()) {
  source_->path = std::move(name);
  source_->content = std::move(content);
  parse();
}

void File::parse() {
  if (has_endless_key(source_->content)) {
    source_->complain({1, 1}, message(N_("this is not TOML: {0}"), "a key without end"));
    return;
  }
  try {
    source_->root = toml::parse(std::string_view(source_->content), std::string_view(source_->path.native()));
    source_->is_toml = true;
  } catch (const toml::parse_error& error) {
    source_->complain(error.source().begin, message(N_("this is not TOML: {0}"), error.description()));
  }
}

File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

const std::filesystem::path& File::path() const { return source_->path; }
bool File::is_toml() const { return source_->is_toml; }
const std::string& File::content() const { return source_->content; }
Table File::root() { return Table(source_.get(), &source_->root); }

std::vector<Setting> File::settings() const {
  std::vector<Setting> all;
  collect_settings(*source_, "", source_->root, all);
  return all;
}

std::vector<Message> File::findings() const {
  std::vector<Found> all = source_->found;
  source_->report_unknown(source_->root, all);
  std::ranges::stable_sort(all, [](const Found& one, const Found& other) {
    return std::pair(one.at.line, one.at.column) < std::pair(other.at.line, other.at.column);
  });
  // Who looks at a key twice complains twice.
  const auto repeated = std::ranges::unique(all, [](const Found& one, const Found& other) {
    return one.message.where == other.message.where && std::string_view(one.message.id) == other.message.id &&
           (one.message.args.empty() || one.message.args.front().text == other.message.args.front().text);
  });
  all.erase(repeated.begin(), repeated.end());
  std::vector<Message> messages;
  for (Found& found : all) messages.push_back(std::move(found.message));
  return messages;
}

}  // namespace regie::toml_input
