// Mails handed to mail programs of all kinds, by processes that are killed at any moment.
#include "mail/spool.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <regex>
#include <thread>

#include "regie/error.hpp"
#include "support/folder.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono_literals;
using regie::mail::DeliveryName;
using regie::mail::Receipt;
using regie::mail::Sendmail;
using regie::mail::Spool;
using Kind = regie::mail::Receipt::Kind;
namespace fs = std::filesystem;

namespace {

constexpr auto long_enough = 20s;
const std::string eml = "Subject: fuite\r\n\r\n.\r\nFrom \xe9vier\r\nsans fin de ligne";

/// The place of a spool: in memory, or in the usual place where there is none. Many processes are killed here and no
/// power is cut; disks may be slow.
class InMemory {
 public:
  InMemory() : path_("/dev/shm/regie-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) path_ = folder_.path() / "spool";
  }
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;
  ~InMemory() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  Folder folder_;
  std::string path_;
};

/// A spool, and mail programs that write what they find into the folder beside it.
struct Post {
  Folder folder;
  InMemory memory;
  fs::path place = memory.path();
  Spool spool{place};

  /// A shell script; $out is the folder that it may write into.
  Sendmail program(const std::string& script, std::chrono::milliseconds patience = long_enough) const {
    static int number = 0;
    const fs::path file = folder.write("sendmail" + std::to_string(++number),
                                       "#!/bin/sh\nout='" + folder.path().string() + "'\n" + script + "\n");
    fs::permissions(file, fs::perms{0700});
    return {.command = {file.string()}, .sender = "regie@landlord.test", .patience = patience};
  }
  std::string written(const std::string& name) const { return Folder::read(folder.path() / name); }
  fs::path file(const std::string& name) const { return place / name; }
  void put(const std::string& name, std::string_view content) const { std::ofstream(file(name)) << content; }
  /// Everything in the spool's folder but what belongs to the folder itself.
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(place))
      if (const std::string name = entry.path().filename(); name != "name" && name != "started" && name != "run.lock")
        all.push_back(name);
    std::ranges::sort(all);
    return all;
  }

  void start(DeliveryName name, const Sendmail& sendmail, const std::string& recipient = "firm@roofs.test") {
    spool.prepare(name, eml).start(sendmail, recipient);
  }
  Receipt send(DeliveryName name, const Sendmail& sendmail) {
    start(name, sendmail);
    return spool.wait(name, long_enough);
  }
};

/// The refusal of `act`; fails the test when there is none.
Error refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::refused);
    return error;
  }
  FAIL("nothing was refused");
  std::abort();
}

bool says(const Error& error, const std::string& part) {
  return std::string(error.messages().front().id).find(part) != std::string::npos;
}

/// A process of its own; gives how it ended. It runs no destructors.
int in_process(const std::function<void()>& act) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      act();
    } catch (...) {
      ::_exit(99);
    }
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

[[noreturn]] void be_killed() {
  ::kill(::getpid(), SIGKILL);
  while (true) ::pause();
}

bool soon(const std::function<bool()>& question) {
  for (int turn = 0; turn < 5000; ++turn) {
    if (question()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

bool runs(const std::string& process) {
  const std::string stat = Folder::read("/proc/" + process + "/stat");
  return !stat.empty() && stat.find(") Z ") == std::string::npos;
}

/// A limit of this process, and of all that it starts meanwhile.
class Limit {
 public:
  Limit(__rlimit_resource what, rlim_t value) : what_(what) {
    REQUIRE(::getrlimit(what_, &before_) == 0);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{value, before_.rlim_max};
    REQUIRE(::setrlimit(what_, &limit) == 0);
  }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
  ~Limit() {
    ::setrlimit(what_, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  __rlimit_resource what_;
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

}  // namespace

TEST_CASE("a mail is handed to the mail program whole with its recipient as one word") {
  Post post;
  const Sendmail sendmail = post.program("cat >$out/mail; printf '<%s>' \"$@\" >$out/words");
  for (const std::string recipient : {"firm@roofs.test", "-X/var/x", "a b;c $HOME `id` \"'", ""}) {
    static std::int64_t number = 40;
    const DeliveryName name{++number, 1};
    post.start(name, sendmail, recipient);
    const Receipt receipt = post.spool.wait(name, long_enough);
    CHECK(receipt.kind == Kind::ended);
    CHECK(receipt.code == 0);
    CHECK(receipt.why.empty());
    CHECK(post.written("mail") == eml);
    CHECK(post.written("words") == "<-i><-f><regie@landlord.test><--><" + recipient + ">");
    CHECK(std::regex_match(Folder::read(post.file(std::to_string(number) + "-1.receipt")),
                           std::regex("started 2\\d{3}-[01]\\d-[0-3]\\dT[0-2]\\d:[0-5]\\d:[0-6]\\dZ\nexit 0\n")));
  }
  Sendmail more = sendmail;
  more.command.emplace_back("-oi");
  CHECK(post.send({50, 1}, more).kind == Kind::ended);
  CHECK(post.written("words") == "<-oi><-i><-f><regie@landlord.test><--><firm@roofs.test>");
}

TEST_CASE("a receipt keeps what the mail program complained about") {
  Post post;
  struct {
    std::string script;
    int code;
    std::string why;
  } const programs[] = {
      {"exit 75", 75, ""},
      {"echo 'relay is closed' >&2; echo more; exit 69", 69, "relay is closed"},
      {"echo; echo 'connection dropped'; exit 76", 76, "connection dropped"},
      {"printf 'no end of line'; exit 1", 1, "no end of line"},
      {"printf 'x%0499d\\351tout' 0; exit 255", 255, "x" + std::string(499, '0')},
      {"printf '%0499d\\303\\251tout' 0; exit 2", 2, std::string(499, '0')},
      {"echo 'said, and it went well'", 0, ""},
  };
  std::int64_t number = 0;
  for (const auto& program : programs) {
    CAPTURE(program.script);
    const Receipt receipt = post.send({++number, 3}, post.program(program.script));
    CHECK(receipt.kind == Kind::ended);
    CHECK(receipt.code == program.code);
    CHECK(receipt.why == program.why);
  }
}

TEST_CASE("a mail program that is killed may have sent the mail") {
  Post post;
  const Receipt receipt = post.send({1, 1}, post.program("echo 'now or never'; kill -9 $$"));
  CHECK(receipt.kind == Kind::killed);
  CHECK(receipt.code == SIGKILL);
  CHECK(receipt.why == "now or never");
  CHECK(post.send({2, 1}, post.program("kill -15 $$")).code == SIGTERM);
}

TEST_CASE("a mail program that hangs is killed with all that it has started") {
  Post post;
  const auto begin = std::chrono::steady_clock::now();
  // Both at once: one that ends when it is asked to, and one that does not listen.
  post.start({1, 1}, post.program("echo 'waiting for the relay'; trap 'echo >$out/asked; exit 0' TERM; sleep 60 & wait",
                                  300ms));
  post.start({2, 1}, post.program("trap '' TERM; sleep 60 & echo $! >$out/child; wait; sleep 60", 300ms));
  const Receipt receipt = post.spool.wait({1, 1}, long_enough);
  CHECK(receipt.kind == Kind::timeout);
  CHECK(receipt.why == "waiting for the relay");
  CHECK(fs::exists(post.folder.path() / "asked"));
  CHECK(std::chrono::steady_clock::now() - begin >= 300ms);
  CHECK(post.spool.wait({2, 1}, long_enough).kind == Kind::timeout);
  CHECK(std::chrono::steady_clock::now() - begin >= 600ms);
  std::string child = post.written("child");
  REQUIRE(child.size() > 1);
  child.pop_back();
  CHECK(soon([&] { return !runs(child); }));
}

TEST_CASE("a mail program that cannot be started has surely sent nothing") {
  Post post;
  Sendmail sendmail = post.program("exit 0");
  fs::permissions(sendmail.command.front(), fs::perms{0600});
  Receipt receipt = post.send({1, 1}, sendmail);
  CHECK(receipt.kind == Kind::not_run);
  CHECK(receipt.why == "Permission denied");

  sendmail.command = {post.folder.path() / "missing"};
  receipt = post.send({1, 2}, sendmail);
  CHECK(receipt.kind == Kind::not_run);
  CHECK(receipt.why == "No such file or directory");

  sendmail.command = {post.folder.write("empty", "")};
  fs::permissions(sendmail.command.front(), fs::perms{0700});
  CHECK(post.send({1, 3}, sendmail).kind == Kind::not_run);

  for (const std::vector<std::string>& command : {std::vector<std::string>{}, {""}, {"sendmail"}, {"./sendmail"}}) {
    sendmail.command = command;
    CHECK(says(refusal([&] { post.start({1, 4}, sendmail); }), "whole path"));
    CHECK(post.spool.look({1, 4}).kind == Kind::unstarted);
  }
}

TEST_CASE("a mail program may read slowly or not at all") {
  Post post;
  const std::string large(3'000'000, 'x');
  const Sendmail slow = post.program("sleep 0.1; head -c 10 >/dev/null; sleep 0.1; cat | wc -c >$out/size");
  const Sendmail deaf = post.program("exec <&-; exit 75");
  post.spool.prepare({1, 1}, large).start(slow, "firm@roofs.test");
  post.spool.prepare({2, 1}, large).start(deaf, "firm@roofs.test");
  CHECK(post.spool.wait({1, 1}, long_enough).code == 0);
  CHECK(std::stol(post.written("size")) >= 2'900'000);  // head may read more than it shows
  CHECK(post.spool.wait({2, 1}, long_enough).code == 75);
}

TEST_CASE("a mail program finds nothing of the process that started it") {
  Post post;
  const Sendmail sendmail = post.program(
      "umask >$out/umask; pwd >$out/pwd; env >$out/environment; cat /proc/self/stat >$out/stat\n"
      "ls -l /proc/self/fd >$out/files; grep -E 'Sig(Blk|Ign)' /proc/self/status >$out/signals");
  Sendmail at_home = sendmail;
  at_home.environment.emplace_back("HOME=/srv/regie");
  const int status = in_process([&] {
    ::umask(0);
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    for (const int signal : {SIGPIPE, SIGINT, SIGCHLD, SIGHUP}) std::signal(signal, SIG_IGN);
    if (::open("/etc/passwd", O_RDONLY) < 0 || ::dup2(STDERR_FILENO, 77) < 0) ::_exit(1);
    ::setenv("SECRET", "password", 1);
    post.start({1, 1}, at_home);
  });
  CHECK(status == 0);
  REQUIRE(post.spool.wait({1, 1}, long_enough).code == 0);
  CHECK(post.written("umask") == "0077\n");
  CHECK(post.written("pwd") == "/\n");
  const std::string environment = post.written("environment");
  CHECK(environment.find("PATH=/usr/sbin:/usr/bin:/sbin:/bin\n") != std::string::npos);
  CHECK(environment.find("HOME=/srv/regie\n") != std::string::npos);
  CHECK(environment.find("SECRET") == std::string::npos);
  const std::string files = post.written("files");
  CAPTURE(files);
  CHECK(files.find(" 0 -> " + post.file("1-1.eml").string()) != std::string::npos);
  CHECK(files.find(" 1 -> " + (post.folder.path() / "files").string()) != std::string::npos);
  CHECK(files.find(" 2 -> " + post.file("1-1.log").string()) != std::string::npos);
  CHECK(std::ranges::count(files, '>') == 4);  // the fourth is the list itself, which ls reads
  CHECK(post.written("signals") == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  std::smatch stat;
  const std::string written = post.written("stat");
  REQUIRE(std::regex_search(written, stat, std::regex(R"(\) \w \d+ \d+ (\d+) (-?\d+) )")));
  CHECK(std::stoi(stat[1]) != ::getsid(0));
  CHECK(stat[2] == "0");  // no terminal
}

TEST_CASE("a delivery works when whoever started it has closed its standard files") {
  Post post;
  const Sendmail sendmail = post.program("cat >$out/mail; echo complaint; exit 75");
  CHECK(in_process([&] {
          for (const int standard : {0, 1, 2}) ::close(standard);
          Spool spool(post.place);
          if (!spool.lock()) ::_exit(1);
          spool.prepare({1, 1}, eml).start(sendmail, "firm@roofs.test");
        }) == 0);
  CHECK(post.spool.wait({1, 1}, long_enough).why == "complaint");
  CHECK(post.written("mail") == eml);
}

TEST_CASE("a delivery ends by itself when regie is killed") {
  Post post;
  const Sendmail sendmail =
      post.program("until test -e $out/go; do sleep 0.01; done; cat >$out/mail; echo later >&2; exit 75");
  CHECK(WIFSIGNALED(in_process([&] {
    post.start({7, 2}, sendmail);
    be_killed();
  })));
  CHECK(post.spool.look({7, 2}).kind == Kind::working);
  post.folder.write("go", "");
  const Receipt receipt = post.spool.wait({7, 2}, long_enough);
  CHECK(receipt.kind == Kind::ended);
  CHECK(receipt.code == 75);
  CHECK(receipt.why == "later");
  CHECK(post.written("mail") == eml);
}

TEST_CASE("signals that end other programs do not end a delivery") {
  Post post;
  const Sendmail sendmail = post.program("kill -15 $PPID; kill -1 $PPID; kill -2 $PPID; kill -13 $PPID; exit 69");
  const Receipt receipt = post.send({1, 1}, sendmail);
  CHECK(receipt.kind == Kind::ended);
  CHECK(receipt.code == 69);
}

TEST_CASE("nobody knows what became of a mail whose delivery was killed") {
  Post post;
  const Receipt receipt = post.send({1, 1}, post.program("echo accepted; kill -9 $PPID"));
  CHECK(receipt.kind == Kind::unknown);
  CHECK(refusal([&] { post.spool.prepare({1, 1}, eml); }).trouble() == Trouble::refused);
  CHECK(post.spool.look({1, 1}).kind == Kind::unknown);
}

TEST_CASE("a mail that was prepared by a process that was killed is surely not sent and may be prepared again") {
  Post post;
  CHECK(WIFSIGNALED(in_process([&] {
    const auto delivery = post.spool.prepare({3, 1}, "an older message");
    be_killed();
  })));
  CHECK(post.files() == std::vector<std::string>{"3-1.eml", "3-1.receipt"});
  CHECK(post.spool.look({3, 1}).kind == Kind::unstarted);
  CHECK(post.spool.started() == 0);
  CHECK(post.send({3, 1}, post.program("cat >$out/mail")).code == 0);
  CHECK(post.written("mail") == eml);
}

TEST_CASE("a mail that is prepared and not started leaves an empty receipt and no message") {
  Post post;
  {
    auto delivery = post.spool.prepare({3, 1}, eml);
    CHECK(Folder::read(post.file("3-1.eml")) == eml);
    CHECK(post.spool.look({3, 1}).kind == Kind::working);
    auto moved = std::move(delivery);
    CHECK(post.spool.look({3, 1}).kind == Kind::working);
    CHECK(post.spool.wait({3, 1}, 5ms).kind == Kind::working);
  }
  CHECK(post.files() == std::vector<std::string>{"3-1.receipt"});
  CHECK(post.spool.look({3, 1}).kind == Kind::unstarted);
}

TEST_CASE("an attempt can be prepared and started only once") {
  Post post;
  const Sendmail sendmail = post.program("exit 0");
  {
    auto delivery = post.spool.prepare({1, 1}, eml);
    CHECK(says(refusal([&] { post.spool.prepare({1, 1}, eml); }), "already"));
    delivery.start(sendmail, "firm@roofs.test");
    CHECK_THROWS_AS(delivery.start(sendmail, "firm@roofs.test"), Error);
  }
  CHECK(post.spool.wait({1, 1}, long_enough).code == 0);
  CHECK(says(refusal([&] { post.spool.prepare({1, 1}, eml); }), "already"));
  CHECK(post.send({1, 2}, sendmail).kind == Kind::ended);
}

TEST_CASE("of many who prepare the same attempt at once one wins") {
  Post post;
  const Sendmail sendmail = post.program("echo >>$out/accepted");
  constexpr std::int64_t turns = 5;
  for (std::int64_t turn = 1; turn <= turns; ++turn) {
    std::atomic<int> winners = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        try {
          post.spool.prepare({turn, 1}, eml).start(sendmail, "firm@roofs.test");
          ++winners;
        } catch (const Error&) {
        }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(winners == 1);
    CHECK(post.spool.wait({turn, 1}, long_enough).code == 0);
  }
  CHECK(post.written("accepted") == std::string(turns, '\n'));
  CHECK(post.spool.started() == turns);
}

TEST_CASE("whoever waits for the output of regie does not wait for its deliveries and neither does the next run") {
  Post post;
  const Sendmail sendmail = post.program("until test -e $out/go; do sleep 0.01; done");
  std::array<int, 2> pipe;
  REQUIRE(::pipe(pipe.data()) == 0);
  CHECK(in_process([&] {
          ::dup2(pipe[1], STDOUT_FILENO);
          if (!post.spool.lock()) ::_exit(1);
          post.start({1, 1}, sendmail);
        }) == 0);
  ::close(pipe[1]);
  for (char byte = 0; ::read(pipe[0], &byte, 1) > 0;) continue;  // until the end of the output, as cron does
  ::close(pipe[0]);
  CHECK(post.spool.look({1, 1}).kind == Kind::working);
  CHECK(post.spool.lock());
  CHECK(post.spool.look({1, 1}).kind == Kind::working);
  post.folder.write("go", "");
  CHECK(post.spool.wait({1, 1}, long_enough).code == 0);
}

TEST_CASE("a delivery is no child of the process that started it") {
  Post post;
  CHECK(in_process([&] {
          post.start({1, 1}, post.program("sleep 0.05"));
          const bool none = ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
          ::_exit(none ? 0 : 1);
        }) == 0);
  CHECK(post.spool.wait({1, 1}, long_enough).code == 0);
}

TEST_CASE("only one run at a time has the lock") {
  Post post;
  {
    Spool other(post.place);
    CHECK(other.lock());
    CHECK(other.lock());
    CHECK_FALSE(post.spool.lock());
  }
  CHECK(post.spool.lock());
  CHECK(in_process([&] { ::_exit(Spool(post.place).lock() ? 1 : 0); }) == 0);
}

TEST_CASE("files are forgotten when nobody works on them") {
  Post post;
  CHECK(post.send({1, 1}, post.program("echo no; exit 75")).why == "no");
  CHECK(post.files() == std::vector<std::string>{"1-1.eml", "1-1.log", "1-1.receipt"});
  post.start({1, 2}, post.program("until test -e $out/go; do sleep 0.01; done; cat >$out/mail"));
  post.spool.forget({1, 1});
  post.spool.forget({1, 2});
  post.spool.forget({8, 8});
  CHECK(post.files() == std::vector<std::string>{"1-2.eml", "1-2.log", "1-2.receipt"});
  CHECK(post.spool.look({1, 1}).kind == Kind::unstarted);
  post.folder.write("go", "");
  CHECK(post.spool.wait({1, 2}, long_enough).code == 0);
  CHECK(post.written("mail") == eml);
  post.spool.forget({1, 2});
  CHECK(post.files().empty());
  CHECK(post.spool.started() == 2);

  for (const char* left : {"5-1.eml", "6-1.log", "7-1.eml.tmp"}) {
    post.put(left, "left by a power cut");
    const auto found = post.spool.deliveries();
    REQUIRE(found.size() == 1);
    post.spool.forget(found.front());
    CHECK(post.files().empty());
  }
}

TEST_CASE("looking at a mail while it is forgotten and prepared again never fails") {
  Post post;
  std::atomic<bool> enough = false;
  std::atomic<int> looks = 0;
  int wrong = 0;
  std::thread looker([&] {
    for (; !enough; ++looks) try {
        const Kind kind = post.spool.look({1, 1}).kind;
        if (kind != Kind::unstarted && kind != Kind::working) ++wrong;
        std::this_thread::sleep_for(100us);
      } catch (const Error&) {
        ++wrong;
      }
  });
  for (int turn = 0; turn < 15 || looks < 50; ++turn) {
    { const auto delivery = post.spool.prepare({1, 1}, eml); }
    post.spool.forget({1, 1});
  }
  enough = true;
  looker.join();
  CHECK(wrong == 0);
  post.spool.forget({1, 1});
  CHECK(post.files().empty());
}

TEST_CASE("a mail that is prepared while somebody forgets it has its receipt in the folder or is refused") {
  Post post;
  std::atomic<bool> enough = false;
  std::thread forgetful([&] {
    while (!enough) post.spool.forget({1, 1});
  });
  int prepared = 0;
  int lost = 0;
  for (int turn = 0; turn < 300; ++turn) try {
      const auto delivery = post.spool.prepare({1, 1}, eml);
      ++prepared;
      if (!fs::exists(post.file("1-1.receipt")) || !fs::exists(post.file("1-1.eml"))) ++lost;
    } catch (const Error&) {
    }
  enough = true;
  forgetful.join();
  CHECK(prepared > 0);
  CHECK(lost == 0);
}

TEST_CASE("every delivery is counted when many are started at once") {
  Post post;
  const Sendmail sendmail = post.program("exit 0");
  std::atomic<std::int64_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (std::int64_t number = ++next; number <= 40; number = ++next) {
        post.start({number, 1}, sendmail);
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(post.spool.started() == 40);
  for (const DeliveryName& name : post.spool.deliveries()) CHECK(post.spool.wait(name, long_enough).code == 0);
}

TEST_CASE("deliveries that were started are counted for ever") {
  Post post;
  const Sendmail sendmail = post.program("exit 0");
  CHECK(post.spool.started() == 0);
  for (const auto& [name, started] : {std::pair{DeliveryName{5, 1}, 1}, {{3, 1}, 2}, {{3, 2}, 3}}) {
    CHECK(post.send(name, sendmail).code == 0);
    post.spool.forget(name);
    CHECK(post.spool.started() == started);
  }
  CHECK(Spool(post.place).started() == 3);
  for (const std::string damage : {"", "12", "-1\n", "012\n", "12 \n", "99999999999999999999\n", "name\n"}) {
    post.put("started", damage);
    CHECK(says(refusal([&] { static_cast<void>(post.spool.started()); }), "damaged"));
    CHECK(says(refusal([&] { post.start({13, 1}, sendmail); }), "damaged"));
  }
  CHECK(post.spool.look({13, 1}).kind == Kind::unstarted);
}

TEST_CASE("a spool keeps its name and no other has it") {
  Folder folder;
  const std::string name = Spool(folder.path() / "one").name();
  CHECK(std::regex_match(name, std::regex("[0-9a-f]{16}")));
  CHECK(Spool(folder.path() / "one").name() == name);
  CHECK(Spool(folder.path() / "two").name() != name);
  std::vector<std::string> names(4);
  std::vector<std::thread> threads;
  for (std::string& one : names) threads.emplace_back([&] { one = Spool(folder.path() / "three").name(); });
  for (std::thread& thread : threads) thread.join();
  CHECK(std::ranges::count(names, names.front()) == 4);
  folder.write("one/name", "0123\n");
  CHECK(says(refusal([&] { Spool(folder.path() / "one"); }), "damaged"));
}

TEST_CASE("a folder that others could change is refused") {
  const Folder folder;
  const fs::path own = folder.path() / "spool";
  const Spool spool(own / "" / ".");
  struct stat info {};
  REQUIRE(::stat(own.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0700);
  REQUIRE(::stat((own / "name").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);

  const auto refused = [](const fs::path& path, const std::string& why) {
    CAPTURE(path.string());
    CHECK(says(refusal([&] { Spool{path}; }), why));
  };
  fs::create_directory_symlink(own, folder.path() / "link");
  refused(folder.path() / "link", "symbolic link");
  refused(folder.path() / "link" / "", "symbolic link");
  refused(folder.path() / "link" / ".", "symbolic link");
  fs::create_symlink("nowhere", folder.path() / "dangling");
  refused(folder.path() / "dangling", "symbolic link");
  refused(folder.write("file", "x"), "no folder");
  refused(folder.path() / "missing" / "spool", "cannot be made");
  refused("", "cannot be made");
  for (const int mode : {0770, 0702, 0720}) {
    fs::permissions(own, fs::perms(mode));
    refused(own, "others may write");
  }
  fs::permissions(own, fs::perms{0755});
  CHECK(Spool(own).name() == spool.name());
  if (::geteuid() == 0) {
    REQUIRE(::chown(own.c_str(), 65534, 0) == 0);
    refused(own, "belongs to somebody else");
  } else {
    refused("/", "belongs to somebody else");
  }
}

TEST_CASE("what is no file of a delivery is passed over") {
  Post post;
  CHECK(post.spool.deliveries().empty());
  for (const char* name : {"10-1.receipt",  "9-10.receipt",
                           "9-2.receipt",   "9-2.eml",
                           "9-2.log",       "9223372036854775807-1.eml",
                           "x-1.receipt",   "-1.receipt",
                           "1-.receipt",    "01-1.receipt",
                           "1-01.receipt",  "1-1.receipt~",
                           "1-1-1.receipt", "+1-1.receipt",
                           "1- 1.receipt",  "9223372036854775808-1.receipt",
                           "1.receipt",     ".receipt",
                           "README",        "1-1.tmp"})
    post.put(name, "");
  CHECK(post.spool.deliveries() == std::vector<DeliveryName>{{9, 2}, {9, 10}, {10, 1}, {9223372036854775807, 1}});
}

TEST_CASE("a receipt is read as it was written and what makes no sense is unknown") {
  Post post;
  const std::string started = "started 2026-03-02T09:00:00Z\n";
  struct {
    std::string content;
    Kind kind;
    int code = 0;
    std::string why = {};
  } const receipts[] = {
      {"", Kind::unstarted},
      {"star", Kind::unstarted},
      {"started 2026-03-02T09:00:00Z", Kind::unstarted},
      {std::string(30, '\0'), Kind::unstarted},
      {started, Kind::unknown},
      {started + "exit 0", Kind::unknown},
      {started + "exit 7", Kind::unknown},
      {started + std::string(10, '\0'), Kind::unknown},
      {started + "exit 0\n", Kind::ended, 0},
      {started + "exit 75\n", Kind::ended, 75},
      {started + "exit 0\nexit", Kind::ended, 0},
      {started + "exit 0\nexit 0\n", Kind::unknown},
      {started + "exit\n", Kind::unknown},
      {started + "exit \n", Kind::unknown},
      {started + "exit -1\n", Kind::unknown},
      {started + "exit 256\n", Kind::unknown},
      {started + "exit 0 \n", Kind::unknown},
      {started + started, Kind::unknown},
      {started + "signal 15\n", Kind::killed, 15},
      {started + "timeout\n", Kind::timeout},
      {started + "not-run No such file or directory\n", Kind::not_run, 0, "No such file or directory"},
      {"not-run No space left on device\n", Kind::not_run, 0, "No space left on device"},
      {"exit 0\n", Kind::unknown},
      {"timeout\n", Kind::unknown},
      {"\n", Kind::unknown},
      {"nonsense\nexit 0\n", Kind::unknown},
  };
  for (const auto& expected : receipts) {
    CAPTURE(expected.content);
    post.put("1-1.receipt", expected.content);
    const Receipt receipt = post.spool.look({1, 1});
    CHECK(receipt.kind == expected.kind);
    CHECK(receipt.code == expected.code);
    CHECK(receipt.why == expected.why);
  }
  CHECK(post.spool.look({1, 2}).kind == Kind::unstarted);
  fs::create_symlink(post.file("1-1.receipt"), post.file("2-1.receipt"));
  CHECK(says(refusal([&] { static_cast<void>(post.spool.look({2, 1})); }), "cannot be read"));
  refusal([&] { post.spool.prepare({2, 1}, eml); });
}

TEST_CASE("a mail does not leave when the disk cannot take its receipt") {
  Post post;
  const Sendmail sendmail = post.program("echo >$out/accepted");
  {
    const Limit full(RLIMIT_FSIZE, 20);
    CHECK(says(refusal([&] { post.spool.prepare({1, 1}, eml); }), "cannot be written"));
    CHECK(post.files() == std::vector<std::string>{"1-1.receipt"});
    post.spool.prepare({1, 1}, "short").start(sendmail, "firm@roofs.test");
  }
  CHECK(post.spool.wait({1, 1}, long_enough).kind == Kind::unstarted);
  {
    const Limit full(RLIMIT_FSIZE, 28);  // "started …" has one more
    post.spool.prepare({2, 1}, "short").start(sendmail, "firm@roofs.test");
  }
  const Receipt receipt = post.spool.wait({2, 1}, long_enough);
  CHECK(receipt.kind == Kind::not_run);
  CHECK(receipt.why == "File too large");
  CHECK_FALSE(fs::exists(post.folder.path() / "accepted"));
}

TEST_CASE("a mail is not started when no process can be made") {
  if (::getuid() != 0) {
    MESSAGE("SKIPPED: only root can become somebody without other processes");
    return;
  }
  Post post;
  const Sendmail sendmail = post.program("echo >$out/accepted");
  constexpr uid_t somebody = 61234;
  fs::permissions(post.folder.path(), fs::perms{0777});
  for (const rlim_t processes : {1, 2}) {  // the first fork fails; the second one
    CHECK(in_process([&] {
            if (::setgroups(0, nullptr) != 0 || ::setgid(somebody) != 0 || ::setuid(somebody) != 0) ::_exit(1);
            Spool spool(post.folder.path() / "theirs");
            auto delivery = spool.prepare({1, 1}, eml);
            const rlimit few{processes, processes};
            if (::setrlimit(RLIMIT_NPROC, &few) != 0) ::_exit(2);
            try {
              delivery.start(sendmail, "firm@roofs.test");
            } catch (const Error& error) {
              ::_exit(says(error, "no process") && ::waitpid(-1, nullptr, WNOHANG) == -1 ? 0 : 3);
            }
            ::_exit(4);
          }) == 0);
    CHECK(Folder::read(post.folder.path() / "theirs" / "1-1.receipt").empty());
  }
  CHECK_FALSE(fs::exists(post.folder.path() / "accepted"));
}

TEST_CASE("a mail leaves once whoever is killed when") {
  Post post;
  constexpr std::int64_t mails = 200;
  // Every seventh kills its own delivery, half of these after they have accepted the mail.
  const Sendmail sendmail = post.program(
      "for recipient; do :; done; number=${recipient%@*}\n"
      "if test $((number % 14)) = 7; then kill -9 $PPID; exit 1; fi\n"
      "echo $number >>$out/accepted\n"
      "if test $((number % 14)) = 0; then kill -9 $PPID; fi");
  const auto run = [&] {
    Spool spool(post.place);
    while (!spool.lock()) std::this_thread::sleep_for(1ms);
    for (std::int64_t number = 1; number <= mails; ++number)
      if (spool.look({number, 1}).kind == Kind::unstarted)
        spool.prepare({number, 1}, eml).start(sendmail, std::to_string(number) + "@roofs.test");
  };
  std::mt19937 random(20260302);
  int longest = 20'000;  // microseconds; longer and longer, for machines that are slow
  int kills = 0;
  for (bool all = false; !all;) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        run();
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<unsigned>(longest += 1'000)));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) ++kills;
    REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
    all = WIFEXITED(status);
  }
  CHECK(kills > 10);

  std::map<std::int64_t, Receipt> receipts;
  for (std::int64_t number = 1; number <= mails; ++number) receipts[number] = post.spool.wait({number, 1}, long_enough);
  std::map<std::int64_t, int> accepted;
  std::string list = post.written("accepted");
  for (std::string_view rest = list; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
    ++accepted[std::stol(std::string(rest.substr(0, rest.find('\n'))))];
  for (std::int64_t number = 1; number <= mails; ++number) {
    CAPTURE(number);
    CHECK(receipts[number].kind == (number % 7 == 0 ? Kind::unknown : Kind::ended));
    CHECK(accepted[number] == (number % 14 == 7 ? 0 : 1));
  }
  CHECK(post.spool.started() >= mails);  // some were started again
  CHECK(post.spool.deliveries().size() == mails);
}
