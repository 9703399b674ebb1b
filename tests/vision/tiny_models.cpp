#include "vision/tiny_models.h"

#include <fstream>
#include <openvino/openvino.hpp>
#include <openvino/opsets/opset13.hpp>
#include <string_view>

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;
namespace op = ov::opset13;
using Node = ov::Output<ov::Node>;

std::vector<float> padded(const TinyModel& model) {
  std::size_t room = 1;
  for (const auto size : model.output) room *= size;
  auto values = model.values;
  values.resize(room);
  return values;
}

Node constant(const ov::Shape& shape, const std::vector<float>& values) {
  return op::Constant::create(ov::element::f32, shape, values);
}

Node mean_of(const Node& input) {
  return std::make_shared<op::ReduceMean>(input, op::Constant::create(ov::element::i64, {4}, {0, 1, 2, 3}),
                                          false);
}

void save(const Node& output, const std::shared_ptr<op::Parameter>& input, const fs::path& file) {
  ov::save_model(std::make_shared<ov::Model>(ov::OutputVector{output}, ov::ParameterVector{input}),
                 file.string(), false);
}

// An ONNX file is a protocol buffer (onnx.proto); these write the few fields that a tiny model has.

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string number(int field, std::uint64_t value) {
  return varint(static_cast<std::uint64_t>(field) << 3) + varint(value);
}
std::string bytes(int field, std::string_view value) {
  return varint((static_cast<std::uint64_t>(field) << 3) | 2) + varint(value.size()) + std::string(value);
}

constexpr int kFloat = 1;  // TensorProto.DataType

std::string value_info(std::string_view name, const std::vector<std::int64_t>& shape) {
  std::string dimensions;
  for (const auto size : shape)
    dimensions += bytes(1, size < 0 ? bytes(2, "open") : number(1, static_cast<std::uint64_t>(size)));
  return bytes(1, name) + bytes(2, bytes(1, number(1, kFloat) + bytes(2, dimensions)));
}

std::string initializer(std::string_view name, const std::vector<std::size_t>& shape,
                        const std::vector<float>& values) {
  std::string tensor;
  for (const auto size : shape) tensor += number(1, size);
  const std::string_view raw(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  return tensor + number(2, kFloat) + bytes(8, name) + bytes(9, raw);
}

std::string node(std::string_view kind, std::initializer_list<std::string_view> inputs,
                 std::string_view output, const std::string& attribute = "") {
  std::string text;
  for (const auto input : inputs) text += bytes(1, input);
  return text + bytes(2, output) + bytes(4, kind) + attribute;
}

}  // namespace

void save_onnx(const TinyModel& model, const fs::path& file) {
  const std::string no_keepdims = bytes(5, bytes(1, "keepdims") + number(3, 0) + number(20, 2));
  // values + 0 x mean(images): the picture is used, and does not matter.
  const std::string graph = bytes(1, node("ReduceMean", {"images"}, "mean", no_keepdims)) +
                            bytes(1, node("Mul", {"mean", "zero"}, "nothing")) +
                            bytes(1, node("Add", {"values", "nothing"}, "output0")) + bytes(2, "tiny") +
                            bytes(5, initializer("zero", {}, {0})) +
                            bytes(5, initializer("values", model.output, padded(model))) +
                            bytes(11, value_info("images", model.input)) +
                            bytes(12, value_info("output0", {model.output.begin(), model.output.end()}));
  std::string proto = number(1, 8) + bytes(7, graph) + bytes(8, number(2, 13));
  for (const auto& [key, value] : model.metadata) proto += bytes(14, bytes(1, key) + bytes(2, value));
  std::ofstream(file, std::ios::binary) << proto;
}

void save_ir(const TinyModel& model, const fs::path& file) {
  const ov::PartialShape shape(std::vector<ov::Dimension>(model.input.begin(), model.input.end()));
  const auto input = std::make_shared<op::Parameter>(ov::element::f32, shape);
  const Node nothing = std::make_shared<op::Multiply>(mean_of(input), constant({}, {0}));
  save(std::make_shared<op::Add>(constant(model.output, padded(model)), nothing), input, file);
}

void save_mean_model(const fs::path& file) {
  const auto input = std::make_shared<op::Parameter>(ov::element::f32, ov::Shape{1, 3, 64, 64});
  const Node score = std::make_shared<op::Multiply>(mean_of(input), constant({1, 1, 6}, {0, 0, 0, 0, 1, 0}));
  save(std::make_shared<op::Add>(constant({1, 1, 6}, {8, 16, 56, 48, 0, 0}), score), input, file);
}

void save_failing_model(const fs::path& file, float limit) {
  const auto input = std::make_shared<op::Parameter>(ov::element::f32, ov::Shape{1, 3, 64, 64});
  // Two rows are reshaped into two rows, or into more where the picture is too bright: there are not as many.
  const Node above =
      std::make_shared<op::Relu>(std::make_shared<op::Subtract>(mean_of(input), constant({1}, {limit})));
  const Node scaled = std::make_shared<op::Multiply>(above, constant({1}, {1000}));
  const Node rows =
      std::make_shared<op::Convert>(std::make_shared<op::Add>(scaled, constant({1}, {2})), ov::element::i64);
  const Node six = op::Constant::create(ov::element::i64, {1}, {6});
  const Node pattern = std::make_shared<op::Concat>(ov::OutputVector{rows, six}, 0);
  const Node reshaped =
      std::make_shared<op::Reshape>(constant({2, 6}, std::vector<float>(12, 0)), pattern, false);
  const Node nothing =
      std::make_shared<op::ReduceMean>(reshaped, op::Constant::create(ov::element::i64, {2}, {0, 1}), false);
  save(std::make_shared<op::Add>(constant({1, 1, 6}, {0, 0, 0, 0, 0, 0}), nothing), input, file);
}

void save_slow_model(const fs::path& file) {
  constexpr std::size_t kChannels = 64, kSize = 256, kLayers = 12;
  const auto input = std::make_shared<op::Parameter>(ov::element::f32, ov::Shape{1, 3, kSize, kSize});
  const auto convolve = [](const Node& from, std::size_t to_channels, std::size_t from_channels) -> Node {
    const auto weights = constant({to_channels, from_channels, 3, 3},
                                  std::vector<float>(to_channels * from_channels * 9, 1e-3F));
    return std::make_shared<op::Convolution>(from, weights, ov::Strides{1, 1}, ov::CoordinateDiff{1, 1},
                                             ov::CoordinateDiff{1, 1}, ov::Strides{1, 1});
  };
  Node layer = convolve(input, kChannels, 3);
  for (std::size_t i = 0; i < kLayers; ++i) layer = convolve(layer, kChannels, kChannels);
  save(std::make_shared<op::Add>(constant({1, 1, 6}, {0}), mean_of(layer)), input, file);
}

TinyModel yolov8_model(int classes, int label, float score) {
  constexpr std::size_t kCells = 8 * 8 + 4 * 4 + 2 * 2, kCell = 5;
  TinyModel model;
  model.output = {1, static_cast<std::size_t>(4 + classes), kCells};
  model.values.resize(model.output[1] * kCells);
  const float box[] = {32, 24, 20, 10};
  for (std::size_t row = 0; row < 4; ++row) model.values[row * kCells + kCell] = box[row];
  model.values[static_cast<std::size_t>(4 + label) * kCells + kCell] = score;
  return model;
}

}  // namespace kinesight::vision
