#include "publish/publisher.h"

#include <fmt/chrono.h>

namespace kinesight::publish {

std::string snapshot_key(std::string_view camera_id, std::int64_t ts_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(ts_ms)};
  return fmt::format("snapshots/{}/{:%Y/%m/%d}/{}.jpg", camera_id,
                     std::chrono::floor<std::chrono::seconds>(time), ts_ms);
}

}  // namespace kinesight::publish
