// The versions of the landlord's policy: the present one from the configuration, earlier ones from the database.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "desk/settings.hpp"
#include "regie/clock.hpp"
#include "store/store.hpp"

namespace regie {

class Policies {
 public:
  /// Keeps references. Only reads: the texts are kept by Store::promise_under(), which the Desk calls.
  Policies(Settings& settings, Store& store) : settings_(settings), store_(store) {}

  /// nullptr when the database does not know that version, or keeps a text that cannot be read.
  const Policy* find(const std::string& version);
  PolicyOf of() {
    return [this](const std::string& version) { return find(version); };
  }

 private:
  Settings& settings_;
  Store& store_;
  std::map<std::string, std::optional<Policy>> read_;
};

}  // namespace regie
