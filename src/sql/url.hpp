// Where a database is, as people write it: a path, `sqlite:PATH`, `postgresql://USER@HOST/DATABASE?setting=value`.
#pragma once

#include <string>

namespace regie::sql {

/// "postgresql" of "postgresql://…", "sqlite" of "sqlite:…"; "" when the text is a path.
std::string scheme_of(const std::string& url);

/// The path in a URL of the SQLite engine.
std::string sqlite_path(const std::string& url);

/// The URL as it may be shown and logged: without password and without settings.
std::string shown(const std::string& url);

/// A password stands in it, for everybody who lists processes or reads the file.
bool holds_password(const std::string& url);

}  // namespace regie::sql
