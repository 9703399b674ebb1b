#include "stream/tables/dead_letter.h"

#include <fmt/format.h>

namespace kinesight::stream {
namespace {

/// The beginning of `text`, whole characters of UTF-8.
std::string beginning(const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  std::size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

/// What is said of a record that was cut is the beginning, how long it was, and the end.
std::string beginning_of_note(const DeadLetter& kept) {
  return fmt::format(" (of the record the first {} of ", kept.record_data.size());
}
constexpr const char* kEndOfNote = " bytes are kept)";

}  // namespace

DeadLetter bounded(const DeadLetter& letter) {
  DeadLetter bounded{.error_id = letter.error_id, .error_timestamp = letter.error_timestamp};
  bounded.error_message = beginning(letter.error_message, kMaxLetterMessageBytes);
  bounded.record_data = beginning(letter.record_data, kMaxLetterDataBytes);
  if (bounded.record_data.size() < letter.record_data.size())
    bounded.error_message +=
        beginning_of_note(bounded) + std::to_string(letter.record_data.size()) + kEndOfNote;
  return bounded;
}

bool is_cut(const DeadLetter& letter) {
  return letter.error_message.ends_with(kEndOfNote) &&
         letter.error_message.find(beginning_of_note(letter)) != std::string::npos;
}

}  // namespace kinesight::stream
