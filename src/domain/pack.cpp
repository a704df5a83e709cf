// Column by column, so that what is the same in neighbours stands together: every number in digits of five bits, a
// digit one character ('0' to 'o'), the lowest first, those that are followed by another having bit six. Moments count
// from the beginning of the round: 0 = not yet, 1 = the same as another moment that it mostly is.
#include "regie/pack.hpp"

#include <array>
#include <utility>

namespace regie {

namespace {

constexpr std::string_view version = "regie.pack/1 ";
constexpr std::uint64_t digit_bits = 5, more = 1 << digit_bits;
constexpr std::uint64_t column_bits = 6;  // of a digit of columns, which all have as many
constexpr std::size_t widest = 11;        // digits of a column: 64 bits
constexpr char zero = '0';

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// What is damaged may say anything: sums wrap around.
constexpr std::int64_t plus(std::int64_t value, std::uint64_t zigzagged) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) + static_cast<std::uint64_t>(unzigzag(zigzagged)));
}

class Out {
 public:
  void number(std::uint64_t value) {
    for (; value >= more; value >>= digit_bits) text_ += static_cast<char>(zero + (more | (value & (more - 1))));
    text_ += static_cast<char>(zero + value);
  }
  void digit(std::uint64_t value) { text_ += static_cast<char>(zero + value); }
  void text(std::string_view value) {  // any bytes
    number(value.size());
    for (const char c : value) number(static_cast<unsigned char>(c));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_{version};
};

class In {
 public:
  explicit In(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
  bool good() const { return good_; }
  bool at_end() const { return at_ == end_; }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ < end_ && shift < 64; shift += digit_bits) {
      const auto digit = static_cast<unsigned char>(*at_++ - zero);
      value |= static_cast<std::uint64_t>(digit & (more - 1)) << shift;
      if (digit < more) return value;
      if (digit >= 2 * more) break;
    }
    good_ = false;
    return 0;
  }
  /// At most `most`: a count that is none must not ask for all the memory there is.
  std::size_t count(std::size_t most) {
    const std::uint64_t value = number();
    if (value > most) good_ = false;
    return good_ ? static_cast<std::size_t>(value) : 0;
  }
  /// So many numbers of equal width; zeros when there is no such column. Valid until the next is read.
  std::span<const std::uint64_t> column(std::size_t count) {
    const std::size_t left = static_cast<std::size_t>(end_ - at_);
    std::size_t width = left == 0 ? widest + 1 : static_cast<unsigned char>(*at_) - std::size_t{zero};
    if (width > widest || (width > 0 && count > (left - 1) / width)) {
      good_ = false;
      width = 0;
      at_ = end_;
    } else {
      ++at_;
    }
    numbers_.resize(count);
    readers_[width](at_, numbers_);
    at_ += count * width;
    return numbers_;
  }
  std::string text() {
    std::string value(count(static_cast<std::size_t>(end_ - at_)), '\0');
    for (char& c : value) c = static_cast<char>(number());
    return value;
  }

 private:
  /// Nine tenths of a report over years are spent here: a loop for each width has no inner loop left.
  template <std::size_t width>
  static void read(const char* at, std::span<std::uint64_t> numbers) {
    for (std::uint64_t& number : numbers) {
      std::uint64_t value = 0;
      for (std::size_t i = 0; i < width; ++i)
        value |= static_cast<std::uint64_t>((static_cast<unsigned char>(at[i]) - zero) & 63) << (i * column_bits);
      number = value;
      at += width;
    }
  }
  using Reader = void (*)(const char*, std::span<std::uint64_t>);
  static constexpr auto readers_ = []<std::size_t... width>(std::index_sequence<width...>) {
    return std::array<Reader, sizeof...(width)>{read<width>...};
  }
  (std::make_index_sequence<widest + 1>{});

  const char* at_;
  const char* end_;
  bool good_ = true;
  std::vector<std::uint64_t> numbers_;
};

/// Written when it is over: only then its width is known.
class OutColumn {
 public:
  explicit OutColumn(Out& out) : out_(out) {}
  OutColumn(const OutColumn&) = delete;
  OutColumn& operator=(const OutColumn&) = delete;
  ~OutColumn() {
    std::size_t width = 0;
    for (std::uint64_t left = all_; left > 0; left >>= column_bits) ++width;
    out_.digit(width);
    for (std::uint64_t value : values_)
      for (std::size_t i = 0; i < width; ++i, value >>= column_bits) out_.digit(value & 63);
  }
  void number(std::uint64_t value) {
    all_ |= value;
    values_.push_back(value);
  }

 private:
  Out& out_;
  std::uint64_t all_ = 0;
  std::vector<std::uint64_t> values_;
};

/// The texts that these history use, each once, numbered as they come.
class Dictionary {
 public:
  explicit Dictionary(const NameTable& names) : names_(names), numbers_(names.size(), 0) { numbers_[0] = 1; }

  std::uint64_t operator()(Name name) {
    if (numbers_[name] == 0) {
      used_.push_back(name);
      numbers_[name] = static_cast<std::uint32_t>(used_.size()) + 1;
    }
    return numbers_[name] - 1;
  }
  void write(Out& out) const {
    out.number(used_.size());
    for (const Name name : used_) out.text(names_[name]);
  }

 private:
  const NameTable& names_;
  std::vector<std::uint32_t> numbers_;  ///< 0 = not used yet, else its number + 1
  std::vector<Name> used_;
};

/// The largest vocabulary last: what is used most has the shortest numbers.
constexpr std::array round_names{&Round::trade, &Round::residence, &Round::problem, &Round::dwelling};
constexpr std::array job_names{&Job::provider, &Job::policy};
constexpr std::array round_flags{&Round::certain,  &Round::fragile, &Round::tenant_known,
                                 &Round::answered, &Round::part,    &Round::again};
constexpr std::array job_money{&Job::cost, &Job::amount};
constexpr std::array job_flags{&Job::rework, &Job::callback,       &Job::out_of_contract,
                               &Job::tacit,  &Job::check_required, &Job::in_time};

/// A moment, and the one before it in the list that it mostly is the same as; nullptr: none.
template <typename T>
struct Told {
  Moment T::*moment;
  Moment T::*mostly;
};
constexpr std::array<Told<Round>, 6> round_moments{{{&Round::due, nullptr},
                                                    {&Round::done, nullptr},
                                                    {&Round::accepted, &Round::done},
                                                    {&Round::over, nullptr},
                                                    {&Round::kept_at, &Round::accepted},
                                                    {&Round::missed_at, &Round::due}}};
constexpr std::array<Told<Job>, 8> job_moments{{{&Job::accepted, nullptr},
                                                {&Job::done, nullptr},
                                                {&Job::came, &Job::done},
                                                {&Job::promised, nullptr},
                                                {&Job::checked, nullptr},
                                                {&Job::ended, &Job::done},
                                                {&Job::kept_at, &Job::done},
                                                {&Job::missed_at, &Job::promised}}};

template <typename T, std::size_t N>
std::uint64_t flags_of(const T& fact, const std::array<bool T::*, N>& flags) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < N; ++i) bits |= static_cast<std::uint64_t>(fact.*flags[i]) << i;
  return bits;
}
template <typename T, std::size_t N>
void set_flags(T& fact, const std::array<bool T::*, N>& flags, std::uint64_t bits) {
  for (std::size_t i = 0; i < N; ++i) fact.*flags[i] = (bits >> i & 1) != 0;
}

template <typename T>
std::uint64_t told_since(Moment begun, const T& fact, const Told<T>& told) {
  const Moment moment = fact.*told.moment;
  if (moment == no_moment) return 0;
  if (told.mostly != nullptr && moment == fact.*told.mostly) return 1;
  return zigzag(moment - begun) + 2;
}
template <typename T>
Moment moment_of(std::uint64_t distance, Moment begun, const T& fact, const Told<T>& told) {
  if (distance == 0) return no_moment;
  if (distance == 1) return told.mostly == nullptr ? no_moment : fact.*told.mostly;
  return plus(begun, distance - 2);
}

/// Urgency, place, channel, state, reason of the cancellation and rating, three bits each but for the state's four.
std::uint64_t codes_of(const Round& round) {
  std::uint64_t bits = static_cast<std::uint64_t>(round.urgency);
  bits = bits << 3 | static_cast<std::uint64_t>(round.place);
  bits = bits << 3 | static_cast<std::uint64_t>(round.channel);
  bits = bits << 4 | static_cast<std::uint64_t>(round.state);
  bits = bits << 3 | round.cancelled;
  return bits << 3 | round.rating;
}
bool set_codes(Round& round, std::uint64_t bits) {
  round.rating = bits & 7;
  round.cancelled = bits >> 3 & 7;
  const auto state = from_number<State>(bits >> 6 & 15);
  const auto channel = from_number<Channel>(bits >> 10 & 7);
  const auto place = from_number<Place>(bits >> 13 & 7);
  const auto urgency = from_number<Urgency>(static_cast<long long>(bits >> 16));
  if (!state || !channel || !place || !urgency) return false;
  round.state = *state;
  round.channel = *channel;
  round.place = *place;
  round.urgency = *urgency;
  return true;
}

void write_rounds(Out& out, const std::vector<Round>& rounds, Dictionary& dictionary) {
  const auto column = [&](const auto& number_of) {
    OutColumn one(out);
    for (const Round& round : rounds) one.number(number_of(round));
  };
  RequestId request = 0;
  Moment begun = 0;
  column([&](const Round& round) { return zigzag(round.request - std::exchange(request, round.request)); });
  column([&](const Round& round) { return zigzag(round.begun - std::exchange(begun, round.begun)); });
  column(codes_of);
  column([](const Round& round) { return flags_of(round, round_flags); });
  for (const auto name : round_names) column([&](const Round& round) { return dictionary(round.*name); });
  for (const auto& told : round_moments)
    column([&](const Round& round) { return told_since(round.begun, round, told); });
}

void read_rounds(In& in, std::span<Round> rounds, const std::vector<Name>& texts, bool& good) {
  const auto column = [&](const auto& take) {
    const std::span numbers = in.column(rounds.size());
    for (std::size_t i = 0; i < rounds.size(); ++i) take(rounds[i], numbers[i]);
  };
  RequestId request = 0;
  Moment begun = 0;
  column([&](Round& round, std::uint64_t number) { round.request = request = plus(request, number); });
  column([&](Round& round, std::uint64_t number) { round.begun = begun = plus(begun, number); });
  column([&](Round& round, std::uint64_t number) { good = set_codes(round, number) && good; });
  column([&](Round& round, std::uint64_t number) { set_flags(round, round_flags, number); });
  for (const auto name : round_names)
    column([&](Round& round, std::uint64_t number) {
      if (number < texts.size()) round.*name = texts[number];
      else good = false;
    });
  for (const auto& told : round_moments)
    column(
        [&](Round& round, std::uint64_t number) { round.*told.moment = moment_of(number, round.begun, round, told); });
}

void write_jobs(Out& out, const History& history, Dictionary& dictionary) {
  const auto column = [&](const auto& number_of) {
    OutColumn one(out);
    for (const Job& job : history.jobs) one.number(number_of(job));
  };
  const auto begun = [&](const Job& job) { return history.rounds[job.round].begun; };
  std::uint32_t before = 0;
  column([&](const Job& job) { return job.round - std::exchange(before, job.round); });
  for (const auto name : job_names) column([&](const Job& job) { return dictionary(job.*name); });
  column([](const Job& job) {
    return static_cast<std::uint64_t>(job.end) << job_flags.size() | flags_of(job, job_flags);
  });
  column([&](const Job& job) { return zigzag(job.ordered - begun(job)); });
  for (const auto& told : job_moments) column([&](const Job& job) { return told_since(begun(job), job, told); });
  for (const auto money : job_money) column([&](const Job& job) { return static_cast<std::uint64_t>(job.*money + 1); });
}

void read_jobs(In& in, std::span<Job> jobs, std::span<const Round> rounds, const std::vector<Name>& texts, bool& good) {
  const auto column = [&](const auto& take) {
    const std::span numbers = in.column(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) take(jobs[i], numbers[i]);
  };
  std::uint64_t round = 0;
  column([&](Job& job, std::uint64_t number) {
    // Damaged numbers must not wrap around.
    round = number < rounds.size() ? round + number : rounds.size();
    if (round >= rounds.size()) good = false;
    job.round = good ? static_cast<std::uint32_t>(round) : 0;
  });
  if (!good) return;
  const auto begun = [&](const Job& job) { return rounds[job.round].begun; };
  for (const auto name : job_names)
    column([&](Job& job, std::uint64_t number) {
      if (number < texts.size()) job.*name = texts[number];
      else good = false;
    });
  column([&](Job& job, std::uint64_t bits) {
    set_flags(job, job_flags, bits);
    const std::uint64_t end = bits >> job_flags.size();
    good = end <= static_cast<std::uint64_t>(JobEnd::cancelled) && good;
    job.end = static_cast<JobEnd>(end);
  });
  column([&](Job& job, std::uint64_t number) { job.ordered = plus(begun(job), number); });
  for (const auto& told : job_moments)
    column([&](Job& job, std::uint64_t number) { job.*told.moment = moment_of(number, begun(job), job, told); });
  for (const auto money : job_money)
    column([&](Job& job, std::uint64_t number) { job.*money = static_cast<std::int64_t>(number - 1); });
}

void write_visits(Out& out, const History& history, Dictionary& dictionary) {
  for (const FailedVisit& visit : history.failed_visits) {
    out.number(visit.round);
    out.number(dictionary(visit.provider));
    out.number(zigzag(visit.at - history.rounds[visit.round].begun));
  }
}

void read_visits(In& in, std::span<FailedVisit> visits, std::span<const Round> rounds, const std::vector<Name>& texts,
                 bool& good) {
  std::uint64_t last = 0;
  for (FailedVisit& visit : visits) {
    const std::uint64_t round = in.number(), provider = in.number();
    const std::uint64_t at = in.number();
    if (round < last || round >= rounds.size() || provider >= texts.size()) {
      good = false;
      return;
    }
    last = round;
    visit = {static_cast<std::uint32_t>(round), texts[provider], plus(rounds[round].begun, at)};
  }
}

void write_regradings(Out& out, const History& history) {
  for (const Regrading& regrading : history.regradings) {
    out.number(regrading.round);
    out.number(static_cast<std::uint64_t>(regrading.before));
    out.number(zigzag(regrading.at - history.rounds[regrading.round].begun));
  }
}

void read_regradings(In& in, std::span<Regrading> regradings, std::span<const Round> rounds, bool& good) {
  std::uint64_t last = 0;
  for (Regrading& regrading : regradings) {
    const std::uint64_t round = in.number();
    const auto before = from_number<Urgency>(static_cast<long long>(in.number()));
    const std::uint64_t at = in.number();
    if (round < last || round >= rounds.size() || !before) {
      good = false;
      return;
    }
    last = round;
    regrading = {static_cast<std::uint32_t>(round), *before, plus(rounds[round].begun, at)};
  }
}

}  // namespace

std::string pack(const History& history, const NameTable& names) {
  Dictionary dictionary(names);
  for (const Job& job : history.jobs)  // few, and often
    for (const auto name : job_names) dictionary(job.*name);
  Out body;
  write_rounds(body, history.rounds, dictionary);
  write_jobs(body, history, dictionary);
  write_visits(body, history, dictionary);
  write_regradings(body, history);
  Out head;
  for (const std::size_t count :
       {history.rounds.size(), history.jobs.size(), history.failed_visits.size(), history.regradings.size()})
    head.number(count);
  dictionary.write(head);
  return head.take() + body.take().substr(version.size());
}

bool unpack(std::string_view text, NameTable& names, History& history) {
  if (!text.starts_with(version)) return false;
  In in(text.substr(version.size()));
  const std::size_t rounds = in.count(text.size()), jobs = in.count(text.size()), visits = in.count(text.size()),
                    regradings = in.count(text.size());
  std::vector<Name> texts{0};
  for (std::size_t left = in.count(text.size()); left > 0 && in.good(); --left) texts.push_back(names.of(in.text()));
  if (!in.good()) return false;
  const std::size_t first_round = history.rounds.size(), first_job = history.jobs.size(),
                    first_visit = history.failed_visits.size(), first_regrading = history.regradings.size();
  history.rounds.resize(first_round + rounds);
  history.jobs.resize(first_job + jobs);
  history.failed_visits.resize(first_visit + visits);
  history.regradings.resize(first_regrading + regradings);
  const auto new_rounds = std::span(history.rounds).subspan(first_round);
  bool good = true;
  read_rounds(in, new_rounds, texts, good);
  read_jobs(in, std::span(history.jobs).subspan(first_job), new_rounds, texts, good);
  read_visits(in, std::span(history.failed_visits).subspan(first_visit), new_rounds, texts, good);
  read_regradings(in, std::span(history.regradings).subspan(first_regrading), new_rounds, good);
  if (!good || !in.good() || !in.at_end()) {
    history.rounds.resize(first_round);
    history.jobs.resize(first_job);
    history.failed_visits.resize(first_visit);
    history.regradings.resize(first_regrading);
    return false;
  }
  for (Job& job : std::span(history.jobs).subspan(first_job)) job.round += static_cast<std::uint32_t>(first_round);
  for (FailedVisit& visit : std::span(history.failed_visits).subspan(first_visit))
    visit.round += static_cast<std::uint32_t>(first_round);
  for (Regrading& regrading : std::span(history.regradings).subspan(first_regrading))
    regrading.round += static_cast<std::uint32_t>(first_round);
  return true;
}

}  // namespace regie
