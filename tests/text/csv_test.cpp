#include "text/csv.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>

using namespace regie::text;

namespace {

using Fields = std::vector<std::string>;

/// Feeds the text in pieces of this many bytes.
std::vector<CsvRecord> records(std::string_view text, std::size_t piece = 1'000'000, char separator = ',') {
  CsvReader reader(
      [&](char* buffer, std::size_t size) {
        const std::size_t part = std::min({size, piece, text.size()});
        std::memcpy(buffer, text.data(), part);
        text.remove_prefix(part);
        return part;
      },
      separator);
  std::vector<CsvRecord> all;
  CsvRecord record;
  while (reader.next(record)) all.push_back(record);
  return all;
}

std::vector<Fields> fields(std::string_view text, char separator = ',') {
  std::vector<Fields> all;
  for (const CsvRecord& record : records(text, 1'000'000, separator)) {
    CHECK(record.fault == CsvFault::none);
    all.push_back(record.fields);
  }
  return all;
}

/// "2 ok", "5 quote": the line of each record and what is wrong with it.
std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  for (const CsvRecord& record : records(text)) {
    static constexpr std::array names{"ok", "text", "quote"};
    all.push_back(std::to_string(record.line) + ' ' + names[static_cast<std::size_t>(record.fault)]);
  }
  return all;
}

const std::vector<std::string> awkward_files{
    "",
    "\n",
    "a",
    "a,b\r\nc,d\r\n",
    "a,b\nc,d",
    "\xef\xbb\xbf"
    "a,b\n",
    "\"a\",\"b\"\n",
    "\"a\"\"b\",\"\"\"\"\n",
    "\"un\ndeux\r\ntrois\",x\ny,z\n",
    "\"Porte du hall\" ne ferme plus,x\nb,c\n",
    "\"Porte\" du hall\nlongue ligne,c\n\"d\" e,f\ng,h",
    "\"jamais fermé,x\nb,c\nd,e\n",
    "a,\"b\nc,d\n",
    "a,\"b\nc,\"d\"\ne,f\n",
    "\r\n\r\na,b\r\n\r\n",
    "a\rb,c\r",
    ",\n,,\n",
    "\"\"\n",
    "\"a\"\r\n\"b\"\r",
    "été,🔧\n",
};

}  // namespace

TEST_CASE("records and fields as RFC 4180 has them") {
  CHECK(fields("a,b,c\r\nd,e,f\r\n") == std::vector<Fields>{{"a", "b", "c"}, {"d", "e", "f"}});
  CHECK(fields("a,b,c\r\nd,e,f") == std::vector<Fields>{{"a", "b", "c"}, {"d", "e", "f"}});
  CHECK(fields("\"a\",\"b\"\r\nc,d\r\n") == std::vector<Fields>{{"a", "b"}, {"c", "d"}});
  CHECK(fields("\"a\",\"b \r\nb\",c\r\n") == std::vector<Fields>{{"a", "b \r\nb", "c"}});
  CHECK(fields("\"a\",\"b\"\"b\",c\r\n") == std::vector<Fields>{{"a", "b\"b", "c"}});
  CHECK(fields(" a , b \n") == std::vector<Fields>{{" a ", " b "}});
}

TEST_CASE("empty fields are fields") {
  CHECK(fields("a,,c\n") == std::vector<Fields>{{"a", "", "c"}});
  CHECK(fields(",\n") == std::vector<Fields>{{"", ""}});
  CHECK(fields("\"\"\n") == std::vector<Fields>{{""}});
  CHECK(fields("a,") == std::vector<Fields>{{"a", ""}});
}

TEST_CASE("lines may end as on Unix or as on Windows and a lonely carriage return is text") {
  CHECK(fields("a,b\nc,d\r\ne,f\n") == std::vector<Fields>{{"a", "b"}, {"c", "d"}, {"e", "f"}});
  CHECK(fields("a\rb,c\n") == std::vector<Fields>{{"a\rb", "c"}});
  CHECK(fields("a,b\r") == std::vector<Fields>{{"a", "b"}});
}

TEST_CASE("empty lines are passed over and counted") {
  CHECK(lines("\n\na\n\r\nb\n") == std::vector<std::string>{"3 ok", "5 ok"});
  CHECK(records("").empty());
  CHECK(records("\r\n\n").empty());
}

TEST_CASE("a byte order mark is no text at the beginning and text elsewhere") {
  CHECK(fields("\xef\xbb\xbf"
               "a,b\n") == std::vector<Fields>{{"a", "b"}});
  CHECK(fields("\xef\xbb\xbf\"a\",b\n") == std::vector<Fields>{{"a", "b"}});
  CHECK(fields("a\n\xef\xbb\xbf"
               "b\n") == std::vector<Fields>{{"a"},
                                             {"\xef\xbb\xbf"
                                              "b"}});
  CHECK(records("\xef\xbb\xbf").empty());
}

TEST_CASE("another separator") {
  CHECK(fields("a;b,c;\"d;e\"\n", ';') == std::vector<Fields>{{"a", "b,c", "d;e"}});
  CHECK(fields("a\tb\n", '\t') == std::vector<Fields>{{"a", "b"}});
}

TEST_CASE("a record with line breaks inside is told by the line it starts on") {
  CHECK(lines("h\n\"a\nb\nc\",x\nd\n\"e\r\nf\"\ng\n") ==
        std::vector<std::string>{"1 ok", "2 ok", "5 ok", "6 ok", "8 ok"});
}

TEST_CASE("the record as it stood comes without its line end") {
  const auto all = records("a,\"b\nc\"\r\n\"x\" y,z\r\nd\n");
  REQUIRE(all.size() == 3);
  CHECK(all[0].raw == "a,\"b\nc\"");
  CHECK(all[1].raw == "\"x\" y,z");
  CHECK(all[2].raw == "d");
}

TEST_CASE("text behind a closing quote spoils its record and no other") {
  const auto all = records("a,b\n\"Porte du hall\" ne ferme plus,x\nc,d\n");
  REQUIRE(all.size() == 3);
  CHECK(all[1].fault == CsvFault::text_after_closing_quote);
  CHECK(all[1].line == 2);
  CHECK(all[1].fields.empty());
  CHECK(all[2].fields == Fields{"c", "d"});
  CHECK(lines("\"a\" b\nc\n\"d\"e\nf") == std::vector<std::string>{"1 text", "2 ok", "3 text", "4 ok"});
}

TEST_CASE("a quote that is never closed swallows one line and not the file") {
  CHECK(lines("a,b\nc,\"d\ne,f\ng,h\n") == std::vector<std::string>{"1 ok", "2 quote", "3 ok", "4 ok"});
  CHECK(records("a,b\nc,\"d\ne,f\n")[2].fields == Fields{"e", "f"});
  CHECK(lines("a\n\"b") == std::vector<std::string>{"1 ok", "2 quote"});
  CHECK(lines("\"") == std::vector<std::string>{"1 quote"});
}

TEST_CASE("a quote left open before a quoted field spoils only its own line") {
  const auto all = records("a,\"b\nc,d\n\"e\",f\ng,h\n");
  CHECK(lines("a,\"b\nc,d\n\"e\",f\ng,h\n") == std::vector<std::string>{"1 text", "2 ok", "3 ok", "4 ok"});
  CHECK(all[1].fields == Fields{"c", "d"});
  CHECK(all[2].fields == Fields{"e", "f"});
}

TEST_CASE("a quoted field longer than a mebibyte is a quote somebody forgot") {
  std::string text = "\"a";
  while (text.size() < 1'200'000) text += "bbbbbbbbb\n";
  text += "\",z\n";
  const auto all = records(text);
  REQUIRE(all.size() > 1);
  CHECK(all[0].fault == CsvFault::unterminated_quote);
  CHECK(all[0].raw == "\"abbbbbbbbb");
  CHECK(all[1].line == 2);
  CHECK(all[1].fields == Fields{"bbbbbbbbb"});
}

TEST_CASE("where the file is cut in reading makes no difference") {
  for (const std::string& text : awkward_files) {
    const auto whole = records(text);
    for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
      CAPTURE(std::string(text));
      CAPTURE(piece);
      const auto parts = records(text, piece);
      REQUIRE(parts.size() == whole.size());
      for (std::size_t n = 0; n < whole.size(); ++n) {
        CHECK(parts[n].line == whole[n].line);
        CHECK(parts[n].fault == whole[n].fault);
        CHECK(parts[n].fields == whole[n].fields);
        CHECK(parts[n].raw == whole[n].raw);
      }
    }
  }
}

TEST_CASE("a field is quoted when it must be and only then") {
  CHECK(csv_field("abc") == "abc");
  CHECK(csv_field("") == "");
  CHECK(csv_field("a b") == "a b");
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("a\"b") == "\"a\"\"b\"");
  CHECK(csv_field("a\nb") == "\"a\nb\"");
  CHECK(csv_field("a\rb") == "\"a\rb\"");
  CHECK(csv_field("a;b") == "a;b");
  CHECK(csv_field("a;b", ';') == "\"a;b\"");
  CHECK(csv_field("a,b", ';') == "a,b");
}

TEST_CASE("what is written is read back") {
  std::mt19937 dice(3);
  static constexpr std::string_view signs = "ab,;\"\n\r \t=é";
  for (const char separator : {',', ';', '\t'})
    for (int n = 0; n < 300; ++n) {
      Fields written(2 + dice() % 4);
      std::string line;
      for (std::string& field : written) {
        for (std::size_t length = dice() % 6; length > 0; --length) field += signs[dice() % signs.size()];
        line +=
            (line.empty() && &field == &written.front() ? "" : std::string(1, separator)) + csv_field(field, separator);
      }
      CAPTURE(line);
      const auto read = records(line + "\r\n", 1'000'000, separator);
      REQUIRE(read.size() == 1);
      CHECK(read.front().fields == written);
    }
}

TEST_CASE("what a spreadsheet would run is defused") {
  for (const char* payload : {"=1+1",
                              "=cmd|' /C calc'!A0",
                              "=HYPERLINK(\"http://example.org\")",
                              "+33199001010",
                              "-2+3+cmd|' /C calc'!A0",
                              "-",
                              "@SUM(A1)",
                              " =1+1",
                              "   +1+1",
                              "\t=1+1",
                              "\r=1+1",
                              "\tabc",
                              "＝1+1",
                              "＋1",
                              "－1+1",
                              "＠SUM(A1)",
                              " ＝1",
                              "--1",
                              "+1",
                              "=",
                              "-1,5",
                              "-a"}) {
    CAPTURE(std::string(payload));
    CHECK(defused(payload) == '\'' + std::string(payload));
  }
}

TEST_CASE("what no spreadsheet would run stays as it is") {
  for (const char* text : {"", " ", "fuite", "-5", "-12.50", "12.5", "0", "B-203", "a=b", "1+1", "l'évier", "'=1",
                           "é=", "(=1)", "2026-03-02T09:00:00+01:00", "01 99 00 10 10"}) {
    CAPTURE(std::string(text));
    CHECK(defused(text) == text);
  }
}
