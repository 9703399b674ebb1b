#include "http/peer_shares.h"

#include "http/socket.h"

namespace kinesight::http {

std::shared_ptr<void> PeerShares::take(int descriptor) {
  const std::string peer = peer_address(descriptor);
  std::lock_guard lock(mutex_);
  auto& count = counts_[peer];
  if (count >= most_) return nullptr;
  ++count;
  return {this, [this, peer](void*) {
            std::lock_guard guard(mutex_);
            const auto place = counts_.find(peer);
            if (--place->second == 0) counts_.erase(place);
          }};
}

}  // namespace kinesight::http
