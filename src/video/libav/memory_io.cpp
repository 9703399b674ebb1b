#include "video/libav/memory_io.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kinesight::video::libav {
namespace {

constexpr int kBuffer = 32 * 1024;

/// Where a seek leads to, or -1.
std::int64_t target(std::int64_t offset, int whence, std::size_t at, std::size_t size) {
  switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET:
      return offset;
    case SEEK_CUR:
      return static_cast<std::int64_t>(at) + offset;
    case SEEK_END:
      return static_cast<std::int64_t>(size) + offset;
    default:
      return -1;
  }
}

std::uint8_t* buffer() { return static_cast<std::uint8_t*>(av_malloc(kBuffer)); }

}  // namespace

MemoryInput::MemoryInput(std::vector<std::string_view> pieces) {
  for (const std::string_view bytes : pieces) {
    if (!bytes.empty()) pieces_.push_back({size_, bytes});
    size_ += bytes.size();
  }
  io_.reset(avio_alloc_context(buffer(), kBuffer, 0, this, &MemoryInput::read, nullptr, &MemoryInput::seek));
}

int MemoryInput::read(void* self, std::uint8_t* into, int size) {
  auto& input = *static_cast<MemoryInput*>(self);
  if (input.at_ >= input.size_) return AVERROR_EOF;
  const auto next = std::ranges::upper_bound(input.pieces_, input.at_, {}, &Piece::begin);
  const Piece& piece = *(next - 1);
  const std::size_t from = input.at_ - piece.begin;
  const auto count = std::min(static_cast<std::size_t>(size), piece.bytes.size() - from);
  std::memcpy(into, piece.bytes.data() + from, count);
  input.at_ += count;
  return static_cast<int>(count);
}

std::int64_t MemoryInput::seek(void* self, std::int64_t offset, int whence) {
  auto& input = *static_cast<MemoryInput*>(self);
  if (whence == AVSEEK_SIZE) return static_cast<std::int64_t>(input.size_);
  const std::int64_t to = target(offset, whence, input.at_, input.size_);
  if (to < 0) return AVERROR(EINVAL);
  input.at_ = static_cast<std::size_t>(to);
  return to;
}

MemoryOutput::MemoryOutput()
    : io_(avio_alloc_context(buffer(), kBuffer, 1, this, nullptr, &MemoryOutput::write,
                             &MemoryOutput::seek)) {}

std::string MemoryOutput::take() {
  avio_flush(io_.get());
  taken_ += bytes_.size();
  at_ = 0;
  return std::exchange(bytes_, {});
}

int MemoryOutput::write(void* self, std::uint8_t* bytes, int size) {
  auto& output = *static_cast<MemoryOutput*>(self);
  const auto count = static_cast<std::size_t>(size);
  if (output.at_ + count > output.bytes_.size()) output.bytes_.resize(output.at_ + count);
  std::memcpy(output.bytes_.data() + output.at_, bytes, count);
  output.at_ += count;
  return size;
}

std::int64_t MemoryOutput::seek(void* self, std::int64_t offset, int whence) {
  auto& output = *static_cast<MemoryOutput*>(self);
  const std::size_t size = output.taken_ + output.bytes_.size();
  if (whence == AVSEEK_SIZE) return static_cast<std::int64_t>(size);
  const std::int64_t to = target(offset, whence, output.taken_ + output.at_, size);
  if (to < static_cast<std::int64_t>(output.taken_)) return AVERROR(EINVAL);
  output.at_ = static_cast<std::size_t>(to) - output.taken_;
  return to;
}

}  // namespace kinesight::video::libav
