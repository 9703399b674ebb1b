#include "vision/model_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <vector>

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;

/// What cannot be looked at counts as absent.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::vector<fs::path> files_with(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == extension) found.push_back(entry->path());
  }
  std::ranges::sort(found);
  return found;
}

Result<fs::path> resolved(const fs::path& file) {
  std::error_code error;
  auto path = fs::canonical(file, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", file.string(), error.message());
  return path;
}

Result<fs::path> find_ir(const fs::path& file) {
  const fs::path weights = fs::path(file).replace_extension(".bin");
  if (!is_there(weights)) {
    return fail(ErrorKind::not_found, "{}: its weights are missing: expected them in {}", file.string(),
                weights.string());
  }
  return resolved(file);
}

Result<fs::path> find_in_folder(const fs::path& folder) {
  for (const std::string_view extension : {".xml", ".onnx"}) {
    const auto found = files_with(folder, extension);
    if (found.size() == 1) return extension == ".xml" ? find_ir(found.front()) : resolved(found.front());
    if (found.size() > 1) {
      return fail(ErrorKind::invalid,
                  "{}: expected a folder with one {} file, found {}: name the file itself", folder.string(),
                  extension, found.size());
    }
  }
  return fail(ErrorKind::not_found, "{}: expected a folder with an .xml or .onnx file, found neither",
              folder.string());
}

Result<fs::path> find_export_of(const fs::path& checkpoint) {
  const fs::path onnx = fs::path(checkpoint).replace_extension(".onnx");
  if (is_there(onnx)) return resolved(onnx);
  const fs::path folder = checkpoint.parent_path() / (checkpoint.stem().string() + "_openvino_model");
  if (is_folder(folder)) return find_in_folder(folder);
  const bool there = is_there(checkpoint);
  return fail(
      there ? ErrorKind::invalid : ErrorKind::not_found,
      "{}: {}a .pt must be exported before it can be used; expected {} or {}/ beside it. To make the first: "
      "yolo export model={} format=onnx",
      checkpoint.string(), there ? "" : "no such file, and ", onnx.string(), folder.string(),
      checkpoint.string());
}

std::string flow_text(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  YAML::Emitter out;
  out.SetSeqFormat(YAML::Flow);
  out.SetMapFormat(YAML::Flow);
  // The exporter writes maps as blocks, and a node remembers that: an emitter obeys the node before its own
  // setting.
  YAML::Node flow = YAML::Clone(node);
  flow.SetStyle(YAML::EmitterStyle::Flow);
  out << flow;
  return out.c_str();
}

}  // namespace

Result<fs::path> find_model(const fs::path& path) {
  if (is_folder(path)) return find_in_folder(path);
  const auto extension = path.extension();
  if (extension == ".pt") return find_export_of(path);
  if (extension != ".onnx" && extension != ".xml") {
    return fail(ErrorKind::invalid,
                "{}: expected an .onnx file, an OpenVINO .xml, an exported folder, or a .pt", path.string());
  }
  if (!is_there(path)) {
    return fail(ErrorKind::not_found,
                "{}: no such model file: put it there, or set model_path to where it is", path.string());
  }
  return extension == ".xml" ? find_ir(path) : resolved(path);
}

std::map<std::string, std::string> metadata_beside(const fs::path& model_file) {
  std::map<std::string, std::string> metadata;
  const fs::path file = model_file.parent_path() / "metadata.yaml";
  if (model_file.extension() != ".xml" || !is_there(file)) return metadata;
  try {
    const YAML::Node root = YAML::LoadFile(file.string());
    for (const auto& entry : root) metadata[entry.first.as<std::string>()] = flow_text(entry.second);
  } catch (const YAML::Exception&) {
    // It only adds to what the model says: without it, names are asked for where they are missing.
    metadata.clear();
  }
  return metadata;
}

}  // namespace kinesight::vision
