// Addresses of brokers: amqp://user:password@host:port/vhost (the AMQP URI specification of RabbitMQ), read
// as the Python clients read them, so that one URL serves all services.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kinesight::clips {

/// Where a broker is and who we are to it.
struct AmqpUrl {
  bool tls = false;
  std::string host;  ///< A name or an address; an IPv6 address without its brackets.
  int port = 5672;
  std::string user = "guest";
  Secret password{"guest"};
  std::string vhost = "/";

  /// "amqp://user@host:port/vhost", without the password.
  std::string shown() const;
};

/// amqp:// (port 5672) or amqps:// (5671). User, password and vhost are percent-decoded; without them they
/// are guest, guest and "/", and a path that is only a slash is "/" too. Error: invalid, which names what is
/// wrong and shows nothing of the text, for the password may be anywhere in one that is written wrongly.
Result<AmqpUrl> parse_amqp_url(std::string_view text);

}  // namespace kinesight::clips
