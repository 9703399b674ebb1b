// What the services of the fake share: a call, how it fails, and where it is written down.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/fake_aws/faults.h"
#include "support/fake_aws/http.h"
#include "support/fake_aws/ledger.h"

namespace kinesight::support::fake {

inline constexpr std::string_view kAccount = "000000000000";
inline constexpr std::string_view kRegion = "us-east-1";

/// An error as AWS answers it. Thrown wherever it is found and made an answer at one place (answer_error), as
/// the libraries' own exceptions are.
struct ServiceError : std::runtime_error {
  template <class... Args>
  ServiceError(int http_status, std::string error_code, fmt::format_string<Args...> format, Args&&... args)
      : std::runtime_error(fmt::format(format, std::forward<Args>(args)...)),
        status(http_status),
        code(std::move(error_code)) {}

  int status;
  std::string code;
};

/// A request that has been understood so far as to know what it asks for.
struct Call {
  const HttpRequest& http;
  std::string service;        ///< "kinesis"
  std::string action;         ///< "PutRecords"
  std::vector<Fault> faults;  ///< That it is to meet.
  std::string caller_arn{};   ///< Who asks, once the signature is checked.

  /// The fault of that kind; null when there is none.
  const Fault* fault(FaultKind kind) const;
};

/// What all services of one fake share.
struct World {
  World(std::uint64_t seed, Keep keep) : faults(seed), ledger(keep) {}

  /// The fake's clock: the machine's, and what tests add to it; or the time at which they hold it.
  std::int64_t now_ms() const;
  std::int64_t now() const { return now_ms() / 1000; }

  FaultPlan faults;
  Ledger ledger;
  std::atomic<std::int64_t> clock_offset_ms{0};
  std::atomic<std::int64_t> held_ms{0};  ///< 0: the clock goes.
};

/// One service of AWS.
class Service {
 public:
  virtual ~Service() = default;
  /// Executes a call. Throws ServiceError, and nlohmann's exceptions for a body that is not what it should
  /// be.
  virtual HttpResponse handle(Call& call) = 0;
  /// Forgets everything.
  virtual void reset() = 0;
};

/// The answer that says `error`, in the form that the service has.
HttpResponse answer_error(const Call& call, const ServiceError& error, const std::string& request_id);
/// The error that a fault stands for, in the service's own words.
ServiceError error_of(const Call& call, const Fault& fault, std::int64_t now);
/// The S3 document's head, and an XML answer.
HttpResponse answer_xml(std::string_view document, int status = 200);
HttpResponse answer_json(std::string body);

}  // namespace kinesight::support::fake
