// Writes HTTP/1.1 answers, whole or cut off. Private to http/.
#pragma once

#include <httplib.h>

#include <stop_token>

#include "http/plain_server.h"

namespace kinesight::http {

/// How an answer is to be written.
struct Writing {
  bool head_only = false;  ///< The request's method was HEAD.
  bool keep_alive = true;  ///< Whether another request may follow.
};

/// Writes `answer` with Content-Length and Connection; false when the connection is of no more use.
bool write_answer(httplib::Stream& stream, const Outgoing& answer, const Writing& writing,
                  const std::stop_token& stop);

}  // namespace kinesight::http
