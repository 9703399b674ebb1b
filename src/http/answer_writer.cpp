#include "http/answer_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace kinesight::http {
namespace {

// What a reader may take its time for: less would end a slow one in the middle of a long answer.
constexpr std::size_t kPartBytes = 64 * 1024;

/// The usual reason phrase; clients pay it no heed (RFC 9112, 4).
std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return status < 400 ? "Done" : status < 500 ? "Refused" : "Failed";
  }
}

std::string head(const Outgoing& answer, std::size_t length, bool keep_alive) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
  for (const auto& [name, value] : answer.headers) text += fmt::format("{}: {}\r\n", name, value);
  // RFC 9110, 8.6: neither of these has a body, nor a length.
  if (answer.status != 204 && answer.status != 304) text += fmt::format("Content-Length: {}\r\n", length);
  return text + (keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

bool write_parts(httplib::Stream& stream, std::string_view bytes, const std::stop_token& stop) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kPartBytes);
    if (stop.stop_requested() || stream.write(bytes.data(), count) < 0) return false;
    bytes.remove_prefix(count);
  }
  return true;
}

/// Lets the answer write itself; false when fewer bytes came than were announced.
bool write_streamed(httplib::Stream& stream, const Outgoing& answer, const std::stop_token& stop) {
  std::size_t left = answer.length;
  bool open = true;
  answer.stream(
      [&](std::string_view part) {
        open = open && part.size() <= left && write_parts(stream, part, stop);
        left -= std::min(part.size(), left);
        return open;
      },
      stop);
  return open && left == 0;
}

}  // namespace

bool write_answer(httplib::Stream& stream, const Outgoing& answer, const Writing& writing,
                  const std::stop_token& stop) {
  const std::string text =
      head(answer, answer.stream ? answer.length : answer.body.size(), writing.keep_alive);
  if (!write_parts(stream, text, stop)) return false;
  const bool bodiless = writing.head_only || answer.status == 204 || answer.status == 304;
  if (bodiless) return writing.keep_alive;
  const bool whole =
      answer.stream ? write_streamed(stream, answer, stop) : write_parts(stream, answer.body, stop);
  return whole && writing.keep_alive;
}

}  // namespace kinesight::http
