// The simulated Kinesis Video Streams without its sockets: a request in, an answer out.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/plain_server.h"
#include "sim/kvs/faults.h"
#include "sim/kvs/streams.h"

namespace kinesight::sim::kvs {

/// What the service is like.
struct ServiceOptions {
  std::string region = "us-east-1";
  std::map<std::string, std::string> keys;  ///< Access key id → secret; empty: any key, nothing is checked.
  bool limits = true;                       ///< AWS's calls a second and stream, an operation.
  double transition_seconds = 0.5;          ///< In CREATING, UPDATING and DELETING.
  std::uint64_t seed = 1;
};

/// How an answer goes wrong on its way; a transport acts it out.
struct Misbehaviour {
  double stall_seconds = 0;  ///< Before the first byte.
  bool endless = false;      ///< The body is followed by bytes that never end.
  bool cut = false;          ///< The connection ends in the middle of the body.
};

/// An answer, and what is to go wrong with it.
struct ServiceAnswer {
  http::Outgoing answer;
  Misbehaviour wrong;
};

/// Safe for any number of threads.
class Service {
 public:
  Service(ServiceOptions options, Clock& clock);
  ~Service();

  /// A stream with a camera that has been sending since `start` (Unix seconds; before now to have footage at
  /// once). `recordings` as Timeline takes them. Error: invalid (the name is taken or none).
  Result<> add_camera(const std::string& name,
                      std::vector<std::shared_ptr<const video::FragmentedVideo>> recordings, double start,
                      int retention_hours = 24, double upload_seconds = 0.05);

  Faults& faults();
  const Streams& streams() const;

  /// Answers API calls (signed), session URLs, and the simulator's own control (see control.h). `base_url` is
  /// where the client reached it.
  ServiceAnswer handle(const http::Incoming& request, const std::string& base_url);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::sim::kvs
