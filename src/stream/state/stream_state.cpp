#include "stream/state/stream_state.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstring>

#include "storage/schema.h"
#include "stream/windows/packing.h"

namespace kinesight::stream {
namespace {

constexpr std::string_view kVersion1 = R"(
CREATE TABLE notes(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shards(
  shard TEXT PRIMARY KEY,
  position TEXT NOT NULL,          -- As to_text() has it.
  watermark_ms INTEGER             -- NULL: no record yet.
) WITHOUT ROWID;
CREATE TABLE keys(
  pane_ms INTEGER NOT NULL,
  key TEXT NOT NULL,
  records INTEGER NOT NULL,
  cells BLOB NOT NULL,             -- The numbers, then each sketch with its length before it.
  PRIMARY KEY(pane_ms, key)
) WITHOUT ROWID;
CREATE TABLE message_ids(pane_ms INTEGER NOT NULL, ids BLOB NOT NULL);
CREATE INDEX message_ids_of_panes ON message_ids(pane_ms);
CREATE TABLE results(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  records INTEGER NOT NULL,
  numbers BLOB NOT NULL            -- Of each aggregate a byte, whether it has a value, and the value.
);
)";

// A new version is a further row, never a change of one that has been released.
constexpr std::array kVersions = {kVersion1};
constexpr storage::Schema kSchema{.file = "stream.db", .of = "the state of a stream", .versions = kVersions};

constexpr std::string_view kStream = "stream", kWindows = "windows", kEnded = "ended_ms";

std::string bytes_of(const std::vector<std::optional<double>>& values) {
  std::string bytes;
  for (const auto& value : values) {
    pack(bytes, value.has_value());
    pack(bytes, value.value_or(0));
  }
  return bytes;
}

std::optional<std::vector<std::optional<double>>> values_of(std::string_view bytes) {
  std::vector<std::optional<double>> values;
  while (!bytes.empty()) {
    bool there = false;
    double value = 0;
    if (!unpack_value(bytes, there) || !unpack_value(bytes, value)) return std::nullopt;
    values.push_back(there ? std::optional(value) : std::nullopt);
  }
  return values;
}

/// Writes what it is told into the database, up to the first failure: on a full disk SQLite has rolled the
/// transaction back by itself, and whatever came after would be committed alone.
class ChangeWriter final : public WindowChanges {
 public:
  static Result<ChangeWriter> make(storage::Database& database) {
    auto key = database.prepare(
        "INSERT INTO keys(pane_ms, key, records, cells) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
        "records = ?3, cells = ?4");
    auto ids = database.prepare("INSERT INTO message_ids(pane_ms, ids) VALUES(?1, ?2)");
    auto drop_keys = database.prepare("DELETE FROM keys WHERE pane_ms = ?1");
    auto drop_ids = database.prepare("DELETE FROM message_ids WHERE pane_ms = ?1");
    for (const auto* one : {&key, &ids, &drop_keys, &drop_ids})
      if (!*one) return std::unexpected(one->error());
    return ChangeWriter(std::move(*key), std::move(*ids), std::move(*drop_keys), std::move(*drop_ids));
  }

  void key(std::int64_t pane_ms, std::string_view key, std::int64_t records, const Cells& cells) override {
    if (outcome_)
      outcome_ = key_.bind(1, pane_ms).bind(2, key).bind(3, records).bind_blob(4, bytes_of(cells)).run();
  }
  void message_ids(std::int64_t pane_ms, std::span<const std::uint64_t> ids) override {
    const std::string_view bytes(reinterpret_cast<const char*>(ids.data()), ids.size_bytes());
    if (outcome_) outcome_ = ids_.bind(1, pane_ms).bind_blob(2, bytes).run();
  }
  void dropped(std::int64_t pane_ms) override {
    if (outcome_) outcome_ = drop_keys_.bind(1, pane_ms).run();
    if (outcome_) outcome_ = drop_ids_.bind(1, pane_ms).run();
  }

  const Result<>& outcome() const { return outcome_; }

 private:
  ChangeWriter(storage::Statement key, storage::Statement ids, storage::Statement drop_keys,
               storage::Statement drop_ids)
      : key_(std::move(key)),
        ids_(std::move(ids)),
        drop_keys_(std::move(drop_keys)),
        drop_ids_(std::move(drop_ids)) {}

  storage::Statement key_, ids_, drop_keys_, drop_ids_;
  Result<> outcome_;
};

Result<> write_positions(storage::Database& database, const Positions& positions) {
  auto statement = database.prepare(
      "INSERT INTO shards(shard, position, watermark_ms) VALUES(?1, ?2, ?3) "
      "ON CONFLICT DO UPDATE SET position = ?2, watermark_ms = ?3");
  if (!statement) return std::unexpected(statement.error());
  for (const auto& [shard, at] : positions) {
    statement->bind(1, shard).bind(2, to_text(at.position));
    at.watermark_ms ? statement->bind(3, *at.watermark_ms) : statement->bind(3, nullptr);
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<> write_results(storage::Database& database, std::span<const WindowResult> results) {
  auto statement = database.prepare(
      "INSERT INTO results(key, start_ms, end_ms, records, numbers) VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!statement) return std::unexpected(statement.error());
  for (const WindowResult& one : results) {
    statement->bind(1, one.key).bind(2, one.start_ms).bind(3, one.end_ms).bind(4, one.records);
    if (auto done = statement->bind_blob(5, bytes_of(one.values)).run(); !done) return done;
  }
  return {};
}

Result<> write_note(storage::Database& database, std::string_view name, const std::string& value) {
  auto statement =
      database.prepare("INSERT INTO notes(name, value) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = ?2");
  if (!statement) return std::unexpected(statement.error());
  return statement->bind(1, name).bind(2, value).run();
}

Result<std::optional<std::string>> read_note(storage::Database& database, std::string_view name) {
  auto statement = database.prepare("SELECT value FROM notes WHERE name = ?1");
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->bind(1, name).step();
  if (!row) return std::unexpected(row.error());
  return *row ? std::optional(statement->text(0)) : std::nullopt;
}

std::unexpected<Error> damaged(const storage::Database& database) {
  return fail(ErrorKind::corrupt, "{}: expected what an earlier run wrote, found other bytes",
              database.path().string());
}

}  // namespace

Result<StreamState> StreamState::open(const std::filesystem::path& directory, const std::string& stream) {
  auto database = storage::open_to_write(directory, kSchema);
  if (!database) return std::unexpected(database.error());
  StreamState state(std::move(*database));
  if (auto same = state.check_note(std::string(kStream), stream, "the stream"); !same)
    return std::unexpected(same.error());
  return state;
}

/// A note that is as it was, or was not there yet.
Result<> StreamState::check_note(const std::string& name, const std::string& value, const std::string& what) {
  const auto before = read_note(database_, name);
  if (!before) return std::unexpected(before.error());
  if (!*before) return write_note(database_, name, value);
  if (**before == value) return {};
  return fail(ErrorKind::invalid,
              "{} is of {} '{}', not of '{}': name another state_directory, or delete the file to begin anew",
              database_.path().string(), what, **before, value);
}

Result<Positions> StreamState::load(Windows& windows, const std::string& made_of) {
  if (auto same = check_note(std::string(kWindows),
                             describe(windows.shape(), windows.aggregates()) + "; " + made_of, "windows");
      !same)
    return std::unexpected(same.error());
  if (auto loaded = load_windows(windows); !loaded) return std::unexpected(loaded.error());
  auto statement =
      database_.prepare("SELECT shard, position, watermark_ms, watermark_ms IS NULL FROM shards");
  if (!statement) return std::unexpected(statement.error());
  Positions positions;
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return positions;
    auto position = position_from_text(statement->text(1));
    if (!position) return wrap(position.error(), database_.path().string());
    ShardPosition& at = positions[statement->text(0)];
    at.position = std::move(*position);
    if (statement->integer(3) == 0) at.watermark_ms = statement->integer(2);
  }
}

Result<> StreamState::load_windows(Windows& windows) {
  const auto ended = read_note(database_, kEnded);
  if (!ended) return std::unexpected(ended.error());
  if (*ended) {
    std::int64_t ended_ms = 0;
    const char* end = (*ended)->data() + (*ended)->size();
    if (std::from_chars((*ended)->data(), end, ended_ms).ptr != end) return damaged(database_);
    windows.restore_ended(ended_ms);
  }
  auto keys = database_.prepare("SELECT pane_ms, key, records, cells FROM keys");
  auto ids = database_.prepare("SELECT pane_ms, ids FROM message_ids");
  if (!keys) return std::unexpected(keys.error());
  if (!ids) return std::unexpected(ids.error());
  for (;;) {
    const auto row = keys->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    auto cells = cells_of(keys->blob(3), windows.aggregates());
    if (!cells) return damaged(database_);
    windows.restore_key(keys->integer(0), keys->text(1), keys->integer(2), std::move(*cells));
  }
  for (;;) {
    const auto row = ids->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const std::string bytes = ids->blob(1);
    if (bytes.size() % sizeof(std::uint64_t) != 0) return damaged(database_);
    std::vector<std::uint64_t> numbers(bytes.size() / sizeof(std::uint64_t));
    if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
    windows.restore_message_ids(ids->integer(0), numbers);
  }
}

Result<> StreamState::commit(Windows& windows, const Positions& positions,
                             std::span<const WindowResult> results) {
  auto transaction = storage::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  auto writer = ChangeWriter::make(database_);
  if (!writer) return std::unexpected(writer.error());
  windows.take_changes(*writer);
  if (!writer->outcome()) return writer->outcome();
  if (auto done = write_note(database_, kEnded, std::to_string(windows.ended_ms())); !done) return done;
  if (auto done = write_positions(database_, positions); !done) return done;
  if (auto done = write_results(database_, results); !done) return done;
  return transaction->commit();
}

Result<> StreamState::forget(std::span<const std::string> shards) {
  auto statement = database_.prepare("DELETE FROM shards WHERE shard = ?1");
  if (!statement) return std::unexpected(statement.error());
  for (const auto& shard : shards) {
    if (auto done = statement->bind(1, shard).run(); !done) return done;
  }
  return {};
}

Result<std::vector<PendingResult>> StreamState::pending(std::size_t most) {
  auto statement = database_.prepare(
      "SELECT id, key, start_ms, end_ms, records, numbers FROM results ORDER BY id LIMIT ?1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, static_cast<std::int64_t>(most));
  std::vector<PendingResult> pending;
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return pending;
    auto values = values_of(statement->blob(5));
    if (!values) return damaged(database_);
    pending.push_back({statement->integer(0),
                       {.key = statement->text(1),
                        .start_ms = statement->integer(2),
                        .end_ms = statement->integer(3),
                        .records = statement->integer(4),
                        .values = std::move(*values)}});
  }
}

Result<> StreamState::delivered(std::int64_t up_to_id) {
  auto statement = database_.prepare("DELETE FROM results WHERE id <= ?1");
  if (!statement) return std::unexpected(statement.error());
  return statement->bind(1, up_to_id).run();
}

}  // namespace kinesight::stream
