// Letters, harmless and hostile ones, and what every reader of mail must find in them.
#pragma once

#include <string>
#include <vector>

#include "mail/letter.hpp"

namespace regie::test {

struct Sample {
  std::string name;
  mail::Letter letter;
  // Where it is another text than the letter's: what is read. Everything else must come back as it was.
  std::string from_name = letter.from.name;
  std::string to_name = letter.to.name;
  std::string subject = letter.subject;
  std::string text = letter.text;
  std::vector<std::string> references = letter.references;
  std::string html = letter.html;
  std::vector<mail::Attachment> attachments = letter.attachments;
};

/// "Rappel" from a landlord to a plumber.
mail::Letter plain_letter();

std::vector<Sample> samples();

}  // namespace regie::test
