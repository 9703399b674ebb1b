#include "publish/outbox/entry.h"

namespace kinesight::publish {

std::string_view to_string(Stream stream) { return stream == Stream::events ? "events" : "snapshots"; }

}  // namespace kinesight::publish
