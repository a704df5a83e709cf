// Any bytes as a mail that came in.
#include <algorithm>
#include <set>

#include "fuzz/example.hpp"
#include "mail/mime.hpp"
#include "text/unicode.hpp"

using namespace regie;
using fuzz::require;

namespace {

const mail::Mime& mime() {
  static const mail::Mime loaded(REGIE_MODULES);
  return loaded;
}

bool same(const mail::Incoming& one, const mail::Incoming& other) {
  return one.from == other.from && one.from_shown == other.from_shown && one.subject == other.subject &&
         one.message_id == other.message_id && one.references == other.references && one.text == other.text &&
         one.automatic == other.automatic && one.bounce == other.bounce && one.failed == other.failed &&
         one.returned == other.returned;
}

void check_text(const std::string& text, std::size_t longest, bool lines) {
  require(text.size() <= longest, "a text has an end");
  require(!text::find_invalid_utf8(text), "what is read is UTF-8");
  require(std::ranges::all_of(text,
                              [&](char c) {
                                if (c == '\n' || c == '\t') return lines;
                                return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
                              }),
          "what is read has no control characters");
}

void check_list(const std::vector<std::string>& list, bool (*is_one)(std::string_view)) {
  require(list.size() <= 100, "a list has an end");
  require(std::ranges::all_of(list, is_one), "a list holds what it is a list of");
  require(std::set(list.begin(), list.end()).size() == list.size(), "each is there once");
}

/// What it says is sent on, and must come back.
void check_answer(const mail::Incoming& incoming) {
  mail::Letter letter{.from = {incoming.from_shown, "regie@val-dorle.example"},
                      .reply_to = "",
                      .to = {incoming.subject, incoming.from.empty() ? "a@b.example" : incoming.from},
                      .subject = incoming.subject,
                      .text = incoming.text.substr(0, 2'000),
                      .message_id = incoming.message_id.empty() ? "a@b" : incoming.message_id,
                      .references = incoming.references,
                      .date = fuzz::monday(),
                      .language = "fr",
                      .calendar = incoming.text.substr(0, 100)};
  const std::string message = mime().compose(letter);
  require(std::ranges::all_of(message, [](char c) { return c == '\n' || c == '\t' || (c >= ' ' && c <= '~'); }),
          "a mail is ASCII");
  const mail::Incoming back = mime().read(message);
  require(back.from == letter.from.address && back.message_id == letter.message_id, "a mail comes back");
  require(back.references.size() == incoming.references.size(), "references come back");
  require(back.automatic && !back.bounce, "a mail of ours is what it is");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message = fuzz::text_of(data, size);
  const mail::Incoming incoming = mime().read(message);
  require(same(incoming, mime().read(message)), "read the same the second time");
  require(incoming.from.empty() || mail::is_address(incoming.from), "the sender is an address");
  require(incoming.message_id.empty() || mail::is_message_id(incoming.message_id), "the name is one");
  check_text(incoming.from_shown, 1'000, false);
  check_text(incoming.subject, 1'000, false);
  check_text(incoming.text, 100'000, true);
  check_list(incoming.references, mail::is_message_id);
  check_list(incoming.returned, mail::is_message_id);
  check_list(incoming.failed, mail::is_address);
  require(incoming.automatic || !incoming.bounce, "a report was written by nobody");
  require(incoming.bounce || (incoming.failed.empty() && incoming.returned.empty()), "only reports report");
  check_answer(incoming);
  return 0;
}
