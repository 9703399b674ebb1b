// Topics that are made of an event.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "event/envelope.h"

namespace kinesight::publish {

/// `pattern` with {camera_id}, {type} and {label} replaced. What is no part of a topic's level (the
/// separator, wildcards, control characters) becomes "_" in them.
std::string topic_of(std::string_view pattern, const event::Envelope& event);

/// What was expected, when `pattern` makes no topic: it is empty or too long, has wildcards, begins with "$",
/// or names something else of the event.
std::optional<std::string> topic_fault(std::string_view pattern);

}  // namespace kinesight::publish
