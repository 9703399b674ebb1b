// Credentials that are kept, and renewed before they expire.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "aws/credentials/providers.h"
#include "base/backoff.h"

namespace kinesight::aws {

/// Keeps what `source` gave until it is to be renewed, as botocore does (credentials.py,
/// RefreshableCredentials): from 15 minutes before the end on, whoever comes first renews it while all others
/// go on with what is there; from 10 minutes before the end on, they wait for it. For credentials that live
/// less than an hour both are a quarter and a sixth of their life. A renewal that fails leaves the old ones
/// in use until they expire, is noted, and is tried again after a while (1 to 30 s). There is never more than
/// one renewal at a time.
class CachedCredentials final : public CredentialsProvider {
 public:
  CachedCredentials(ProviderPtr source, Clock& clock, Note note);

  std::string_view name() const override { return source_->name(); }
  Result<Credentials> get(std::stop_token stop) override;
  void refused(const Credentials& refused) override;

 private:
  enum class Need { none, soon, now };
  using Lock = std::unique_lock<std::mutex>;

  Need need() const;
  bool usable() const;
  Result<Credentials> current() const;
  bool renew(Lock& lock, std::stop_token stop);
  std::optional<std::string> take(Result<Credentials> fresh);
  std::string set_back(const Error& error);

  const ProviderPtr source_;
  Clock& clock_;
  const Note note_;

  std::mutex mutex_;
  std::condition_variable_any renewed_;
  bool renewing_ = false;
  std::optional<Credentials> credentials_;
  double soon_at_ = 0;  // Unix seconds.
  double now_at_ = 0;
  bool refused_ = false;                // credentials_ were, since they came.
  Clock::Steady heed_refusals_from_{};  // Credentials that come back as they were are not renewed each time.
  std::optional<Error> failure_;        // Of the last renewal.
  Clock::Steady next_try_{};            // Not before, while there is a failure.
  Backoff backoff_;
};

}  // namespace kinesight::aws
