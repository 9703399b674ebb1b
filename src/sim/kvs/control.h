// The simulator's own steering over HTTP, which AWS has not; it is not signed. JSON in, JSON out. So only
// programs on this machine may use it, whatever address the simulator listens on: 403 for a client that did
// not come over loopback, and for a browser on behalf of another site (which names another host, or says what
// its origin is).
//
//   GET  /_sim/faults        the faults in force: [{"name": "stall", "value": "8", "stream": "*",
//                            "begin": 1700000000.0, "end": 1700000060.0, "count": 3, "probability": 0.5}];
//                            end and count only where there is one
//   POST /_sim/faults        adds one such object or a list of them; only "name" is needed. "after_seconds"
//                            (0) is when it begins from now on, "for_seconds" how long it lasts. What is
//                            added is answered. 400 with {"error": …} adds none of them.
//   DELETE /_sim/faults      takes all back, or those of ?name=stall and ?stream=front
//   POST /_sim/faults/clear  the same
//   GET  /_sim/streams       [{"name", "status", "retention_hours", "fragments", "newest"}]: how many
//                            fragments of the last minute there are, and the producer time of the newest
//                            (or null)
//   GET  /_sim/sessions      {"kept", "dropped"}: HLS sessions that are known, and those that a newer one of
//                            their stream has pushed out before their time
#pragma once

#include <string>

#include "base/clock.h"
#include "http/plain_server.h"
#include "sim/kvs/faults.h"
#include "sim/kvs/media_api.h"
#include "sim/kvs/streams.h"

namespace kinesight::sim::kvs {

/// Answers paths that begin with "/_sim/". Safe for any number of threads.
class Control {
 public:
  Control(Faults& faults, const Streams& streams, const MediaApi& media, Clock& clock)
      : faults_(faults), streams_(streams), media_(media), clock_(clock) {}

  http::Outgoing handle(const http::Incoming& request);

 private:
  http::Outgoing list_faults() const;
  http::Outgoing add_faults(const std::string& body);
  http::Outgoing clear_faults(const std::string& query);
  http::Outgoing list_streams() const;
  http::Outgoing count_sessions() const;

  Faults& faults_;
  const Streams& streams_;
  const MediaApi& media_;
  Clock& clock_;
};

}  // namespace kinesight::sim::kvs
