#include "render/json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {
std::string sentence(const Message& message) {
  // Through one_line, because invalid bytes must not reach JSON either.
  return text::one_line((message.where.empty() ? "" : message.where + ": ") + text::tr(message));
}
}  // namespace

std::string error_json(const std::string& code, int exit, const Error& error) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  writer.Key("error");
  writer.StartObject();
  writer.Key("code");
  writer.String(code);
  writer.Key("exit");
  writer.Int(exit);
  writer.Key("message");
  writer.String(sentence(error.messages().front()));
  writer.Key("hint");
  if (error.hints().empty()) writer.Null();
  else writer.String(sentence(error.hints().front()));
  writer.Key("findings");
  writer.StartArray();
  for (const Message& message : error.messages()) writer.String(sentence(message));
  writer.EndArray();
  writer.EndObject();
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace regie::render
