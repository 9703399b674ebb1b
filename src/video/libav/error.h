// What libav says when something fails, as our errors.
#pragma once

#include <string>

#include "base/result.h"

namespace kinesight::video::libav {

/// The kind of failure that libav's (negative) return code stands for; `corrupt` for what the media itself
/// causes.
ErrorKind kind_of(int code);

/// libav's words for a return code: "Invalid data found when processing input".
std::string text_of(int code);

/// Collects what libav logs as an error on this thread while it lives, because return codes alone say little
/// ("Invalid data" is the code, "moov atom not found" is the log line). Captures may nest; the innermost
/// collects.
///
/// This is the one place that deals with libav's log: from the first LogCapture on nothing of it reaches
/// stderr.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// The first error line, which is nearest to the cause; empty when there was none.
  const std::string& first() const { return first_; }
  /// "text (first line)", or the text alone when libav logged nothing.
  std::string explain(int code) const;

 private:
  static void collect(void* object, int level, const char* format, va_list arguments);

  std::string first_;
  LogCapture* outer_;
};

}  // namespace kinesight::video::libav
