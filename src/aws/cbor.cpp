#include "aws/cbor.h"

#include <simdjson.h>

#include <array>

#include "base/ascii.h"

namespace kinesight::aws::cbor {
namespace {

constexpr int kMaxDepth = 16;
constexpr unsigned char kNull = 0xf6;

/// Appends what says a type, the major one, and a length.
void append_head(std::string& out, unsigned type, std::uint64_t argument) {
  if (argument < 24) {
    out += static_cast<char>(type << 5 | argument);
    return;
  }
  const unsigned power = argument <= 0xff ? 0 : argument <= 0xffff ? 1 : argument <= 0xffffffff ? 2 : 3;
  std::array<char, kMaxHead> head{static_cast<char>(type << 5 | (24 + power))};
  const std::size_t size = std::size_t{1} << power;
  for (std::size_t i = size; i > 0; --i, argument >>= 8) head[i] = static_cast<char>(argument & 0xff);
  out.append(head.data(), size + 1);
}

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

void append_text(std::string& out, std::string_view utf8) {
  append_head(out, 3, utf8.size());
  out += utf8;
}

void append_bytes(std::string& out, std::string_view data) {
  append_head(out, 2, data.size());
  out += data;
}

bool looks_like_map(std::string_view document) {
  return !document.empty() && byte(document.front()) >> 5 == 5;  // '{' is 3.
}

std::nullopt_t Reader::give_up() {
  sound_ = false;
  rest_ = {};
  return std::nullopt;
}

std::optional<Reader::Head> Reader::head() {
  if (rest_.empty()) return give_up();
  const unsigned first = byte(rest_.front()), info = first & 31;
  rest_.remove_prefix(1);
  Head head{.type = static_cast<int>(first >> 5), .argument = info};
  if (info < 24) return head;
  if (info == 31 && head.type >= kByteType && head.type != kTagType) {
    head.open = true;
    return head;
  }
  if (info > 27) return give_up();
  const auto argument = take(std::uint64_t{1} << (info - 24));
  if (!argument) return std::nullopt;
  head.argument = 0;
  for (const char c : *argument) head.argument = head.argument << 8 | byte(c);
  return head;
}

std::optional<std::string_view> Reader::take(std::uint64_t bytes) {
  if (bytes > rest_.size()) return give_up();
  const auto taken = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return taken;
}

bool Reader::take_end() {
  if (rest_.empty() || rest_.front() != kEnd) return false;
  rest_.remove_prefix(1);
  return true;
}

std::optional<Reader::Container> Reader::enter(int type) {
  const auto found = head();
  if (!found || found->type != type) return give_up();
  return Container{.left = found->open ? 0 : found->argument, .counted = !found->open};
}

bool Reader::next_in(Container& container) {
  if (!sound_) return false;
  if (!container.counted) return !take_end();
  return container.left > 0 && container.left-- > 0;
}

bool Reader::at_text() const { return !rest_.empty() && byte(rest_.front()) >> 5 == kTextType; }

std::optional<std::string_view> Reader::name() {
  const auto found = head();
  if (!found || found->type != kTextType) return give_up();
  return found->open ? pieces(kTextType) : take(found->argument);
}

std::optional<std::string_view> Reader::text() {
  const auto text = name();
  if (!text || !(is_ascii(*text) || simdjson::validate_utf8(text->data(), text->size()))) return give_up();
  return text;
}

std::optional<std::string_view> Reader::text_or_null() {
  if (rest_.empty() || byte(rest_.front()) != kNull) return text();
  rest_.remove_prefix(1);
  return std::string_view{};
}

std::optional<std::string_view> Reader::pieces(int type) {
  joined_.clear();
  while (!take_end()) {
    const auto piece = head();
    if (!piece || piece->type != type || piece->open) return give_up();
    const auto text = take(piece->argument);
    if (!text) return std::nullopt;
    joined_ += *text;
  }
  return joined_;
}

bool Reader::skip() { return skip(0); }

bool Reader::skip(int depth) {
  const auto found = head();
  if (!found || depth > kMaxDepth) return give_up(), false;
  switch (found->type) {
    case kByteType:
    case kTextType:
      return (found->open ? pieces(found->type) : take(found->argument)).has_value();
    case kArrayType:
    case kMapType:
      return skip_items({.left = found->argument, .counted = !found->open}, found->type == kMapType ? 2 : 1,
                        depth + 1);
    case kTagType:
      return skip(depth + 1);
    default:
      return !found->open || (give_up(), false);  // Numbers, true, null; an end where none can be.
  }
}

bool Reader::skip_items(Container container, int each, int depth) {
  while (next_in(container))
    for (int i = 0; i < each; ++i)
      if (!skip(depth)) return false;
  return sound_;
}

}  // namespace kinesight::aws::cbor
