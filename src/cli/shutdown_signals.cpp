#include "cli/shutdown_signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace kinesight::cli {
namespace {

sigset_t signals(bool with_hangup) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (with_hangup) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

ShutdownSignals::ShutdownSignals(std::function<void(int)> announce, std::function<void()> hangup)
    : announce_(std::move(announce)), hangup_(std::move(hangup)), set_(signals(hangup_ != nullptr)) {
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  signal(SIGPIPE, SIG_IGN);  // A browser that goes away in the middle of an answer is no reason to die.
  listener_ =
      std::make_unique<Worker>("signals", [this](std::stop_token ended) { listen(std::move(ended)); });
}

ShutdownSignals::~ShutdownSignals() {
  listener_.reset();
  pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
}

void ShutdownSignals::listen(std::stop_token ended) {
  constexpr timespec kLook{.tv_sec = 0,
                           .tv_nsec = 100'000'000};  // How soon the end of the service is noticed.
  while (!ended.stop_requested()) {
    const int signal = sigtimedwait(&set_, nullptr, &kLook);
    if (signal < 0) continue;
    if (signal == SIGHUP) {
      hangup_();
      continue;
    }
    if (stop_.stop_requested()) _exit(128 + signal);
    announce_(signal);
    stop_.request_stop();
  }
}

}  // namespace kinesight::cli
