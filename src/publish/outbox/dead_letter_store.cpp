#include "publish/outbox/dead_letter_store.h"

#include <array>

namespace kinesight::publish::outbox {
namespace {

using storage::Database;
using storage::Statement;
using storage::Transaction;

constexpr std::array<std::string_view, 1> kMigrations = {R"(
CREATE TABLE dead_letters(
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  stream      TEXT NOT NULL,
  sink        TEXT NOT NULL,
  sequence    INTEGER NOT NULL,
  key         TEXT NOT NULL,
  name        TEXT NOT NULL,
  error       TEXT NOT NULL,
  tries       INTEGER NOT NULL,
  accepted_ms INTEGER NOT NULL,
  buried_ms   INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  state       INTEGER NOT NULL DEFAULT 0,
  moved_to    INTEGER NOT NULL DEFAULT 0,
  payload     BLOB NOT NULL,
  UNIQUE(stream, sink, sequence));
CREATE INDEX dead_letters_under_way ON dead_letters(stream, state, sink, id) WHERE state <> 0;
CREATE INDEX dead_letters_bytes ON dead_letters(stream, sink, id, bytes))"};

// Both look once a second: "state <> 0" is what lets them use the index of the few that are under way.
constexpr std::int64_t kMostReturning = 64;
constexpr std::size_t kMostReturningBytes = 4 * 1024 * 1024;

/// Steps through all rows.
template <class Each>
Result<> rows(Statement& statement, Each each) {
  auto row = statement.step();
  for (; row && *row; row = statement.step()) {
    if (!each()) break;
  }
  if (!row) return std::unexpected(row.error());
  return {};
}

}  // namespace

std::filesystem::path dead_letters_path(const std::filesystem::path& folder) {
  return folder / "dead_letters.db";
}

Result<> migrate_dead_letters(Database& database) { return database.migrate(kMigrations); }

Result<std::unique_ptr<DeadLetterStore>> DeadLetterStore::open(const std::filesystem::path& folder,
                                                               bool sync) {
  auto database = Database::open(dead_letters_path(folder), Database::Mode::read_write);
  if (!database) return std::unexpected(database.error());
  if (auto migrated = migrate_dead_letters(*database); !migrated) return std::unexpected(migrated.error());
  // The log forgets an entry once it is buried: that must be as safe as the log is.
  if (sync) {
    if (auto set = database->execute("PRAGMA synchronous = full"); !set) return std::unexpected(set.error());
  }
  return std::unique_ptr<DeadLetterStore>(new DeadLetterStore(std::move(*database)));
}

Result<std::uint64_t> DeadLetterStore::bury(const Burial& burial) {
  std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  if (!bytes_.contains({burial.stream, std::string(burial.sink)})) {
    const auto bytes = bytes_of(burial);
    if (!bytes) return std::unexpected(bytes.error());
    bytes_[{burial.stream, std::string(burial.sink)}] = *bytes;
  }
  auto insert = database_.prepare(
      "INSERT OR IGNORE INTO dead_letters(stream, sink, sequence, key, name, error, tries, accepted_ms, "
      "buried_ms, bytes, payload) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return std::unexpected(insert.error());
  const Entry& entry = burial.entry;
  insert->bind(1, to_string(burial.stream)).bind(2, burial.sink);
  insert->bind(3, static_cast<std::int64_t>(entry.sequence)).bind(4, entry.key).bind(5, entry.name);
  insert->bind(6, burial.error).bind(7, std::int64_t{burial.tries}).bind(8, entry.accepted_ms);
  insert->bind(9, burial.now_ms).bind(10, static_cast<std::int64_t>(entry.payload.size()));
  if (auto done = insert->bind_blob(11, entry.payload).run(); !done) return std::unexpected(done.error());
  auto gone = make_room(burial);
  if (!gone) return gone;
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return gone;
}

Result<std::int64_t> DeadLetterStore::bytes_of(const Burial& burial) {
  auto sum = database_.prepare("SELECT sum(bytes) FROM dead_letters WHERE stream = ? AND sink = ?");
  if (!sum) return std::unexpected(sum.error());
  const auto row = sum->bind(1, to_string(burial.stream)).bind(2, burial.sink).step();
  if (!row) return std::unexpected(row.error());
  return sum->integer(0);
}

/// Deletes the sink's oldest dead letters when all have more bytes than they may; a tenth more than it must,
/// so that the work is not done for each.
Result<std::uint64_t> DeadLetterStore::make_room(const Burial& burial) {
  auto& bytes = bytes_[{burial.stream, std::string(burial.sink)}];
  bytes += static_cast<std::int64_t>(burial.entry.payload.size());
  if (bytes <= burial.max_bytes) return 0;
  auto remove = database_.prepare(
      "DELETE FROM dead_letters WHERE state = 0 AND id IN (SELECT id FROM (SELECT id, "
      "sum(bytes) OVER (PARTITION BY stream, sink ORDER BY id DESC) AS total FROM dead_letters "
      "WHERE stream = ?1 AND sink = ?2) WHERE total > ?3)");
  if (!remove) return std::unexpected(remove.error());
  remove->bind(1, to_string(burial.stream)).bind(2, burial.sink).bind(3, burial.max_bytes / 10 * 9);
  if (auto done = remove->run(); !done) return std::unexpected(done.error());
  const auto gone = static_cast<std::uint64_t>(database_.changes());
  const auto left = bytes_of(burial);
  if (!left) return std::unexpected(left.error());
  bytes = *left;
  return gone;
}

Result<std::vector<std::uint64_t>> DeadLetterStore::buried(Stream stream, std::string_view sink,
                                                           std::uint64_t first) {
  std::lock_guard lock(mutex_);
  auto select =
      database_.prepare("SELECT sequence FROM dead_letters WHERE stream = ? AND sink = ? AND sequence >= ?");
  if (!select) return std::unexpected(select.error());
  select->bind(1, to_string(stream)).bind(2, sink).bind(3, static_cast<std::int64_t>(first));
  std::vector<std::uint64_t> sequences;
  const auto done = rows(*select, [&] {
    sequences.push_back(static_cast<std::uint64_t>(select->integer(0)));
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return sequences;
}

Result<std::uint64_t> DeadLetterStore::highest(Stream stream) {
  std::lock_guard lock(mutex_);
  auto select = database_.prepare("SELECT max(sequence) FROM dead_letters WHERE stream = ?");
  if (!select) return std::unexpected(select.error());
  const auto row = select->bind(1, to_string(stream)).step();
  if (!row) return std::unexpected(row.error());
  return static_cast<std::uint64_t>(select->integer(0));
}

Result<std::vector<DeadLetterStore::Returning>> DeadLetterStore::wanted(Stream stream,
                                                                        std::string_view sink) {
  std::lock_guard lock(mutex_);
  auto select = database_.prepare(
      "SELECT id, key, name, payload FROM dead_letters WHERE stream = ? AND state = ? AND state <> 0 "
      "AND sink = ? ORDER BY id LIMIT ?");
  if (!select) return std::unexpected(select.error());
  select->bind(1, to_string(stream)).bind(2, static_cast<std::int64_t>(DeadState::wanted));
  select->bind(3, sink).bind(4, kMostReturning);
  std::vector<Returning> found;
  std::size_t bytes = 0;
  const auto done = rows(*select, [&] {
    found.push_back({.id = select->integer(0),
                     .entry = {.key = select->text(1),
                               .name = select->text(2),
                               .sink = std::string(sink),
                               .payload = select->blob(3)}});
    bytes += found.back().entry.payload.size();
    return bytes < kMostReturningBytes;
  });
  if (!done) return std::unexpected(done.error());
  return found;
}

Result<std::vector<DeadLetterStore::Returning>> DeadLetterStore::moving(Stream stream) {
  std::lock_guard lock(mutex_);
  auto select = database_.prepare(
      "SELECT id, moved_to, name, sink FROM dead_letters WHERE stream = ? AND state = ? AND state <> 0");
  if (!select) return std::unexpected(select.error());
  select->bind(1, to_string(stream)).bind(2, static_cast<std::int64_t>(DeadState::moving));
  std::vector<Returning> found;
  const auto done = rows(*select, [&] {
    found.push_back({.id = select->integer(0),
                     .moved_to = static_cast<std::uint64_t>(select->integer(1)),
                     .entry = {.name = select->text(2), .sink = select->text(3)}});
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return found;
}

Result<> DeadLetterStore::begin_move(std::span<const Returning> returning, std::uint64_t first) {
  return for_each(returning, "UPDATE dead_letters SET state = 2, moved_to = ?2 WHERE id = ?1 AND state = 1",
                  first);
}

Result<> DeadLetterStore::finish_move(std::span<const Returning> returning) {
  return for_each(returning, "DELETE FROM dead_letters WHERE id = ?1", 0);
}

Result<> DeadLetterStore::cancel_move(std::span<const Returning> returning) {
  return for_each(returning, "UPDATE dead_letters SET state = 1, moved_to = 0 WHERE id = ?1", 0);
}

/// Runs `sql` for each of them in one transaction; ?1 is its id, ?2 counts from `first` when that is not 0.
/// A row that is no longer as `sql` expects it is an error: somebody dropped it.
Result<> DeadLetterStore::for_each(std::span<const Returning> returning, std::string_view sql,
                                   std::uint64_t first) {
  std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  auto statement = database_.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  for (const auto& letter : returning) {
    statement->bind(1, letter.id);
    if (first > 0) statement->bind(2, static_cast<std::int64_t>(first++));
    if (auto done = statement->run(); !done) return done;
    if (database_.changes() != 1)
      return fail(ErrorKind::not_found, "dead letter {} was dropped meanwhile", letter.id);
  }
  return transaction->commit();
}

}  // namespace kinesight::publish::outbox
