// How many connections each address has, so that one cannot have them all. Private to http/.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace kinesight::http {

/// Counts connections by the address that they come from. Safe for any number of threads.
class PeerShares {
 public:
  /// At most so many of one address.
  explicit PeerShares(std::size_t most) : most_(most) {}

  /// One more of a socket's peer, for as long as the place lives, which this outlives; null when it has as
  /// many as it may.
  std::shared_ptr<void> take(int descriptor);

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> counts_;  ///< Of those that have one.
};

}  // namespace kinesight::http
