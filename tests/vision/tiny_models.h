// Model files that tests make themselves: as small as a file can be that still has a YOLO head.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace kinesight::vision {

/// A model to be saved. Whatever picture it is given, its output is `values`.
struct TinyModel {
  std::vector<std::int64_t> input = {1, 3, 64, 64};  ///< -1 leaves a size open.
  std::vector<std::size_t> output{};
  std::vector<float> values{};  ///< As many as `output` has room for; missing ones are 0.
  std::map<std::string, std::string> metadata{};
};

/// Saves it as an ONNX file, its metadata as properties.
void save_onnx(const TinyModel& model, const std::filesystem::path& file);
/// Saves it as an OpenVINO .xml with its .bin; the metadata is left out.
void save_ir(const TinyModel& model, const std::filesystem::path& file);

/// Saves an end-to-end model of 64 x 64 that finds one box of class 0 in every picture, its confidence the
/// mean of the input (0 to 1 for RGB): what it finds depends on the frame, and can be told from it.
void save_mean_model(const std::filesystem::path& file);

/// Saves an end-to-end model of 64 x 64 that works, and finds nothing, until it is given a picture whose mean
/// is above `limit` (0 to 1 for RGB): then OpenVINO throws in the middle of the inference.
void save_failing_model(const std::filesystem::path& file, float limit);

/// Saves a model whose inference takes long, more than half a second: a chain of large convolutions.
void save_slow_model(const std::filesystem::path& file);

/// A YOLOv8 output [1, 4 + classes, cells] for 64 x 64 with one box: centre, size, class and score in cell 5.
TinyModel yolov8_model(int classes, int label, float score);

}  // namespace kinesight::vision
