# Writes OUTPUT, a C++ table of the files in FILES (separated by '|'): {name, content}.
string(REPLACE "|" ";" FILES "${FILES}")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  string(APPEND rows "    {\"${name}\", R\"sql(${content})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from the .sql files.\n#include \"store/migrations.hpp\"\n\nnamespace regie {\nstatic const Migration rows[] = {\n${rows}};\nstd::span<const Migration> sqlite_migrations() { return rows; }\n}\n")
