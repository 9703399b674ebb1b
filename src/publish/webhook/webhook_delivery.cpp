#include "publish/webhook/webhook_delivery.h"

#include <utility>

#include "publish/webhook/answer.h"
#include "publish/webhook/signature.h"

namespace kinesight::publish {
namespace {

/// Nobody reads what a receiver says beside 2xx.
class Discard final : public net::BodySink {
 public:
  Result<> begin(const net::Response&) override { return {}; }
  Result<> take(std::string_view) override { return {}; }
};

}  // namespace

WebhookDelivery::WebhookDelivery(WebhookOptions options, std::shared_ptr<net::Transport> transport,
                                 Clock& clock)
    : options_(std::move(options)),
      key_(webhook_key(options_.secret)),
      more_headers_(options_.more_headers()),
      transport_(std::move(transport)),
      clock_(clock) {}

BatchLimits WebhookDelivery::limits() const { return {.entries = 1, .in_flight = options_.max_in_flight}; }

/// The time is that of the try: receivers refuse what is old, so that nobody can play it to them again.
net::Headers WebhookDelivery::headers_of(const Entry& entry) const {
  const auto timestamp = clock_.wall_ms() / 1000;
  net::Headers headers = more_headers_;
  headers.push_back({"Content-Type", "application/json"});
  headers.push_back({"webhook-id", entry.name});
  headers.push_back({"webhook-timestamp", std::to_string(timestamp)});
  if (key_)
    headers.push_back({"webhook-signature", webhook_signature(*key_, entry.name, timestamp, entry.payload)});
  if (!options_.authorization.empty()) headers.push_back({"Authorization", options_.authorization});
  return headers;
}

BatchResult WebhookDelivery::deliver(std::span<const Entry* const> batch, std::stop_token stop) {
  const Entry& entry = *batch.front();  // One, as limits() says.
  if (auto outcome = held_back(options_, entry)) return {.outcomes = {std::move(*outcome)}};
  const auto patience = seconds_duration(options_.timeout_seconds);
  Discard discard;
  const net::Request request{.method = "POST",
                             .url = options_.url,
                             .headers = headers_of(entry),
                             .body = entry.payload,
                             .timeouts = {.connect = patience, .idle = patience, .total = patience},
                             .sink = &discard};
  return judge_answer(transport_->send(request, std::move(stop)), clock_.wall_ms());
}

Totals WebhookDelivery::totals(const DeliveryCounts& counts) const {
  return {{"delivered", counts.delivered},
          {"unwanted", counts.unwanted},
          {"failed", counts.dead + counts.dropped},
          {"retried", counts.retried}};
}

}  // namespace kinesight::publish
