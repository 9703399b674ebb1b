# Every third-party package, found once. scripts/setup installs them.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(date REQUIRED)
find_package(simdjson REQUIRED)
find_package(Protobuf REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
# Debian puts OpenCV's CMake files into the package of all of OpenCV, hundreds of megabytes; the three modules that we
# use have packages of their own.
find_path(OPENCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
add_library(kinesight_opencv INTERFACE)
target_include_directories(kinesight_opencv SYSTEM INTERFACE "${OPENCV_INCLUDE_DIR}")
foreach(module core imgproc imgcodecs)
  find_library(OPENCV_${module} opencv_${module} REQUIRED)
  target_link_libraries(kinesight_opencv INTERFACE "${OPENCV_${module}}")
endforeach()
# Only the module that draws windows makes use of it; without it there is none (src/window).
find_library(OPENCV_highgui opencv_highgui)
find_path(OPENCV_HIGHGUI_INCLUDE_DIR opencv2/highgui.hpp PATH_SUFFIXES opencv4)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(rabbitmq REQUIRED IMPORTED_TARGET librabbitmq)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(mosquitto REQUIRED IMPORTED_TARGET libmosquitto)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(tesseract REQUIRED IMPORTED_TARGET tesseract)
pkg_check_modules(libav REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale)

# OpenVINO comes as a wheel; its CMake files, headers and libraries are inside.
if(NOT OpenVINO_DIR)
  file(GLOB _openvino_wheel "${CMAKE_SOURCE_DIR}/.deps/run/lib/python3*/site-packages/openvino/cmake")
  set(OpenVINO_DIR "${_openvino_wheel}" CACHE PATH "Folder of OpenVINOConfig.cmake" FORCE)
endif()
find_package(OpenVINO REQUIRED COMPONENTS Runtime)
# OpenCV wants a libtbb as well, and a process has only one: what links OpenVINO names that of the wheel, also where it
# calls nothing of it (no --as-needed), or the one that is loaded would depend on which library comes first.
find_package(TBB REQUIRED CONFIG PATHS "${OpenVINO_DIR}" NO_DEFAULT_PATH)
set(CMAKE_LINK_LIBRARY_USING_needed "LINKER:--push-state,--no-as-needed" "<LINK_ITEM>" "LINKER:--pop-state")
set(CMAKE_LINK_LIBRARY_USING_needed_SUPPORTED TRUE)
# So do the models that read text: of that wheel we use nothing else.
file(GLOB _ocr_wheel "${CMAKE_SOURCE_DIR}/.deps/run/lib/python3*/site-packages/rapidocr_onnxruntime/models")
find_path(KINESIGHT_OCR_MODELS ch_PP-OCRv4_rec_infer.onnx PATHS "${_ocr_wheel}" NO_DEFAULT_PATH REQUIRED
          DOC "Folder of the models that read text")

if(KINESIGHT_TESTS)
  find_package(GTest)  # `scripts/setup run` and the image's build bring none: then there is the program alone.
  if(GTest_FOUND)
    include(GoogleTest)
  else()
    set(KINESIGHT_TESTS OFF)
  endif()
endif()
