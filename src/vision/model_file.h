// Finds the file that a model path means, before anything tries to read it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"

namespace kinesight::vision {

/// The .onnx or .xml file that `path` means, links resolved:
///   - an .onnx file, or an OpenVINO .xml with its .bin beside it: itself;
///   - an exported folder: the one .xml in it, or else the one .onnx;
///   - a .pt: what was exported from it, in the same folder: name.onnx or name_openvino_model/.
/// Errors: not_found; invalid, with what would do and, for a .pt, the command that exports it.
Result<std::filesystem::path> find_model(const std::filesystem::path& path);

/// The metadata that Ultralytics' exporter writes into metadata.yaml beside an OpenVINO model: key to value,
/// a list or map as YAML's flow text. Empty when there is no such file, or none that can be read.
std::map<std::string, std::string> metadata_beside(const std::filesystem::path& model_file);

}  // namespace kinesight::vision
