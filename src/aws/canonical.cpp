#include "aws/canonical.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "net/url.h"

namespace kinesight::aws {
namespace {

// Sorted: it is searched. botocore's list, and Authorization.
constexpr std::array<std::string_view, 15> kUnsigned = {"authorization",
                                                        "baggage",
                                                        "connection",
                                                        "expect",
                                                        "keep-alive",
                                                        "proxy-authenticate",
                                                        "proxy-authorization",
                                                        "te",
                                                        "traceparent",
                                                        "tracestate",
                                                        "trailer",
                                                        "transfer-encoding",
                                                        "upgrade",
                                                        "user-agent",
                                                        "x-amzn-trace-id"};
static_assert(std::ranges::is_sorted(kUnsigned));

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// Appends `value` without blanks at its ends, and with one blank for each run of them inside.
void append_folded(std::string& line, std::string_view value) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  bool first = true;
  for (auto begin = value.find_first_not_of(kBlanks); begin != std::string_view::npos;) {
    const auto end = std::min(value.find_first_of(kBlanks, begin), value.size());
    if (!first) line += ' ';
    line += value.substr(begin, end - begin);
    first = false;
    begin = value.find_first_not_of(kBlanks, end);
  }
}

/// RFC 3986, 5.2.4, and no empty segments: AWS folds doubled slashes.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string result;
  for (const std::string_view segment : segments) result.append("/").append(segment);
  if (result.empty() || path.ends_with('/')) result += '/';
  return result;
}

}  // namespace

std::string canonical_path(std::string_view path, const PathRules& rules) {
  const std::string_view keep = rules.double_encode ? "/" : "/%";
  if (path.empty()) return "/";
  return rules.normalize ? net::percent_encode(normalized(path), keep) : net::percent_encode(path, keep);
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t begin = 0; begin < query.size();) {
    const auto end = std::min(query.find('&', begin), query.size());
    const std::string_view pair = query.substr(begin, end - begin);
    const auto equals = std::min(pair.find('='), pair.size());
    const std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    if (!pair.empty())
      pairs.emplace_back(net::percent_encode(pair.substr(0, equals), "%"), net::percent_encode(value, "%"));
    begin = end + 1;
  }
  std::ranges::sort(pairs);
  std::string result;
  for (const auto& [key, value] : pairs) {
    if (!result.empty()) result += '&';
    result.append(key).append("=").append(value);
  }
  return result;
}

CanonicalHeaders canonical_headers(const net::Headers& headers) {
  std::vector<std::pair<std::string, std::string_view>> fields;
  fields.reserve(headers.size());
  for (const auto& [name, value] : headers) {
    std::string key = lower(name);
    if (!std::ranges::binary_search(kUnsigned, key)) fields.emplace_back(std::move(key), value);
  }
  // Values of one name keep their order.
  std::ranges::stable_sort(fields, {}, [](const auto& field) -> const std::string& { return field.first; });

  CanonicalHeaders result;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& [name, value] = fields[i];
    const bool repeated = i > 0 && fields[i - 1].first == name;
    if (repeated) {
      result.lines.back() = ',';  // In place of the line's end.
    } else {
      result.lines.append(name).append(":");
      if (i > 0) result.names += ';';
      result.names += name;
    }
    append_folded(result.lines, value);
    result.lines += '\n';
  }
  return result;
}

}  // namespace kinesight::aws
