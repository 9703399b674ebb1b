// What an operation of the simulated service answers, and how its refusals look.
#pragma once

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "net/http.h"

namespace kinesight::sim::kvs {

/// A success: JSON, a playlist or media.
struct Answer {
  std::string body;
  std::string content_type = "application/json";
  net::Headers headers{};
};

/// A refusal as AWS's REST-JSON has it: status, x-amzn-ErrorType header, {"Message": …}.
struct Refusal {
  int status = 400;
  std::string type;  ///< "ResourceNotFoundException"
  std::string message;
};

using Outcome = std::expected<Answer, Refusal>;

/// `return refuse(404, "ResourceNotFoundException", "…");`
inline std::unexpected<Refusal> refuse(int status, std::string type, std::string message) {
  return std::unexpected(Refusal{status, std::move(type), std::move(message)});
}

}  // namespace kinesight::sim::kvs
