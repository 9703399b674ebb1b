#include "infer/cloud_session.h"

namespace kinesight::infer {

Result<aws::Session*> CloudSession::get() {
  std::lock_guard lock(mutex_);
  if (!session_) {
    auto made = aws::Session::from_environment(environment_, clock_,
                                               [&log = log_](std::string_view note) { log.warning(note); });
    if (!made) return std::unexpected(made.error());
    session_ = std::move(*made);
  }
  return session_.get();
}

}  // namespace kinesight::infer
