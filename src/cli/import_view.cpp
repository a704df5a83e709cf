#include "cli/import_view.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

void print_json(Context& context, const ImportResult& result) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.StartObject();
  json.Key("schema");
  json.String("regie.import/1");
  json.Key("records");
  json.Uint64(result.records);
  json.Key("imported");
  json.Uint64(result.imported);
  json.Key("besides");
  json.Uint64(result.besides);
  json.Key("unchanged");
  json.Uint64(result.unchanged);
  json.Key("saved");
  json.Bool(result.saved);
  json.Key("rejected");
  json.StartArray();
  for (const Rejection& rejection : result.rejected) {
    json.StartObject();
    json.Key("line");
    json.Uint64(rejection.line);
    json.Key("record");
    json.Uint64(rejection.record);
    json.Key("code");
    json.String(rejection.code);
    json.Key("reason");
    json.String(text::one_line(tr(rejection.reason)));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  context.out({buffer.GetString(), buffer.GetSize()});
  context.out("\n");
}

}  // namespace

void print_import(Context& context, const ImportResult& result) {
  const auto format = context.format();
  if (format == render::Format::json || format == render::Format::jsonl) {
    print_json(context, result);
    return;
  }
  for (const Rejection& rejection : result.rejected)
    context.env.err(tr(N_("line {0}, record {1}: {2}: {3}"), rejection.line, rejection.record, rejection.code,
                       text::one_line(tr(rejection.reason))) +
                    "\n");
  if (context.quiet()) return;
  if (!result.saved && !(context.dry_run() && (result.rejected.empty() || context.args.has("skip-invalid")))) {
    context.remark(tr(counted("nothing imported: {0} record is wrong", "nothing imported: {0} records are wrong",
                              static_cast<std::int64_t>(result.rejected.size()))));
    context.remark("  " + tr(N_("mend it, or use --skip-invalid to import the {0} good ones"),
                             result.records - result.rejected.size()));
    return;
  }
  std::string line =
      tr(counted("{0} request imported", "{0} requests imported", static_cast<std::int64_t>(result.imported)));
  if (result.besides > 0)
    line += ", " + tr(counted("{0} opened besides by the rules", "{0} opened besides by the rules",
                              static_cast<std::int64_t>(result.besides)));
  if (result.unchanged > 0)
    line += ", " + tr(counted("{0} there already", "{0} there already", static_cast<std::int64_t>(result.unchanged)));
  if (!result.rejected.empty())
    line += ", " + tr(counted("{0} passed over", "{0} passed over", static_cast<std::int64_t>(result.rejected.size())));
  context.out((context.dry_run() ? tr(N_("(dry run, nothing saved) ")) : std::string()) + line + "\n");
}

}  // namespace regie::cli
