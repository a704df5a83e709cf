// A landlord, a zone and a real database in a temporary folder, for tests below the command line.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "desk/desk.hpp"
#include "support/database.hpp"

namespace regie::test {

/// "2026-03-02T08:36:10+01:00"; fails the test when it is not ISO.
Instant at(std::string_view iso);

/// The system's time zone of that name.
Zone zone(const std::string& name = "Europe/Paris");

/// Every request's journal, replayed, must give its row. Every store and desk test calls it at the end.
void check_journals(Store& store);

/// The landlord of config/examples/val-dorle with an empty database.
class ExampleDesk {
 public:
  /// `who`: a person's code or any login.
  explicit ExampleDesk(Instant now, const std::string& who = "root");
  ~ExampleDesk();  ///< replays all journals

  Desk& as(const std::string& who);  ///< the same database, somebody else at the keyboard
  Desk& at(Instant now);             ///< the same database, another moment
  Desk& desk();
  Store& store();
  Settings& settings();

 private:
  DeskHome home_;
  Instant now_;
  std::string who_;
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Desk> desk_;
};

}  // namespace regie::test
