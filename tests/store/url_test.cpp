// Where a database is, and what of that may be shown.
#include "sql/url.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sql/database.hpp"

using namespace regie;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Pair {
  std::string url;
  std::string expected;
};

/// What is refused, and what is said about it: messages, their parts and hints in one text.
struct Refused {
  bool thrown = false;
  Trouble trouble = Trouble::bug;
  std::string said;
  std::size_t hints = 0;
};

template <typename F>
Refused refusal_of(F&& act) {
  Refused refused;
  const auto add = [&](const Message& message) {
    refused.said += message.id;
    for (const MessageArg& part : message.args) refused.said += '|' + part.text;
  };
  try {
    act();
  } catch (const Error& error) {
    refused.thrown = true;
    refused.trouble = error.trouble();
    refused.hints = error.hints().size();
    for (const Message& message : error.messages()) add(message);
    for (const Message& hint : error.hints()) add(hint);
  }
  return refused;
}

/// Every way we know to put a password into a URL, the secret being "s3cret".
const std::vector<std::string>& urls_with_a_password() {
  static const std::vector<std::string> urls{
      "postgresql://regie:s3cret@db.example.org/desk",
      "postgres://regie:s3cret@db.example.org/desk",
      "postgresql://regie:s3cret@db.example.org:5432/desk?sslmode=require",
      "postgresql://regie:s3cret@/desk?host=/run/postgresql",
      "postgresql://regie:s3cret@",
      "postgresql://:s3cret@db.example.org/desk",
      "postgresql://regie:s3cret@[2001:db8::1]:5432/desk",
      "postgresql://regie:s3cret@a.example.org:1,b.example.org:2/desk",
      "postgresql://regie:s3cret%40x@db.example.org/desk",
      "postgresql://regie:s3cret%2Fx%3Ay%3Fz%25@db.example.org/desk",
      "postgresql://regie:s3cret@x@db.example.org/desk",
      "postgresql://regie:x@s3cret@db.example.org/desk",
      "postgresql://regie:x:s3cret@db.example.org/desk",
      "postgresql://regie:s3cret:x@db.example.org/desk",
      "postgresql://regie:s3cret%@db.example.org/desk",
      "postgresql://regie:s3cret#x@db.example.org/desk",
      "postgresql://regie:s3cret&x@db.example.org/desk",
      "postgresql://regie:s3cret=x@db.example.org/desk",
      "postgresql://regie:s3cret x@db.example.org/desk",
      "postgresql://regie:x/s3cret@db.example.org/desk",
      "postgresql://regie:s3cret/x@db.example.org/desk",
      "postgresql://regie:x?s3cret@db.example.org/desk",
      "postgresql://regie:s3cret?x@db.example.org/desk",
      "postgresql://regie:/s3cret@db.example.org/desk",
      "postgresql://regie:?s3cret@db.example.org/desk",
      "postgresql://regie:@s3cret@db.example.org/desk",
      "postgresql://regie:a/b?c@d:s3cret@db.example.org/desk?sslmode=require",
      "postgresql://db.example.org/desk?password=s3cret",
      "postgresql://db.example.org/desk?user=regie&password=s3cret",
      "postgresql://db.example.org/desk?password=s3cret&user=regie",
      "postgresql://db.example.org/desk?user=regie@example.org&password=s3cret",
      "postgresql://db.example.org/desk?password=s3cret&user=regie@example.org",
      "postgresql://db.example.org:5432/desk?application_name=a@b&password=s3cret",
      "postgresql://regie@db.example.org/desk?user=a@b&password=s3cret",
      "postgresql://db.example.org/desk?password=a@s3cret",
      "postgresql://db.example.org/desk?sslpassword=s3cret",
      "postgresql://?password=s3cret",
      "postgresql:///?password=s3cret",
      "postgresql:///desk?host=/run/postgresql&password=s3cret",
  };
  return urls;
}

}  // namespace

TEST_CASE("the scheme of a URL is what stands before :// and a path has none") {
  for (const auto& [url, scheme] : std::vector<Pair>{
           {"", ""},
           {"desk.db", ""},
           {"/srv/regie/regie.db", ""},
           {"../a b/desk.db", ""},
           {"C:desk.db", ""},
           {"a:b/c", ""},
           {":", ""},
           {"//server/share.db", ""},
           {"sqlite", ""},
           {"sqlite:", "sqlite"},
           {"sqlite:desk.db", "sqlite"},
           {"sqlite:/srv/desk.db", "sqlite"},
           {"sqlite:///srv/desk.db", "sqlite"},
           {"sqlite:a://b", "sqlite"},
           {"sqlitex:desk.db", ""},
           {"postgresql", ""},
           {"postgresql://", "postgresql"},
           {"postgresql://db.example.org/desk", "postgresql"},
           {"postgres://db.example.org/desk", "postgres"},
           {"POSTGRESQL://db.example.org/desk", "POSTGRESQL"},
           {"mysql://db.example.org/desk", "mysql"},
           {"postgresql://h/d?a=b://c", "postgresql"},
       }) {
    CAPTURE(url);
    CHECK(sql::scheme_of(url) == scheme);
  }
}

TEST_CASE("a SQLite URL is a path with or without its scheme") {
  for (const auto& [url, path] : std::vector<Pair>{
           {"", ""},
           {"desk.db", "desk.db"},
           {"/srv/desk.db", "/srv/desk.db"},
           {"sqlite:desk.db", "desk.db"},
           {"sqlite:/srv/desk.db", "/srv/desk.db"},
           {"sqlite:///srv/desk.db", "/srv/desk.db"},
           {"sqlite://desk.db", "desk.db"},
           {"sqlite:", ""},
           {"sqlite://", ""},
           {"sqlite:sqlite:desk.db", "sqlite:desk.db"},
           {"sqlite:a b?c=d%20é.db", "a b?c=d%20é.db"},
           {"sqlite:////srv/desk.db", "//srv/desk.db"},
       }) {
    CAPTURE(url);
    CHECK(sql::sqlite_path(url) == path);
  }
}

TEST_CASE("a path is shown as it was written") {
  for (const std::string url : {"", "desk.db", "/srv/été/desk.db", "sqlite:desk.db", "sqlite:///srv/desk.db",
                                "/srv/a?b=c@d/desk.db", "user@host:desk.db", "sqlite:/srv/u:p@h.db"}) {
    CAPTURE(url);
    CHECK(sql::shown(url) == url);
  }
}

TEST_CASE("a server is shown with user and host and database but without password and settings") {
  for (const auto& [url, expected] : std::vector<Pair>{
           {"postgresql://", "postgresql://"},
           {"postgresql:///", "postgresql:///"},
           {"postgresql:///desk", "postgresql:///desk"},
           {"postgresql://db.example.org", "postgresql://db.example.org"},
           {"postgresql://db.example.org/desk", "postgresql://db.example.org/desk"},
           {"postgres://db.example.org/desk", "postgres://db.example.org/desk"},
           {"postgresql://db.example.org:5432/desk", "postgresql://db.example.org:5432/desk"},
           {"postgresql://regie@db.example.org/desk", "postgresql://regie@db.example.org/desk"},
           {"postgresql://regie@/desk?host=/run/postgresql", "postgresql://regie@/desk"},
           {"postgresql://regie:s3cret@db.example.org/desk", "postgresql://regie@db.example.org/desk"},
           {"postgresql://regie:@db.example.org/desk", "postgresql://regie@db.example.org/desk"},
           {"postgresql://:s3cret@db.example.org/desk", "postgresql://@db.example.org/desk"},
           {"postgresql://@db.example.org/desk", "postgresql://@db.example.org/desk"},
           {"postgresql://regie:s3cret@", "postgresql://regie@"},
           {"postgresql://r%40x:s3%40cret@db.example.org/desk", "postgresql://r%40x@db.example.org/desk"},
           {"postgresql://regie:a@b@db.example.org/desk", "postgresql://regie@db.example.org/desk"},
           {"postgresql://regie:a/b@db.example.org/desk", "postgresql://regie@db.example.org/desk"},
           {"postgresql://regie:a?b@db.example.org/desk", "postgresql://regie@db.example.org/desk"},
           {"postgresql://regie:a%b@db.example.org/desk?x=y", "postgresql://regie@db.example.org/desk"},
           {"postgresql://regie:a:b@[2001:db8::1]:5432/desk", "postgresql://regie@[2001:db8::1]:5432/desk"},
           {"postgresql://[::1]/desk", "postgresql://[::1]/desk"},
           {"postgresql://[fe80::1%25eth0]:5432/desk", "postgresql://[fe80::1%25eth0]:5432/desk"},
           {"postgresql://a.example.org:1,b.example.org:2,c/desk",
            "postgresql://a.example.org:1,b.example.org:2,c/desk"},
           {"postgresql://regie:s3cret@a:1,b:2/desk?target_session_attrs=read-write",
            "postgresql://regie@a:1,b:2/desk"},
           {"postgresql://%2Frun%2Fpostgresql/desk", "postgresql://%2Frun%2Fpostgresql/desk"},
           {"postgresql://db.example.org/desk?sslmode=require&options=-csearch_path%3Dx",
            "postgresql://db.example.org/desk"},
           {"postgresql://db.example.org?dbname=desk", "postgresql://db.example.org"},
           {"postgresql://?host=db.example.org", "postgresql://"},
           {"mysql://regie:s3cret@db.example.org/desk", "mysql://regie@db.example.org/desk"},
       }) {
    CAPTURE(url);
    CHECK(sql::shown(url) == expected);
  }
}

TEST_CASE("no password is ever shown wherever it stands and however it is written") {
  for (const std::string& url : urls_with_a_password()) {
    CAPTURE(url);
    CHECK_FALSE(holds(sql::shown(url), "s3cret"));
  }
}

TEST_CASE("no setting is ever shown even where an @ stands in one") {
  for (const std::string url :
       {"postgresql://db.example.org/desk?application_name=a@b&passfile=/srv/x/hidden",
        "postgresql://regie@db.example.org/desk?application_name=a@b&options=hidden",
        "postgresql://db.example.org/desk?options=hidden&application_name=a@b",
        "postgresql://db.example.org/desk?user=regie@hidden", "postgresql:///desk?host=/run/hidden@x"}) {
    CAPTURE(std::string(url));
    CHECK_FALSE(holds(sql::shown(url), "hidden"));
  }
}

TEST_CASE("what has been shown once is shown the same again") {
  for (const std::string& url : urls_with_a_password()) {
    CAPTURE(url);
    CHECK(sql::shown(sql::shown(url)) == sql::shown(url));
  }
}

TEST_CASE("a password in a URL is seen wherever it stands") {
  for (const std::string& url : urls_with_a_password()) {
    CAPTURE(url);
    CHECK(sql::holds_password(url));
  }
}

TEST_CASE("what is no password is not taken for one") {
  for (const std::string url :
       {"", "desk.db", "/srv/u:p@h/desk.db", "sqlite:/srv/u:p@h?password=x", "postgresql://", "postgresql:///desk",
        "postgresql://db.example.org/desk", "postgresql://db.example.org:5432/desk",
        "postgresql://regie@db.example.org:5432/desk", "postgresql://regie:@db.example.org/desk",
        "postgresql://@db.example.org/desk", "postgresql://[::1]:5432/desk", "postgresql://regie@[2001:db8::1]/desk",
        "postgresql://a:1,b:2/desk", "postgresql://regie@a:1,b:2/desk",
        "postgresql://regie@/desk?host=/run/postgresql&port=5432",
        "postgresql://db.example.org/desk?passfile=/srv/x/.pgpass", "postgresql://r%3Ax@db.example.org/desk",
        "postgresql://regie@db.example.org/password=x"}) {
    CAPTURE(std::string(url));
    CHECK_FALSE(sql::holds_password(url));
  }
}

TEST_CASE("each scheme has its engine") {
  for (const std::string url : {"", "desk.db", "/srv/desk.db", "sqlite:desk.db", "sqlite:///srv/desk.db", "a:b"})
    CHECK(sql::engine_of(url) == sql::Engine::sqlite);
  for (const std::string url : {"postgresql://", "postgresql:///desk", "postgres://regie@db.example.org/desk"})
    CHECK(sql::engine_of(url) == sql::Engine::postgresql);
}

TEST_CASE("an unknown scheme is a mistake of the command line with a hint") {
  for (const std::string url : {"mysql://db.example.org/desk", "POSTGRESQL://db.example.org/desk",
                                "postgresq://regie:s3cret@db.example.org/desk", "file:///srv/desk.db",
                                "https://db.example.org", "a/b://c", " postgresql://regie:s3cret@h/d"}) {
    CAPTURE(std::string(url));
    for (const Refused& refused :
         {refusal_of([&] { (void)sql::engine_of(url); }), refusal_of([&] { (void)sql::checked(url); }),
          refusal_of([&] { (void)sql::open(url, {.access = sql::Access::create}); })}) {
      CHECK(refused.thrown);
      CHECK(refused.trouble == Trouble::usage);
      CHECK(refused.hints == 1);
      CHECK(holds(refused.said, "postgresql://HOST/DATABASE"));
      CHECK_FALSE(holds(refused.said, "s3cret"));
    }
  }
}

TEST_CASE("a URL that holds a password is refused and not repeated") {
  for (const std::string& url : urls_with_a_password()) {
    CAPTURE(url);
    const Refused refused = refusal_of([&] { (void)sql::checked(url); });
    CHECK(refused.thrown);
    if (!refused.thrown) continue;
    CHECK(refused.trouble == Trouble::usage);
    CHECK(refused.hints == 1);
    CHECK_FALSE(holds(refused.said, "s3cret"));
  }
}

TEST_CASE("what is checked and fine comes back as it was") {
  for (const std::string url :
       {"", "desk.db", "sqlite:desk.db", "postgresql://regie@db.example.org/desk?sslmode=require"})
    CHECK(sql::checked(url) == url);
}
