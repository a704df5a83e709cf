// Which addresses mail is sent to, and which names of mails are written.
#include <doctest/doctest.h>

#include <string>

#include "mail/letter.hpp"

using regie::mail::is_address;
using regie::mail::is_message_id;

TEST_CASE("addresses that people have are addresses") {
  for (const char* address :
       {"a@b.example", "jean.dupont@plomberie.example", "j+depannage@a-b.example", "12@1.example", "A_B@X.EXAMPLE",
        "o'neill@a.example", "x!#$%&'*+-/=?^_`{|}~@a.b.c.example", "a@xn--mller-kva.example"})
    CHECK_MESSAGE(is_address(address), address);
}

TEST_CASE("what some mail program takes for something else is no address") {
  for (const char* text : {"",
                           "a",
                           "@",
                           "a@",
                           "@b.example",
                           "a@b",
                           "a@b.example.",
                           "a@.example",
                           "a@b..example",
                           ".a@b.example",
                           "a.@b.example",
                           "a..b@c.example",
                           "a@@b.example",
                           "a@b@c.example",
                           "-a@b.example",
                           "a@-b.example",
                           "a@b-.example",
                           "a b@c.example",
                           "a@b c.example",
                           "a@b.example ",
                           " a@b.example",
                           "\"a\"@b.example",
                           "a(x)@b.example",
                           "<a@b.example>",
                           "Jean <a@b.example>",
                           "a@b.example,c@d.example",
                           "a@b.example;c",
                           "a@[192.0.2.1]",
                           "a@b_c.example",
                           "é@b.example",
                           "a@é.example",
                           "a:b@c.example",
                           "a\\@b.example",
                           "a|b",
                           "a@b.example\n",
                           "a\r\nBcc:x@b.example",
                           "a@b.exa\tmple",
                           "pas une adresse"})
    CHECK_MESSAGE(!is_address(text), text);
  CHECK_FALSE(is_address(std::string("a\0@b.example", 12)));
}

TEST_CASE("addresses are as long as they may be and no longer") {
  const auto of = [](std::size_t local, std::size_t domain) {
    std::string address = std::string(local, 'a') + '@';
    const std::size_t whole = local + 1 + domain;
    while (address.size() + 51 < whole) address += std::string(50, 'b') + '.';
    return address + std::string(whole - address.size(), 'c');
  };
  CHECK(is_address(of(64, 189)));
  CHECK(of(64, 189).size() == 254);
  CHECK_FALSE(is_address(of(64, 190)));
  CHECK_FALSE(is_address(of(65, 100)));
  CHECK(is_address("a@" + std::string(63, 'b') + ".example"));
  CHECK_FALSE(is_address("a@" + std::string(64, 'b') + ".example"));
}

TEST_CASE("a name of a mail can stand between angle brackets") {
  for (const char* id : {"a@b", "CAKx+abc=def_1@mail.gmail.example", "x$y/z@[192.0.2.1]", "\"a\"@b"})
    CHECK_MESSAGE(is_message_id(id), id);
  for (const char* text : {"", "a", "@b", "a@", "a@b@c", "a b@c", "<a@b>", "a@b>", "a@b\r\nBcc: x", "é@b", "a@b\x7f"})
    CHECK_MESSAGE(!is_message_id(text), text);
  CHECK(is_message_id("a@" + std::string(248, 'b')));
  CHECK_FALSE(is_message_id("a@" + std::string(249, 'b')));
}
