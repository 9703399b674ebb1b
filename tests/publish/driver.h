// What the programs share by which pytest drives a sink: a question a line on stdin, an answer a line on
// stdout.
#pragma once

#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/session.h"
#include "publish/provision.h"

namespace kinesight::support {

using Json = nlohmann::json;

/// An error as pytest sees it.
inline Json error_json(const Error& error) {
  return {{"error", std::string(to_string(error.kind))}, {"message", error.message}};
}

/// Looks at a sink's one resource; makes it when the question says so.
inline Json provisioned(const Json& question, publish::Inspect inspect, const config::Parsed& options,
                        aws::Session& session) {
  const auto resources =
      inspect(options, session, {.on_demand = question.value("on_demand", false)}, std::stop_token());
  if (!resources) return error_json(resources.error());
  const auto& resource = resources->at(0);
  Json answer = {{"exists", resource.exists},
                 {"shape", resource.shape},
                 {"differences", resource.differences},
                 {"can_make", static_cast<bool>(resource.make)}};
  if (resource.make && question.value("make", false)) {
    if (const auto made = resource.make({}); !made) return error_json(made.error());
  }
  return answer;
}

/// Answers all questions, over a session that the environment sets up.
inline int drive(const std::function<Json(const Json& question, aws::Session& session)>& answer) {
  const auto session = aws::Session::from_environment(config::process_environment(), Clock::system());
  if (!session) {
    std::cerr << session.error().message << '\n';
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(Json::parse(line), **session).dump() << std::endl;
  }
  return 0;
}

}  // namespace kinesight::support
