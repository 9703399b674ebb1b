#include "clips/broker/rabbitmq/options.h"

#include "clips/broker/rabbitmq/amqp_url.h"

namespace kinesight::clips {
namespace {

std::optional<std::string> bad_url(const RabbitMqOptions& options) {
  const auto url = parse_amqp_url(options.url);
  return url ? std::nullopt : std::optional(url.error().message);
}

std::optional<std::string> bad_backoff(const RabbitMqOptions& options) {
  if (options.backoff_max_seconds >= options.backoff_initial_seconds) return std::nullopt;
  return "at least backoff_initial_seconds";
}

}  // namespace

const config::Table& RabbitMqOptions::table() {
  static const config::Table table =
      config::describe<RabbitMqOptions>("rabbitmq", "The connections to RabbitMQ.")
          .option("url", &RabbitMqOptions::url,
                  "amqp://user:password@host:port/vhost, or amqps:// for TLS; names are percent-encoded.")
          .required()
          .not_empty()
          .secret()
          .env("RABBITMQ_URL")
          .rule(bad_url)
          .option("prefetch", &RabbitMqOptions::prefetch,
                  "Tasks that one process holds at once, those that it works on included.")
          .range(1, 1000)
          .option("declare", &RabbitMqOptions::declare,
                  "Whether queues that are missing are created; what is there stays as it is either way.")
          .option("heartbeat_seconds", &RabbitMqOptions::heartbeat_seconds,
                  "How long the broker may be silent before its connection counts as lost; twice as long at "
                  "the worst. The broker may ask for less.")
          .range(1, 600)
          .option("connect_seconds", &RabbitMqOptions::connect_seconds,
                  "Time for a connection to be made, and for the answer to each request that sets it up.")
          .range(1, 120)
          .option("backoff_initial_seconds", &RabbitMqOptions::backoff_initial_seconds,
                  "Pause before the first try to connect again; each later one is twice as long.")
          .range(0.01, 300)
          .option("backoff_max_seconds", &RabbitMqOptions::backoff_max_seconds,
                  "Longest pause between tries to connect, which go on for ever.")
          .range(0.01, 3600)
          .rule(bad_backoff)
          .option("ca_file", &RabbitMqOptions::ca_file,
                  "PEM file of the authorities that the broker's certificate is checked by, for amqps. "
                  "Empty: those of the system.")
          .existing_path();
  return table;
}

}  // namespace kinesight::clips
