// Windows over the records of each key: what is open, what has ended and what it came to. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "stream/windows/aggregate.h"

namespace kinesight::stream {

/// How windows lie: each `size_ms` long, a new one every `slide_ms` (the same: tumbling), begun at multiples
/// of `slide_ms` since the epoch. A window holds its begin and not its end.
struct WindowShape {
  std::int64_t size_ms = 300'000;
  std::int64_t slide_ms = 300'000;  ///< At most size_ms.
};

/// A window of a key that has ended.
struct WindowResult {
  std::string key;
  std::int64_t start_ms = 0;  ///< The window's nominal bounds.
  std::int64_t end_ms = 0;
  std::int64_t records = 0;
  std::vector<std::optional<double>> values;  ///< Of the aggregates, in their order.

  bool operator==(const WindowResult&) const = default;
};

/// What became of a record.
enum class Taken {
  counted,
  duplicate,  ///< One with this message id was counted already.
  late,       ///< Every window of its time has ended.
  full,       ///< Its key would be one too many; it counts nowhere.
};

/// Is told what changed in the windows, so that it can be kept and put back (restore_…()).
class WindowChanges {
 public:
  virtual ~WindowChanges() = default;

  /// What a pane knows of a key now, in place of what it knew.
  virtual void key(std::int64_t pane_ms, std::string_view key, std::int64_t records, const Cells& cells) = 0;
  /// Message ids that a pane counted, beside those that it had.
  virtual void message_ids(std::int64_t pane_ms, std::span<const std::uint64_t> ids) = 0;
  /// The pane is gone, with all that was in it.
  virtual void dropped(std::int64_t pane_ms) = 0;
};

/// Open windows. Used by one thread at a time.
///
/// Sliding windows share what they have in common: records are counted in panes as long as the greatest
/// common divisor of size and slide, and a window is the sum of its panes (Li, Maier, Tufte, Papadimos,
/// Tucker: "No Pane, No Gain", SIGMOD Record 2005). A pane keeps the message ids of its records for as long
/// as one of its windows is open: a duplicate has the same event time, and so the same pane.
class Windows {
 public:
  /// Before all times.
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

  /// `tracking`: whether somebody is going to take_changes(); they take memory until then. `max_keys`: what
  /// open_keys() may come to by add(); those that are there go on.
  Windows(const WindowShape& shape, std::vector<Aggregate> aggregates, bool tracking = false,
          std::size_t max_keys = std::numeric_limits<std::size_t>::max());

  /// Counts a record; `numbers` as Cells::add() has it. `message_id` 0: it has none, and counts as often as
  /// it comes. `key_ended_ms`: up to when this key's windows have ended, where that is later than those of
  /// all.
  Taken add(std::string_view key, std::int64_t event_ms, std::span<const std::optional<double>> numbers,
            std::uint64_t message_id, std::int64_t key_ended_ms = kNever);
  /// Ends every window whose end is at or before `watermark_ms`, and gives what each came to, in the order of
  /// their ends, then keys. Keys without records in a window have no result.
  void end(std::int64_t watermark_ms, const std::function<void(WindowResult)>& take);

  /// Tells all that changed since the last call, dropped panes first.
  void take_changes(WindowChanges& changes);
  /// Tells all that is open, as if all of it had changed.
  void tell_all(WindowChanges& to) const;
  /// Puts back what an earlier run was told of: before anything is added.
  void restore_key(std::int64_t pane_ms, std::string_view key, std::int64_t records, Cells cells);
  void restore_message_ids(std::int64_t pane_ms, std::span<const std::uint64_t> ids);
  void restore_ended(std::int64_t watermark_ms) { ended_ms_ = watermark_ms; }

  const WindowShape& shape() const { return shape_; }
  const std::vector<Aggregate>& aggregates() const { return aggregates_; }
  std::size_t open_panes() const { return panes_.size(); }
  std::size_t open_keys() const { return open_keys_; }  ///< Over all panes: in two of them it is two.
  std::int64_t ended_ms() const { return ended_ms_; }  ///< The greatest watermark of end(); kNever: none yet.
  /// Of the windows that hold this time, the end of the last one.
  std::int64_t newest_end(std::int64_t event_ms) const;
  /// The end of the last open window that holds a record; kNever when there is none.
  std::int64_t newest_open_end() const {
    return panes_.empty() ? kNever : newest_end(panes_.rbegin()->first);
  }
  /// How long panes are: windows begin and end at multiples of it.
  std::int64_t pane_ms() const { return pane_ms_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct KeyState {
    explicit KeyState(std::span<const Aggregate> aggregates) : cells(aggregates) {}
    std::int64_t records = 0;
    bool changed = false;  ///< It is among its pane's.
    Cells cells;
  };
  using Keys = std::unordered_map<std::string, KeyState, Hash, std::equal_to<>>;
  struct Pane {
    Keys keys;
    std::unordered_set<std::uint64_t> message_ids;
    // Since the last take_changes(); what a map holds stays where it is.
    std::vector<Keys::value_type*> changed;
    std::vector<std::uint64_t> new_ids;
  };

  bool holds(std::int64_t pane_ms, std::string_view key) const;
  void collect(std::int64_t start_ms, const std::function<void(WindowResult)>& take) const;

  const WindowShape shape_;
  const std::int64_t pane_ms_;
  const std::vector<Aggregate> aggregates_;
  const bool tracking_;
  const std::size_t max_keys_;
  std::size_t open_keys_ = 0;
  std::vector<std::int64_t> dropped_;   ///< Panes, since the last take_changes().
  std::map<std::int64_t, Pane> panes_;  ///< By their begin.
  std::int64_t ended_ms_;
};

}  // namespace kinesight::stream
