#include "video/libav/descriptor_io.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace kinesight::video::libav {
namespace {

constexpr int kBuffer = 64 * 1024;

}  // namespace

DescriptorInput::DescriptorInput(const FileRange& range)
    : range_(range),
      io_(avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBuffer)), kBuffer, 0, this,
                             &DescriptorInput::read, nullptr, &DescriptorInput::seek)) {}

int DescriptorInput::read(void* self, std::uint8_t* into, int size) {
  auto& input = *static_cast<DescriptorInput*>(self);
  const FileRange& range = input.range_;
  const std::int64_t left = range.end - range.begin - input.at_;
  if (left <= 0) return AVERROR_EOF;
  const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(size, left));
  ssize_t count = -1;
  do {
    count = pread(range.file, into, wanted, range.begin + input.at_);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return AVERROR(errno);
  if (count == 0) return AVERROR_EOF;
  input.at_ += count;
  return static_cast<int>(count);
}

std::int64_t DescriptorInput::seek(void* self, std::int64_t offset, int whence) {
  auto& input = *static_cast<DescriptorInput*>(self);
  const std::int64_t size = input.range_.end - input.range_.begin;
  if (whence == AVSEEK_SIZE) return size;
  const int from = whence & ~AVSEEK_FORCE;
  const std::int64_t base = from == SEEK_CUR ? input.at_ : from == SEEK_END ? size : 0;
  std::int64_t to = 0;
  if (__builtin_add_overflow(base, offset, &to) || to < 0) return AVERROR(EINVAL);
  input.at_ = to;
  return to;
}

}  // namespace kinesight::video::libav
