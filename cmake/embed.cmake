# Writes OUTPUT: one C++ table of {name, content} for each folder (engine) of .sql files below FOLDER.
set(tables "")
foreach(engine sqlite postgresql)
  file(GLOB files ${FOLDER}/${engine}/*.sql)
  list(SORT files)
  string(APPEND tables "static const Migration ${engine}[] = {\n")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} content)
    string(APPEND tables "    {\"${name}\", R\"sql(${content})sql\"},\n")
  endforeach()
  string(APPEND tables "};\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from the .sql files.
#include \"store/migrations.hpp\"

namespace regie {
${tables}
std::span<const Migration> migrations(sql::Engine engine) {
  if (engine == sql::Engine::postgresql) return postgresql;
  return sqlite;
}
}  // namespace regie
")
