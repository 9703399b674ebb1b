// cameras.yaml: the configuration of `kinesight infer`.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/environment.h"
#include "config/outbox_options.h"
#include "config/problem.h"
#include "config/table.h"

namespace kinesight::config {

/// A component type that a file may name: its table's name is the type.
struct ComponentType {
  const Table* options;
  bool available = true;  ///< False: its options are known, the component itself is not in this version.
};

/// The component types that there are. Comes from cli/'s registry.
struct Catalog {
  std::vector<ComponentType> sources;
  std::vector<ComponentType> detectors;
  std::vector<ComponentType> publishers;
};

/// One configured component: its type, and its options as its own table parsed them.
struct ComponentConfig {
  std::string type;
  Parsed options;
  int line = 0;  ///< Where in the file it stands, from 1.
};

/// What every camera has, whatever its source. Its table makes the camera part of the reference page.
struct CameraOptions {
  bool enabled = true;
  double fps_target = 5;
  int max_frame_age_ms = 2000;
  static const Table& table();
};

/// What every publisher has, whatever its sink. A block without `enabled` is enabled.
struct PublisherOptions {
  bool enabled = true;
  static const Table& table();
};

/// One camera.
struct CameraConfig {
  std::string id;  ///< Matches [a-zA-Z0-9_.-]{1,256} and is neither "." nor "..".
  CameraOptions options;
  std::optional<ComponentConfig> source;  ///< Always there when the camera is enabled.
  std::vector<ComponentConfig> detectors;
};

/// Options at the top of the file.
struct ServiceOptions {
  std::string state_directory = "./data";
  static const Table& table();
};

/// A whole file.
struct CamerasFile {
  ServiceOptions service;
  OutboxOptions outbox;
  std::vector<ComponentConfig> publishers;  ///< Those that are enabled.
  std::vector<CameraConfig> cameras;        ///< In the file's order, disabled ones too.
  std::vector<Problem> warnings;  ///< What will not work as things stand, in the order of the lines.
};

/// Whether `id` may name a camera: 1 to 256 letters, digits, '_', '.' and '-', and neither "." nor "..".
bool is_camera_id(std::string_view id);

/// Loads and checks `path`. On failure: every problem of the file at once, warnings too, in the order of its
/// lines.
std::expected<CamerasFile, std::vector<Problem>> load_cameras_file(const std::filesystem::path& path,
                                                                   const Catalog& catalog,
                                                                   const Environment& environment);

/// The same for text that is at hand already; `name` is what problems call the file.
std::expected<CamerasFile, std::vector<Problem>> parse_cameras_file(std::string_view text,
                                                                    const std::string& name,
                                                                    const Catalog& catalog,
                                                                    const Environment& environment);

}  // namespace kinesight::config
