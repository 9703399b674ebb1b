#include "aws/session.h"

#include <atomic>
#include <utility>

#include "aws/config/endpoint.h"
#include "aws/config/region.h"

namespace kinesight::aws {

struct Session::Impl {
  Impl(Parts its_parts, Clock& its_clock) : parts(std::move(its_parts)), clock(its_clock) {}

  const Parts parts;
  Clock& clock;
  RetryQuota quota;
  std::atomic<double> clock_offset = 0;
};

Session::Session(Parts parts, Clock& clock) : impl_(std::make_unique<Impl>(std::move(parts), clock)) {}
Session::~Session() = default;

Result<std::string> Session::region(std::string_view configured) const {
  return resolve_region(impl_->parts.environment, impl_->parts.shared_config.get(), configured);
}

Result<Endpoint> Session::endpoint(const Service& service, std::string_view region,
                                   std::string_view configured) const {
  return resolve_endpoint(impl_->parts.environment, impl_->parts.shared_config.get(), service, region,
                          configured);
}

CredentialsProvider& Session::credentials() { return *impl_->parts.credentials; }
net::Transport& Session::transport() { return *impl_->parts.transport; }
Clock& Session::clock() { return impl_->clock; }
RetryQuota& Session::quota() { return impl_->quota; }
const RetryPolicy& Session::retry_policy() const { return impl_->parts.retry; }
double Session::clock_offset() const { return impl_->clock_offset.load(std::memory_order_relaxed); }
void Session::set_clock_offset(double seconds) {
  impl_->clock_offset.store(seconds, std::memory_order_relaxed);
}

}  // namespace kinesight::aws
