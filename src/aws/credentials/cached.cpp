#include "aws/credentials/cached.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <typeinfo>
#include <utility>

namespace kinesight::aws {
namespace {

constexpr double kSoonSeconds = 15 * 60;
constexpr double kNowSeconds = 10 * 60;
constexpr Clock::Duration kRefusalPause = std::chrono::seconds(30);
constexpr BackoffPolicy kAfterFailure{.initial_seconds = 1, .max_seconds = 30};

bool same(const Credentials& a, const Credentials& b) {
  return a.access_key_id == b.access_key_id && a.session_token == b.session_token &&
         a.secret_access_key == b.secret_access_key;
}

/// An exception must not leave the others waiting for a renewal that nobody does.
Result<Credentials> ask(CredentialsProvider& source, std::stop_token stop) {
  try {
    return source.get(std::move(stop));
  } catch (const std::exception& exception) {
    return fail(ErrorKind::unavailable, "{}: unexpected trouble ({})", source.name(),
                typeid(exception).name());
  }
}

}  // namespace

CachedCredentials::CachedCredentials(ProviderPtr source, Clock& clock, Note note)
    : source_(std::move(source)),
      clock_(clock),
      note_(std::move(note)),
      backoff_(kAfterFailure, Rng::from_entropy()) {}

Result<Credentials> CachedCredentials::get(std::stop_token stop) {
  Lock lock(mutex_);
  for (;;) {
    const Need needed = need();
    if (needed == Need::none) return current();
    if (!renewing_) {
      if (!renew(lock, stop)) return fail(ErrorKind::cancelled, "stopped while credentials were renewed");
      if (usable() || failure_) return current();
    } else if (needed == Need::soon) {
      return current();
    } else if (!renewed_.wait(lock, stop, [this] { return !renewing_; })) {
      return fail(ErrorKind::cancelled, "stopped while credentials were renewed");
    }
  }
}

void CachedCredentials::refused(const Credentials& refused) {
  {
    Lock lock(mutex_);
    if (!credentials_ || !same(*credentials_, refused) || clock_.steady() < heed_refusals_from_) return;
    refused_ = true;
    failure_.reset();
  }
  source_->refused(refused);
}

bool CachedCredentials::usable() const {
  if (!credentials_ || refused_) return false;
  return !credentials_->expires_at || clock_.wall_seconds() < *credentials_->expires_at;
}

CachedCredentials::Need CachedCredentials::need() const {
  if (failure_ && clock_.steady() < next_try_) return Need::none;
  if (!usable()) return Need::now;
  if (!credentials_->expires_at) return Need::none;
  const double time = clock_.wall_seconds();
  return time >= now_at_ ? Need::now : time >= soon_at_ ? Need::soon : Need::none;
}

Result<Credentials> CachedCredentials::current() const {
  if (usable()) return *credentials_;
  return std::unexpected(*failure_);
}

/// False when `stop` came: that says nothing about the source, and the next caller tries at once.
bool CachedCredentials::renew(Lock& lock, std::stop_token stop) {
  renewing_ = true;
  lock.unlock();
  auto fresh = ask(*source_, std::move(stop));
  lock.lock();
  renewing_ = false;
  const bool stopped = !fresh && fresh.error().kind == ErrorKind::cancelled;
  const auto sentence = stopped ? std::nullopt : take(std::move(fresh));
  renewed_.notify_all();
  if (sentence) {
    lock.unlock();
    note_(*sentence);
    lock.lock();
  }
  return !stopped;
}

/// What is worth a note.
std::optional<std::string> CachedCredentials::take(Result<Credentials> fresh) {
  if (!fresh) return set_back(fresh.error());
  const double time = clock_.wall_seconds();
  const double life = fresh->expires_at.value_or(std::numeric_limits<double>::infinity()) - time;
  if (life <= 0) {
    return set_back(
        {ErrorKind::unavailable,
         fmt::format("the AWS credentials from {} had expired when they came; check this machine's "
                     "clock, or renew them",
                     fresh->source)});
  }
  const bool unchanged = credentials_ && same(*credentials_, *fresh);
  heed_refusals_from_ = clock_.steady() + (unchanged ? kRefusalPause : Clock::Duration{});
  credentials_ = std::move(*fresh);
  soon_at_ = time + life - std::min(kSoonSeconds, life / 4);
  now_at_ = time + life - std::min(kNowSeconds, life / 6);
  refused_ = false;
  const bool again = std::exchange(failure_, std::nullopt).has_value();
  backoff_.reset();
  if (!again) return std::nullopt;
  return fmt::format("AWS credentials come from {} again", credentials_->source);
}

std::string CachedCredentials::set_back(const Error& error) {
  failure_ = error;
  next_try_ = clock_.steady() + backoff_.next();
  if (!usable()) return fmt::format("there are no AWS credentials: {}", error.message);
  const std::string left =
      credentials_->expires_at
          ? fmt::format("{:.0f} s", std::floor(*credentials_->expires_at - clock_.wall_seconds()))
          : "ever";
  return fmt::format("AWS credentials could not be renewed; the old ones are good for {}: {}", left,
                     error.message);
}

}  // namespace kinesight::aws
