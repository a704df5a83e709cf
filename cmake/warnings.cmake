# Every target of this project links regie_warnings.
option(REGIE_WARNINGS_AS_ERRORS "Stop at the first warning" OFF)
option(REGIE_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

add_library(regie_warnings INTERFACE)
target_compile_options(regie_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
                                                -Wold-style-cast -Wno-missing-field-initializers)
if(REGIE_WARNINGS_AS_ERRORS)
  target_compile_options(regie_warnings INTERFACE -Werror)
endif()
if(REGIE_SANITIZE)
  target_compile_options(regie_warnings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(regie_warnings INTERFACE -fsanitize=address,undefined)
  target_sources(
    regie_warnings
    INTERFACE $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${PROJECT_SOURCE_DIR}/cmake/sanitizer_options.cpp>)
endif()
