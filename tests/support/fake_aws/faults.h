// What the fake does wrong, and when: scripted ("the next 3 PutRecords") or by chance, from a seed.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace kinesight::support {

/// Ways to fail. Each says whether the request has been executed; Fault::executed changes it where that makes
/// sense (error kinds, garbage, cut).
enum class FaultKind {
  // An error instead of an answer. Not executed.
  throttle,        ///< The service's own "slow down", for the whole request.
  internal_error,  ///< 500.
  unavailable,     ///< 503.
  expired_token,   ///< 400 or 403, as the service has it.
  clock_skew,      ///< The signature's time is too far from the service's.
  not_found,       ///< The stream, table or bucket.
  access_denied,   ///< 400 or 403.
  error,           ///< Fault::status, code and message.
  // A connection or an answer that breaks.
  reset_unread,  ///< Reset when the head is there, the body unread. Not executed.
  reset_before,  ///< Reset when the whole request is there. Not executed.
  reset_after,   ///< Executed, then reset before a byte of the answer.
  cut,           ///< Executed; the connection ends in the middle of the answer's body.
  garbage,       ///< Executed; 200 with a body that is neither JSON nor XML.
  wrong_count,   ///< Executed; one record less is answered for than was asked (PutRecords).
  slow,          ///< Executed; Fault::delay before the answer.
  stall,         ///< Executed; Fault::delay in the middle of the answer.
  // Part of a request. The rest is executed.
  partial,          ///< Fault::share of the records fail with Fault::code (PutRecords).
  throttled_shard,  ///< All records of Fault::shard are throttled (PutRecord, PutRecords).
  unprocessed,      ///< Fault::share of the items come back (BatchWriteItem); 1: the call raises.
  poison,           ///< A record or item that contains Fault::marker: ValidationException. Not executed.
};

std::string_view to_string(FaultKind kind);

/// One instruction to fail.
struct Fault {
  FaultKind kind = FaultKind::error;
  std::string service{};           ///< "kinesis", "dynamodb", "s3", "sts", …; empty: any.
  std::string action{};            ///< "PutRecords"; empty: any.
  double probability = 1;          ///< Of each request that fits.
  int skip = 0;                    ///< Leaves the first requests that fit alone.
  std::optional<int> count{};      ///< How often it is dealt; without: for ever.
  std::optional<bool> executed{};  ///< Other than its kind has it.
  int status = 0;                  ///< 0: the kind's.
  std::string code{};              ///< Empty: the kind's.
  std::string message{};           ///< Empty: the kind's.
  double share = 0.5;
  std::string shard{};
  std::string marker{};
  std::chrono::milliseconds delay{0};
};

/// Reads a fault as POST /_fake/faults has it: {"kind": "partial", "service": "kinesis", "share": 0.2, …},
/// `delay_ms` for the delay. Throws std::invalid_argument for what it does not know.
Fault fault_from_json(const nlohmann::json& json);

/// Whether the request is executed in spite of the fault.
bool executes(const Fault& fault);
/// Whether the fault decides about the whole request: such faults exclude each other.
bool is_whole(FaultKind kind);

/// The faults in force. Thread-safe.
class FaultPlan {
 public:
  explicit FaultPlan(std::uint64_t seed) : rng_(seed) {}

  void add(Fault fault);
  void clear();
  /// The faults that this request is to meet: at most one that decides about the whole request (the first
  /// that is due), and all the others that are due. Uses up their counts.
  std::vector<Fault> deal(std::string_view service, std::string_view action);
  /// True with probability `share`.
  bool chance(double share);
  /// Whether every fault with a count has been dealt as often as it says.
  bool exhausted() const;

 private:
  bool due(Fault& fault);

  mutable std::mutex mutex_;
  Rng rng_;
  std::vector<Fault> faults_;
};

}  // namespace kinesight::support
