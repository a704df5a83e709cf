// What can go wrong, and what is said about it: messages stay translatable until they are shown.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regie {

/// Marks a sentence for translation without translating it (xgettext looks for this name).
constexpr const char* N_(const char* sentence) { return sentence; }

/// What goes into a place of a sentence: a name or number as it is, or (`label`) a word that is translated with it.
struct MessageArg {
  std::string text;
  bool is_label = false;
};

/// A word of ours inside a sentence, such as the name of a state.
struct Label {
  const char* id;
};

/// A sentence for a person: the English text (`{0}`, `{1}` are places), what goes into the places, and for a
/// sentence that counts its plural. It is translated where it is shown, so the domain needs no locale.
struct Message {
  const char* id = "";
  std::vector<MessageArg> args = {};
  const char* plural = nullptr;  ///< nullptr: does not count
  std::int64_t count = 0;
  std::string where = {};  ///< "file:line:column", shown before the sentence; "" = nowhere in particular
};

inline MessageArg message_arg(std::string text) { return {std::move(text)}; }
inline MessageArg message_arg(std::string_view text) { return {std::string(text)}; }
inline MessageArg message_arg(const char* text) { return {text}; }
inline MessageArg message_arg(std::int64_t number) { return {std::to_string(number)}; }
inline MessageArg message_arg(int number) { return {std::to_string(number)}; }
inline MessageArg message_arg(std::size_t number) { return {std::to_string(number)}; }
inline MessageArg message_arg(Label label) { return {label.id, true}; }

template <typename... Args>
Message message(const char* id, Args&&... args) {
  return Message{.id = id, .args = {message_arg(std::forward<Args>(args))...}};
}

/// `singular` and `plural` are both English; `{0}` is the count itself, `{1}` the first of `args`.
template <typename... Args>
Message counted(const char* singular, const char* plural, std::int64_t count, Args&&... args) {
  return Message{.id = singular,
                 .args = {message_arg(count), message_arg(std::forward<Args>(args))...},
                 .plural = plural,
                 .count = count};
}

/// What kind of trouble it is, for the program that called us; each has its exit code in cli/exit_code.hpp.
enum class Trouble {
  refused,      ///< a rule of the house says no, or an input could not be read
  usage,        ///< the command line does not make sense
  partial,      ///< some of several ids failed, the others are done
  not_found,    ///< no such request, provider, residence
  conflict,     ///< the lifecycle does not allow it
  bug,          ///< ours
  output,       ///< standard output could not be written
  busy,         ///< the database is locked by somebody else; trying again helps
  unreachable,  ///< the database's server does not answer; trying again may help
  config,       ///< the configuration is invalid
};

/// The one exception of regie. Thrown for everything that is not a refusal by the lifecycle (those are values,
/// see change.hpp); caught once, in cli/run.cpp.
class Error : public std::exception {
 public:
  Error(Trouble trouble, Message message) : trouble_(trouble) { messages_.push_back(std::move(message)); }
  Error(Trouble trouble, std::vector<Message> messages) : trouble_(trouble), messages_(std::move(messages)) {}

  Error& hint(Message hint) & {
    hints_.push_back(std::move(hint));
    return *this;
  }
  Error&& hint(Message hint) && {
    hints_.push_back(std::move(hint));
    return std::move(*this);
  }

  Trouble trouble() const { return trouble_; }
  const std::vector<Message>& messages() const { return messages_; }  ///< every finding, in order; never empty
  const std::vector<Message>& hints() const { return hints_; }
  const char* what() const noexcept override { return messages_.empty() ? "regie" : messages_.front().id; }

 private:
  Trouble trouble_;
  std::vector<Message> messages_;
  std::vector<Message> hints_;
};

}  // namespace regie
