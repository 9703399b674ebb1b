#include "stream/consumer/letter.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/base64.h"

namespace kinesight::stream {

DeadLetter letter_of(const std::string& shard, const ShardRecord& record, std::int64_t at,
                     std::string message) {
  DeadLetter letter{.error_id = fmt::format("{}/{}/{}", shard, record.sequence_number, record.sub_sequence),
                    .error_timestamp = at,
                    .error_message = std::move(message),
                    .record_data = {}};
  if (simdjson::validate_utf8(record.data) && !record.data.starts_with(kBase64Mark)) {
    letter.record_data = record.data;
  } else {
    letter.record_data = kBase64Mark;
    append_base64(letter.record_data, record.data);
  }
  return letter;
}

Result<std::string> data_of(const DeadLetter& letter) {
  if (!letter.record_data.starts_with(kBase64Mark)) return letter.record_data;
  std::string data = letter.record_data.substr(kBase64Mark.size());
  const auto size = decode_base64_in_place(data);
  if (!size) {
    return fail(ErrorKind::corrupt, "dead letter {}: expected base64 behind '{}', found other text",
                letter.error_id, kBase64Mark);
  }
  data.resize(*size);
  return data;
}

}  // namespace kinesight::stream
