// Takes a changed configuration file into use, or says why not.
#pragma once

#include <expected>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/cameras_file.h"
#include "infer/fleet.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// What the text of a configuration file says to this service.
using ParseCameras =
    std::function<std::expected<config::CamerasFile, std::vector<config::Problem>>(std::string_view text)>;

/// Why a configuration is not taken.
struct Refusal {
  /// What stands in its way.
  enum class Why {
    invalid,  ///< The file has problems.
    exists,   ///< What is to be added is there.
    unknown,  ///< What is to be changed is not there.
    by_hand,  ///< The file can be changed by a person alone: it is read-only, or written in some other way.
    closing,  ///< The service is shutting down.
  };
  Why why = Why::invalid;
  std::string error;                        ///< In one sentence.
  std::vector<config::Problem> problems{};  ///< Of the file, in the order of its lines.
};

/// The new text of the file, made of the old one.
using TextEdit = std::function<std::expected<std::string, Refusal>(std::string_view text)>;

/// Loads the file again. All of it is taken, or nothing of it. One at a time; safe for any number of threads.
class Reloader {
 public:
  /// `path` is the file, `fleet` outlives this.
  Reloader(std::string path, ParseCameras parse, Fleet& fleet, telemetry::Telemetry telemetry)
      : path_(std::move(path)), parse_(std::move(parse)), fleet_(fleet), telemetry_(telemetry) {}

  /// Logs and counts what came of it.
  std::expected<FleetChange, Refusal> reload();
  /// Changes the file and takes it into use. A change that is not taken is not written either.
  std::expected<FleetChange, Refusal> change(const TextEdit& edit);
  /// Whether change() may be expected to be able to write.
  bool writable() const;

 private:
  using SharedFile = std::shared_ptr<const config::CamerasFile>;

  std::expected<std::string, Refusal> read() const;
  std::expected<SharedFile, Refusal> check(std::string_view text) const;
  std::expected<void, Refusal> write(std::string_view old_text, std::string_view text) const;
  std::expected<FleetChange, Refusal> apply(SharedFile file);
  std::expected<FleetChange, Refusal> tell(std::expected<FleetChange, Refusal> change) const;

  const std::string path_;
  const ParseCameras parse_;
  Fleet& fleet_;
  const telemetry::Telemetry telemetry_;
  std::mutex one_at_a_time_;
};

}  // namespace kinesight::infer
