#include "http/route_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "http/byte_range.h"

namespace kinesight::http {
namespace {

/// What a reader of a long answer may take its time for.
constexpr std::size_t kPartBytes = 64 * 1024;

}  // namespace

Route get(std::string_view pattern, Guard guard, std::string_view described, RouteHandler handler) {
  return {.method = "GET",
          .pattern = pattern,
          .guard = guard,
          .handler = std::move(handler),
          .described = std::string(described)};
}

std::string with_parameters(std::string_view described, const std::string& parameters) {
  auto operation = nlohmann::ordered_json::parse(described);
  for (auto& parameter : nlohmann::ordered_json::parse(parameters)) {
    operation["parameters"].push_back(std::move(parameter));
  }
  return operation.dump();
}

void answer(httplib::Response& response, const std::string& body, const char* type) {
  response.set_header("Cache-Control", "no-store");
  response.set_content(body, type);
}

bool unchanged(const httplib::Request& request, httplib::Response& response, std::string_view version) {
  const std::string tag = fmt::format("\"{}\"", version);
  response.set_header("ETag", tag);
  response.set_header("Cache-Control",
                      "private, no-cache");  // Keep it, and ask each time whether it has changed.
  if (request.get_header_value("If-None-Match") != tag) return false;
  response.status = 304;
  return true;
}

void answer_part(const httplib::Request& request, httplib::Response& response, const SharedFile& file,
                 const char* type) {
  const auto part = byte_range(request.get_header_value("Range"), file->size());
  response.set_header("Accept-Ranges", "bytes");
  if (!part) {
    response.set_header("Content-Range", fmt::format("bytes */{}", file->size()));
    return answer_error(response, 416, fmt::format("there are {} bytes", file->size()));
  }
  response.set_header("Cache-Control", "private, max-age=60");
  if (part->count < file->size()) {
    response.status = 206;
    response.set_header("Content-Range", fmt::format("bytes {}-{}/{}", part->begin,
                                                     part->begin + part->count - 1, file->size()));
  }
  response.set_content_provider(
      part->count, type,
      [file, begin = part->begin](std::size_t at, std::size_t left, httplib::DataSink& sink) {
        return sink.write(file->data() + begin + at, std::min(left, kPartBytes));
      });
}

}  // namespace kinesight::http
