// Faults on request: what the simulated service does wrong, to which stream, for how long.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::sim::kvs {

/// Of the service's answers: session_expired, playlist_403, playlist_404, playlist_5xx, fragment_403,
/// fragment_404, fragment_5xx, init_5xx, api_5xx, throttled, denied, stall (seconds without a byte), endless
/// (bytes that never end), cut (an answer cut off halfway), bad_playlist, bad_fragment. Of the camera:
/// offline (sends nothing), gap (footage that never came, so many seconds), resolution (another size from
/// then on), clock_skew (seconds that its clock is off by).
struct Fault {
  std::string name;
  std::string value{};          ///< "8", "640x360"; what it is depends on the fault. Empty: its default.
  std::string stream = "*";     ///< Name of the stream; "*": every.
  double begin = 0;             ///< Unix seconds.
  std::optional<double> end{};  ///< Unix seconds; nothing: until it is taken back.
  std::optional<int> count{};   ///< So many times at most; nothing: every time.
  double probability = 1;
};

/// One of the names that there are, with a sentence on it.
struct FaultKind {
  std::string_view name;
  std::string_view value;  ///< What its value is: "seconds (10)"; empty for none.
  std::string_view help;
};
/// All of them, for --help and the reference page.
const std::vector<FaultKind>& fault_kinds();

/// Whether there is a fault of that name, its value is one that it takes, and its figures make sense. Error:
/// invalid, naming the nearest known name.
Result<> check_fault(const Fault& fault);

/// "stall=8", "offline", "cam1:gap=4". `now` is when it begins. Error: invalid, naming the nearest known one.
Result<Fault> parse_fault(std::string_view text, double now);

/// The faults in force. Safe for any number of threads.
class Faults {
 public:
  explicit Faults(std::uint64_t seed);

  /// Of more than 1000 the oldest is forgotten.
  void add(Fault fault);
  /// Takes back, as of `now`, every fault called `name` (empty: all) of `stream` ("*": of any).
  void clear(double now, std::string_view name = {}, std::string_view stream = "*");
  /// Those that are in force at `now` or will be, in the order in which they were added.
  std::vector<Fault> list(double now) const;

  /// Whether an answer about `stream` at `now` is to have the fault `name`: its value ("" where it has none).
  /// Uses up one of its counts.
  std::optional<std::string> strike(std::string_view name, std::string_view stream, double now);

  /// All faults called `name` that concern `stream`, in the order in which they were added; those taken back
  /// or past stay, with their end, because what a camera did not send stays unsent.
  std::vector<Fault> history(std::string_view name, std::string_view stream) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kinesight::sim::kvs
