#include "report/counting.hpp"

#include <algorithm>
#include <ranges>

#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

std::chrono::year_month year_month_of(std::int64_t month) {
  return std::chrono::year{static_cast<int>(month / 12)} / static_cast<unsigned>(month % 12 + 1);
}

std::string code_of_month(std::int64_t month) {
  const std::string number = std::to_string(month % 12 + 1);
  return std::to_string(month / 12) + (number.size() < 2 ? "-0" : "-") + number;
}

}  // namespace

std::int64_t month_number(const Zone& zone, Instant in_it) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(zone.local(in_it))};
  return int{day.year()} * std::int64_t{12} + static_cast<unsigned>(day.month()) - 1;
}

Cut::Cut(const Source& source, std::vector<By> by) : source_(source), by_(std::move(by)) {}

std::int64_t Cut::month_of(Moment when) {
  using namespace std::chrono;
  if (when >= month_from_ && when < month_to_) return month_;
  const Zone& zone = source_.zone();
  const year_month_day day{floor<days>(zone.local(instant(when)))};
  const year_month month = day.year() / day.month();
  month_from_ = moment(zone.bound(LocalTime{local_days{month / 1}}));
  month_to_ = moment(zone.bound(LocalTime{local_days{(month + months{1}) / 1}}));
  return month_ = month_number(zone, instant(when));
}

std::int64_t Cut::part(By by, const Where& where) {
  const Round& round = *where.round;
  switch (by) {
    case By::agency: return source_.agency_of(round.residence);
    case By::sector: return source_.sector_of(round.residence);
    case By::residence: return round.residence;
    case By::dwelling: return round.dwelling;
    case By::trade: return round.trade;
    case By::urgency: return static_cast<std::int64_t>(round.urgency);
    case By::provider: return where.provider;
    case By::place: return static_cast<std::int64_t>(round.place);
    case By::channel: return static_cast<std::int64_t>(round.channel);
    case By::month: return month_of(where.when);
  }
  return 0;
}

bool Cut::comes_before(const Group& one, const Group& other) const {
  for (std::size_t i = 0; i < by_.size(); ++i) {
    if (one.key[i] == other.key[i]) continue;
    switch (by_[i]) {
      case By::urgency:
      case By::place:
      case By::channel:
      case By::month: return one.key[i] < other.key[i];
      default: return source_.text(static_cast<Name>(one.key[i])) < source_.text(static_cast<Name>(other.key[i]));
    }
  }
  return false;
}

std::size_t Cut::Hash::operator()(const std::array<std::int64_t, 4>& key) const {
  std::uint64_t hash = 0;
  for (const std::int64_t part : key) hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

Group& Cut::at(const Where& where) {
  std::array<std::int64_t, 4> key{};
  for (std::size_t i = 0; i < by_.size(); ++i) key[i] = part(by_[i], where);
  std::uint32_t* place = nullptr;
  if (by_.size() <= 1) {
    const auto number = static_cast<std::size_t>(key[0]);
    if (number >= by_number_.size()) by_number_.resize(number + 64, 0);
    place = &by_number_[number];
  } else {
    place = &by_key_[key];
  }
  if (*place == 0) {
    groups_.emplace_back().key = key;
    *place = static_cast<std::uint32_t>(groups_.size());
  }
  return groups_[*place - 1];
}

std::vector<const Group*> Cut::sorted() const {
  const bool by_time = !by_.empty() && by_.front() == By::month;
  const bool by_code = !by_.empty() && by_.front() == By::urgency;
  std::vector<const Group*> all;
  for (const Group& group : groups_) all.push_back(&group);
  std::ranges::sort(all, [&](const Group* one, const Group* other) {
    if (!by_time && !by_code && one->counts[0] != other->counts[0]) return one->counts[0] > other->counts[0];
    return comes_before(*one, *other);
  });
  return all;
}

Group Cut::total() const {
  Group sum;
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < sum.counts.size(); ++i) sum.counts[i] += group.counts[i];
    for (std::size_t i = 0; i < sum.lengths.size(); ++i)
      sum.lengths[i].insert(sum.lengths[i].end(), group.lengths[i].begin(), group.lengths[i].end());
    sum.cents += group.cents;
  }
  return sum;
}

std::uint32_t percentile(std::vector<std::uint32_t>& values, int percent) {
  const auto rank = static_cast<std::ptrdiff_t>((values.size() * static_cast<std::size_t>(percent) + 99) / 100) - 1;
  const auto at = values.begin() + std::max<std::ptrdiff_t>(0, rank);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Measure count_of(const char* key, const char* title, std::size_t count, bool shown) {
  return {{key, title, Column::Kind::number, shown}, [count](const Group& group) { return Cell(group.counts[count]); }};
}

Measure share_of(const char* key, const char* title, std::size_t part, std::vector<std::size_t> whole) {
  return {{key, title, Column::Kind::number}, [part, whole = std::move(whole)](const Group& group) {
            std::int64_t of = 0;
            for (const std::size_t one : whole) of += group.counts[one];
            return of == 0 ? Cell{} : Cell{render::Share{group.counts[part], of}};
          }};
}

Measure where_there_is_room(Measure measure) {
  measure.column.expendable = true;
  return measure;
}

Measure length_of(const char* key, const char* title, std::size_t length, int percent, std::int64_t day, bool shown) {
  return {{key, title, Column::Kind::number, shown}, [length, percent, day](const Group& group) {
            auto& values = group.lengths[length];
            if (values.empty()) return Cell{};
            return Cell{render::Length{percentile(values, percent), day}};
          }};
}

Cell word_cell(const Landlord& landlord, By by, const std::string& code) {
  const auto named = [&](const auto* known) {
    return Cell{render::Coded{code, known == nullptr || known->name.empty() ? code : known->name}};
  };
  if (by == By::trade) {
    const Trade* trade = landlord.find_trade(code);
    if (code.empty()) return Cell{render::Coded{"", N_("not understood")}};
    return Cell{render::Coded{code, trade == nullptr ? code : trade->label}};
  }
  if (by == By::provider && code.empty()) return Cell{render::Coded{"", N_("nobody")}};
  if (by == By::dwelling && code.empty()) return Cell{render::Coded{"", N_("no dwelling")}};
  if (code.empty()) return Cell{render::Coded{"", N_("not known")}};
  if (by == By::agency) return named(landlord.find_agency(code));
  if (by == By::residence) return named(landlord.find_residence(code));
  if (by == By::provider) return named(landlord.find_provider(code));
  return Cell(code);
}

namespace {

template <typename E>
std::string label_of(const std::string& word) {
  const auto value = parse<E>(word);
  return value ? tr(label(*value)) : word;
}

std::string filter_word(const Landlord& landlord, By by, const std::string& word) {
  switch (by) {
    case By::urgency: return label_of<Urgency>(word);
    case By::place: return label_of<Place>(word);
    case By::channel: return label_of<Channel>(word);
    default: return render::shown(word_cell(landlord, by, word == "none" && by == By::provider ? "" : word), {});
  }
}

}  // namespace

std::string filter_text(const Landlord& landlord, const Query& query) {
  std::string text;
  for (const auto& [option, value] : query.filters) {
    const By by = parse<By>(option).value_or(By::residence);
    std::string words;
    for (const auto part : std::views::split(value, ','))
      words += (words.empty() ? "" : ", ") + filter_word(landlord, by, std::string(part.begin(), part.end()));
    text += (text.empty() ? "" : "; ") + tr(N_("{0}: {1}"), Label{label(by)}, words);
  }
  return text;
}

Cell key_cell(Source& source, By by, std::int64_t key) {
  const auto coded_number = [&]<typename E>(E) { return render::coded(static_cast<E>(key)); };
  switch (by) {
    case By::urgency: return coded_number(Urgency{});
    case By::place: return coded_number(Place{});
    case By::channel: return coded_number(Channel{});
    case By::month: return Cell{render::Coded{code_of_month(key), text::month_name(year_month_of(key))}};
    default: break;
  }
  return word_cell(source.landlord(), by, source.text(static_cast<Name>(key)));
}

render::Section table_of(Source& source, const Cut& cut, std::string key, std::string title,
                         const std::vector<Measure>& measures) {
  render::Section section{.key = std::move(key), .title = std::move(title)};
  for (const By by : cut.by()) section.columns.push_back({code(by).data(), label(by)});
  for (const Measure& measure : measures) section.columns.push_back(measure.column);
  const auto add_cells = [&](render::Row& row, const Group& group) {
    for (const Measure& measure : measures) row.push_back(measure.cell(group));
  };
  for (const Group* group : cut.sorted()) {
    render::Row row;
    for (std::size_t i = 0; i < cut.by().size(); ++i) row.push_back(key_cell(source, cut.by()[i], group->key[i]));
    add_cells(row, *group);
    section.rows.push_back(std::move(row));
  }
  if (section.rows.size() > 1) {
    render::Row row;
    for (std::size_t i = 0; i < cut.by().size(); ++i)
      row.push_back(i == 0 ? Cell{render::Coded{"", N_("all")}} : Cell{});
    add_cells(row, cut.total());
    section.total = std::move(row);
  }
  return section;
}

Error no_such_figure(const std::string& name, const std::vector<std::string>& figures) {
  return {Trouble::usage,
          unknown_name(N_("--ids: no figure '{0}' in this report; there are: {1}"),
                       N_("--ids: no figure '{0}' in this report; did you mean '{1}'?"), name, figures)};
}

std::vector<Cut> cuts_of(const Source& source, std::initializer_list<By> usual) {
  std::vector<Cut> cuts;
  const std::vector<By>& asked = source.query().by;
  if (!asked.empty()) cuts.emplace_back(source, asked);
  else
    for (const By by : usual) cuts.emplace_back(source, std::vector{by});
  return cuts;
}

Counter::Counter(std::span<Cut> cuts, std::vector<std::string_view> keys, const std::string& ids_of,
                 std::vector<std::string_view> others)
    : cuts_(cuts), wanted_(keys.size()) {
  if (ids_of.empty()) return;
  wanted_ = static_cast<std::size_t>(std::ranges::find(keys, std::string_view(ids_of)) - keys.begin());
  if (wanted_ < keys.size() || std::ranges::find(others, std::string_view(ids_of)) != others.end()) return;
  std::vector<std::string> names(keys.begin(), keys.end());
  names.insert(names.end(), others.begin(), others.end());
  throw no_such_figure(ids_of, names);
}

std::vector<RequestId> Counter::ids() const {
  std::vector<RequestId> all = ids_;
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

}  // namespace regie::report
