#include "clips/discovery.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "clips/happenings.h"

namespace kinesight::clips {
namespace {

using Json = nlohmann::ordered_json;

const std::string kKey(kDiscoveredKey);
/// Held by the service that asks, no longer than asking may take.
const std::string kAskingKey = kKey + ":asking";
constexpr auto kAskingLives = std::chrono::seconds(30);
constexpr auto kLook = std::chrono::milliseconds(200);

/// Nothing when it is not what to_json() writes: others may use the cache too.
std::optional<std::vector<CameraInfo>> from_json(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return std::nullopt;
  std::vector<CameraInfo> cameras;
  for (const auto& one : json) {
    CameraInfo camera;
    for (const auto& [name, member] :
         {std::pair("stream_arn", &camera.stream_arn), std::pair("stream_name", &camera.stream_name),
          std::pair("status", &camera.status)}) {
      if (!one.is_object() || !one.contains(name) || !one.at(name).is_string()) return std::nullopt;
      *member = one.at(name).get<std::string>();
    }
    cameras.push_back(std::move(camera));
  }
  return cameras;
}

}  // namespace

Json to_json(const std::vector<CameraInfo>& cameras) {
  Json json = Json::array();
  for (const auto& one : cameras) {
    json.push_back(
        {{"stream_arn", one.stream_arn}, {"stream_name", one.stream_name}, {"status", one.status}});
  }
  return json;
}

Result<std::vector<CameraInfo>> Discovery::cameras(std::stop_token stop) {
  if (auto known = remembered()) return *known;
  std::lock_guard lock(asking_);
  // Whoever had the lock before has asked for all who waited; another service may be at it.
  const auto patience = clock_.steady() + kAskingLives;
  std::string turn;
  while (cache_ && clock_.steady() < patience) {
    if (auto known = remembered()) return *known;
    turn = take_turn();
    if (!turn.empty()) break;
    if (!clock_.wait_for(kLook, stop))
      return fail(ErrorKind::cancelled, "the discovery of cameras was cancelled");
  }
  auto found = ask(stop);
  if (!turn.empty()) end_turn(turn);
  return found;
}

Result<std::vector<CameraInfo>> Discovery::refresh(std::stop_token stop) {
  std::lock_guard lock(asking_);
  return ask(stop);
}

std::optional<std::vector<CameraInfo>> Discovery::remembered() {
  if (!cache_) return std::nullopt;
  const auto text = cache_->get(kKey);
  if (!text) {
    telemetry_.emit(CacheFailed{"get", text.error()});
    return std::nullopt;
  }
  if (!*text) return std::nullopt;
  auto cameras = from_json(**text);
  if (!cameras) {
    telemetry_.emit(CacheFailed{
        "get",
        {ErrorKind::corrupt, fmt::format("{}: expected a list of streams, found something else", kKey)}});
  }
  return cameras;
}

/// What ends our turn; empty: it is another service's. Without a cache that works it is ours.
std::string Discovery::take_turn() {
  const std::string mine = holder_token();
  const auto taken = cache_->add(kAskingKey, mine, kAskingLives);
  if (!taken) telemetry_.emit(CacheFailed{"add", taken.error()});
  return !taken || *taken ? mine : std::string();
}

void Discovery::end_turn(const std::string& turn) {
  if (const auto ended = cache_->remove(kAskingKey, turn); !ended) {
    telemetry_.emit(CacheFailed{"remove", ended.error()});
  }
}

Result<std::vector<CameraInfo>> Discovery::ask(std::stop_token stop) {
  const auto streams = streams_.list(stop);
  if (!streams) return std::unexpected(streams.error());
  std::vector<CameraInfo> active;
  for (const auto& one : *streams) {
    if (one.status == "ACTIVE") active.push_back({one.arn, one.name, one.status});
  }
  std::ranges::sort(active, {}, &CameraInfo::stream_name);
  telemetry_.emit(CamerasDiscovered{active.size(), streams->size()});
  remember(active);
  return active;
}

void Discovery::remember(const std::vector<CameraInfo>& cameras) {
  if (!cache_) return;
  if (const auto set = cache_->set(
          kKey, to_json(cameras).dump(-1, ' ', false, Json::error_handler_t::replace), remembered_);
      !set) {
    telemetry_.emit(CacheFailed{"set", set.error()});
  }
}

}  // namespace kinesight::clips
