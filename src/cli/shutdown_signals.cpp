#include "cli/shutdown_signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace kinesight::cli {
namespace {

sigset_t shutdown_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

ShutdownSignals::ShutdownSignals(std::function<void(int)> announce) {
  const sigset_t set = shutdown_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);  // A browser that goes away in the middle of an answer is no reason to die.
  listener_ = std::make_unique<Worker>(
      "signals",
      [this, announce = std::move(announce)](std::stop_token ended) { listen(std::move(ended), announce); });
}

ShutdownSignals::~ShutdownSignals() {
  listener_.reset();
  const sigset_t set = shutdown_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void ShutdownSignals::listen(std::stop_token ended, const std::function<void(int)>& announce) {
  const sigset_t set = shutdown_set();
  constexpr timespec kLook{.tv_sec = 0,
                           .tv_nsec = 100'000'000};  // How soon the end of the service is noticed.
  while (!ended.stop_requested()) {
    const int signal = sigtimedwait(&set, nullptr, &kLook);
    if (signal < 0) continue;
    if (stop_.stop_requested()) _exit(128 + signal);
    announce(signal);
    stop_.request_stop();
  }
}

}  // namespace kinesight::cli
