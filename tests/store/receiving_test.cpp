// Mails that came in, kept; and parts of a transaction that are undone by themselves.
#include <doctest/doctest.h>

#include "store/store.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

struct Post {
  DeskHome home;
  Store store{home.url(), open_options(sql::Access::create), at("2026-03-02T09:00:00+01:00")};

  ReceivedMail add(const std::string& message_id, ReceivedState state, Instant when) {
    ReceivedMail mail{.message_id = message_id, .at = when, .state = state, .sender = "a@b.example", .subject = "s"};
    store.write([&] {
      store.intake().add(mail);
      return true;
    });
    return mail;
  }
};

constexpr Instant monday = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours{8};

}  // namespace

TEST_CASE("a mail that came in is read back as it was kept") {
  Post post;
  ReceivedMail mail{.message_id = "a@b",
                    .at = monday,
                    .state = ReceivedState::waiting,
                    .sender = "Jean <jean@example.net>",
                    .subject = "Re: [#12]",
                    .text = "Bonjour\n",
                    .provider = "GAR",
                    .reason = "it names no request"};
  post.store.write([&] {
    post.store.intake().add(mail);
    return true;
  });
  CHECK(mail.id == 1);
  const auto read = post.store.intake().find(1);
  REQUIRE(read);
  CHECK(read->message_id == "a@b");
  CHECK(read->at == monday);
  CHECK(read->state == ReceivedState::waiting);
  CHECK(read->sender == mail.sender);
  CHECK(read->subject == mail.subject);
  CHECK(read->text == mail.text);
  CHECK(!read->request);
  CHECK(read->provider == "GAR");
  CHECK(read->reason == mail.reason);
  CHECK(post.store.intake().knows("a@b"));
  CHECK(!post.store.intake().knows("A@b"));
  CHECK(!post.store.intake().find(2));
}

TEST_CASE("what waits is counted and listed alone and the latest first") {
  Post post;
  post.add("1@b", ReceivedState::waiting, monday);
  post.add("2@b", ReceivedState::ignored, monday);
  post.add("3@b", ReceivedState::waiting, monday);
  Intake intake = post.store.intake();
  CHECK(intake.waiting() == 2);
  REQUIRE(intake.mails(true, 0).size() == 2);
  CHECK(intake.mails(true, 0).front().message_id == "3@b");
  CHECK(intake.mails(true, 1).size() == 1);
  CHECK(intake.mails(false, 0).size() == 3);
}

TEST_CASE("who wrote long ago is forgotten but not of what still waits") {
  Post post;
  post.add("1@b", ReceivedState::waiting, monday);
  post.add("2@b", ReceivedState::settled, monday);
  post.add("3@b", ReceivedState::settled, monday + std::chrono::days{2});
  post.store.write([&] {
    post.store.intake().forget_senders(monday + std::chrono::days{1});
    return true;
  });
  CHECK(post.store.intake().find(1)->sender == "a@b.example");
  CHECK(post.store.intake().find(2)->sender.empty());
  CHECK(post.store.intake().find(2)->subject.empty());
  CHECK(post.store.intake().find(3)->sender == "a@b.example");
  CHECK(post.store.intake().knows("2@b"));
}

TEST_CASE("an address fails since the first mail that came back and for the reason of the last") {
  Post post;
  post.store.write([&] {
    post.store.intake().mark_failing({"garrigue@example.com", monday, "full"});
    post.store.intake().mark_failing({"calorge@example.com", monday, "unknown"});
    post.store.intake().mark_failing({"garrigue@example.com", monday + std::chrono::days{1}, "closed"});
    return true;
  });
  const auto failing = post.store.intake().failing();
  REQUIRE(failing.size() == 2);
  CHECK(failing.back().address == "garrigue@example.com");
  CHECK(failing.back().since == monday);
  CHECK(failing.back().reason == "closed");
  CHECK(post.store.outbox().failing("garrigue@example.com") == "closed");
  post.store.write([&] {
    post.store.outbox().forgive("garrigue@example.com");
    return true;
  });
  CHECK(post.store.intake().failing().size() == 1);
}

TEST_CASE("a part of a transaction is undone by itself") {
  Post post;
  const auto add = [&](const char* id) {
    ReceivedMail mail{.message_id = id, .at = monday};
    post.store.intake().add(mail);
  };
  post.store.write([&] {
    add("kept@b");
    post.store.write([&] {
      add("undone@b");
      post.store.write([&] {
        add("inside what is undone@b");
        return true;
      });
      return false;
    });
    CHECK_THROWS_AS(post.store.write([&]() -> bool {
      add("thrown@b");
      throw Error(Trouble::refused, message("no"));
    }),
                    Error);
    post.store.write([&] {
      add("kept, too@b");
      return true;
    });
    return true;
  });
  CHECK(post.store.intake().knows("kept@b"));
  CHECK(post.store.intake().knows("kept, too@b"));
  CHECK(!post.store.intake().knows("undone@b"));
  CHECK(!post.store.intake().knows("inside what is undone@b"));
  CHECK(!post.store.intake().knows("thrown@b"));
  CHECK(post.store.intake().mails(false, 0).size() == 2);
}

TEST_CASE("a transaction that is undone takes its parts along") {
  Post post;
  post.store.write([&] {
    post.store.write([&] {
      ReceivedMail mail{.message_id = "part@b", .at = monday};
      post.store.intake().add(mail);
      return true;
    });
    return false;
  });
  CHECK(!post.store.intake().knows("part@b"));
  post.add("after@b", ReceivedState::waiting, monday);
  CHECK(post.store.intake().find(1)->message_id == "after@b");
}

TEST_CASE("what a failed statement left of a part does not stay in the way") {
  Post post;
  post.add("known@b", ReceivedState::waiting, monday);
  post.store.write([&] {
    CHECK_THROWS_AS(post.store.write([&] {
      ReceivedMail twice{.message_id = "known@b", .at = monday};
      post.store.intake().add(twice);
      (void)post.store.intake().waiting();  // an engine may put the failure off until an answer is needed
      return true;
    }),
                    Error);
    ReceivedMail other{.message_id = "other@b", .at = monday};
    post.store.intake().add(other);
    return true;
  });
  CHECK(post.store.intake().knows("other@b"));
  CHECK(post.store.intake().mails(false, 0).size() == 2);
}
