// Which of the cameras are this process's, where several share them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/cameras_file.h"

namespace kinesight::infer {

/// One of `count` shares. Every process comes to the same answer by itself, from the camera's id alone:
/// a camera belongs to the share for which its weight is highest (rendezvous hashing: D. G. Thaler and C. V.
/// Ravishankar, Using name-based mappings to increase hit rates, IEEE/ACM Transactions on Networking 6(1),
/// 1998). With a further share about 1/(count + 1) of the cameras move, all of them to it.
struct Shard {
  int index = 0;  ///< From 0.
  int count = 1;

  /// "I/N", or "auto/N" for the I that `hostname` ends with ("kvs-infer-3"). Error: invalid.
  static Result<Shard> parse(std::string_view text, std::string_view hostname);

  bool has(std::string_view camera_id) const;
  /// `file` with the cameras of this share alone.
  config::CamerasFile share_of(config::CamerasFile file) const;

  bool operator==(const Shard&) const = default;
};

/// The share of 0 to `count` - 1 that a camera belongs to.
int shard_of(std::string_view camera_id, int count);

}  // namespace kinesight::infer
