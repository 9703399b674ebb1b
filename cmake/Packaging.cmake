# The Debian package, which is what machines and images install: `cpack --config build/release/CPackConfig.cmake -B FOLDER` (make package).
# What it depends on is read off the program by dpkg-shlibdeps. Where things lie: docs/adr/0036-the-image-is-the-package.md.

set(_libraries lib/kinesight)  # Private: no other program is to find our OpenVINO.
set(_documents share/doc/kinesight)

set_target_properties(kinesight PROPERTIES INSTALL_RPATH "$ORIGIN/../${_libraries}")
install(TARGETS kinesight RUNTIME DESTINATION bin)

# Of the wheel, what runs ONNX and OpenVINO's own format on a CPU.
get_filename_component(_wheel "${OpenVINO_DIR}/.." ABSOLUTE)
file(GLOB _openvino "${_wheel}/libs/libopenvino.so.*" "${_wheel}/libs/libopenvino_intel_cpu_plugin.so"
     "${_wheel}/libs/libopenvino_ir_frontend.so.*" "${_wheel}/libs/libopenvino_onnx_frontend.so.*" "${_wheel}/libs/libtbb.so.*"
     "${_wheel}/libs/libtbbbind_2_5.so.*" "${_wheel}/libs/libhwloc.so.*")
install(PROGRAMS ${_openvino} DESTINATION ${_libraries})
install(DIRECTORY "${KINESIGHT_OCR_MODELS}/" DESTINATION share/kinesight/ocr FILES_MATCHING PATTERN "ch_PP-OCRv4_*.onnx")

install(FILES deploy/debian/copyright README.md CHANGELOG.md DESTINATION ${_documents})
file(GLOB _licenses "${_wheel}/../openvino-*.dist-info/licenses")
install(DIRECTORY "${_licenses}/" DESTINATION ${_documents}/openvino)
install(DIRECTORY docs/ DESTINATION ${_documents}/docs FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
install(DIRECTORY deploy/prometheus deploy/grafana deploy/iam deploy/kubernetes DESTINATION ${_documents}/examples)

# Units, and the configurations that they name: conffiles, to be edited.
install(FILES deploy/systemd/kvs-infer.service deploy/systemd/sightapi-s2.service deploy/systemd/kinesight-stream.service
        DESTINATION lib/systemd/system)
install(FILES config/kvs.yaml DESTINATION /etc/kvs-infer RENAME cameras.yaml)
install(FILES config/clips.yaml config/stream.yaml DESTINATION /etc/kinesight)
foreach(_unit kvs-infer:kvs-infer kinesight:sightapi-s2 kinesight:kinesight-stream)
  string(REPLACE ":" ";" _unit ${_unit})
  list(GET _unit 0 _folder)
  list(GET _unit 1 _name)
  install(FILES deploy/systemd/${_name}.env.example DESTINATION /etc/${_folder} RENAME ${_name}.env PERMISSIONS OWNER_READ OWNER_WRITE)
  list(APPEND _conffiles /etc/${_folder}/${_name}.env)
endforeach()
list(APPEND _conffiles /etc/kvs-infer/cameras.yaml /etc/kinesight/clips.yaml /etc/kinesight/stream.yaml)
install(FILES models/demo.onnx models/demo.md DESTINATION /opt/kvs-infer/models)

list(JOIN _conffiles "\n" _conffiles)
file(WRITE "${CMAKE_BINARY_DIR}/debian/conffiles" "${_conffiles}\n")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The authors of kinesight")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)  # Some of it lies outside /usr.
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${_wheel}/libs")
# What no library is linked with: certificates of AWS, time zones of schedules, Tesseract's English, postinst's adduser.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tesseract-ocr-eng, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_BINARY_DIR}/debian/conffiles")
foreach(_script postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/deploy/debian/${_script}")
endforeach()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)  # As dpkg wants them, whatever the checkout has.
include(CPack)
