#include "aws/client.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aws/digest.h"
#include "aws/error_answer.h"
#include "net/http_date.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

// As the AWS SDKs have it: a smaller difference is not what AWS complains about.
constexpr double kClockSkewSeconds = 4 * 60;
constexpr int kRetryCost = 5;
constexpr int kTimeoutRetryCost = 10;

std::optional<std::int64_t> header_number(const net::Response& response, std::string_view name) {
  const std::string* text = net::find(response.headers, name);
  std::int64_t value = 0;
  if (!text) return std::nullopt;
  const auto [end, trouble] = std::from_chars(text->data(), text->data() + text->size(), value);
  return trouble == std::errc() && end == text->data() + text->size() ? std::optional(value) : std::nullopt;
}

std::optional<double> header_date(const net::Response& response, std::string_view name) {
  const std::string* text = net::find(response.headers, name);
  const auto date = text ? net::parse_http_date(*text) : std::nullopt;
  return date ? std::optional(static_cast<double>(*date)) : std::nullopt;
}

/// For how long the service wants to be left alone; 0 when it does not say. `now` in Unix seconds.
double asked_wait_seconds(const net::Response& response, double now) {
  if (const auto ms = header_number(response, "x-amz-retry-after")) return static_cast<double>(*ms) / 1000.0;
  if (const auto seconds = header_number(response, "Retry-After")) return static_cast<double>(*seconds);
  if (const auto date = header_date(response, "Retry-After")) return *date - now;
  return 0;
}

bool same_keys(const Credentials& a, const Credentials& b) {
  return a.access_key_id == b.access_key_id && a.session_token == b.session_token;
}

/// What AWS may quote of a request and nobody may see.
std::vector<std::string_view> secrets_of(const net::Request& request, const Call& call,
                                         const Credentials& credentials) {
  std::vector<std::string_view> secrets = {credentials.secret_access_key.reveal(),
                                           credentials.session_token.reveal(), call.secret};
  if (const std::string* authorization = net::find(request.headers, "Authorization")) {
    constexpr std::string_view kMark = "Signature=";
    secrets.push_back(*authorization);
    const auto mark = authorization->find(kMark);
    if (mark != std::string::npos)
      secrets.push_back(std::string_view(*authorization).substr(mark + kMark.size()));
  }
  return secrets;
}

}  // namespace

/// One try of a call, and what another one needs to know of it.
struct Client::Attempt {
  CallResult<net::Response> outcome;
  Credentials credentials = {};            ///< That it was signed with.
  bool retryable = false;                  ///< Waiting may help.
  int cost = kRetryCost;                   ///< Of the retry that follows, in tokens of the quota.
  double asked_wait_seconds = 0;           ///< By the service.
  std::optional<double> server_time = {};  ///< Unix seconds.
};

namespace {

/// How often a call has been tried again, and whether it may be once more.
class Retries {
 public:
  Retries(Session& session, int max_attempts) : session_(session), left_(std::max(max_attempts, 1) - 1) {}

  void succeeded() { session_.quota().give(std::max(last_cost_, 1)); }

  /// Takes the price of a retry; false when there is none left.
  bool take(int cost) {
    if (left_ == 0 || !session_.quota().take(cost)) return false;
    --left_;
    last_cost_ = cost;
    return true;
  }

  /// Waits as long as the backoff and the service say, within bounds; false when `stop` came first.
  bool wait(double asked_seconds, std::stop_token stop) {
    thread_local Rng rng = Rng::from_entropy();
    const RetryPolicy& policy = session_.retry_policy();
    const double backoff = to_seconds(retry_delay(policy, done_++, rng));
    const double seconds = std::clamp(asked_seconds, backoff, std::max(backoff, policy.max_delay_seconds));
    return session_.clock().wait_for(seconds_duration(seconds), std::move(stop));
  }

  int done() const { return done_; }

 private:
  Session& session_;
  int left_;
  int done_ = 0;
  int last_cost_ = 0;
};

}  // namespace

Client::Client(Session& session, const Service& service, const Protocol& protocol, std::string region,
               Endpoint endpoint)
    : session_(&session),
      service_(service),
      protocol_(protocol),
      region_(std::move(region)),
      endpoint_(std::move(endpoint)) {
  while (endpoint_.url.ends_with('/')) endpoint_.url.pop_back();
}

Result<Client> Client::make(Session& session, const Service& service, const Protocol& protocol,
                            const ClientOptions& options) {
  auto region = session.region(options.region);
  if (!region) return wrap(region.error(), service.id);
  auto endpoint = session.endpoint(service, *region, options.endpoint_url);
  if (!endpoint) return wrap(endpoint.error(), service.id);
  const auto url = net::parse_url(endpoint->url);
  if (!url) return wrap(url.error(), fmt::format("{}: endpoint", service.id));
  if (!url->query.empty())
    return fail(ErrorKind::invalid, "{}: endpoint: expected a URL without a query", service.id);
  return Client(session, service, protocol, std::move(*region), std::move(*endpoint));
}

net::Request Client::request_for(const Call& call) const {
  net::Request request;
  request.method = call.method;
  request.url = endpoint_.url + call.path;
  if (!call.host_prefix.empty()) request.url.insert(request.url.find("://") + 3, call.host_prefix);
  if (!call.query.empty()) request.url.append("?").append(call.query);
  request.headers = call.headers;
  request.body = call.body;
  request.body_file = call.body_file;
  // Whoever signs believes this header; without it the body in memory would be digested.
  if (call.body_file) request.headers.push_back({"x-amz-content-sha256", call.body_sha256});
  request.sink = call.sink;
  request.timeouts = call.timeouts;
  request.max_response_bytes = call.max_response_bytes;
  return request;
}

Signing Client::signing() const {
  Signing signing;
  signing.region = region_;
  signing.service = service_.signing_name;
  signing.unix_seconds =
      static_cast<std::int64_t>(std::floor(session_->clock().wall_seconds() + session_->clock_offset()));
  signing.normalize_path = !protocol_.s3_signing;
  signing.double_encode = !protocol_.s3_signing;
  signing.content_sha256_header = protocol_.s3_signing;
  return signing;
}

CallError Client::unanswered(const Error& error, const Call& call) const {
  CallError failed;
  failed.error = {error.kind, fmt::format("{} {}: {}", service_.id, call.action, error.message)};
  return failed;
}

CallError Client::refused(const net::Request& request, const net::Response& response, const Call& call,
                          const Credentials& credentials) const {
  return call_error(read_error(response, protocol_.errors),
                    {.service = service_.id,
                     .permission = service_.signing_name,
                     .action = call.action,
                     .region = region_,
                     .credentials_source = credentials.source,
                     .secrets = secrets_of(request, call, credentials)});
}

Client::Attempt Client::try_once(const Call& call, std::stop_token stop) const {
  net::Request request = request_for(call);
  Credentials credentials;
  if (!call.unsigned_request) {
    auto got = session_->credentials().get(stop);
    if (!got) return {std::unexpected(unanswered(got.error(), call))};
    credentials = std::move(*got);
    if (auto done = sign(request, credentials, signing()); !done)
      return {std::unexpected(unanswered(done.error(), call))};
  }

  auto answer = session_->transport().send(request, stop);
  if (!answer) {
    const net::Failure& failure = answer.error();
    CallError error = unanswered(failure.error, call);
    error.uncertain = failure.sent;
    error.timed_out = failure.timed_out;
    // Something on the way may have garbled one answer; a certificate stays as it is.
    const bool retryable = !failure.here && (failure.error.kind == ErrorKind::unavailable ||
                                             failure.error.kind == ErrorKind::corrupt);
    return {std::unexpected(std::move(error)), std::move(credentials), retryable,
            failure.timed_out ? kTimeoutRetryCost : kRetryCost};
  }
  if (answer->status >= 200 && answer->status < 300) return {std::move(*answer)};

  CallError error = refused(request, *answer, call, credentials);
  const bool retryable = error.error.kind == ErrorKind::throttled || is_transient(error.status, error.code);
  return {std::unexpected(std::move(error)),
          std::move(credentials),
          retryable,
          kRetryCost,
          asked_wait_seconds(*answer, session_->clock().wall_seconds() + session_->clock_offset()),
          header_date(*answer, "Date")};
}

bool Client::correct_clock(const Attempt& attempt) const {
  if (!is_clock_skew(attempt.outcome.error().code) || !attempt.server_time) return false;
  const double offset = *attempt.server_time - session_->clock().wall_seconds();
  if (std::abs(offset - session_->clock_offset()) <= kClockSkewSeconds) return false;
  session_->set_clock_offset(offset);
  return true;
}

bool Client::renew_credentials(const Attempt& attempt, std::stop_token stop) const {
  if (!may_be_expired(attempt.outcome.error().code)) return false;
  session_->credentials().refused(attempt.credentials);
  const auto fresh = session_->credentials().get(std::move(stop));
  return fresh && !same_keys(*fresh, attempt.credentials);
}

CallResult<net::Response> Client::call(const Call& call, std::stop_token stop) const {
  if (!call.body_file || !call.body_sha256.empty()) return call_with_retries(call, std::move(stop));
  const auto digest = sha256_of_region(*call.body_file);
  if (!digest) return std::unexpected(unanswered(digest.error(), call));
  Call digested = call;
  digested.body_sha256 = hex(*digest);
  return call_with_retries(digested, std::move(stop));
}

CallResult<net::Response> Client::call_with_retries(const Call& call, std::stop_token stop) const {
  Retries retries(*session_, call.max_attempts.value_or(session_->retry_policy().max_attempts));
  bool may_correct = !call.unsigned_request;
  bool may_renew = !call.unsigned_request;
  bool uncertain = false;
  for (;;) {
    Attempt attempt = try_once(call, stop);
    if (attempt.outcome) {
      retries.succeeded();
      return std::move(attempt.outcome);
    }
    CallError& error = attempt.outcome.error();
    uncertain = error.uncertain = error.uncertain || uncertain;
    if (may_correct && correct_clock(attempt)) {
      may_correct = false;
    } else if (may_renew && renew_credentials(attempt, stop)) {
      may_renew = false;
    } else if (!attempt.retryable || !retries.take(attempt.cost)) {
      if (retries.done() > 0) error.error.message += fmt::format(" (tried {} times)", retries.done() + 1);
      return std::move(attempt.outcome);
    } else if (!retries.wait(attempt.asked_wait_seconds, stop)) {
      error.error = {ErrorKind::cancelled, "stopped before another try after: " + error.error.message};
      return std::move(attempt.outcome);
    }
  }
}

Result<PresignedUrl> Client::presign(const Call& call, std::int64_t expires_seconds,
                                     std::stop_token stop) const {
  const auto credentials = session_->credentials().get(std::move(stop));
  if (!credentials) return wrap(credentials.error(), fmt::format("{} {}", service_.id, call.action));
  Signing how = signing();
  how.content_sha256_header = false;
  how.unsigned_payload = protocol_.s3_signing;
  auto url = aws::presign(request_for(call), *credentials, how, expires_seconds);
  if (!url) return std::unexpected(url.error());
  const auto until = static_cast<double>(how.unix_seconds + expires_seconds) - session_->clock_offset();
  return PresignedUrl{std::move(*url), std::min(until, credentials->expires_at.value_or(until))};
}

}  // namespace kinesight::aws
