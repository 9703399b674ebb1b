#include "video/libav/error.h"

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include "video/libav/libav.h"

namespace kinesight::video::libav {
namespace {

// libav logs on the thread that calls it (decoders here have no threads of their own), so the collector is
// per thread.
thread_local LogCapture* innermost = nullptr;

}  // namespace

ErrorKind kind_of(int code) {
  switch (code) {
    case AVERROR(ENOENT):
    case AVERROR_HTTP_NOT_FOUND:
    case AVERROR_STREAM_NOT_FOUND:
      return ErrorKind::not_found;
    case AVERROR(EACCES):
    case AVERROR(EPERM):
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
      return ErrorKind::denied;
    case AVERROR_EXIT:
      return ErrorKind::cancelled;
    case AVERROR(EINVAL):
    case AVERROR_PROTOCOL_NOT_FOUND:
    case AVERROR_OPTION_NOT_FOUND:
    case AVERROR_HTTP_BAD_REQUEST:
      return ErrorKind::invalid;
    case AVERROR_INVALIDDATA:
    case AVERROR_EOF:
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_PATCHWELCOME:
    case AVERROR_BUG:
    case AVERROR_BUG2:
      return ErrorKind::corrupt;
    default:
      return ErrorKind::unavailable;
  }
}

std::string text_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

LogCapture::LogCapture() : outer_(innermost) {
  static const bool installed = (av_log_set_callback(&LogCapture::collect), true);
  static_cast<void>(installed);
  innermost = this;
}

LogCapture::~LogCapture() { innermost = outer_; }

std::string LogCapture::explain(int code) const {
  return first_.empty() ? text_of(code) : fmt::format("{} ({})", text_of(code), first_);
}

void LogCapture::collect(void*, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR || innermost == nullptr || !innermost->first_.empty()) return;
  std::array<char, 512> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  std::string text = line.data();
  while (!text.empty() && std::string_view(" .\n").contains(text.back())) text.pop_back();
  innermost->first_ = std::move(text);
}

}  // namespace kinesight::video::libav
