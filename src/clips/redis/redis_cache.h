// The cache that is Redis (4.0 or newer), over hiredis: its only user.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "clips/cache.h"
#include "config/table.h"

namespace kinesight::clips {

/// redis: {…} in clips.yaml. hiredis 0.14 has no TLS: across networks that others can read, put a tunnel in
/// between.
struct RedisOptions {
  std::string host;  ///< Empty: there is none.
  int port = 6379;
  std::string username;
  std::string password;
  int database = 0;
  double ttl_seconds = 300;  ///< How long discovered cameras are remembered.
  static const config::Table& table();
};

/// One connection, made when it is first needed, and anew after it failed (but not before a second has
/// passed). Connecting and each answer take half a second at most.
std::unique_ptr<Cache> redis_cache(const RedisOptions& options, Clock& clock);

}  // namespace kinesight::clips
