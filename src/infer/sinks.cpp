#include "infer/sinks.h"

namespace kinesight::infer {

Result<> FeedSink::publish(std::shared_ptr<const publish::Publication> publication, std::stop_token) {
  for (const auto& event : publication->events) feed_.push(event);
  return {};
}

Result<> AbsentSink::publish(std::shared_ptr<const publish::Publication> publication, std::stop_token) {
  failed_ += publication->events.size();
  return fail(ErrorKind::invalid, "this version has no publisher '{}'; set publishers.{}.enabled to false",
              sink_, sink_);
}

}  // namespace kinesight::infer
