#!/bin/bash
# Includes go one way between the folders of src, libraries stay behind their one file, and only the edge of the
# program asks the system. Runs from ctest with SOURCE in the environment.
set -u
cd "$SOURCE" || exit 1
failures=0
fail() { echo "layers: $*"; failures=$((failures + 1)); }

# folder: the folders of ours it may include from, besides include/regie
allowed() {
  case $1 in
    domain) echo "" ;;
    text) echo "text" ;;
    sql) echo "sql" ;;
    store) echo "store sql" ;;
    desk) echo "desk mail store text" ;;
    render) echo "render text" ;;
    mail) echo "mail text" ;;
    report) echo "report desk render store text" ;;
    cli) echo "cli desk mail render report text" ;;
  esac
}

# libraries a folder may include; everything else in <> must be the standard library or POSIX
libraries() {
  case $1 in
    text) echo "fmt/ libintl.h libstemmer.h utf8proc.h" ;;
    sql) echo "SQLiteCpp/ sqlite3.h libpq-fe.h" ;;
    store) echo "rapidjson/" ;;
    mail) echo "gmime/" ;;
    desk) echo "toml++/ rapidjson/ cereal/ fmt/ nettle/" ;;
    render) echo "fmt/ rapidjson/ xlsxwriter.h zlib.h" ;;
    cli) echo "CLI/ rapidjson/ fmt/" ;;
  esac
}

# What the compiler itself has, as opposed to a library of somebody else's.
is_standard() {
  [[ $1 =~ ^[a-z_0-9]+$ ]] && return 0  # <vector>, <cstdio>
  [[ $1 =~ ^(sys/[a-z]+\.h|unistd\.h|fcntl\.h|poll\.h|signal\.h|pwd\.h|dlfcn\.h|spawn\.h)$ ]]
}

folders=0
for folder in src/*/; do
  folder=$(basename "$folder")
  [ "$folder" = po ] && continue
  case $folder in
    domain | text | sql | store | desk | render | mail | report | cli) folders=$((folders + 1)) ;;
    *) fail "src/$folder: this folder has no place in the order of layers; give it one in tests/shell/layers.sh" ;;
  esac
  while IFS=: read -r file line include; do
    name=$(sed -E 's/.*#include *[<"]([^>"]+)[>"].*/\1/' <<<"$include")
    top=${name%%/*}
    if [[ $include == *'"'* ]]; then
      [ "$top" = regie ] && continue
      [ "$name" = version.hpp ] && [ "$folder" = cli ] && continue
      [[ " $(allowed "$folder") " == *" $top "* ]] || fail "$file:$line: $folder may not include \"$name\""
    else
      is_standard "$name" && [ "$folder/$name" != "domain/unistd.h" ] && continue
      known=no
      for library in $(libraries "$folder"); do [[ $name == "$library"* ]] && known=yes; done
      [ $known = yes ] || fail "$file:$line: $folder may not include <$name>"
    fi
  done < <(grep -rnE '^ *#include' "src/$folder" --include='*.cpp' --include='*.hpp')
done
[ $folders -eq 9 ] || fail "expected nine layers below src, found $folders"

# The domain and its headers: the standard library only, and nothing of the system's.
grep -rnE '^ *#include' include src/domain --include='*.hpp' --include='*.cpp' |
  grep -vE '#include ("regie/[a-z_]+\.hpp"|<[a-z_0-9]+>)' && fail "the domain includes more than the standard library"

# One file knows each of these libraries. only PATTERN FILE...
only() {
  local pattern=$1 found
  shift
  found=$(grep -rlE "$pattern" src include --include='*.cpp' --include='*.hpp' | sort)
  for file in $found; do
    [[ " $* " == *" $file "* ]] || fail "$file: only $* may have '$pattern'"
  done
  [ -n "$found" ] || fail "'$pattern' is found nowhere: this check checks nothing any more"
}
only '#include <(SQLiteCpp/|sqlite3)' src/sql/sqlite.cpp
only '#include <dlfcn' src/sql/module.cpp src/mail/mime.cpp src/render/xlsx.cpp
only '#include <gmime' src/mail/gmime/gmime.hpp
# What knows GMime is in the module, and the program is not linked with that.
only '#include "mail/gmime/' "$(echo src/mail/gmime/*.cpp)"
only '#include <xlsxwriter' src/render/xlsx/library.hpp
only '#include <zlib' src/render/xlsx/whole.cpp
only '#include "render/xlsx/' "$(echo src/render/xlsx/*)"
only '#include <libpq' src/sql/postgresql/connection.hpp
only '#include <toml' src/desk/toml.cpp
only '#include <CLI/' src/cli/parse.cpp
only '#include <nettle' src/desk/digest.hpp
only '#include <utf8proc' src/text/unicode.cpp src/text/words.cpp
only '#include <libintl' src/text/translate.cpp
only '\b(getenv|isatty|getpwuid|getlogin)\(|system_clock' src/cli/environment.cpp
# The one thing that is set: gettext reads its language from the environment.
only '\bsetenv\(' src/cli/environment.cpp src/text/translate.cpp
only 'std::signal\(|\bsigaction\(' src/main.cpp src/mail/spool.cpp
grep -rnE 'std::(cout|cerr|cin)\b|\bprintf\(' src include --include='*.cpp' --include='*.hpp' &&
  fail "streams are values of Environment; nothing prints by itself"

# SQL is written in sql and store, and no text that somebody typed gets into it: what is glued to a statement comes
# from tables of ours (column names), or is a number.
grep -rnE '"(select|insert into|update|delete from|create table) ' src --include='*.cpp' --include='*.hpp' |
  grep -vE '^src/(sql|store)/' && fail "SQL outside of src/sql and src/store"
glued=$(grep -nE '"[^"]*\b(select|insert into|update|delete from|where|order by|limit|in \()[^"]*" *\+|sql \+=|sorting \+=|assignments \+=' \
  src/store/*.cpp src/sql/*.cpp)
[ -n "$glued" ] || fail "no SQL is put together anywhere: this check checks nothing any more"
echo "$glued" | grep -E '\+=? *(filter|request|event|change)\.|\.text\b|reason|tenant|->value|\.value\b' &&
  fail "a value is glued into SQL; bind it"

# ctest splits names at semicolons and labels at commas, and then passes while no case runs.
cat $(find tests -name '*_test.cpp') | tr '\n' ' ' | grep -oE 'TEST_CASE\( *("[^"]*" *)+\)' | grep '[;,]' &&
  fail "a test's name holds a semicolon or a comma"

# Names of no machine.
grep -rnE '/(home|work|root)/' src include tests config --include='*.cpp' --include='*.hpp' --include='*.toml' \
  --include='*.txt' --include='*.sh' | grep -vE 'tests/shell/layers.sh|/home/\.config|\$[a-z]+/' && fail "a path of somebody's machine"

if [ $failures -gt 0 ]; then
  echo "layers: $failures wrong"
  exit 1
fi
echo "layers: fine"
