// How soon an event is durable.
#pragma once

#include <string>

namespace kinesight::bench {

/// Watches `video` (write_slides()) as `cameras` cameras in real time, for `seconds` after a while to warm
/// up, with a weapon detector of `model` and an outbox in `folder`. Prints as JSON how long it takes from the
/// moment at which the confirming frame is handed to its detectors to the return of the outbox, which has the
/// event on disk by then; how busy the machine was; and how many compiled models the cameras use together.
void latency(const std::string& video, const std::string& model, const std::string& folder, int cameras,
             double seconds);

}  // namespace kinesight::bench
