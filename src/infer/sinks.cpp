#include "infer/sinks.h"

namespace kinesight::infer {

Result<> FeedSink::publish(std::shared_ptr<const publish::Publication> publication, std::stop_token) {
  for (const auto& event : publication->events) feed_.push(event);
  return {};
}

}  // namespace kinesight::infer
