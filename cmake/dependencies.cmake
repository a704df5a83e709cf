# What regie is built on. REGIE_STATIC links everything but the C library into the program: it starts in half the
# time (README, "Speed"); debug builds stay dynamic because they link faster.
option(REGIE_STATIC "Link the C++ runtime, SQLite and the other libraries statically" OFF)

option(REGIE_POSTGRESQL "Build the driver for PostgreSQL: a module, loaded only for postgresql:// databases" ON)

find_package(CLI11 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(Gettext REQUIRED)
if(REGIE_POSTGRESQL)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)  # CMake's own module asks for the server's headers too
endif()

# Debian's packages of these have no CMake file that names a target.
find_path(STEMMER_INCLUDE_DIR libstemmer.h REQUIRED)
find_path(UTF8PROC_INCLUDE_DIR utf8proc.h REQUIRED)
find_path(NETTLE_INCLUDE_DIR nettle/sha2.h REQUIRED)

find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)

find_path(CEREAL_INCLUDE_DIR cereal/cereal.hpp REQUIRED)

add_library(regie_cereal INTERFACE)
target_include_directories(regie_cereal SYSTEM INTERFACE ${CEREAL_INCLUDE_DIR})
add_library(regie_json INTERFACE)
target_include_directories(regie_json SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})
target_compile_definitions(regie_json INTERFACE RAPIDJSON_HAS_STDSTRING=1)
add_library(regie_fmt INTERFACE)
add_library(regie_toml INTERFACE)
add_library(regie_stemmer INTERFACE)
add_library(regie_utf8proc INTERFACE)
add_library(regie_nettle INTERFACE)
add_library(regie_sqlite INTERFACE)
target_include_directories(regie_stemmer SYSTEM INTERFACE ${STEMMER_INCLUDE_DIR})
target_include_directories(regie_utf8proc SYSTEM INTERFACE ${UTF8PROC_INCLUDE_DIR})
target_include_directories(regie_nettle SYSTEM INTERFACE ${NETTLE_INCLUDE_DIR})

if(REGIE_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  target_link_libraries(regie_fmt INTERFACE fmt::fmt-header-only)
  # The package's target forces the shared library; header-only starts faster.
  get_target_property(TOMLPLUSPLUS_INCLUDE_DIR tomlplusplus::tomlplusplus INTERFACE_INCLUDE_DIRECTORIES)
  target_compile_definitions(regie_toml INTERFACE TOML_HEADER_ONLY=1)
  if(TOMLPLUSPLUS_INCLUDE_DIR)
    target_include_directories(regie_toml SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})
  endif()
else()
  target_link_libraries(regie_fmt INTERFACE fmt::fmt)
  target_link_libraries(regie_toml INTERFACE tomlplusplus::tomlplusplus)
endif()

find_library(STEMMER_LIBRARY stemmer REQUIRED)
find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
find_library(NETTLE_LIBRARY nettle REQUIRED)
find_library(SQLITE3_LIBRARY sqlite3 REQUIRED)
find_library(SQLITECPP_LIBRARY SQLiteCpp REQUIRED)
target_link_libraries(regie_stemmer INTERFACE ${STEMMER_LIBRARY})
target_link_libraries(regie_utf8proc INTERFACE ${UTF8PROC_LIBRARY})
target_link_libraries(regie_nettle INTERFACE ${NETTLE_LIBRARY})
if(REGIE_STATIC)
  target_compile_definitions(regie_utf8proc INTERFACE UTF8PROC_STATIC)
  target_link_libraries(regie_sqlite INTERFACE ${SQLITECPP_LIBRARY} ${SQLITE3_LIBRARY} m)
  target_link_options(regie_sqlite INTERFACE -static-libstdc++ -static-libgcc)
else()
  target_link_libraries(regie_sqlite INTERFACE SQLiteCpp)
endif()
