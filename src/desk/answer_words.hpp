// The words that an answering mail may begin with, as a landlord lists them under [receive.words].
#pragma once

#include "desk/toml.hpp"
#include "mail/answer.hpp"

namespace regie {

/// `receive` is the table [receive]. A list that is there replaces ours; an empty one switches the answer off.
mail::AnswerWords read_answer_words(toml_input::Table& receive);

}  // namespace regie
