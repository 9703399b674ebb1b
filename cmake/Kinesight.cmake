# House rules of the build: one static library a folder of src/, one test program a folder of tests/.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(KINESIGHT_TESTS "Build the tests" ON)
option(KINESIGHT_BENCH "Build the benchmarks" OFF)
option(KINESIGHT_FUZZ "Build the fuzz targets (clang)" OFF)
set(KINESIGHT_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them")

find_program(CCACHE ccache)
if(CCACHE)
  # The same source compiles to the same object in any checkout and build folder: let them share it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CCACHE}")
endif()

add_library(kinesight_options INTERFACE)
target_compile_options(kinesight_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror=return-type
                       "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
target_include_directories(kinesight_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overlapping copies in std::string's own operator+ (GCC bug 105651).
  target_compile_options(kinesight_options INTERFACE -Wno-restrict)
endif()
if(KINESIGHT_SANITIZE)
  target_compile_options(kinesight_options INTERFACE "-fsanitize=${KINESIGHT_SANITIZE}" -fno-omit-frame-pointer)
  target_link_options(kinesight_options INTERFACE "-fsanitize=${KINESIGHT_SANITIZE}")
  if(KINESIGHT_SANITIZE MATCHES undefined)
    target_compile_options(kinesight_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(KINESIGHT_FUZZ)
  # Coverage for the code under test; only the fuzz targets themselves link libFuzzer's main.
  target_compile_options(kinesight_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# kinesight_module(<folder> SOURCES <file>... LINKS <target>...)
# The library of one folder of src/: target kinesight_<folder>.
function(kinesight_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_library(kinesight_${name} STATIC ${arg_SOURCES})
  target_link_libraries(kinesight_${name} PUBLIC kinesight_options ${arg_LINKS})
endfunction()

# Every test program, and those whose tests are about threads (label "threads").
add_custom_target(tests)
add_custom_target(thread_tests)

# kinesight_test(<folder> SOURCES <file>... LINKS <target>... [LABELS <label>...])
# The GoogleTest program of one folder of tests/: target test_<folder>, one ctest entry a test case. Labels: "threads", to be
# run under the thread sanitizer too; "live", which takes minutes of real time; "scored", which computes for minutes; "peer",
# which talks to a server that pytest starts, and is run by it. The last three are not run under the sanitizers.
function(kinesight_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;LABELS")
  # One word, because a list of labels does not survive the way through gtest_discover_tests.
  list(JOIN arg_LABELS "-" label)
  string(PREPEND label "unit-")
  set(timeout 300)
  set(cost 0)
  if("live" IN_LIST arg_LABELS)  # In real time, for minutes: begun first, and not under the sanitizers.
    set(label live)
    set(timeout 300)
    set(cost 300)
  elseif("scored" IN_LIST arg_LABELS)
    set(label scored)
    set(timeout 600)
    set(cost 200)
  endif()
  add_executable(test_${name} ${arg_SOURCES})
  target_include_directories(test_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(test_${name} PRIVATE ${arg_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(test_${name} PRIVATE
    KINESIGHT_SOURCE_DIR="${CMAKE_SOURCE_DIR}" KINESIGHT_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_dependencies(tests test_${name})
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(thread_tests test_${name})
  endif()
  if("peer" IN_LIST arg_LABELS)  # pytest starts the server that it talks to, and runs it.
    return()
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS "${label}" TIMEOUT ${timeout} COST ${cost} SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
endfunction()
