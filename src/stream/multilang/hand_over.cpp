#include "stream/multilang/hand_over.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "stream/windows/packing.h"

namespace kinesight::stream::multilang {
namespace {

enum class Entry : std::uint8_t { key, message_ids };

void pack_text(std::string& bytes, std::string_view text) {
  pack(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

/// A text with its length before it; nothing when there are too few bytes.
std::optional<std::string_view> take_text(std::string_view& bytes) {
  std::uint32_t size = 0;
  if (!unpack_value(bytes, size) || size > bytes.size()) return std::nullopt;
  const auto text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

class Packer final : public WindowChanges {
 public:
  void key(std::int64_t pane_ms, std::string_view key, std::int64_t records, const Cells& cells) override {
    begin(Entry::key, pane_ms);
    pack_text(bytes, key);
    pack(bytes, records);
    pack_text(bytes, bytes_of(cells));
  }
  void message_ids(std::int64_t pane_ms, std::span<const std::uint64_t> ids) override {
    begin(Entry::message_ids, pane_ms);
    pack_text(bytes, {reinterpret_cast<const char*>(ids.data()), ids.size_bytes()});
  }
  void dropped(std::int64_t) override {}

  std::string bytes;

 private:
  void begin(Entry entry, std::int64_t pane_ms) {
    pack(bytes, entry);
    pack(bytes, pane_ms);
  }
};

bool take_key(std::string_view& bytes, std::int64_t pane_ms, bool open,
              const std::function<bool(std::string_view)>& is_ours, Windows& windows) {
  const auto key = take_text(bytes);
  std::int64_t records = 0;
  if (!key || !unpack_value(bytes, records)) return false;
  const auto packed = take_text(bytes);
  if (!packed) return false;
  if (!open || !is_ours(*key)) return true;
  auto cells = cells_of(*packed, windows.aggregates());
  if (!cells) return false;
  windows.restore_key(pane_ms, *key, records, std::move(*cells));
  return true;
}

bool take_ids(std::string_view& bytes, std::int64_t pane_ms, bool open, Windows& windows) {
  const auto packed = take_text(bytes);
  if (!packed || packed->size() % sizeof(std::uint64_t) != 0) return false;
  std::vector<std::uint64_t> ids(packed->size() / sizeof(std::uint64_t));
  if (!packed->empty()) std::memcpy(ids.data(), packed->data(), packed->size());
  if (open) windows.restore_message_ids(pane_ms, ids);
  return true;
}

}  // namespace

std::vector<std::string> hand_over(const Windows& windows) {
  Packer packer;
  windows.tell_all(packer);
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < packer.bytes.size(); at += kPartBytes)
    parts.push_back(packer.bytes.substr(at, kPartBytes));
  return parts;
}

Result<> take_over(std::span<const std::string> parts,
                   const std::function<bool(std::string_view key)>& is_ours, Windows& windows) {
  std::string whole;
  for (const auto& part : parts) whole += part;
  std::string_view bytes = whole;
  while (!bytes.empty()) {
    Entry entry{};
    std::int64_t pane_ms = 0;
    bool good = unpack_value(bytes, entry) && unpack_value(bytes, pane_ms);
    const bool open = good && windows.newest_end(pane_ms) > windows.ended_ms();
    good = good && (entry == Entry::key           ? take_key(bytes, pane_ms, open, is_ours, windows)
                    : entry == Entry::message_ids ? take_ids(bytes, pane_ms, open, windows)
                                                  : false);
    if (!good)
      return fail(ErrorKind::corrupt,
                  "expected the windows that a closed shard left open, found other bytes");
  }
  return {};
}

}  // namespace kinesight::stream::multilang
