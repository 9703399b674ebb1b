// Delivery of events to a webhook.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/http.h"
#include "publish/outbox/delivery.h"
#include "publish/webhook/options.h"

namespace kinesight::publish {

/// A POST an event, several at once, those of a camera in order. The receiver sees the event's id as
/// webhook-id: an event that comes again comes with the same.
class WebhookDelivery final : public Delivery {
 public:
  /// `options` are those that the table let through. `clock` outlives it.
  WebhookDelivery(WebhookOptions options, std::shared_ptr<net::Transport> transport, Clock& clock);

  std::string_view sink() const override { return "webhook"; }
  Stream stream() const override { return Stream::events; }
  BatchLimits limits() const override;
  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) override;
  /// delivered, unwanted, failed, retried.
  Totals totals(const DeliveryCounts& counts) const override;

 private:
  net::Headers headers_of(const Entry& entry) const;

  const WebhookOptions options_;
  const std::optional<std::string> key_;
  const net::Headers more_headers_;
  const std::shared_ptr<net::Transport> transport_;
  Clock& clock_;
};

}  // namespace kinesight::publish
