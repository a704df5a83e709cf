// Who may do what: the whole table, spelled out.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

struct Row {
  Role role;
  std::string_view may;  ///< x = may, one column an action in the order of the journal's codes
  bool acts_as;
};

// clang-format off
constexpr std::array table{
//                         open assign accept decline schedule no-access hold resume done verify close reopen cancel note edit
    Row{Role::reader,      "  .    .      .      .       .         .       .     .     .     .      .     .      .     .    .", false},
    Row{Role::reception,   "  x    x      x      x       x         x       x     x     x     .      x     x      x     x    x", true},
    Row{Role::caretaker,   "  x    .      x      x       x         x       x     x     x     x      .     x      .     x    .", false},
    Row{Role::technician,  "  x    .      x      x       x         x       x     x     x     x      .     .      .     x    .", false},
    Row{Role::contractor,  "  .    .      x      x       x         x       x     x     x     .      .     .      .     x    .", false},
    Row{Role::manager,     "  x    x      x      x       x         x       x     x     x     x      x     x      x     x    x", true},
    Row{Role::service,     "  x    x      x      x       x         x       x     x     x     .      x     x      x     x    x", true},
};
// clang-format on

/// The crosses and dots of a row without their blanks.
std::string marks(std::string_view row) {
  std::string kept(row);
  std::erase(kept, ' ');
  return kept;
}

Landlord with_people() {
  Landlord landlord;
  landlord.default_role = Role::reader;
  landlord.people = {{.code = "astruc", .name = "", .role = Role::manager, .login = "bastruc"},
                     {.code = "montagnier", .name = "", .role = Role::reception, .login = "cmontagnier"},
                     {.code = "ouali", .name = "", .role = Role::technician, .provider = "REGIE", .login = "kouali"},
                     {.code = "cron", .name = "", .role = Role::service, .login = "regie"},
                     {.code = "garrigue", .name = "", .role = Role::contractor, .provider = "GAR", .login = "garrigue"},
                     {.code = "drifter", .name = "", .role = Role::contractor, .login = "drifter"},
                     {.code = "lemercier", .name = "", .role = Role::caretaker, .login = "jlemercier"}};
  return landlord;
}

Trouble refusal_of(const Landlord& landlord, const char* login, const char* act_as) {
  try {
    (void)identify(landlord, login, act_as);
  } catch (const Error& error) {
    return error.trouble();
  }
  FAIL("nothing was thrown");
  return Trouble::bug;
}

}  // namespace

TEST_CASE("every role may do exactly what the table of rights says") {
  CHECK(table.size() == codes<Role>().size());
  for (const Row& row : table) {
    const std::string allowed = marks(row.may);
    REQUIRE(allowed.size() == codes<Action>().size());
    for (const auto& action : codes<Action>()) {
      CAPTURE(std::string(code(row.role)));
      CAPTURE(std::string(action.code));
      CHECK(may(row.role, action.value) == (allowed[static_cast<std::size_t>(action.value) - 1] == 'x'));
    }
    CHECK(may_act_as(row.role) == row.acts_as);
  }
}

TEST_CASE("the desk refuses what the role does not allow and saves nothing") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  NewRequest wanted;
  wanted.draft.text = "rappeler";
  wanted.draft.residence = "BEL";
  wanted.draft.opened_at = at("2026-03-02T09:00:00+01:00");
  wanted.trade = "plumbing";
  example.desk().open(wanted);
  example.desk().done(1, {.by = "", .work = "joint"}, "", {});

  const auto trouble = [](const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.trouble();
    }
    FAIL("nothing was thrown");
    return Trouble::bug;
  };
  CHECK(trouble([&] { example.as("montagnier").verify(1, {.pass = true}, "", {}); }) == Trouble::refused);
  CHECK(trouble([&] { example.as("ouali").assign(1, "ELO", false, "", {}); }) == Trouble::refused);
  CHECK(trouble([&] { example.as("ouali").reopen(1, "", {}); }) == Trouble::refused);
  CHECK(trouble([&] {
          example.as("lemercier")
              .edit(
                  1, [](NewRequest&) {}, "");
        }) == Trouble::refused);
  CHECK(trouble([&] { example.as("regie").verify(1, {.pass = true}, "", {}); }) == Trouble::refused);
  CHECK(example.store().journal(1).size() == 2);
}

// ---- who is at the keyboard

TEST_CASE("a login is the person it belongs to") {
  const Identity identity = identify(with_people(), "kouali", "");
  CHECK(identity.actor.who == "ouali");
  CHECK(identity.actor.provider == "REGIE");
  CHECK(identity.actor.typed_by == "kouali");
  CHECK(identity.actor.typed_by_person == "ouali");
  CHECK(identity.role == Role::technician);
}

TEST_CASE("a login of nobody has the role the landlord gives to strangers") {
  const Identity identity = identify(with_people(), "www-data", "");
  CHECK(identity.actor.who == "www-data");
  CHECK(identity.actor.provider == "");
  CHECK(identity.actor.typed_by_person == "");
  CHECK(identity.role == Role::reader);
}

TEST_CASE("whoever acts for somebody has the name and provider of that person and leaves a trace") {
  const Identity identity = identify(with_people(), "bastruc", "ouali");
  CHECK(identity.actor.who == "ouali");
  CHECK(identity.actor.provider == "REGIE");
  CHECK(identity.actor.typed_by == "bastruc");
  CHECK(identity.actor.typed_by_person == "astruc");
  CHECK(identity.role == Role::technician);
}

TEST_CASE("acting for oneself is always allowed") {
  const Identity identity = identify(with_people(), "kouali", "ouali");
  CHECK(identity.actor.who == "ouali");
  CHECK(identity.role == Role::technician);
  CHECK(identify(with_people(), "www-data", "www-data").role == Role::reader);
}

TEST_CASE("only reception and managers and service accounts act for others") {
  const Landlord landlord = with_people();
  for (const char* login : {"kouali", "jlemercier", "garrigue", "www-data"}) {
    CAPTURE(std::string(login));
    CHECK(refusal_of(landlord, login, "astruc") == Trouble::refused);
  }
  for (const char* login : {"bastruc", "cmontagnier", "regie"})
    CHECK(identify(landlord, login, "ouali").actor.who == "ouali");
}

TEST_CASE("nobody acts for a person who is not there") {
  CHECK(refusal_of(with_people(), "bastruc", "oualli") == Trouble::not_found);
  CHECK(refusal_of(with_people(), "bastruc", "kouali") == Trouble::not_found);  // a login is no code
}

TEST_CASE("a desk without a list of people takes any name") {
  const Identity identity = identify(Landlord{}, "root", "Karim");
  CHECK(identity.actor.who == "Karim");
  CHECK(identity.actor.typed_by == "root");
  CHECK(identity.role == Role::manager);
}

// ---- contractors

namespace {

/// A desk where `who` sits before a request of Garrigue's, number 1, and one that is nobody's yet, number 2.
class ContractorsDesk {
 public:
  explicit ContractorsDesk(const char* login)
      : desk_(settings_, store_, identify(with_people(), login, ""), {.now = now_}) {
    Desk office(settings_, store_, identify(with_people(), "bastruc", ""), {.now = now_});
    save(office, "GAR");
    save(office, "");
  }
  ~ContractorsDesk() { check_journals(store_); }

  bool may(RequestId id, const Deed& deed) {
    try {
      return !desk_
                  .act(
                      id, [&](const Request&) { return deed; }, "")
                  .refusal;
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::refused);
      return false;
    }
  }

 private:
  void save(Desk& office, const char* provider) {
    Request draft;
    draft.text = "fuite";
    draft.opened_at = now_;
    draft.trade = "plumbing";
    draft.place = Place::common;
    draft.residence = "BEL";
    const Assignment to{.provider = provider, .rule = "", .triage = "", .promised_at = {}, .decision = ""};
    std::vector changes{office.opening(draft, to, now_)};
    auto transaction = store_.transaction(sql::Transaction::Kind::write);
    store_.add(changes);
    transaction.commit();
  }

  DeskHome home_;
  Instant now_ = at("2026-03-02T09:00:00+01:00");
  Settings settings_{{.file = {},
                      .share_dir = {},
                      .zone = [](const std::string& name) { return std::optional(zone(name)); },
                      .default_zone = "Europe/Paris"}};
  Store store_{home_.url(), open_options(sql::Access::create), now_};
  Desk desk_;
};

}  // namespace

TEST_CASE("a contractor touches only orders of the own firm") {
  ContractorsDesk garrigue("garrigue");
  CHECK(garrigue.may(1, Note{}));
  CHECK(garrigue.may(1, Accept{}));
  CHECK(!garrigue.may(2, Note{}));
}

TEST_CASE("a contractor who works for no firm has no orders at all") {
  ContractorsDesk drifter("drifter");
  CHECK(!drifter.may(1, Note{}));
  CHECK(!drifter.may(2, Note{}));
}
