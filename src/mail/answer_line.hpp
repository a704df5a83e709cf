// A line of an answer, cut into words, numbers and signs, and read from left to right: phrases and amounts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regie::mail {

struct Token {
  enum class Type {
    word,    ///< letters, or one pictogram; folded
    number,  ///< digits
    sign,    ///< one character; all dashes are "-", all quotation marks are "\""
    hidden,  ///< a control character or a bidirectional override
  };
  Type type = Type::word;
  std::string text;
  bool glued = false;     ///< no blank stands before it
  std::size_t begin = 0;  ///< of the line as written
  std::size_t end = 0;

  bool is_word(std::string_view wanted) const { return type == Type::word && text == wanted; }
  bool is_sign(std::string_view wanted) const { return type == Type::sign && text == wanted; }
};

/// The tokens of a line. What has no width and means nothing (a soft hyphen, a byte order mark) is left out.
std::vector<Token> tokens_of(std::string_view line);

/// Reads tokens from left to right. Whatever is tried and does not fit leaves the position where it was.
class Line {
 public:
  /// `written` must live as long as the Line.
  explicit Line(std::string_view written) : written_(written), tokens_(tokens_of(written)) {}

  bool at_end() const { return at_ >= tokens_.size(); }
  const Token* peek(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
  }
  std::span<const Token> left() const { return std::span(tokens_).subspan(at_); }
  std::size_t position() const { return at_; }
  void go(std::size_t position) { at_ = position; }
  void skip() { ++at_; }

  /// From here to the end, as written.
  std::string_view rest() const { return at_end() ? std::string_view{} : written_.substr(tokens_[at_].begin); }
  /// From a position to where the reader is.
  std::string_view since(std::size_t position) const;

  /// How many tokens a phrase takes here ("rendez vous": also "rendez-vous"); 0: it does not stand here.
  std::size_t length_of(std::string_view phrase) const;
  bool take(std::string_view phrase);
  bool take_one_of(std::span<const std::string_view> phrases);
  bool take_sign(std::string_view signs);   ///< one of these characters, "€" apart
  void take_signs(std::string_view signs);  ///< as many as there are

 private:
  std::string_view written_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

/// Takes "85,50 €", "1 250 euros TTC", "€85.50"; nullopt, and nothing taken, for anything else, "1.250 €" too: in
/// France it is a thousand, elsewhere little more than one.
std::optional<std::int64_t> take_amount(Line& line);

bool is_currency(const Token& token);

}  // namespace regie::mail
