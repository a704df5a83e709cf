#include "mail/mime_module.hpp"

#include "mail/gmime/compose.hpp"
#include "mail/gmime/gmime.hpp"
#include "mail/gmime/read.hpp"

namespace regie::mail {

namespace {

void initialise() { [[maybe_unused]] static const bool done = (g_mime_init(), true); }

void compose_message(const Letter& letter, std::string& message) noexcept {
  initialise();
  message = compose(letter);
}

void read_message(std::string_view message, Incoming& incoming) noexcept {
  initialise();
  incoming = read(message);
}

}  // namespace

}  // namespace regie::mail

extern "C" [[gnu::visibility("default")]] const regie::mail::Mime::Implementation regie_mime{
    REGIE_MODULE_BUILD, regie::mail::compose_message, regie::mail::read_message};
