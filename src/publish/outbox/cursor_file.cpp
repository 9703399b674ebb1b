#include "publish/outbox/cursor_file.h"

#include <array>

#include "publish/outbox/bytes.h"

namespace kinesight::publish::outbox {
namespace {

constexpr std::string_view kMagic = "KSOBCUR1";
constexpr std::size_t kHead = 20;  // Magic, checksum, length.
constexpr std::size_t kFixed = 11 * sizeof(std::uint64_t);

struct Slot {
  std::uint64_t generation = 0;
  CursorState state;
};

/// The numbers of a state, in the order of the file.
template <class State>
auto numbers(State& state) {
  return std::array{&state.base,
                    &state.next,
                    &state.suspect_until,
                    &state.position.segment,
                    &state.position.offset,
                    reinterpret_cast<decltype(&state.base)>(&state.oldest_ms),
                    &state.delivered,
                    &state.dead,
                    &state.dropped,
                    &state.uncertain};
}

void encode(const CursorState& state, std::uint64_t generation, std::string& bytes) {
  bytes.assign(kMagic);
  bytes.resize(kHead);
  put(bytes, generation);
  for (const auto* number : numbers(state)) put(bytes, *number);
  std::uint64_t before = 0;
  for (const auto& [sequence, sending] : state.outstanding) {
    put_varint(bytes, (sequence - before) << 1 | (sending ? 1 : 0));
    before = sequence;
  }
  put_at(bytes, 16, static_cast<std::uint32_t>(bytes.size() - kHead));
  put_at(bytes, 8, checksum(std::string_view(bytes).substr(16)));
}

std::optional<Slot> decode(std::string_view bytes) {
  if (bytes.size() < kHead + kFixed || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::size_t length = get<std::uint32_t>(bytes, 16);
  if (length < kFixed || length > bytes.size() - kHead) return std::nullopt;
  if (get<std::uint64_t>(bytes, 8) != checksum(bytes.substr(16, length + 4))) return std::nullopt;
  Slot slot{.generation = get<std::uint64_t>(bytes, kHead), .state = {}};
  std::size_t offset = kHead + sizeof(std::uint64_t);
  for (auto* number : numbers(slot.state)) {
    *number = get<std::uint64_t>(bytes, offset);
    offset += sizeof(std::uint64_t);
  }
  std::string_view rest = bytes.substr(offset, kHead + length - offset);
  std::uint64_t sequence = 0;
  for (std::uint64_t step = 0; !rest.empty();) {
    if (!take_varint(rest, step)) return std::nullopt;
    sequence += step >> 1;
    slot.state.outstanding.push_back({.sequence = sequence, .sending = (step & 1) != 0});
  }
  return slot;
}

/// The slot of `path` that counts.
Result<std::optional<Slot>> newest(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  const auto all = std::string_view(*bytes);
  auto first = decode(all.substr(0, kSlotBytes));
  auto second = decode(all.substr(std::min(kSlotBytes, all.size())));
  const bool is_second = second && (!first || second->generation > first->generation);
  return is_second ? std::move(second) : std::move(first);
}

std::uint64_t slot_offset(std::uint64_t generation) { return generation % 2 * kSlotBytes; }

}  // namespace

Result<CursorFile> CursorFile::create(Disk& disk, const std::filesystem::path& path, const CursorState& state,
                                      bool sync) {
  auto temporary = path;
  temporary += ".tmp";
  auto file = disk.create(temporary);
  if (!file) return std::unexpected(file.error());
  CursorFile cursor(std::move(*file), 0);
  auto made = cursor.file_->reserve(2 * kSlotBytes);
  if (made) made = cursor.write(state);
  if (made && sync) made = cursor.sync();
  if (made) made = disk.rename(temporary, path);
  if (made && sync) made = disk.sync_folder(path.parent_path());
  if (!made) return std::unexpected(made.error());
  return cursor;
}

Result<std::optional<CursorState>> CursorFile::read(const std::filesystem::path& path) {
  auto slot = newest(path);
  if (!slot) return std::unexpected(slot.error());
  if (!*slot) return std::nullopt;
  return std::move((*slot)->state);
}

Result<CursorFile> CursorFile::open(Disk& disk, const std::filesystem::path& path) {
  const auto slot = newest(path);
  if (!slot) return std::unexpected(slot.error());
  if (!*slot) return fail(ErrorKind::corrupt, "the outbox's cursor {} is damaged", path.string());
  auto file = disk.open(path);
  if (!file) return std::unexpected(file.error());
  return CursorFile(std::move(*file), (*slot)->generation);
}

Result<> CursorFile::write(const CursorState& state) {
  encode(state, generation_ + 1, buffer_);
  if (buffer_.size() > kSlotBytes) {
    return fail(ErrorKind::invalid, "{} outstanding entries do not fit into a cursor of {} bytes",
                state.outstanding.size(), kSlotBytes);
  }
  auto written = file_->write(slot_offset(generation_ + 1), buffer_);
  if (written) ++generation_;
  return written;
}

Result<> CursorFile::sync() { return file_->sync(); }

}  // namespace kinesight::publish::outbox
