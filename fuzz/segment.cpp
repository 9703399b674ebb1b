// Any bytes as a segment of the outbox: what is found in it is in order, and is byte for byte what was
// written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "publish/outbox/segment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kinesight::publish::outbox;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto contents = scan_segment(bytes, 1);
  if (contents.bytes > size || contents.end.sequence < contents.start.sequence) std::abort();

  const auto header = decode_segment_header(bytes);
  if (header && encode_segment_header(header->start).size() > header->size) std::abort();
  RecordWalk walk(bytes, header ? header->size : 0, 1);
  std::uint64_t before = 0;
  while (const auto record = walk.next()) {
    if (record->sequence <= before) std::abort();
    before = record->sequence;
    std::string again;
    encode_record(record->entry(), record->sequence, record->accepted_ms, record->more, again);
    // The flags may hold bits that this program does not know, and the checksum with them.
    const auto found = bytes.substr(walk.end() - record->size, record->size);
    if (again.size() != found.size() || again.substr(8, 22) != found.substr(8, 22) ||
        again.substr(kRecordHead) != found.substr(kRecordHead))
      std::abort();
  }
  return 0;
}
