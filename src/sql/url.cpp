#include "sql/url.hpp"

#include <algorithm>
#include <charconv>

namespace regie::sql {

namespace {

/// "p%61ssword" is read as "password".
std::string decoded(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* const digits = text.data() + i + 1;
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2;
    plain += escaped ? static_cast<char>(code) : text[i];
    if (escaped) i += 2;
  }
  return plain;
}

/// "user:secret@host/database?setting=value" taken apart. libpq ends the login at the first @ and the host at the first
/// / or ?; whoever forgets to write those of a password as %40, %2F and %3F, or the @ itself, must find it neither
/// accepted nor shown, so here the login goes on for as long as it can.
struct Parts {
  explicit Parts(const std::string& rest) {
    const std::size_t end = login_end(rest);
    login = rest.substr(0, end);
    const std::size_t from =
        end == 0 ? 0 : std::min(end + (end < rest.size() && rest[end] == '@' ? 1 : 0), rest.size());
    const std::size_t question = std::min(rest.find_first_of(end == 0 ? "?" : "?&", from), rest.size());
    address = rest.substr(from, question - from);
    settings = rest.substr(question);
  }

  std::string login;  ///< without its @
  std::string address;
  std::string settings;  ///< with their ?

 private:
  /// Where the login ends; 0 = there is none.
  static std::size_t login_end(const std::string& rest) {
    const std::size_t first = rest.find_first_of(":/?@");
    const std::size_t at = rest.find('@');
    if (first == std::string::npos || rest.starts_with('[') || (rest[first] != ':' && rest[first] != '@')) return 0;
    if (rest[first] == '@') return at;
    const bool is_port = starts_with_port(rest.substr(first + 1));
    if (at == std::string::npos) return is_port ? 0 : std::min(rest.find_first_of("/?"), rest.size());
    if (at < rest.find('/') || at < rest.find('?') || !is_port) return rest.rfind('@');
    return 0;
  }

  static bool starts_with_port(const std::string& text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    return end == text.size() || text[end] == ',' || text[end] == '/' || text[end] == '?';
  }
};

std::string behind_scheme(const std::string& url) {
  std::string rest = url.substr(scheme_of(url).size() + 1);
  rest.erase(0, std::min(rest.find_first_not_of('/'), std::size_t{2}));
  return rest;
}

}  // namespace

std::string scheme_of(const std::string& url) {
  for (const std::string scheme : {"sqlite", "postgresql", "postgres"})
    if (url.starts_with(scheme + ':')) return scheme;
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
  const Parts parts(behind_scheme(url));
  const std::string user = parts.login.substr(0, parts.login.find_first_of(":/?@"));
  return scheme + "://" + (parts.login.empty() ? "" : user + '@') + parts.address;
}

bool holds_password(const std::string& url) {
  const std::string scheme = scheme_of(url);
  // A "host=… password=…" of libpq's is no path either.
  if (scheme.empty()) return url.find("password=") != std::string::npos;
  if (scheme == "sqlite") return false;
  const Parts parts(behind_scheme(url));
  const auto colon = parts.login.find_first_of(":/?@");
  const bool in_login = colon != std::string::npos && parts.login[colon] == ':' && colon + 1 < parts.login.size();
  return in_login || decoded(parts.settings).find("password=") != std::string::npos;
}

}  // namespace regie::sql
