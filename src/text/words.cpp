#include "text/words.hpp"

#include <libstemmer.h>

#include "text/unicode.hpp"

namespace regie::text {

namespace {

constexpr std::size_t remembered_words = 100'000;  // some 20 MB at worst
constexpr std::size_t longest_remembered = 40;     // bytes

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool ends_sentence(char c) { return c == '.' || c == '!' || c == '?' || c == ';' || c == '\n' || c == ':'; }

/// Takes the next run of letters and digits off `folded`; "" when there is none. What stood before it goes to `skip`.
template <typename Skip>
std::string_view take_word(std::string_view& folded, Skip skip) {
  while (!folded.empty() && !is_word_byte(folded.front())) {
    skip(folded.front());
    folded.remove_prefix(1);
  }
  std::size_t end = 0;
  while (end < folded.size() && is_word_byte(folded[end])) ++end;
  const auto word = folded.substr(0, end);
  folded.remove_prefix(end);
  return word;
}

}  // namespace

void WordReader::Delete::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

std::optional<WordReader> WordReader::create(const std::string& language) {
  WordReader reader;
  reader.language_ = language;
  if (!language.empty()) {
    reader.stemmer_.reset(sb_stemmer_new(language.c_str(), "UTF_8"));
    if (!reader.stemmer_) return std::nullopt;
  }
  return reader;
}

void WordReader::leave_out(std::string_view words) {
  const std::string folded = fold(words);
  std::string_view rest = folded;
  for (auto word = take_word(rest, [](char) {}); !word.empty(); word = take_word(rest, [](char) {}))
    left_out_.emplace(word);
  known_.clear();
}

std::string WordReader::stem(const std::string& folded) const {
  if (!stemmer_) return folded;
  const auto* stemmed = sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(folded.data()),
                                        static_cast<int>(folded.size()));
  return {reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
}

const Word& WordReader::known(std::string_view folded) const {
  if (folded.size() > longest_remembered) {
    const std::string text(folded);
    long_word_ = left_out_.contains(text) ? Word{} : Word{text, stem(text)};
    return long_word_;
  }
  if (const auto found = known_.find(folded); found != known_.end()) return found->second;
  if (known_.size() >= remembered_words) known_.clear();
  const std::string text(folded);
  return known_.emplace(text, left_out_.contains(text) ? Word{} : Word{text, stem(text)}).first->second;
}

std::vector<Word> WordReader::read(std::string_view message) const {
  std::vector<Word> words;
  const std::string folded = fold(message);
  std::string_view rest = folded;
  const auto skip = [&](char c) {
    if (ends_sentence(c) && !words.empty() && !words.back().stem.empty()) words.emplace_back();
  };
  for (auto word = take_word(rest, skip); !word.empty(); word = take_word(rest, skip)) {
    if (const Word& read = known(word); !read.stem.empty()) words.push_back(read);
  }
  return words;
}

Pattern WordReader::read_pattern(std::string_view term) const {
  Pattern pattern;
  const std::string folded = fold(term);
  std::string_view rest = folded;
  bool gap = false;
  int dots = 0;
  const auto skip = [&](char c) {
    dots = c == '.' ? dots + 1 : 0;
    if (dots == 3) gap = true;
  };
  for (auto word = take_word(rest, skip); !word.empty(); word = take_word(rest, skip)) {
    const bool prefix = !rest.empty() && rest.front() == '*';
    std::string text(word);
    dots = 0;
    if (!prefix && left_out_.contains(text)) continue;
    pattern.push_back({prefix ? text : stem(text), prefix, gap && !pattern.empty()});
    gap = false;
  }
  return pattern;
}

std::vector<std::string> WordReader::left_out_of(std::string_view term) const {
  std::vector<std::string> words;
  const std::string folded = fold(term);
  std::string_view rest = folded;
  for (auto word = take_word(rest, [](char) {}); !word.empty(); word = take_word(rest, [](char) {}))
    if (left_out_.contains(std::string(word)) && !rest.starts_with('*')) words.emplace_back(word);
  return words;
}

}  // namespace regie::text
