// cameras.yaml: the configuration of `kinesight infer`.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/camera_options.h"
#include "config/component.h"
#include "config/detector_options.h"
#include "config/environment.h"
#include "config/gate_options.h"
#include "config/http_options.h"
#include "config/outbox_options.h"
#include "config/overload_options.h"
#include "config/problem.h"
#include "config/region_options.h"
#include "config/table.h"

namespace kinesight::config {

/// The component types that there are. Comes from cli/'s registry.
struct Catalog {
  std::vector<ComponentType> sources;
  std::vector<ComponentType> detectors;
  std::vector<ComponentType> publishers;
};

/// One configured detector: what every detector has stands beside its options.
struct DetectorConfig : ComponentConfig {
  DetectorOptions common;
  std::vector<RegionOptions> regions;  ///< Its own; those of its camera hold for it too.
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
  std::vector<RegionOptions> regions;     ///< For all its detectors.
  MotionGateOptions motion_gate;
  BitstreamGateOptions bitstream_gate;
  OverloadOptions overload;
  std::vector<DetectorConfig> detectors;
};

/// Options at the top of the file.
struct ServiceOptions {
  std::string state_directory = "./data";
  static const Table& table();
};

/// A whole file.
struct CamerasFile {
  ServiceOptions service;
  HttpOptions http;
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
