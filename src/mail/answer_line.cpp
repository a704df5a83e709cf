#include "mail/answer_line.hpp"

#include <algorithm>
#include <array>

#include "text/unicode.hpp"

namespace regie::mail {

namespace {

// Tokens

enum class Class { letter, digit, pictogram, sign, blank, nothing, hidden };

struct Character {
  Class kind = Class::sign;
  char32_t code = 0;
};

/// The first character of UTF-8 that is known to be valid.
char32_t code_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  if (byte(0) < 0x80) return byte(0);
  if (byte(0) < 0xe0) return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
  if (byte(0) < 0xf0) return (byte(0) & 0xf) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  return (byte(0) & 7) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
}

std::size_t length_of_character(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

Class class_of(char32_t c) {
  const auto between = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (between('a', 'z') || between('A', 'Z')) return Class::letter;
  if (between('0', '9')) return Class::digit;
  if (c == ' ' || c == '\t' || c == '\r' || c == 0x2028 || c == 0x2029 || c == 0xa0) return Class::blank;
  if (c < 0x20 || between(0x7f, 0x9f) || between(0x202a, 0x202e) || between(0x2066, 0x2069)) return Class::hidden;
  if (c < 0x80) return Class::sign;
  if (c == 0xad || c == 0xfeff || between(0x200b, 0x200f) || c == 0x2060 || between(0xfe00, 0xfe0f) ||
      between(0x1f3fb, 0x1f3ff))
    return Class::nothing;
  if (between(0x2600, 0x27bf) || between(0x1f000, 0x1faff)) return Class::pictogram;
  if (between(0xa1, 0xbf) || c == 0xd7 || c == 0xf7 || between(0x2000, 0x2bff) || between(0x3000, 0x303f))
    return Class::sign;
  return Class::letter;
}

std::string sign_text(char32_t c, std::string_view written) {
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) return "-";
  if (c == 0xab || c == 0xbb || (c >= 0x201c && c <= 0x201f)) return "\"";
  return std::string(written);
}

class Tokenizer {
 public:
  std::vector<Token> all;

  void read(std::string_view line) {
    for (at_ = 0; at_ < line.size(); at_ += length_) {
      length_ = std::min(length_of_character(line[at_]), line.size() - at_);
      std::string_view written = line.substr(at_, length_);
      if (length_ == 1 && static_cast<unsigned char>(written.front()) < 0x80) {
        const char c = written.front();
        const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        add({&folded, 1});
      } else if (text::find_invalid_utf8(written)) {
        length_ = 1;
        append(Class::hidden, "?", 0);
      } else if (const Class kind = class_of(code_of(written)); kind == Class::nothing || kind == Class::pictogram) {
        append(kind, written, code_of(written));
      } else {
        for (std::string folded = text::fold(written), rest; !folded.empty(); folded = std::move(rest)) {
          const std::size_t length = length_of_character(folded.front());
          rest = folded.substr(length);
          add(std::string_view(folded).substr(0, length));
        }
      }
    }
  }

 private:
  void add(std::string_view folded) {
    const char32_t c = code_of(folded);
    append(class_of(c), folded, c);
  }

  void append(Class kind, std::string_view folded, char32_t c) {
    if (kind == Class::nothing) return;
    if (kind == Class::blank) {
      glued_ = false;
      last_ = kind;
      return;
    }
    const bool goes_on = glued_ && kind == last_ && (kind == Class::letter || kind == Class::digit);
    if (goes_on) {
      all.back().text += folded;
      all.back().end = at_ + length_;
      return;
    }
    Token token{.glued = glued_ && !all.empty(), .begin = at_, .end = at_ + length_};
    token.type = kind == Class::digit    ? Token::Type::number
                 : kind == Class::sign   ? Token::Type::sign
                 : kind == Class::hidden ? Token::Type::hidden
                                         : Token::Type::word;
    token.text = kind == Class::sign ? sign_text(c, folded) : std::string(folded);
    all.push_back(std::move(token));
    glued_ = true;
    last_ = kind;
  }

  std::size_t at_ = 0, length_ = 0;
  bool glued_ = false;
  Class last_ = Class::blank;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view line) {
  Tokenizer tokenizer;
  tokenizer.read(line);
  return std::move(tokenizer.all);
}

// Phrases

std::string_view Line::since(std::size_t position) const {
  if (position >= at_) return {};
  return written_.substr(tokens_[position].begin, tokens_[at_ - 1].end - tokens_[position].begin);
}

std::size_t Line::length_of(std::string_view phrase) const {
  std::size_t at = at_;
  for (std::size_t begin = 0; begin < phrase.size();) {
    const std::size_t end = std::min(phrase.find(' ', begin), phrase.size());
    if (begin > 0 && at < tokens_.size() && (tokens_[at].is_sign("'") || tokens_[at].is_sign("-"))) ++at;
    if (at >= tokens_.size() || tokens_[at].type == Token::Type::sign || tokens_[at].type == Token::Type::hidden ||
        tokens_[at].text != phrase.substr(begin, end - begin))
      return 0;
    ++at;
    begin = end + 1;
  }
  return at - at_;
}

bool Line::take(std::string_view phrase) {
  const std::size_t length = length_of(phrase);
  at_ += length;
  return length > 0;
}

bool Line::take_one_of(std::span<const std::string_view> phrases) {
  std::size_t longest = 0;
  for (const std::string_view phrase : phrases) longest = std::max(longest, length_of(phrase));
  at_ += longest;
  return longest > 0;
}

bool Line::take_sign(std::string_view signs) {
  if (at_end() || tokens_[at_].type != Token::Type::sign || tokens_[at_].text.size() != 1 ||
      signs.find(tokens_[at_].text.front()) == std::string_view::npos)
    return false;
  ++at_;
  return true;
}

void Line::take_signs(std::string_view signs) {
  while (take_sign(signs)) {
  }
}

// Amounts

bool is_currency(const Token& token) {
  return token.is_sign("€") || token.is_word("euros") || token.is_word("euro") || token.is_word("eur");
}

namespace {

constexpr std::int64_t dearest = 1'000'000;  // euros; no repair costs more

/// "1 250,00", "1.250,00", "1,250.00", "85", "85,5": cents.
std::optional<std::int64_t> take_cents(Line& line) {
  constexpr std::size_t group = 3;
  const auto is_number = [](const Token* token) { return token != nullptr && token->type == Token::Type::number; };
  const auto is_glued_number = [&](const Token* token) { return is_number(token) && token->glued; };
  if (!is_number(line.peek())) return std::nullopt;
  std::string digits = line.peek()->text;
  const bool may_have_groups = digits.size() <= group;
  line.skip();
  std::string separator;  // of thousands
  while (may_have_groups && digits.size() <= 9) {
    const Token* next = line.peek();
    if (separator.empty() && is_number(next) && !next->glued && next->text.size() == group) separator = " ";
    if (separator == " ") {
      if (!is_number(next) || next->glued || next->text.size() != group) break;
    } else {
      const Token* behind = line.peek(1);
      const bool is_separator = next != nullptr && next->glued && (next->is_sign(".") || next->is_sign(",")) &&
                                is_glued_number(behind) && behind->text.size() == group;
      if (!is_separator || (!separator.empty() && separator != next->text)) break;
      separator = next->text;
      line.skip();
    }
    digits += line.peek()->text;
    line.skip();
  }
  std::string decimals;
  if (const Token* next = line.peek(); next != nullptr && next->glued && next->text != separator &&
                                       (next->is_sign(",") || next->is_sign(".")) && is_glued_number(line.peek(1))) {
    decimals = line.peek(1)->text;
    if (decimals.size() > 2) return std::nullopt;
    line.go(line.position() + 2);
  }
  if ((separator == "." || separator == ",") && decimals.empty()) return std::nullopt;
  if (digits.size() > 9) return std::nullopt;
  std::int64_t cents = 0;
  for (const char c : digits) cents = cents * 10 + (c - '0');
  if (cents > dearest) return std::nullopt;
  decimals.resize(2, '0');
  return cents * 100 + (decimals[0] - '0') * 10 + (decimals[1] - '0');
}

}  // namespace

std::optional<std::int64_t> take_amount(Line& line) {
  const std::size_t start = line.position();
  const auto take_currency = [&] {
    if (line.at_end() || !is_currency(*line.peek())) return false;
    line.skip();
    return true;
  };
  const bool is_before = take_currency();
  const auto cents = take_cents(line);
  if (!cents || (!is_before && !take_currency())) {
    line.go(start);
    return std::nullopt;
  }
  line.take("ttc");
  return cents;
}

}  // namespace regie::mail
