// What an error answer of AWS says, and what we say about it to people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"

namespace kinesight::aws {

/// An error answer in the service's own words.
struct ServiceError {
  int status = 0;
  std::string code;  ///< Bare: "ResourceNotFoundException".
  std::string message;
  std::string request_id;
};

/// Reads the headers and the body. Whatever is absent or unreadable stays empty: the status counts then.
ServiceError read_error(const net::Response& response, Protocol::ErrorFormat format);

/// Whom and what a failed call was about.
struct CallContext {
  std::string_view service;     ///< "Kinesis"
  std::string_view permission;  ///< "kinesis", as IAM calls the service.
  std::string_view action;
  std::string_view region;
  std::string credentials_source;
  std::vector<std::string_view>
      secrets;  ///< Taken out of whatever the service says: services quote requests.
};

/// The error as our callers get it: one line, with advice, without secrets.
CallError call_error(const ServiceError& said, const CallContext& context);

}  // namespace kinesight::aws
