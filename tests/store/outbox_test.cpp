// Notices and mails as rows: what is written comes back, and what is asked for is found.
#include "store/outbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "domain/acts.hpp"
#include "store/filling.hpp"
#include "store/store.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

using Ids = std::vector<std::int64_t>;

/// A database with three open requests.
class Post {
 public:
  Post() { fill(store, 3); }
  ~Post() { check_journals(store); }

  Outbox& box() { return store.outbox(); }
  void write(const std::function<void(Outbox&)>& work) {
    store.write([&] {
      Outbox& box = store.outbox();
      work(box);
      return true;
    });
  }
  Notice add(Notice notice) {
    write([&](Outbox& box) { box.add(notice); });
    return notice;
  }
  Mail add(Mail mail) {
    write([&](Outbox& box) {
      mail.id = box.last_mail() + 1;
      if (mail.message_id.empty()) mail.message_id = std::to_string(mail.id) + "@example.org";
      box.add(mail);
    });
    return mail;
  }
  void update(const Mail& mail) {
    write([&](Outbox& box) { box.update(mail); });
  }
  void update(const Notice& notice) {
    write([&](Outbox& box) { box.update(notice); });
  }

 private:
  DeskHome home;

 public:
  Store store = open_store(home.url());
};

Notice notice(const std::string& key, RequestId request = 1) {
  Notice made;
  made.key = key;
  made.request = request;
  made.recipient = "firm@example.com";
  made.slot = minute(10);
  made.leave_at = minute(20);
  return made;
}

Mail letter(const std::string& recipient = "firm@example.com", MailKind kind = MailKind::order) {
  Mail made;
  made.kind = kind;
  made.recipient = recipient;
  made.created_at = made.changed_at = made.next_at = minute(20);
  return made;
}

void check_same(const Notice& one, const Notice& other) {
  CHECK(one.id == other.id);
  CHECK(one.key == other.key);
  CHECK(one.kind == other.kind);
  CHECK(one.state == other.state);
  CHECK(one.request == other.request);
  CHECK(one.provider == other.provider);
  CHECK(one.rule == other.rule);
  CHECK(one.occasion == other.occasion);
  CHECK(one.base == other.base);
  CHECK(one.slot == other.slot);
  CHECK(one.urgent == other.urgent);
  CHECK(one.leave_at == other.leave_at);
  CHECK(one.recipient == other.recipient);
  CHECK(one.name == other.name);
  CHECK(one.mail == other.mail);
  CHECK(one.said == other.said);
  CHECK(one.reason == other.reason);
}

void check_same(const Mail& one, const Mail& other) {
  CHECK(one.id == other.id);
  CHECK(one.kind == other.kind);
  CHECK(one.state == other.state);
  CHECK(one.urgent == other.urgent);
  CHECK(one.recipient == other.recipient);
  CHECK(one.name == other.name);
  CHECK(one.message_id == other.message_id);
  CHECK(one.request == other.request);
  CHECK(one.created_at == other.created_at);
  CHECK(one.changed_at == other.changed_at);
  CHECK(one.next_at == other.next_at);
  CHECK(one.attempts == other.attempts);
  CHECK(one.doubts == other.doubts);
  CHECK(one.spool == other.spool);
  CHECK(one.reason == other.reason);
  CHECK(one.subject == other.subject);
  CHECK(one.message == other.message);
}

Ids numbers(const std::vector<Mail>& mails) {
  Ids ids;
  for (const Mail& one : mails) ids.push_back(one.id);
  return ids;
}
Ids numbers(const std::vector<Notice>& notices) {
  Ids ids;
  for (const Notice& one : notices) ids.push_back(one.id);
  return ids;
}
Ids numbers(const std::vector<Request>& requests) {
  Ids ids;
  for (const Request& one : requests) ids.push_back(one.id);
  return ids;
}

/// Quotes, what SQL and LIKE might read, letters of four bytes, lines.
const std::string hostile = "l'\"été\"; drop table notice; -- % _ \\ \U0001F6B0 \r\n\t$1 ?1";

}  // namespace

TEST_CASE("a fresh outbox is empty") {
  Post post;
  CHECK(post.box().ladder() == "");
  CHECK(!post.box().ran_at());
  CHECK(post.box().last_mail() == 0);
  CHECK(post.box().notices_of(1).empty());
  CHECK(post.box().held_notices().empty());
  CHECK(!post.box().find_mail(1));
  CHECK(!post.box().find_notice("x"));
  CHECK(!post.box().find_message_id("x"));
  CHECK(!post.box().failing("firm@example.com"));
}

TEST_CASE("a notice comes back as it was written with little and with everything in it") {
  Post post;
  check_same(*post.box().find_notice("little"), post.add(notice("little")));
  Notice bare = notice("of a contract");
  bare.request.reset();
  bare.recipient.clear();
  check_same(*post.box().find_notice("of a contract"), post.add(bare));
  const Mail inside = post.add(letter());
  for (const auto& kind : codes<NoticeKind>()) {
    Notice full = notice(hostile + std::string(kind.code), 2);
    full.kind = kind.value;
    full.state = NoticeState::mailed;
    full.provider = full.rule = full.name = full.said = full.reason = hostile;
    full.occasion = Occasion::contract_ends;
    full.base = minute(-100'000'000);
    full.slot = minute(100'000'000);
    full.urgent = true;
    full.mail = inside.id;
    full.recipient = hostile;
    const Notice saved = post.add(full);
    CHECK(saved.id > 0);
    check_same(*post.box().find_notice(full.key), saved);
  }
}

TEST_CASE("what changes of a notice is kept in every state") {
  Post post;
  const Mail inside = post.add(letter());
  Notice one = post.add(notice("one"));
  for (const NoticeState state :
       {NoticeState::mailed, NoticeState::held, NoticeState::withdrawn, NoticeState::dropped, NoticeState::waiting}) {
    one.state = state;
    one.leave_at += std::chrono::minutes{1};
    one.recipient = "other@example.com";
    one.name = hostile;
    one.mail = state == NoticeState::mailed ? std::optional(inside.id) : std::nullopt;
    one.said = "urgency=urgent\n";
    one.reason = hostile;
    one.urgent = !one.urgent;
    post.update(one);
    check_same(*post.box().find_notice("one"), one);
  }
}

TEST_CASE("a key is there once") {
  Post post;
  post.add(notice("one"));
  CHECK_THROWS_AS(post.add(notice("one", 2)), Error);
  CHECK(post.box().notices_of(2).empty());
  CHECK(post.box().notices_of(1).size() == 1);
}

TEST_CASE("notices are found by request and by mail in the order they were made") {
  Post post;
  const Mail first = post.add(letter()), second = post.add(letter());
  Ids of_one, in_second;
  for (int n = 0; n < 6; ++n) {
    Notice one = notice("key " + std::to_string(9 - n), n % 2 == 0 ? 1 : 2);
    one.mail = n < 3 ? first.id : second.id;
    const std::int64_t id = post.add(one).id;
    if (n % 2 == 0) of_one.push_back(id);
    if (n >= 3) in_second.push_back(id);
  }
  CHECK(numbers(post.box().notices_of(1)) == of_one);
  CHECK(numbers(post.box().notices_in(second.id)) == in_second);
  CHECK(post.box().notices_of(3).empty());
}

TEST_CASE("only what waits and may leave by then is leaving and comes by recipient") {
  Post post;
  const auto add = [&](const std::string& key, const std::string& to, int leaves, NoticeState state) {
    Notice one = notice(key);
    one.recipient = to;
    one.leave_at = minute(leaves);
    one.state = state;
    return post.add(one).id;
  };
  const auto b = add("b", "b@example.com", 20, NoticeState::waiting);
  const auto a = add("a", "a@example.com", 30, NoticeState::waiting);
  const auto b2 = add("b2", "b@example.com", 10, NoticeState::waiting);
  add("later", "a@example.com", 31, NoticeState::waiting);
  const auto held = add("held", "a@example.com", 10, NoticeState::held);
  add("mailed", "a@example.com", 10, NoticeState::mailed);
  add("withdrawn", "a@example.com", 10, NoticeState::withdrawn);
  add("dropped", "a@example.com", 10, NoticeState::dropped);
  CHECK(numbers(post.box().leaving(minute(30))) == Ids{a, b, b2});
  CHECK(numbers(post.box().leaving(minute(9))) == Ids{});
  CHECK(numbers(post.box().held_notices()) == Ids{held});
}

TEST_CASE("a mail comes back as it was written with little and with everything in it") {
  Post post;
  const Mail bare = post.add(letter(""));
  check_same(*post.box().find_mail(bare.id), bare);
  for (const auto& kind : codes<MailKind>()) {
    Mail full = letter(hostile, kind.value);
    full.urgent = true;
    full.name = full.spool = full.reason = full.subject = hostile;
    full.request = 3;
    full.attempts = 40;
    full.doubts = 2;
    full.message_id = "7." + std::string(kind.code) + "@example.org";
    full.message = std::string(200'000, 'x') + hostile;
    full.created_at = minute(1);
    full.changed_at = minute(2);
    full.next_at = minute(3);
    full = post.add(full);
    check_same(*post.box().find_mail(full.id), full);
    check_same(*post.box().find_message_id(full.message_id), full);
  }
}

TEST_CASE("what changes of a mail is kept in every state") {
  Post post;
  Mail one = post.add(letter());
  for (const auto& state : codes<MailState>()) {
    one.state = state.value;
    one.changed_at += std::chrono::minutes{1};
    one.next_at += std::chrono::minutes{2};
    ++one.attempts;
    ++one.doubts;
    one.spool = one.spool.empty() ? hostile : "";
    one.reason = one.reason.empty() ? hostile : "";
    one.subject = hostile + std::to_string(one.attempts);
    one.message = "Subject: x\n\n" + hostile;
    one.name = "Firm " + std::to_string(one.attempts);
    one.recipient = "firm" + std::to_string(one.attempts) + "@example.com";
    post.update(one);
    check_same(*post.box().find_mail(one.id), one);
  }
}

TEST_CASE("mails are numbered without gaps and listed the latest first") {
  Post post;
  CHECK(post.add(letter()).id == 1);
  CHECK(post.add(letter()).id == 2);
  Mail sent = post.add(letter());
  CHECK(post.box().last_mail() == 3);
  sent.state = MailState::sent;
  post.update(sent);
  CHECK(numbers(post.box().mails({MailState::due}, 0)) == Ids{2, 1});
  CHECK(numbers(post.box().mails({MailState::due, MailState::sent}, 0)) == Ids{3, 2, 1});
  CHECK(numbers(post.box().mails({MailState::due, MailState::sent}, 2)) == Ids{3, 2});
  CHECK(numbers(post.box().mails({MailState::held}, 0)) == Ids{});
}

TEST_CASE("two mails of one name are refused") {
  Post post;
  Mail one = letter();
  one.message_id = "1@example.org";
  post.add(one);
  CHECK_THROWS_AS(post.add(one), Error);
  CHECK(post.box().last_mail() == 1);
}

TEST_CASE("mails that are due are ready from their moment on with the urgent ones first") {
  Post post;
  const auto add = [&](int next, bool urgent, MailState state) {
    Mail one = letter();
    one.next_at = minute(next);
    one.urgent = urgent;
    one.state = state;
    return post.add(one).id;
  };
  const auto first = add(30, false, MailState::due);
  const auto second = add(20, false, MailState::due);
  const auto urgent = add(30, true, MailState::due);
  add(31, true, MailState::due);
  for (const auto& state : codes<MailState>())
    if (state.value != MailState::due) add(10, true, state.value);
  CHECK(post.box().ready(minute(30), 100) == Ids{urgent, first, second});
  CHECK(post.box().ready(minute(30), 2) == Ids{urgent, first});
  CHECK(post.box().ready(minute(29), 100) == Ids{second});
  CHECK(post.box().ready(minute(19), 100).empty());
}

TEST_CASE("reminders of a day are counted by address and nothing else is") {
  Post post;
  const auto add = [&](const std::string& to, int created, MailKind kind, MailState state, bool urgent = false) {
    Mail one = letter(to, kind);
    one.created_at = minute(created);
    one.state = state;
    one.urgent = urgent;
    post.add(one);
  };
  add("a@example.com", 10, MailKind::reminders, MailState::sent);
  add("a@example.com", 20, MailKind::reminders, MailState::sent);
  add("a@example.com", 30, MailKind::reminders, MailState::due);
  add("a@example.com", 30, MailKind::reminders, MailState::withdrawn);  // nothing of it was said
  add("a@example.com", 30, MailKind::reminders, MailState::dropped);
  add("a@example.com", 30, MailKind::reminders, MailState::sent, true);
  add("a@example.com", 30, MailKind::order, MailState::sent);
  add("b@example.com", 30, MailKind::reminders, MailState::sent);
  CHECK(post.box().written_to("a@example.com", minute(0)) == 3);
  CHECK(post.box().written_to("a@example.com", minute(20)) == 2);
  CHECK(post.box().written_to("a@example.com", minute(31)) == 0);
  CHECK(post.box().written_to("c@example.com", minute(0)) == 0);
}

TEST_CASE("the thread of a request begins with the first mail that the recipient was sent") {
  Post post;
  const auto add = [&](RequestId request, const std::string& to, MailState state) {
    Mail one = letter(to);
    one.request = request;
    one.state = state;
    return post.add(one).message_id;
  };
  add(1, "a@example.com", MailState::withdrawn);
  add(1, "b@example.com", MailState::sent);
  add(2, "a@example.com", MailState::sent);
  const std::string first = add(1, "a@example.com", MailState::sent);
  add(1, "a@example.com", MailState::sent);
  CHECK(post.box().thread(1, "a@example.com") == first);
  CHECK(post.box().thread(3, "a@example.com") == "");
  CHECK(post.box().thread(1, "c@example.com") == "");
}

TEST_CASE("what stood in mails that left long ago is forgotten and the rest of them is not") {
  Post post;
  const auto add = [&](int changed, MailState state) {
    Mail one = letter();
    one.changed_at = minute(changed);
    one.state = state;
    one.subject = "subject";
    one.message = "message";
    return post.add(one).id;
  };
  const auto old = add(10, MailState::sent), recent = add(20, MailState::sent);
  const auto uncertain = add(10, MailState::uncertain);
  post.write([](Outbox& box) { box.forget_messages(minute(20)); });
  CHECK(post.box().find_mail(old)->message == "");
  CHECK(post.box().find_mail(old)->subject == "subject");
  CHECK(post.box().find_mail(recent)->message == "message");
  CHECK(post.box().find_mail(uncertain)->message == "message");
}

TEST_CASE("requests are looked at when their time has come and not again before the next") {
  Post post;
  const auto look = [&](int now, std::int64_t limit = 10) {
    return numbers(post.box().to_look_at(minute(now), limit));
  };
  post.write([](Outbox& box) {
    for (const RequestId id : {1, 2, 3}) box.looked_at(id, {});
  });
  CHECK(look(1'000'000).empty());
  post.write([](Outbox& box) {
    box.looked_at(1, minute(30));
    box.looked_at(2, minute(10));
  });
  CHECK(look(9).empty());
  CHECK(look(10) == Ids{2});
  CHECK(look(30) == Ids{2, 1});
  CHECK(look(30, 1) == Ids{2});
  post.write([](Outbox& box) { box.look_at_all(minute(5)); });
  CHECK(look(5).size() == 3);
}

TEST_CASE("what is finished is not looked at when everything is") {
  Post post;
  const auto act = [&](RequestId id, Deed deed) {
    const Request before = *post.store.find(id);
    const Change change = changed(decide(before, act_at(before.changed_at + std::chrono::minutes{1}, std::move(deed))));
    post.store.write([&] {
      post.store.save(change);
      return true;
    });
  };
  act(2, Cancel{CancelReason::withdrawn, {}});
  post.write([](Outbox& box) {
    for (const RequestId id : {1, 2, 3}) box.looked_at(id, {});
    box.look_at_all(minute(5));
  });
  CHECK(numbers(post.box().to_look_at(minute(5), 10)) == Ids{1, 3});
}

TEST_CASE("whatever is saved is looked at next") {
  Post post;
  const auto note = [&](RequestId id) {
    const Request before = *post.store.find(id);
    const Change change = changed(decide(before, act_at(before.changed_at + std::chrono::minutes{1}, Note{})));
    post.store.write([&] {
      post.store.save(change);
      return true;
    });
  };
  post.write([](Outbox& box) {
    for (const RequestId id : {1, 2, 3}) box.looked_at(id, {});
  });
  note(2);
  CHECK(numbers(post.box().to_look_at(post.store.find(2)->changed_at, 10)) == Ids{2});
  post.write([](Outbox& box) { box.looked_at(2, minute(1'000'000)); });
  CHECK(post.box().to_look_at(minute(1'000), 10).empty());
  note(2);
  CHECK(numbers(post.box().to_look_at(post.store.find(2)->changed_at, 10)) == Ids{2});
}

TEST_CASE("the outbox remembers its ladder and its last run") {
  Post post;
  post.write([](Outbox& box) {
    box.note_ladder(hostile);
    box.note_run(minute(7));
  });
  CHECK(post.box().ladder() == hostile);
  CHECK(post.box().ran_at() == minute(7));
  post.write([](Outbox& box) {
    box.note_ladder("");
    box.note_run(minute(3));  // a clock that went back
  });
  CHECK(post.box().ladder() == "");
  CHECK(post.box().ran_at() == minute(3));
}

TEST_CASE("what is not kept leaves nothing behind") {
  Post post;
  const auto before = post.store.contents(unheard);
  post.store.write([&] {
    Outbox& box = post.store.outbox();
    Mail one = letter();
    one.id = box.last_mail() + 1;
    one.message_id = "x@example.org";
    box.add(one);
    Notice inside = notice("one");
    inside.mail = one.id;
    box.add(inside);
    box.note_ladder("v");
    return false;
  });
  CHECK(post.store.contents(unheard) == before);
}
