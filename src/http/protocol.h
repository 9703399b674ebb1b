// From the bytes of a connection to the router's answer and back. Private to http/.
#pragma once

#include <httplib.h>

#include "http/connection_stream.h"
#include "http/plain_server.h"
#include "http/request_reader.h"
#include "http/router.h"

namespace kinesight::http {

/// cpp-httplib as a writer of answers, chunked ones too. Its accept loop and threads stay unused: they bound
/// neither a request's bytes nor its time, and end an idle or live connection late. So does its reading: it
/// leaves out header fields that it does not understand, and so may take a body for the next request.
class Protocol : private httplib::Server {
 public:
  /// Both outlive this.
  Protocol(const Router& router, std::stop_token stop);

  /// While false, event streams end. (The base class asks its listening socket, which here is never a real
  /// one.)
  void run(bool running) { svr_sock_ = running ? 0 : INVALID_SOCKET; }

  /// Answers one request; false when the connection is of no more use.
  bool serve(ConnectionStream& stream, bool last);

 private:
  std::expected<std::string, httplib::Response> take_body(ConnectionStream& stream, const Received& received,
                                                          const httplib::Request& request) const;
  bool refuse(ConnectionStream& stream, const httplib::Response& response) const;

  const Router& router_;
  const std::stop_token stop_;
};

}  // namespace kinesight::http
