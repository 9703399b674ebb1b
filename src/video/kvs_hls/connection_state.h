// Where a source of Kinesis video stands.
#pragma once

#include <string_view>

namespace kinesight::video::kvs_hls {

/// Where a source stands with its stream. The numbers are the values of kvs_hls_connection_state.
enum class ConnectionState {
  disconnected = 0,  ///< Not opened, closed, or the camera sends nothing (no fragment in the last 30 s).
  connecting = 1,    ///< The first try.
  connected = 2,     ///< Frames come.
  reconnecting = 3,  ///< Quick tries after a connection was lost.
  /// The quick tries of a round have failed, or the set-up is wrong. Slow tries go on, and change nothing
  /// about this, until frames come.
  error = 4,
};

/// "disconnected", …
std::string_view to_string(ConnectionState state);

}  // namespace kinesight::video::kvs_hls
