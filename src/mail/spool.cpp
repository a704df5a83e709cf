#include "mail/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <limits>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "regie/error.hpp"

namespace regie::mail {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr mode_t private_folder = S_IRWXU;
constexpr mode_t private_file = S_IRUSR | S_IWUSR;
constexpr std::size_t longest_saying = 500;
constexpr std::size_t longest_receipt = 4096;
constexpr std::chrono::milliseconds longest_farewell = 5s;
constexpr std::chrono::milliseconds while_somebody_looks = 100ms;

[[noreturn]] void cannot_write(const fs::path& file, int error) {
  throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), file.string(), std::strerror(error)));
}

[[noreturn]] void cannot_read(const fs::path& file, int error) {
  throw Error(Trouble::refused, message(N_("'{0}' cannot be read: {1}"), file.string(), std::strerror(error)));
}

[[noreturn]] void damaged(const fs::path& file) {
  throw Error(Trouble::refused, message(N_("'{0}' was damaged, or changed by hand"), file.string()));
}

// ---- files

/// Never 0, 1 or 2: whoever started us may have closed these, and a delivery puts its own there.
int above_standard(int file) {
  if (file < 0 || file > STDERR_FILENO) return file;
  const int higher = ::fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int error = errno;
  ::close(file);
  errno = error;
  return higher;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(above_standard(number)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }
  /// 0, or why it failed: some file systems say only here that nothing was saved.
  int close() { return ::close(release()) == 0 ? 0 : errno; }

 private:
  int number_;
};

/// Follows no link, and no program that we start gets it.
int open_file(const fs::path& file, int how) {
  return ::open(file.c_str(), how | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, private_file);
}

/// 0, or why not. Nothing here allocates memory: it is also used after fork.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The beginning of a file; -1 with errno when it cannot be read.
ssize_t read_all(int file, char* bytes, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(file, bytes + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(filled);
}

std::string beginning(const Descriptor& file, std::size_t size, const fs::path& path) {
  std::string text(size, '\0');
  const ssize_t got = read_all(file.number(), text.data(), size);
  if (got < 0) cannot_read(path, errno);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

/// nullopt: it is not there.
std::optional<std::string> beginning(const fs::path& path, std::size_t size) {
  const Descriptor file(open_file(path, O_RDONLY));
  if (file) return beginning(file, size, path);
  if (errno != ENOENT) cannot_read(path, errno);
  return std::nullopt;
}

/// What is new in the folder outlives a power cut.
void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(open_file(folder, O_RDONLY | O_DIRECTORY));
  if (!descriptor || ::fsync(descriptor.number()) != 0) cannot_write(folder, errno);
}

fs::path with(fs::path file, const char* ending) { return file += ending; }

constexpr const char* unfinished = ".tmp";

/// There as a whole or not at all, also after a power cut. Under a lock that keeps others from the same file.
void write_file(const fs::path& file, std::string_view content) {
  const fs::path draft = with(file, unfinished);
  const auto fail = [&](int error) {
    ::unlink(draft.c_str());
    cannot_write(file, error);
  };
  Descriptor descriptor(open_file(draft, O_WRONLY | O_CREAT | O_TRUNC));
  if (!descriptor) fail(errno);
  if (const int error = write_all(descriptor.number(), content); error != 0) fail(error);
  if (::fsync(descriptor.number()) != 0) fail(errno);
  if (const int error = descriptor.close(); error != 0) fail(error);
  if (::rename(draft.c_str(), file.c_str()) != 0) fail(errno);
  sync_folder(file.parent_path());
}

// ---- locks

/// Asks again, after 1 ms at first and every 20 at last, until the answer is yes or the time is over.
template <typename Question>
bool until(std::chrono::milliseconds patience, const Question& question) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::chrono::milliseconds pause = 1ms;; pause = std::min(2 * pause, 20ms)) {
    if (question()) return true;
    const auto left =
        patience - std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (left <= 0ms) return false;
    std::this_thread::sleep_for(std::min(pause, left));
  }
}

/// `how`: LOCK_SH or LOCK_EX. Does not wait.
bool try_lock(int file, int how, const fs::path& path) {
  while (::flock(file, how | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR)
      throw Error(Trouble::refused, message(N_("'{0}' cannot be locked: {1}"), path.string(), std::strerror(errno)));
  }
  return true;
}

/// Unlocks before it closes: another thread may be starting a delivery, whose process holds everything for a moment.
void unlock_and_close(int file) {
  ::flock(file, LOCK_UN);
  ::close(file);
}

/// For whoever writes one of the two files of the folder itself.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder) : folder_(open_file(folder, O_RDONLY | O_DIRECTORY)) {
    if (!folder_) cannot_read(folder, errno);
    if (!until(10s, [&] { return try_lock(folder_.number(), LOCK_EX, folder); })) cannot_write(folder, EWOULDBLOCK);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() { unlock_and_close(folder_.release()); }

 private:
  Descriptor folder_;
};

/// Between the opening of a file and its lock somebody may have removed it.
bool is_still(int file, const fs::path& path) {
  struct stat open {};
  struct stat there {};
  return ::fstat(file, &open) == 0 && ::lstat(path.c_str(), &there) == 0 && open.st_dev == there.st_dev &&
         open.st_ino == there.st_ino;
}

// ---- the folder and its two files

void check_folder(const fs::path& folder) {
  const auto refusal = [&](const char* why) { return Error(Trouble::refused, message(why, folder.string())); };
  struct stat info {};
  if (::lstat(folder.c_str(), &info) != 0) cannot_read(folder, errno);
  if (S_ISLNK(info.st_mode))
    throw refusal(N_("'{0}', where mails are sent from, is a symbolic link: name the folder itself"));
  if (!S_ISDIR(info.st_mode)) throw refusal(N_("'{0}', where mails are sent from, is no folder"));
  if (info.st_uid != ::geteuid())
    throw refusal(N_("the folder '{0}', where mails are sent from, belongs to somebody else"))
        .hint(message(N_("only the account that it belongs to sends mails")));
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    throw refusal(N_("others may write in the folder '{0}', where mails are sent from"))
        .hint(message(N_("take that right from them: {0}"), "chmod 700 " + folder.string()));
}

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), private_folder) == 0) {
    const Descriptor parent(::open(folder.parent_path().c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    if (parent) ::fsync(parent.number());
  } else if (errno != EEXIST) {
    throw Error(Trouble::refused, message(N_("the folder '{0}', where mails are sent from, cannot be made: {1}"),
                                          folder.string(), std::strerror(errno)));
  }
}

std::string random_digits() {
  std::array<unsigned char, 8> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error(Trouble::bug, message(N_("the system has no random numbers")));
  std::string digits;
  for (const unsigned char byte : bytes) (digits += "0123456789abcdef"[byte >> 4]) += "0123456789abcdef"[byte & 0xf];
  return digits;
}

std::string name_of(const fs::path& folder) {
  const fs::path file = folder / "name";
  const FolderLock lock(folder);
  auto line = beginning(file, 100);
  if (!line) write_file(file, *(line = random_digits() + '\n'));
  if (line->size() != 17 || line->find_first_not_of("0123456789abcdef") != 16 || line->back() != '\n') damaged(file);
  line->pop_back();
  return *std::move(line);
}

/// Digits without zeros before them.
std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 || text != std::to_string(number))
    return {};
  return number;
}

std::int64_t started_from(const fs::path& folder) {
  const fs::path file = folder / "started";
  const auto line = beginning(file, 100);
  if (!line) return 0;
  const auto number = line->ends_with('\n') ? number_in(line->substr(0, line->size() - 1)) : std::nullopt;
  if (!number) damaged(file);
  return *number;
}

void count_start(const fs::path& folder) {
  const FolderLock lock(folder);
  write_file(folder / "started", std::to_string(started_from(folder) + 1) + '\n');
}

// ---- the files of one delivery

constexpr const char* receipt_ending = ".receipt";
constexpr const char* message_ending = ".eml";
constexpr const char* output_ending = ".log";
constexpr std::array endings{".eml.tmp", message_ending, output_ending, receipt_ending};  // the receipt goes last

fs::path file_of(const fs::path& folder, DeliveryName name, const char* ending) {
  return folder / (std::to_string(name.number) + '-' + std::to_string(name.attempt) + ending);
}

std::optional<DeliveryName> delivery_name(std::string_view file) {
  const auto* ending = std::ranges::find_if(endings, [&](const char* one) { return file.ends_with(one); });
  if (ending == endings.end()) return {};
  file.remove_suffix(std::strlen(*ending));
  const std::size_t dash = std::min(file.find('-'), file.size());
  const auto number = number_in(file.substr(0, dash));
  const auto attempt = number_in(file.substr(std::min(dash + 1, file.size())));
  if (!number || !attempt) return {};
  return DeliveryName{*number, *attempt};
}

/// The next line that was written to its end.
std::optional<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

constexpr std::string_view started_mark = "started ";
constexpr std::string_view exit_mark = "exit ";
constexpr std::string_view signal_mark = "signal ";
constexpr std::string_view timeout_mark = "timeout";
constexpr std::string_view not_run_mark = "not-run ";

Receipt receipt_in(std::string_view text) {
  using enum Receipt::Kind;
  const auto first = next_line(text);
  if (!first) return {};
  const bool is_started = first->starts_with(started_mark);
  const auto end = is_started ? next_line(text) : first;
  if (!end || next_line(text)) return {.kind = unknown};
  if (end->starts_with(not_run_mark)) return {.kind = not_run, .why = std::string(end->substr(not_run_mark.size()))};
  if (!is_started) return {.kind = unknown};
  if (*end == timeout_mark) return {.kind = timeout};
  for (const auto& [mark, kind] : {std::pair{exit_mark, ended}, std::pair{signal_mark, killed}})
    if (const auto code = end->starts_with(mark) ? number_in(end->substr(mark.size())) : std::nullopt;
        code && *code < 256)
      return {.kind = kind, .code = static_cast<int>(*code)};
  return {.kind = unknown};
}

/// The first line with something in it, cut between characters.
std::string first_line(std::string text) {
  text.erase(0, std::min(text.find_first_not_of("\r\n"), text.size()));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.size() <= longest_saying) return text;
  std::size_t end = longest_saying;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

std::string saying(const fs::path& output) { return first_line(beginning(output, 2 * longest_saying).value_or("")); }

// ---- the process of one delivery. Between fork and exec only what POSIX allows there (async-signal-safe) is called:
// in a program with threads, memory may be locked for ever.

/// All that is needed, made before the fork.
struct Job {
  int receipt;
  int message;
  int output;
  int folder;
  int nothing;              ///< /dev/null
  int ready;                ///< a pipe: 0 = the process runs, else why not
  std::array<int, 5> kept;  ///< those that it keeps, in order
  char* const* command;
  char* const* environment;
  std::chrono::milliseconds patience;
};

/// A line of a receipt.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    text = text.substr(0, bytes_.size() - size_);
    size_ += text.copy(bytes_.data() + size_, text.size());
    return *this;
  }
  Line& operator<<(int number) {
    std::array<char, 12> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return *this << std::string_view(digits.data(), end);
  }
  Line& two_digits(unsigned number) {
    return *this << static_cast<int>(number / 10 % 10) << static_cast<int>(number % 10);
  }
  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 200> bytes_;
  std::size_t size_ = 0;
};

Line started_now() {
  const std::chrono::sys_seconds now{std::chrono::seconds{::time(nullptr)}};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(now - day);
  Line line;
  line << started_mark << static_cast<int>(date.year());
  (line << "-").two_digits(static_cast<unsigned>(date.month()));
  (line << "-").two_digits(static_cast<unsigned>(date.day()));
  (line << "T").two_digits(static_cast<unsigned>(clock.hours().count()));
  (line << ":").two_digits(static_cast<unsigned>(clock.minutes().count()));
  (line << ":").two_digits(static_cast<unsigned>(clock.seconds().count()));
  return line << "Z\n";
}

/// 0, or why it is not on the disk.
int note(const Job& job, const Line& line) {
  if (const int error = write_all(job.receipt, line.text()); error != 0) return error;
  return ::fdatasync(job.receipt) == 0 ? 0 : errno;
}

void note_not_run(const Job& job, int error) {
  const char* why = ::strerrordesc_np(error);
  note(job, Line() << not_run_mark << (why == nullptr ? "?" : why) << "\n");
}

void close_from_to(int first, int last) {
  if (first > last || ::close_range(static_cast<unsigned>(first), static_cast<unsigned>(last), 0) == 0) return;
  const int open = std::min(last, static_cast<int>(std::min(::sysconf(_SC_OPEN_MAX), 1L << 20)));
  for (int file = first; file <= open; ++file) ::close(file);
}

/// Nothing of who started it stays: nobody's pipe is kept open, nobody's lock held, nobody's folder used. 0, or why
/// not.
int leave_home(const Job& job) {
  ::umask(S_IRWXG | S_IRWXO);
  if (::chdir("/") != 0) return errno;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::dup2(job.nothing, standard) < 0) return errno;
  int next = STDERR_FILENO + 1;
  for (const int file : job.kept) {
    close_from_to(next, file - 1);
    next = file + 1;
  }
  close_from_to(next, std::numeric_limits<int>::max());
  struct sigaction fresh {};
  fresh.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &fresh, nullptr);
  return 0;
}

[[noreturn]] void become_mail_program(const Job& job, int report) {
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  if (::dup2(job.message, STDIN_FILENO) >= 0 && ::dup2(job.output, STDOUT_FILENO) >= 0 &&
      ::dup2(job.output, STDERR_FILENO) >= 0 && ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0)
    ::execve(job.command[0], job.command, job.environment);
  const int error = errno;
  const ssize_t ignored = ::write(report, &error, sizeof error);
  ::_exit(ignored < 0 ? 126 : 127);
}

/// Its process, or -1 with errno when it does not run.
pid_t run_mail_program(const Job& job) {
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) return -1;
  const pid_t program = ::_Fork();
  if (program == 0) become_mail_program(job, report[1]);
  int error = program < 0 ? errno : 0;
  ::close(report[1]);
  if (program > 0) {
    ::setpgid(program, program);  // it does so itself, perhaps later
    int reported = 0;
    if (read_all(report[0], reinterpret_cast<char*>(&reported), sizeof reported) == sizeof reported) {
      ::waitpid(program, nullptr, 0);
      error = reported;
    }
  }
  ::close(report[0]);
  errno = error;
  return error == 0 ? program : -1;
}

/// Leaves it to be waited for: its process group keeps its number until then. All signals are blocked.
bool ends_within(pid_t program, std::chrono::milliseconds patience) {
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(program), &info, WEXITED | WNOWAIT | WNOHANG) != 0 || info.si_pid == program)
      return true;
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= 0ns) return false;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec time{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
    ::sigtimedwait(&child_ended, nullptr, &time);
  }
}

[[noreturn]] void deliver(const Job& job) {
  int error = leave_home(job);
  const ssize_t answered = ::write(job.ready, &error, sizeof error);
  if (error != 0 || (answered < 0 && errno != EPIPE)) ::_exit(1);  // EPIPE: regie was killed, no matter
  ::close(job.ready);

  error = note(job, started_now());
  if (error == 0 && ::fsync(job.folder) != 0) error = errno;
  if (error != 0) {
    if (::ftruncate(job.receipt, 0) == 0) note_not_run(job, error);
    ::_exit(1);
  }
  const pid_t program = run_mail_program(job);
  if (program < 0) {
    note_not_run(job, errno);
    ::_exit(1);
  }
  const bool hangs = !ends_within(program, job.patience);
  if (hangs) {
    ::kill(-program, SIGTERM);
    ends_within(program, std::min(job.patience, longest_farewell));
    ::kill(-program, SIGKILL);
  }
  int status = 0;
  if (::waitpid(program, &status, 0) != program) ::_exit(1);
  Line line;
  if (hangs) line << timeout_mark;
  else if (WIFEXITED(status)) line << exit_mark << WEXITSTATUS(status);
  else line << signal_mark << WTERMSIG(status);
  note(job, line << "\n");
  ::_exit(0);
}

/// Between regie and the delivery: it ends at once, so that the delivery belongs to nobody.
[[noreturn]] void leave_behind(const Job& job) {
  ::setsid();
  const pid_t delivery = ::_Fork();
  if (delivery == 0) deliver(job);
  const int error = errno;
  ::_exit(delivery < 0 && ::write(job.ready, &error, sizeof error) < 0 ? 1 : 0);
}

/// For execve, which does not change them.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

[[noreturn]] void no_process(int error) {
  throw Error(Trouble::refused,
              message(N_("no process can be started that sends the mail: {0}"), std::strerror(error)));
}

}  // namespace

// ---- Delivery

Spool::Delivery::Delivery(fs::path folder, DeliveryName name, int receipt)
    : folder_(std::move(folder)), name_(name), receipt_(receipt) {}

Spool::Delivery::Delivery(Delivery&& other) noexcept
    : folder_(std::move(other.folder_)), name_(other.name_), receipt_(std::exchange(other.receipt_, -1)) {}

Spool::Delivery& Spool::Delivery::operator=(Delivery&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(name_, other.name_);
  std::swap(receipt_, other.receipt_);
  return *this;
}

Spool::Delivery::~Delivery() {
  if (receipt_ < 0) return;
  for (const char* ending : {message_ending, output_ending}) ::unlink(file_of(folder_, name_, ending).c_str());
  unlock_and_close(receipt_);
}

void Spool::Delivery::start(const Sendmail& sendmail, const std::string& recipient) {
  if (receipt_ < 0) throw Error(Trouble::bug, message(N_("a mail can be started only once")));
  if (sendmail.command.empty() || !sendmail.command.front().starts_with('/'))
    throw Error(Trouble::refused, message(N_("the program that sends mails must be named with its whole path")));
  const fs::path mail_file = file_of(folder_, name_, message_ending);
  const Descriptor mail(open_file(mail_file, O_RDONLY));
  if (!mail) cannot_read(mail_file, errno);
  const fs::path output_file = file_of(folder_, name_, output_ending);
  const Descriptor output(open_file(output_file, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC));
  if (!output) cannot_write(output_file, errno);
  const Descriptor folder(open_file(folder_, O_RDONLY | O_DIRECTORY));
  if (!folder) cannot_read(folder_, errno);
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) cannot_read("/dev/null", errno);
  count_start(folder_);

  std::vector<std::string> command = sendmail.command;
  for (const std::string& word : {std::string("-i"), std::string("-f"), sendmail.sender, std::string("--"), recipient})
    command.push_back(word);
  const std::vector<char*> words = pointers(command);
  const std::vector<char*> variables = pointers(sendmail.environment);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) no_process(errno);
  const Descriptor answer(ends[0]);
  Descriptor ready(ends[1]);
  if (!answer || !ready) no_process(errno);
  Job job{receipt_,
          mail.number(),
          output.number(),
          folder.number(),
          nothing.number(),
          ready.number(),
          {receipt_, mail.number(), output.number(), folder.number(), ready.number()},
          words.data(),
          variables.data(),
          std::clamp<std::chrono::milliseconds>(sendmail.patience, 0ms, 24h)};
  std::ranges::sort(job.kept);

  // A signal must find neither our handlers in the new processes, nor the one between us and the delivery alone.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t between = ::fork();
  if (between == 0) leave_behind(job);
  int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (between < 0) no_process(error);
  ready.close();
  if (read_all(answer.number(), reinterpret_cast<char*>(&error), sizeof error) != sizeof error) error = EAGAIN;
  while (::waitpid(between, nullptr, 0) < 0 && errno == EINTR) continue;
  if (error != 0) no_process(error);     // whoever does not answer has not begun
  ::close(std::exchange(receipt_, -1));  // without unlocking: the lock is that of the delivery
}

// ---- Spool

Spool::Spool(fs::path folder) : folder_(folder.empty() ? folder : fs::absolute(folder)) {
  while (folder_.has_relative_path() && (!folder_.has_filename() || folder_.filename() == "."))
    folder_ = folder_.parent_path();  // with a slash behind it a link would be followed
  make_folder(folder_);
  check_folder(folder_);
  name_ = name_of(folder_);
}

Spool::~Spool() {
  if (lock_ >= 0) unlock_and_close(lock_);
}

std::int64_t Spool::started() const { return started_from(folder_); }

bool Spool::lock() {
  if (lock_ >= 0) return true;
  const fs::path path = folder_ / "run.lock";
  Descriptor file(open_file(path, O_RDWR | O_CREAT));
  if (!file) cannot_write(path, errno);
  if (!try_lock(file.number(), LOCK_EX, path)) return false;
  lock_ = file.release();
  return true;
}

Spool::Delivery Spool::prepare(DeliveryName name, const std::string& message_text) {
  const fs::path path = file_of(folder_, name, receipt_ending);
  constexpr int how = O_WRONLY | O_APPEND;
  int opened = open_file(path, how | O_CREAT | O_EXCL);
  if (opened < 0 && errno == EEXIST) opened = open_file(path, how);
  Descriptor file(opened);
  if (!file) cannot_write(path, errno);
  struct stat info {};
  if (!until(while_somebody_looks, [&] { return try_lock(file.number(), LOCK_EX, path); }) ||
      !is_still(file.number(), path) || ::fstat(file.number(), &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_size != 0)
    throw Error(Trouble::refused, message(N_("mail {0} is already being sent, attempt {1}"), name.number, name.attempt))
        .hint(message(N_("see {0}"), path.string()));
  Delivery delivery(folder_, name, file.release());
  write_file(file_of(folder_, name, message_ending), message_text);
  return delivery;
}

Receipt Spool::look(DeliveryName name) const {
  const fs::path path = file_of(folder_, name, receipt_ending);
  Receipt receipt;
  while (true) {
    const Descriptor file(open_file(path, O_RDONLY));
    if (!file && errno == ENOENT) return {};
    if (!file) cannot_read(path, errno);
    if (!try_lock(file.number(), LOCK_SH, path)) return {.kind = Receipt::Kind::working};
    const bool still = is_still(file.number(), path);
    if (still) receipt = receipt_in(beginning(file, longest_receipt, path));
    ::flock(file.number(), LOCK_UN);
    if (still) break;
  }
  using enum Receipt::Kind;
  const bool is_done = receipt.kind == ended && receipt.code == 0;
  if (!is_done && receipt.kind != unstarted && receipt.kind != not_run)
    receipt.why = saying(file_of(folder_, name, output_ending));
  return receipt;
}

Receipt Spool::wait(DeliveryName name, std::chrono::milliseconds patience) const {
  Receipt receipt;
  until(patience, [&] { return (receipt = look(name)).kind != Receipt::Kind::working; });
  return receipt;
}

void Spool::forget(DeliveryName name) {
  const fs::path path = file_of(folder_, name, receipt_ending);
  const Descriptor file(open_file(path, O_RDONLY | O_CREAT));  // made for a moment when only the others are left
  if (!file) cannot_write(path, errno);
  if (!until(while_somebody_looks, [&] { return try_lock(file.number(), LOCK_EX, path); })) return;
  if (is_still(file.number(), path))
    for (const char* ending : endings)
      if (const fs::path gone = file_of(folder_, name, ending); ::unlink(gone.c_str()) != 0 && errno != ENOENT)
        throw Error(Trouble::refused, message(N_("'{0}' cannot be removed: {1}"), gone.string(), std::strerror(errno)));
  ::flock(file.number(), LOCK_UN);
}

std::vector<DeliveryName> Spool::deliveries() const {
  std::set<std::pair<std::int64_t, std::int64_t>> found;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error))
    if (const auto name = delivery_name(at->path().filename().string())) found.emplace(name->number, name->attempt);
  if (error) cannot_read(folder_, error.value());
  std::vector<DeliveryName> all;
  for (const auto& [number, attempt] : found) all.push_back({number, attempt});
  return all;
}

}  // namespace regie::mail
