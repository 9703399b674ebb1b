// http: {…}: the options of the HTTP server of a service.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::config {

/// What `http` says; where it listens is --http's to say.
struct HttpOptions {
  std::string tls_cert;
  std::string tls_key;
  static const Table& table();
};

}  // namespace kinesight::config
