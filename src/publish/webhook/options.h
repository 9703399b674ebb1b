// publishers: {webhook: …}: the options of the webhook publisher.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"
#include "net/http.h"
#include "publish/event_filter.h"

namespace kinesight::publish {

/// What `publishers.webhook` says.
struct WebhookOptions : EventFilter {
  std::string url;
  std::string secret;
  std::string authorization;
  std::vector<std::string> headers;
  double timeout_seconds = 10;
  int max_in_flight = 4;
  std::string ca_file;
  static const config::Table& table();

  /// `headers`, read.
  net::Headers more_headers() const;
};

}  // namespace kinesight::publish
