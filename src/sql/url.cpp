#include "sql/url.hpp"

#include <algorithm>

namespace regie::sql {

std::string scheme_of(const std::string& url) {
  if (url.starts_with("sqlite:")) return "sqlite";
  const auto end = url.find("://");
  return end == std::string::npos ? "" : url.substr(0, end);
}

std::string sqlite_path(const std::string& url) {
  static constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme)) return url;
  std::string path = url.substr(scheme.size());
  if (path.starts_with("//")) path.erase(0, 2);
  return path;
}

std::string shown(const std::string& url) {
  const std::string scheme = scheme_of(url);
  if (scheme.empty() || scheme == "sqlite") return url;
  std::string address = url.substr(scheme.size() + 3);
  // Whoever forgets to write / or @ of a password as %2F or %40 must not find it in a log: all before the last @ is
  // taken for the login, whatever stands there.
  std::string user;
  if (const auto at = address.rfind('@'); at != std::string::npos) {
    user = address.substr(0, address.find_first_of(":/?@")) + '@';
    address.erase(0, at + 1);
  }
  return scheme + "://" + user + address.substr(0, address.find('?'));
}

bool holds_password(const std::string& url) {
  const std::string scheme = scheme_of(url);
  if (scheme.empty() || scheme == "sqlite") return false;
  const std::string rest = url.substr(scheme.size() + 3);
  const std::string authority = rest.substr(0, rest.find_first_of("/?"));
  const auto colon = authority.find(':');
  const auto at = authority.rfind('@');
  const bool in_login = at != std::string::npos && colon < at && colon + 1 < at;
  const auto settings = std::min(rest.find('?'), rest.size());
  return in_login || rest.find("password=", settings) != std::string::npos;
}

}  // namespace regie::sql
