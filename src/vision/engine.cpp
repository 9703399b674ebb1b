#include "vision/engine.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <opencv2/core/utility.hpp>
#include <openvino/runtime/core.hpp>
#include <tuple>
#include <utility>

#include "vision/model_file.h"
#include "vision/turnstile.h"

namespace kinesight::vision {
namespace {

namespace fs = std::filesystem;

/// Two loads share a model when these are equal. A file that was replaced is another model.
using Key = std::tuple<fs::path, std::uintmax_t, fs::file_time_type, Precision, std::optional<InputSize>>;

Result<Key> key_of(const fs::path& file, Precision precision, const std::optional<InputSize>& input) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", file.string(), error.message());
  const auto changed = fs::last_write_time(file, error);
  if (error) return fail(ErrorKind::not_found, "{}: {}", file.string(), error.message());
  return Key{file, size, changed, precision, input};
}

/// One inference a processor that this process may use; on large machines one for two of them, which costs
/// less memory and gives a single camera its answer sooner.
std::size_t places() {
  cpu_set_t usable;
  const int count = sched_getaffinity(0, sizeof usable, &usable) == 0 ? CPU_COUNT(&usable) : 1;
  return static_cast<std::size_t>(count <= 8 ? std::max(count, 1) : std::max(count / 2, 8));
}

}  // namespace

struct Engine::Impl {
  EngineOptions options;
  std::shared_ptr<Turnstile> turns = std::make_shared<Turnstile>(places());
  ov::Core core;
  std::atomic<bool> closed = false;
  mutable std::mutex mutex;
  std::map<Key, std::weak_ptr<Model>> models;
};

Engine::Engine(EngineOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  // Cameras are what runs side by side; OpenCV's own threads would only take the cores from them.
  cv::setNumThreads(1);
}

Engine::~Engine() = default;

Result<std::shared_ptr<Model>> Engine::load(const fs::path& path, Precision precision,
                                            std::optional<InputSize> size) {
  const auto file = find_model(path);
  if (!file) return std::unexpected(file.error());
  const auto key = key_of(*file, precision, size);
  if (!key) return std::unexpected(key.error());

  std::lock_guard lock(impl_->mutex);
  if (impl_->closed) return fail(ErrorKind::cancelled, "{}: stopped before it was loaded", file->string());
  std::erase_if(impl_->models, [](const auto& entry) { return entry.second.expired(); });
  if (const auto known = impl_->models.find(*key); known != impl_->models.end()) {
    if (auto model = known->second.lock()) return model;
  }
  auto model = Model::compile(impl_->core, *file, precision, size, impl_->options.patience, impl_->turns);
  if (model) impl_->models[*key] = *model;
  return model;
}

void Engine::close() { impl_->closed = true; }

std::size_t Engine::models_in_use() const {
  std::lock_guard lock(impl_->mutex);
  return static_cast<std::size_t>(
      std::ranges::count_if(impl_->models, [](const auto& entry) { return !entry.second.expired(); }));
}

std::size_t Engine::concurrency() const { return impl_->turns->places(); }

std::size_t Engine::waiting() const { return impl_->turns->waiting(); }

void Engine::note(std::string_view sentence) const { impl_->options.note(sentence); }

}  // namespace kinesight::vision
