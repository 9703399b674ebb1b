#include "support/fake_aws/canonical_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

std::string encode_path(const std::string& path) {
  std::string encoded;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    encoded += percent_encode(path.substr(start, end - start));
    if (end < path.size()) encoded += '/';
    start = end + 1;
  }
  return encoded;
}

/// Without "." and "..", and with single slashes.
std::string normalize(const std::string& path) {
  std::vector<std::string> kept;
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..")
      kept.push_back(part);
    else if (!kept.empty())
      kept.pop_back();
  }
  std::string normal;
  for (const std::string& part : kept) normal += '/' + part;
  return normal.empty() || (path.ends_with('/') && !normal.empty()) ? normal + '/' : normal;
}

std::string canonical_query(const std::string& query) {
  std::vector<std::string> pairs;
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : parse_query(query)) {
    if (name != "X-Amz-Signature") encoded.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::ranges::sort(encoded);
  for (const auto& [name, value] : encoded) pairs.push_back(name + '=' + value);
  return fmt::format("{}", fmt::join(pairs, "&"));
}

/// Trimmed, with single spaces.
std::string squeeze(const std::string& value) {
  std::istringstream words(value);
  std::string squeezed;
  for (std::string word; words >> word;) squeezed += (squeezed.empty() ? "" : " ") + word;
  return squeezed;
}

std::string canonical_headers(const HttpRequest& request, const std::string& signed_headers) {
  std::string lines;
  for (const std::string& name : split(signed_headers, ';')) {
    std::vector<std::string> values;
    const auto [begin, end] = request.headers.equal_range(name);
    for (auto field = begin; field != end; ++field) values.push_back(squeeze(field->second));
    lines += fmt::format("{}:{}\n", name, fmt::join(values, ","));
  }
  return lines;
}

}  // namespace

std::string canonical_request(const HttpRequest& request, const std::string& signed_headers,
                              const std::string& payload, bool s3) {
  const std::string path = encode_path(s3 ? percent_decode(request.path) : normalize(request.path));
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path, canonical_query(request.query),
                     canonical_headers(request, signed_headers), signed_headers, payload);
}

}  // namespace kinesight::support::fake
