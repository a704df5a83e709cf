// How well the lexicon understands labelled messages: coverage, precision where certain, emergencies found.
//   measure LEXICON.toml... -- FILE.jsonl|FILE.csv:LABELS.tsv...   [--errors]
// The labels are one author's judgement; accuracy on them is not accuracy on a landlord's own messages.
#include <fmt/format.h>
#include <rapidjson/document.h>

#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "desk/lexicon.hpp"
#include "text/csv.hpp"

using namespace regie;

namespace {

struct Labelled {
  std::string text, trade, also, urgency, place;
};

std::vector<Labelled> read_jsonl(const std::string& path) {
  std::vector<Labelled> all;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    rapidjson::Document json;
    json.Parse(line.c_str());
    const auto& also = json["also"];
    all.push_back({json["text"].GetString(), json["trade"].GetString(), also.Empty() ? "" : also[0].GetString(),
                   json["urgency"].GetString(), json["place"].GetString()});
  }
  return all;
}

std::vector<Labelled> read_csv(const std::string& csv_path, const std::string& labels_path) {
  std::vector<Labelled> all;
  std::ifstream csv(csv_path), labels(labels_path);
  text::CsvReader reader([&](char* buffer, std::size_t size) {
    csv.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(csv.gcount());
  });
  text::CsvRecord record;
  reader.next(record);
  std::string line;
  std::getline(labels, line);
  while (reader.next(record) && std::getline(labels, line)) {
    const auto one = line.find('\t'), two = line.find('\t', one + 1), three = line.find('\t', two + 1),
               four = line.find('\t', three + 1);
    all.push_back(
        {record.fields.at(8), line.substr(two + 1, three - two - 1), "", line.substr(three + 1, four - three - 1), ""});
  }
  return all;
}

std::string percent(std::size_t part, std::size_t whole) {
  return fmt::format("{:>4}/{:<4} {:5.1f} %", part, whole,
                     whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

int main(int count, char** words) {
  static const std::set<std::string> trades{"plumbing",     "electrical", "locksmith",   "heating",  "gas",
                                            "joinery",      "glazing",    "lift",        "intercom", "ventilation",
                                            "pest_control", "cleaning",   "bulky_waste", "masonry",  "painting",
                                            "roofing",      "grounds",    "none"};
  std::vector<toml_input::File> files;
  std::vector<Labelled> all;
  bool data = false, errors = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--") data = true;
    else if (word == "--errors") errors = true;
    else if (!data) files.emplace_back(word);
    else {
      const auto colon = word.find(':');
      const auto read =
          colon == std::string::npos ? read_jsonl(word) : read_csv(word.substr(0, colon), word.substr(colon + 1));
      all.insert(all.end(), read.begin(), read.end());
    }
  }
  const CompiledLexicon lexicon = read_lexicon(files, trades);
  for (const auto& file : files)
    for (const Message& finding : file.findings())
      std::cerr << finding.where << ": " << finding.id << " " << (finding.args.empty() ? "" : finding.args[0].text)
                << '\n';

  std::size_t certain = 0, right = 0, right_anyway = 0, urgency_right = 0, emergencies = 0, emergencies_found = 0,
              others = 0, false_emergencies = 0, technical_right = 0, places = 0, place_right = 0;
  std::map<std::pair<std::string, std::string>, int> confusion;
  for (const Labelled& message : all) {
    const Understanding got = lexicon.understand(message.text);
    const bool trade_right = got.trade == message.trade;
    right_anyway += trade_right;
    if (got.certain) {
      ++certain;
      right += trade_right;
      if (!trade_right) ++confusion[{message.trade, got.trade}];
    }
    technical_right += (got.trade == "none") == (message.trade == "none");
    urgency_right += code(got.urgency) == message.urgency;
    if (message.urgency == "emergency") {
      ++emergencies;
      emergencies_found += got.urgency == Urgency::emergency;
    } else {
      ++others;
      false_emergencies += got.urgency == Urgency::emergency;
    }
    if (!message.place.empty()) {
      ++places;
      place_right += code(got.place) == message.place;
    }
    if (errors && (!got.certain || !trade_right || code(got.urgency) != message.urgency)) {
      std::string because;
      for (const auto& term : got.because) because += (because.empty() ? "" : " | ") + term;
      fmt::print("{}\t{}/{} expected {}/{}\t[{}]\t{}\n", got.certain ? (trade_right ? "urgency" : "WRONG") : "unsure",
                 got.trade, code(got.urgency), message.trade, message.urgency, because, message.text);
    }
  }
  fmt::print("messages                         {:>4}   terms in the lexicon {}\n", all.size(), lexicon.terms.size());
  fmt::print("certain of the trade             {}\n", percent(certain, all.size()));
  fmt::print("right where certain              {}\n", percent(right, certain));
  fmt::print("right, certain or not            {}\n", percent(right_anyway, all.size()));
  fmt::print("technical or not, right          {}\n", percent(technical_right, all.size()));
  fmt::print("urgency right                    {}\n", percent(urgency_right, all.size()));
  fmt::print("emergencies found                {}\n", percent(emergencies_found, emergencies));
  fmt::print("false emergencies among others   {}\n", percent(false_emergencies, others));
  fmt::print("place right                      {}\n", percent(place_right, places));
  for (const auto& [pair, times] : confusion) fmt::print("  {} taken for {}: {}\n", pair.first, pair.second, times);
}
