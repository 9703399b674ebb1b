// Any bytes as what the KCL's MultiLangDaemon writes: lines are read, and what is a message keeps what the
// header says of it.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "stream/multilang/messages.h"
#include "stream/sources/line_reader.h"

namespace {

using namespace kinesight::stream;
using namespace kinesight::stream::multilang;

/// Short, so that lines which are too long are met.
constexpr std::size_t kMaxBytes = 600;
constexpr std::size_t kPipeBytes = 60 * 1024;  // A pipe holds so much without a reader.

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const ProcessRecords& message) {
  std::size_t sum = 0;
  for (const ShardRecord& record : message.records) {
    require(!record.sequence_number.empty() && record.sub_sequence >= 0 && record.arrived_ms >= 0);
    for (const unsigned char byte : record.data) sum += byte;
    for (const unsigned char byte : record.partition_key) sum += byte;
  }
  volatile std::size_t read = sum;  // Or the loops are optimised away, and a dangling view is not noticed.
  (void)read;
}

void check(std::string_view line) {
  const auto message = parse_message(line);
  if (!message) return require(message.error().kind == kinesight::ErrorKind::corrupt);
  require(status_line(action_of(*message)).ends_with("\"}\n"));
  if (const auto* begin = std::get_if<Initialize>(&*message)) {
    require(!begin->shard.empty() && begin->shard.find('/') == std::string::npos);
  } else if (const auto* records = std::get_if<ProcessRecords>(&*message)) {
    check(*records);
  }
}

/// Standard input, which is a pipe, as LineReader has it.
void fill_standard_input(std::string_view bytes) {
  int ends[2];
  require(::pipe(ends) == 0 && ::dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  require(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kPipeBytes) return 0;
  fill_standard_input({reinterpret_cast<const char*>(data), size});
  LineReader lines(InputDescriptor::open("-").value(), kMaxBytes);
  for (;;) {
    const auto line = lines.next({});
    if (!line) {
      require(line.error().kind == kinesight::ErrorKind::corrupt);  // Too long; the next one is read.
    } else if (!*line) {
      break;
    } else {
      require((*line)->size() <= kMaxBytes);
      check(**line);
    }
  }
  require(lines.bytes() == size);
  return 0;
}
