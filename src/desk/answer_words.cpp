#include "desk/answer_words.hpp"

#include <array>
#include <map>

namespace regie {

mail::AnswerWords read_answer_words(toml_input::Table& receive) {
  struct List {
    const char* key;
    std::vector<std::string> mail::AnswerWords::*words;
  };
  constexpr std::array lists{List{"accept", &mail::AnswerWords::accept}, List{"decline", &mail::AnswerWords::decline},
                             List{"appointment", &mail::AnswerWords::appointment},
                             List{"done", &mail::AnswerWords::done}};
  mail::AnswerWords words;
  auto table = receive.table("words");
  if (!table) return words;
  std::map<std::string, const char*> key_of;  // as answers are compared
  for (const auto& [key, list] : lists) {
    if (table->has(key)) words.*list = table->texts(key);
    for (const std::string& word : words.*list)
      if (const std::string folded = mail::answer_word(word); folded.empty())
        table->complain(key, message(N_("'{0}' has neither letters nor digits"), word));
      else if (const auto [entry, is_new] = key_of.emplace(folded, key); !is_new && entry->second != key)
        table->complain(table->has(key) ? key : entry->second,
                        message(N_("'{0}' stands under '{1}' and under '{2}': an answer can mean one thing only"), word,
                                entry->second, key));
  }
  return words;
}

}  // namespace regie
