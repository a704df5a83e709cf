// Prints the samples as they leave, and what must be found in them, one JSON object a line: for tests/shell/mime.sh.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <iostream>

#include "mail/mime.hpp"
#include "mail/samples.hpp"

using namespace regie;

namespace {

class Line {
 public:
  Line() { writer_.StartObject(); }
  Line& text(const char* name, const std::string& value) {
    writer_.Key(name);
    writer_.String(value);
    return *this;
  }
  Line& number(const char* name, std::int64_t value) {
    writer_.Key(name);
    writer_.Int64(value);
    return *this;
  }
  Line& list(const char* name, const std::vector<std::string>& values) {
    writer_.Key(name);
    writer_.StartArray();
    for (const std::string& value : values) writer_.String(value);
    writer_.EndArray();
    return *this;
  }
  /// In order: name, type, content in hexadecimal digits.
  Line& files(const char* name, const std::vector<mail::Attachment>& files) {
    std::vector<std::string> values;
    for (const mail::Attachment& file : files) {
      std::string digits;
      for (const char c : file.bytes) {
        const auto byte = static_cast<unsigned char>(c);
        (digits += "0123456789abcdef"[byte >> 4U]) += "0123456789abcdef"[byte & 0xfU];
      }
      values.insert(values.end(), {file.name, file.type, digits});
    }
    return list(name, values);
  }
  void print() {
    writer_.EndObject();
    std::cout << buffer_.GetString() << '\n';
  }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

int main() {
  const mail::Mime mime(REGIE_MODULES);
  for (const test::Sample& sample : test::samples()) {
    const mail::Letter& letter = sample.letter;
    Line()
        .text("name", sample.name)
        .text("message", mime.compose(letter))
        .text("from_name", sample.from_name)
        .text("from", letter.from.address)
        .text("reply_to", letter.reply_to)
        .text("to_name", sample.to_name)
        .text("to", letter.to.address)
        .text("subject", sample.subject)
        .text("text", sample.text)
        .text("message_id", letter.message_id)
        .list("references", sample.references)
        .number("date", letter.date.time_since_epoch().count())
        .number("offset", letter.offset.count())
        .number("attempt", letter.attempt)
        .text("language", letter.language)
        .text("calendar", letter.calendar)
        .text("html", sample.html)
        .files("attachments", sample.attachments)
        .print();
  }
}
