#include "video/kvs_hls/connection_state.h"

namespace kinesight::video::kvs_hls {

std::string_view to_string(ConnectionState state) {
  switch (state) {
    case ConnectionState::disconnected:
      return "disconnected";
    case ConnectionState::connecting:
      return "connecting";
    case ConnectionState::connected:
      return "connected";
    case ConnectionState::reconnecting:
      return "reconnecting";
    case ConnectionState::error:
      return "error";
  }
  return "unknown";
}

}  // namespace kinesight::video::kvs_hls
