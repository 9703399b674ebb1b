#include "vision/model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/frontend/manager.hpp>
#include <openvino/openvino.hpp>
#include <openvino/runtime/exception.hpp>
#include <utility>

#include "vision/model_file.h"
#include "vision/turnstile.h"

namespace kinesight::vision {
namespace {

/// The size of a model's input where neither the file nor its metadata says one: what YOLO exporters default
/// to.
constexpr int kDefaultSize = 640;

/// OpenVINO's messages name its own source files and checks first; the last line that is not about them says
/// what went wrong.
std::string reason(const std::exception& error) {
  std::string_view text = error.what();
  std::string_view best = text;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && !line.starts_with("Exception from ") && !line.starts_with("Check '")) best = line;
  }
  return std::string(best.substr(0, 300));
}

/// Reads the file as what its name says it is. ov::Core::read_model() would try every other format as well
/// when that fails, and their libraries write to stderr.
std::shared_ptr<ov::Model> read(const std::filesystem::path& file) {
  ov::frontend::FrontEndManager formats;
  const auto format = formats.load_by_framework(file.extension() == ".onnx" ? "onnx" : "ir");
  return format->convert(format->load(file.string()));
}

/// The requests of a model that nobody uses. There are as many as the turnstile lets through.
class Requests {
 public:
  Requests(ov::CompiledModel& compiled, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto request = std::make_unique<ov::InferRequest>(compiled.create_infer_request());
      // Zeroed: what memory happens to hold may be slow to compute with.
      auto input = request->get_input_tensor();
      std::fill_n(input.data<float>(), input.get_size(), 0.0F);
      free_.push_back(std::move(request));
    }
  }

  std::unique_ptr<ov::InferRequest> take() {
    std::lock_guard lock(mutex_);
    auto request = std::move(free_.back());
    free_.pop_back();
    return request;
  }
  void give_back(std::unique_ptr<ov::InferRequest> request) {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(request));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<ov::InferRequest>> free_;
};

std::vector<std::int64_t> shape_of(const ov::PartialShape& shape) {
  if (shape.rank().is_dynamic()) return {};
  std::vector<std::int64_t> sizes;
  for (const auto& size : shape) sizes.push_back(size.is_static() ? size.get_length() : kOpenSize);
  return sizes;
}

/// What the exporter noted in the file: an ONNX file's properties, an OpenVINO file's model_info.
std::map<std::string, std::string> metadata_of(const ov::Model& model, const std::filesystem::path& file) {
  auto metadata = metadata_beside(file);
  for (const std::string section : {"framework", "model_info"}) {
    if (!model.has_rt_info(section)) continue;
    for (const auto& [key, value] : model.get_rt_info<ov::AnyMap>(section)) {
      metadata.emplace(key, model.get_rt_info<std::string>(section, key));
    }
  }
  return metadata;
}

/// The whole numbers in `text`: "[480, 640]" has 480 and 640.
std::vector<int> numbers_in(std::string_view text) {
  std::vector<int> numbers;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    int number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error == std::errc{}) numbers.push_back(number);
    at = error == std::errc{} ? rest : at + 1;
  }
  return numbers;
}

struct PictureInput {
  std::string layout;  ///< "NCHW" or "NHWC".
  int width = 0;
  int height = 0;
};

/// Finds how the model takes its picture, and the size to run it at.
Result<PictureInput> picture_input(const ov::Model& model, const std::map<std::string, std::string>& metadata,
                                   const std::optional<InputSize>& chosen) {
  const auto count = model.inputs().size();
  if (count == 0)
    return fail(ErrorKind::corrupt, "expected a model, found nothing: is the file empty or cut?");
  if (count != 1) {
    return fail(ErrorKind::invalid, "expected a model with one input, a picture; found {} inputs", count);
  }
  const auto shape = shape_of(model.input().get_partial_shape());
  const bool planar = shape.size() == 4 && shape[1] == 3;
  const bool interleaved = shape.size() == 4 && shape[3] == 3 && !planar;
  if (!planar && !interleaved) {
    return fail(ErrorKind::invalid, "expected an input of [1, 3, height, width], found {}", to_string(shape));
  }
  const auto imgsz = metadata.find("imgsz");
  const auto wanted = chosen                    ? std::vector<int>{chosen->height, chosen->width}
                      : imgsz == metadata.end() ? std::vector<int>{}
                                                : numbers_in(imgsz->second);
  const auto size = [&](std::int64_t declared, int otherwise) {
    return static_cast<int>(declared == kOpenSize ? otherwise : declared);
  };
  PictureInput input{.layout = planar ? "NCHW" : "NHWC"};
  input.height = size(shape[planar ? 2 : 1], wanted.empty() ? kDefaultSize : wanted.front());
  input.width = size(shape[planar ? 3 : 2], wanted.empty() ? kDefaultSize : wanted.back());
  if (input.width <= 0 || input.height <= 0 || input.width > 8192 || input.height > 8192) {
    return fail(ErrorKind::invalid, "expected an input of 1 to 8192 pixels a side, found {} x {}",
                input.width, input.height);
  }
  if (chosen && *chosen != InputSize{input.width, input.height}) {
    return fail(ErrorKind::invalid, "expected an input of {} x {} pixels, found one of {} x {}",
                chosen->width, chosen->height, input.width, input.height);
  }
  return input;
}

/// Fixes the input at one picture of planes of f32, and every output at f32, whatever the model itself
/// computes in.
std::shared_ptr<ov::Model> with_plain_ends(std::shared_ptr<ov::Model> model, const PictureInput& input) {
  const std::int64_t width = input.width, height = input.height;
  model->reshape(input.layout == "NCHW" ? ov::PartialShape{1, 3, height, width}
                                        : ov::PartialShape{1, height, width, 3});
  ov::preprocess::PrePostProcessor ends(model);
  ends.input().tensor().set_element_type(ov::element::f32).set_layout("NCHW");
  ends.input().model().set_layout(ov::Layout(input.layout));
  for (std::size_t i = 0; i < model->outputs().size(); ++i)
    ends.output(i).tensor().set_element_type(ov::element::f32);
  return ends.build();
}

ModelInfo describe(const ov::Model& model, const std::filesystem::path& file, const PictureInput& input,
                   std::map<std::string, std::string> metadata) {
  ModelInfo info{file, input.width, input.height, {}, std::move(metadata)};
  for (const auto& output : model.outputs()) {
    const auto& names = output.get_names();
    info.outputs.push_back({names.empty() ? "" : *names.begin(), shape_of(output.get_partial_shape())});
  }
  return info;
}

/// One stream of work for each inference that may run at once.
ov::AnyMap properties(Precision precision, std::size_t streams) {
  ov::AnyMap chosen{
      ov::hint::performance_mode(ov::hint::PerformanceMode::THROUGHPUT),
      ov::num_streams(static_cast<int>(streams)),
      // Pinned threads cannot make way for decoding, nor for another process that pins to the same core.
      ov::hint::enable_cpu_pinning(false)};
  if (precision == Precision::f32) chosen.insert(ov::hint::inference_precision(ov::element::f32));
  return chosen;
}

}  // namespace

std::string to_string(std::span<const std::int64_t> shape) {
  std::string text;
  for (const auto size : shape) {
    text += text.empty() ? "[" : ", ";
    text += size == kOpenSize ? "?" : std::to_string(size);
  }
  return text.empty() ? "[]" : text + "]";
}

struct Model::Impl {
  ModelInfo info;
  Patience patience;
  std::shared_ptr<Turnstile> turns;
  ov::CompiledModel compiled;
  std::optional<Requests> requests;  ///< After `compiled`: they go before it.
};

Model::Model(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

const ModelInfo& Model::info() const { return impl_->info; }

Result<std::shared_ptr<Model>> Model::compile(ov::Core& core, const std::filesystem::path& file,
                                              Precision precision, std::optional<InputSize> size,
                                              Patience patience, std::shared_ptr<Turnstile> turns) {
  std::shared_ptr<ov::Model> model;
  try {
    model = read(file);
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt,
                "{}: expected a model that OpenVINO can read; it says: {}: is the file whole?", file.string(),
                reason(error));
  }
  try {
    auto metadata = metadata_of(*model, file);
    const auto input = picture_input(*model, metadata, size);
    if (!input) return wrap(input.error(), file.string());
    model = with_plain_ends(std::move(model), *input);

    auto impl = std::make_shared<Impl>();
    impl->info = describe(*model, file, *input, std::move(metadata));
    impl->patience = patience;
    impl->compiled = core.compile_model(model, "CPU", properties(precision, turns->places()));
    impl->requests.emplace(impl->compiled, turns->places());
    impl->turns = std::move(turns);
    return std::shared_ptr<Model>(new Model(std::move(impl)));
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt,
                "{}: expected a model that OpenVINO can compile for the processor; it says: {}",
                file.string(), reason(error));
  }
}

/// A place in the engine and a request on loan. It keeps the model alive.
struct Inference::Impl {
  std::shared_ptr<Model::Impl> model;
  const std::stop_token stop;
  InferenceTimes* const times;
  std::unique_ptr<ov::InferRequest> request;

  Impl(std::shared_ptr<Model::Impl> lender, const Turn& turn)
      : model(std::move(lender)), stop(turn.stop), times(turn.times), request(model->requests->take()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    model->requests->give_back(std::move(request));
    model->turns->leave();
  }
};

Inference::Inference(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;
Inference::~Inference() = default;

Result<Inference> Model::begin(const Turn& turn) const {
  auto& turns = *impl_->turns;
  const auto begin = Clock::system().steady();
  const bool entered = turns.enter(turn.since, impl_->patience.for_turn, turn.stop);
  if (turn.times) turn.times->waited += Clock::system().steady() - begin;
  if (entered) return Inference(std::make_unique<Inference::Impl>(impl_, turn));
  if (turn.stop.stop_requested())
    return fail(ErrorKind::cancelled, "stopped while waiting for a turn of {}", info().file.string());
  return fail(ErrorKind::unavailable, "{}: all {} inferences that may run at once were busy for {:.1f} s",
              info().file.string(), turns.places(), to_seconds(impl_->patience.for_turn));
}

std::span<float> Inference::input() {
  auto tensor = impl_->request->get_input_tensor();
  return {tensor.data<float>(), tensor.get_size()};
}

Result<> Inference::run() {
  auto& request = *impl_->request;
  const auto begin = Clock::system().steady();
  const auto account = [&](const void*) {
    if (impl_->times) impl_->times->inferred += Clock::system().steady() - begin;
  };
  const std::unique_ptr<const void, decltype(account)> accounting(this, account);
  const auto limit = impl_->model->patience.for_result;
  const auto& file = impl_->model->info.file;
  bool in_time = true;
  try {
    request.start_async();
    const std::stop_callback cancel_on_stop(impl_->stop, [&] { request.cancel(); });
    in_time = request.wait_for(std::chrono::ceil<std::chrono::milliseconds>(limit));
    if (!in_time) request.cancel();
    request.wait();  // Whatever happened: when this returns, nobody writes to the tensors any more.
  } catch (const ov::Cancelled&) {
    if (in_time) return fail(ErrorKind::cancelled, "stopped during an inference of {}", file.string());
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt, "{}: an inference failed; OpenVINO says: {}", file.string(),
                reason(error));
  }
  if (in_time) return {};
  return fail(ErrorKind::unavailable, "{}: an inference took longer than {:.1f} s", file.string(),
              to_seconds(limit));
}

Tensor Inference::output(std::size_t index) const {
  const auto tensor = impl_->request->get_output_tensor(index);
  const auto& shape = tensor.get_shape();
  return {{shape.begin(), shape.end()}, {tensor.data<const float>(), tensor.get_size()}};
}

}  // namespace kinesight::vision
