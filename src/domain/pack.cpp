// Column by column, so that what is the same in neighbours stands together: every number in digits of five bits, a
// digit one character ('0' to 'o'), the lowest first, those that are followed by another having bit six. Moments count
// from the beginning of the round, 0 = not yet.
#include "regie/pack.hpp"

#include <array>

namespace regie {

namespace {

constexpr std::string_view version = "regie.pack/1 ";
constexpr std::uint64_t digit_bits = 5, more = 1 << digit_bits;
constexpr char zero = '0';

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

class Out {
 public:
  void number(std::uint64_t value) {
    for (; value >= more; value >>= digit_bits) text_ += static_cast<char>(zero + (more | (value & (more - 1))));
    text_ += static_cast<char>(zero + value);
  }
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
  std::string text() {
    std::string value(count(static_cast<std::size_t>(end_ - at_)), '\0');
    for (char& c : value) c = static_cast<char>(number());
    return value;
  }

 private:
  const char* at_;
  const char* end_;
  bool good_ = true;
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

constexpr std::array round_names{&Round::residence, &Round::dwelling, &Round::trade, &Round::problem, &Round::policy};
constexpr std::array round_flags{&Round::certain,  &Round::fragile, &Round::tenant_known,
                                 &Round::answered, &Round::part,    &Round::again};
constexpr std::array round_moments{&Round::due,  &Round::done,    &Round::accepted,
                                   &Round::over, &Round::kept_at, &Round::missed_at};
constexpr std::array job_money{&Job::cost, &Job::amount};
constexpr std::array job_flags{&Job::rework, &Job::callback, &Job::out_of_contract, &Job::tacit, &Job::check_required};
constexpr std::array job_moments{&Job::accepted, &Job::came,  &Job::promised, &Job::done,
                                 &Job::checked,  &Job::ended, &Job::kept_at,  &Job::missed_at};

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

std::uint64_t since(Moment begun, Moment moment) { return moment == no_moment ? 0 : zigzag(moment - begun) + 1; }
Moment moment_in(In& in, Moment begun) {
  const std::uint64_t distance = in.number();
  return distance == 0 ? no_moment : begun + unzigzag(distance - 1);
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
  RequestId request = 0;
  Moment begun = 0;
  for (const Round& round : rounds) {
    out.number(zigzag(round.request - request));
    request = round.request;
  }
  for (const Round& round : rounds) {
    out.number(zigzag(round.begun - begun));
    begun = round.begun;
  }
  for (const Round& round : rounds) out.number(codes_of(round));
  for (const Round& round : rounds) out.number(flags_of(round, round_flags));
  for (const auto name : round_names)
    for (const Round& round : rounds) out.number(dictionary(round.*name));
  for (const auto moment : round_moments)
    for (const Round& round : rounds) out.number(since(round.begun, round.*moment));
}

void read_rounds(In& in, std::span<Round> rounds, const std::vector<Name>& texts, bool& good) {
  RequestId request = 0;
  Moment begun = 0;
  for (Round& round : rounds) round.request = request += unzigzag(in.number());
  for (Round& round : rounds) round.begun = begun += unzigzag(in.number());
  for (Round& round : rounds) good = set_codes(round, in.number()) && good;
  for (Round& round : rounds) set_flags(round, round_flags, in.number());
  for (const auto name : round_names)
    for (Round& round : rounds) {
      const std::uint64_t number = in.number();
      if (number < texts.size()) round.*name = texts[number];
      else good = false;
    }
  for (const auto moment : round_moments)
    for (Round& round : rounds) round.*moment = moment_in(in, round.begun);
}

void write_jobs(Out& out, const History& history, Dictionary& dictionary) {
  std::uint32_t before = 0;
  for (const Job& job : history.jobs) {
    out.number(job.round - before);
    before = job.round;
  }
  const auto begun = [&](const Job& job) { return history.rounds[job.round].begun; };
  for (const Job& job : history.jobs) out.number(dictionary(job.provider));
  for (const Job& job : history.jobs)
    out.number(static_cast<std::uint64_t>(job.end) << job_flags.size() | flags_of(job, job_flags));
  for (const Job& job : history.jobs) out.number(zigzag(job.ordered - begun(job)));
  for (const auto moment : job_moments)
    for (const Job& job : history.jobs) out.number(since(begun(job), job.*moment));
  for (const auto money : job_money)
    for (const Job& job : history.jobs) out.number(static_cast<std::uint64_t>(job.*money + 1));
}

void read_jobs(In& in, std::span<Job> jobs, std::span<const Round> rounds, const std::vector<Name>& texts, bool& good) {
  std::uint64_t round = 0;
  for (Job& job : jobs) {
    round += in.number();
    if (round >= rounds.size()) good = false;
    job.round = good ? static_cast<std::uint32_t>(round) : 0;
  }
  if (!good || rounds.empty()) return;
  const auto begun = [&](const Job& job) { return rounds[job.round].begun; };
  for (Job& job : jobs) {
    const std::uint64_t number = in.number();
    if (number < texts.size()) job.provider = texts[number];
    else good = false;
  }
  for (Job& job : jobs) {
    const std::uint64_t bits = in.number();
    set_flags(job, job_flags, bits);
    const std::uint64_t end = bits >> job_flags.size();
    good = end <= static_cast<std::uint64_t>(JobEnd::cancelled) && good;
    job.end = static_cast<JobEnd>(end);
  }
  for (Job& job : jobs) job.ordered = begun(job) + unzigzag(in.number());
  for (const auto moment : job_moments)
    for (Job& job : jobs) job.*moment = moment_in(in, begun(job));
  for (const auto money : job_money)
    for (Job& job : jobs) job.*money = static_cast<std::int64_t>(in.number()) - 1;
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
  for (FailedVisit& visit : visits) {
    const std::uint64_t round = in.number(), provider = in.number();
    const std::uint64_t at = in.number();
    if (round >= rounds.size() || provider >= texts.size()) {
      good = false;
      return;
    }
    visit = {static_cast<std::uint32_t>(round), texts[provider], rounds[round].begun + unzigzag(at)};
  }
}

}  // namespace

std::string pack(const History& history, const NameTable& names) {
  Dictionary dictionary(names);
  Out body;
  write_rounds(body, history.rounds, dictionary);
  write_jobs(body, history, dictionary);
  write_visits(body, history, dictionary);
  Out head;
  for (const std::size_t count : {history.rounds.size(), history.jobs.size(), history.failed_visits.size()})
    head.number(count);
  dictionary.write(head);
  return head.take() + body.take().substr(version.size());
}

bool unpack(std::string_view text, NameTable& names, History& history) {
  if (!text.starts_with(version)) return false;
  In in(text.substr(version.size()));
  const std::size_t rounds = in.count(text.size()), jobs = in.count(text.size()), visits = in.count(text.size());
  std::vector<Name> texts{0};
  for (std::size_t left = in.count(text.size()); left > 0 && in.good(); --left) texts.push_back(names.of(in.text()));
  if (!in.good()) return false;
  const std::size_t first_round = history.rounds.size(), first_job = history.jobs.size(),
                    first_visit = history.failed_visits.size();
  history.rounds.resize(first_round + rounds);
  history.jobs.resize(first_job + jobs);
  history.failed_visits.resize(first_visit + visits);
  const auto new_rounds = std::span(history.rounds).subspan(first_round);
  bool good = true;
  read_rounds(in, new_rounds, texts, good);
  read_jobs(in, std::span(history.jobs).subspan(first_job), new_rounds, texts, good);
  read_visits(in, std::span(history.failed_visits).subspan(first_visit), new_rounds, texts, good);
  if (!good || !in.good() || !in.at_end()) {
    history.rounds.resize(first_round);
    history.jobs.resize(first_job);
    history.failed_visits.resize(first_visit);
    return false;
  }
  for (Job& job : std::span(history.jobs).subspan(first_job)) job.round += static_cast<std::uint32_t>(first_round);
  for (FailedVisit& visit : std::span(history.failed_visits).subspan(first_visit))
    visit.round += static_cast<std::uint32_t>(first_round);
  return true;
}

}  // namespace regie
