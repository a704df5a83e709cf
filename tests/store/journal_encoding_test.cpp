// The journal's `changes` column.
#include <doctest/doctest.h>

#include <limits>

#include "domain/acts.hpp"
#include "store/store.hpp"

using namespace regie;
using namespace regie::test;

TEST_CASE("changes are written as JSON and read back whatever the text") {
  for (const std::string& hostile :
       {std::string("été 🔧"), std::string("\"quoted\" and \\backslash\\"), std::string("{\"state\":7}"),
        std::string("a\nb\tc\r"), std::string("nul\0nul", 7), std::string("\x1b[31m\x01\x7f"), std::string("</script>"),
        std::string("\u2028\u202e"), std::string(100'000, 'x'), std::string(" ")}) {
    const FieldChanges changes{
        {find_field("text"), hostile}, {find_field("state"), std::int64_t{2}}, {find_field("trade"), Scalar{}}};
    CHECK(decode_changes(encode_changes(changes)) == changes);
  }
}

TEST_CASE("bytes that are no text survive the journal") {
  const FieldChanges changes{{find_field("text"), std::string("\xe9vier \xff\xc3")}};
  CHECK(decode_changes(encode_changes(changes)) == changes);
}

TEST_CASE("numbers of any size survive the journal") {
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                                    std::int64_t{9'007'199'254'740'993}, std::numeric_limits<std::int64_t>::max()}) {
    const FieldChanges changes{{find_field("cost"), number}};
    CHECK(decode_changes(encode_changes(changes)) == changes);
  }
}

TEST_CASE("every field has its name in the journal") {
  FieldChanges changes;
  for (const Field& field : request_fields()) changes.emplace_back(&field, std::int64_t{1});
  CHECK(decode_changes(encode_changes(changes)) == changes);
  CHECK(encode_changes({{find_field("state"), std::int64_t{2}}, {find_field("trade"), Scalar{}}}) ==
        R"({"state":2,"trade":null})");
  CHECK(encode_changes({}) == "{}");
  CHECK(decode_changes("{}").empty());
}

TEST_CASE("a damaged journal entry is refused") {
  for (const char* damaged : {"", "{", "[]", "null", "7", "\"text\"", R"({"state":)", R"({"colour":1})",
                              R"({"state":1.5})", R"({"state":true})", R"({"state":{}})", R"({"state":[1]})",
                              R"({"cost":99999999999999999999})", R"({"state":1} x)"}) {
    CAPTURE(std::string(damaged));
    CHECK_THROWS_AS((void)decode_changes(damaged), Error);
  }
}
