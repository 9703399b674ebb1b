#include "window/window.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "window/display.h"

namespace kinesight::window {
namespace {

constexpr const char* kModule = "libkinesight_display.so";

/// A window that the module draws. The module is never unloaded: toolkits leave threads and exit handlers
/// behind.
class ModuleWindow final : public Window {
 public:
  explicit ModuleWindow(const kinesight_display_functions& functions) : functions_(functions) {}
  ~ModuleWindow() override { functions_.close(); }
  ModuleWindow(const ModuleWindow&) = delete;
  ModuleWindow& operator=(const ModuleWindow&) = delete;

  Result<> show(const std::uint8_t* bgr, int width, int height, std::size_t stride) override {
    std::array<char, 256> why{};
    if (functions_.show(bgr, width, height, stride, why.data(), why.size()) == 0) return {};
    return fail(ErrorKind::unavailable, "the window does not take a picture of {} x {}: {}", width, height,
                why.data());
  }

  Input poll(Clock::Duration length) override {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
    const int said = functions_.poll(static_cast<int>(std::clamp<std::int64_t>(milliseconds, 1, 1000)));
    if (said == KINESIGHT_DISPLAY_CLOSED) return {.closed = true};
    if (said < 0) return {};
    return {.key = static_cast<char>(said)};
  }

 private:
  const kinesight_display_functions& functions_;
};

Result<const kinesight_display_functions*> load(const std::filesystem::path& path) {
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) {
    const char* reason = dlerror();
    return fail(ErrorKind::invalid, "the module that draws windows cannot be loaded: {}",
                reason ? reason : path.c_str());
  }
  const auto entry = reinterpret_cast<kinesight_display_entry>(dlsym(module, KINESIGHT_DISPLAY_SYMBOL));
  const auto* functions = entry ? entry(KINESIGHT_DISPLAY_VERSION) : nullptr;
  if (!functions) {
    return fail(ErrorKind::invalid,
                "expected {} of this version of kinesight, found another; install both together",
                path.string());
  }
  return functions;
}

}  // namespace

std::vector<std::filesystem::path> module_places() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  if (error) return {};
  return {folder, (folder / "../lib/kinesight").lexically_normal()};
}

Result<std::unique_ptr<Window>> open_window(const std::string& title, int width, int height,
                                            const std::vector<std::filesystem::path>& places) {
  for (const auto& place : places) {
    std::error_code error;
    if (!std::filesystem::exists(place / kModule, error)) continue;
    const auto functions = load(place / kModule);
    if (!functions) return std::unexpected(functions.error());
    std::array<char, 256> why{};
    if ((*functions)->open(title.c_str(), width, height, why.data(), why.size()) != 0)
      return fail(ErrorKind::unavailable, "no window can be opened: {}", why.data());
    return std::make_unique<ModuleWindow>(**functions);
  }
  std::vector<std::string> looked;
  for (const auto& place : places) looked.push_back(place.string());
  return fail(
      ErrorKind::not_found,
      "no window can be opened: {} is not there (looked in {}); a build makes it where OpenCV's highgui is "
      "installed (Debian: libopencv-highgui-dev)",
      kModule, fmt::join(looked, ", "));
}

}  // namespace kinesight::window
