# kinesight_embed(<output.cpp> <file>...)
# Makes a source file that holds the files' bytes and defines kinesight::http::assets() (src/http/assets.h).
#
# The same file is the script that the build runs: cmake -DOUTPUT=... -DFILES=a|b -P EmbedFiles.cmake

function(kinesight_embed output)
  string(REPLACE ";" "|" files "${ARGN}")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFILES=${files}" -P "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    COMMENT "Embedding the dashboard's files"
    VERBATIM)
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  return()
endif()

string(REPLACE "|" ";" files "${FILES}")
set(bytes "")
set(rows "")
set(number 0)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" hex HEX)
  file(SHA256 "${file}" hash)
  string(SUBSTRING "${hash}" 0 16 hash)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," hex "${hex}")
  string(APPEND bytes "constexpr char kFile${number}[] = {${hex}'\\0'};\n")
  string(APPEND rows "    {\"${name}\", \"/${name}\", {kFile${number}, sizeof kFile${number} - 1}, \"${hash}\"},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}"
"// Made by cmake/EmbedFiles.cmake.
#include \"http/assets.h\"

namespace kinesight::http {
namespace {

${bytes}
constexpr Asset kAssets[] = {
${rows}};

}  // namespace

std::span<const Asset> assets() { return kAssets; }

}  // namespace kinesight::http
")
