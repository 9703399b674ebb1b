#include "infer/shard.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace kinesight::infer {
namespace {

constexpr int kMostShards = 10'000;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size() && !text.starts_with('-');
  return good ? std::optional(value) : std::nullopt;
}

std::string_view last_number(std::string_view hostname) {
  const auto dash = hostname.rfind('-');
  return dash == std::string_view::npos ? std::string_view() : hostname.substr(dash + 1);
}

/// FNV-1a, 64 bit.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014):
/// every bit of `x` moves every bit of the result.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::uint64_t weight(std::uint64_t camera, int shard) {
  return mix(camera ^ mix((static_cast<std::uint64_t>(shard) + 1) * 0x9e3779b97f4a7c15));
}

}  // namespace

Result<Shard> Shard::parse(std::string_view text, std::string_view hostname) {
  const auto slash = text.find('/');
  const auto wrong = [&] {
    return fail(
        ErrorKind::invalid,
        "expected I/N with 0 <= I < N <= {}, or auto/N on a host whose name ends with -I; found '{}' on "
        "host '{}'",
        kMostShards, text, hostname);
  };
  if (slash == std::string_view::npos) return wrong();
  const auto first = text.substr(0, slash);
  const auto index = number(first == "auto" ? last_number(hostname) : first);
  const auto count = number(text.substr(slash + 1));
  if (!index || !count || *count > kMostShards || *index >= *count) return wrong();
  return Shard{*index, *count};
}

int shard_of(std::string_view camera_id, int count) {
  const auto camera = hash_of(camera_id);
  int best = 0;
  for (int shard = 1; shard < count; ++shard) {
    if (weight(camera, shard) > weight(camera, best)) best = shard;
  }
  return best;
}

bool Shard::has(std::string_view camera_id) const { return shard_of(camera_id, count) == index; }

config::CamerasFile Shard::share_of(config::CamerasFile file) const {
  std::erase_if(file.cameras, [&](const config::CameraConfig& camera) { return !has(camera.id); });
  return file;
}

}  // namespace kinesight::infer
