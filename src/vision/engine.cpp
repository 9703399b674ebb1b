#include "vision/engine.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <opencv2/core/utility.hpp>
#include <openvino/runtime/core.hpp>
#include <tuple>
#include <utility>

#include "vision/model_file.h"

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;

/// Two loads share a model when these are equal. A file that was replaced is another model.
using Key = std::tuple<fs::path, std::uintmax_t, fs::file_time_type, Precision>;

Result<Key> key_of(const fs::path& file, Precision precision) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", file.string(), error.message());
  const auto changed = fs::last_write_time(file, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", file.string(), error.message());
  return Key{file, size, changed, precision};
}

}  // namespace

struct Engine::Impl {
  EngineOptions options;
  ov::Core core;
  mutable std::mutex mutex;
  std::map<Key, std::weak_ptr<Model>> models;
};

Engine::Engine(EngineOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  // Cameras are what runs side by side; OpenCV's own threads would only take the cores from them.
  cv::setNumThreads(1);
}

Engine::~Engine() = default;

Result<std::shared_ptr<Model>> Engine::load(const fs::path& path, Precision precision) {
  const auto file = find_model(path);
  if (!file) return std::unexpected(file.error());
  const auto key = key_of(*file, precision);
  if (!key) return std::unexpected(key.error());

  std::lock_guard lock(impl_->mutex);
  std::erase_if(impl_->models, [](const auto& entry) { return entry.second.expired(); });
  if (const auto known = impl_->models.find(*key); known != impl_->models.end()) {
    if (auto model = known->second.lock()) return model;
  }
  auto model = Model::compile(impl_->core, *file, precision, impl_->options.patience);
  if (model) impl_->models[*key] = *model;
  return model;
}

std::size_t Engine::models_in_use() const {
  std::lock_guard lock(impl_->mutex);
  return static_cast<std::size_t>(
      std::ranges::count_if(impl_->models, [](const auto& entry) { return !entry.second.expired(); }));
}

void Engine::note(std::string_view sentence) const { impl_->options.note(sentence); }

}  // namespace kinesight::vision
