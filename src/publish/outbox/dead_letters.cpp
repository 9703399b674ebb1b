#include <algorithm>
#include <string_view>

#include "publish/outbox/dead_letter_store.h"
#include "publish/outbox/view.h"
#include "storage/database.h"

namespace kinesight::publish {

using namespace outbox;

using storage::Database;
using storage::Statement;
using storage::Transaction;

struct DeadLetters::Impl {
  /// Runs `sql` for each of `ids`, or once for all of `sink`; how many rows it changed. In `sql`, ?1 is the
  /// id or NULL, ?2 the sink or NULL.
  Result<std::int64_t> change(std::string_view sql, const std::vector<std::int64_t>& ids,
                              const std::string& sink);
  Database database;
};

Result<DeadLetters> DeadLetters::open(const std::filesystem::path& state_directory) {
  const auto path = dead_letters_path(state_directory / "outbox");
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return fail(ErrorKind::not_found, "no outbox in {}", state_directory.string());
  auto database = Database::open(path, Database::Mode::read_write);
  if (!database) return std::unexpected(database.error());
  if (auto migrated = migrate_dead_letters(*database); !migrated) return std::unexpected(migrated.error());
  return DeadLetters(std::unique_ptr<Impl>(new Impl{std::move(*database)}));
}

DeadLetters::DeadLetters(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DeadLetters::DeadLetters(DeadLetters&&) noexcept = default;
DeadLetters& DeadLetters::operator=(DeadLetters&&) noexcept = default;
DeadLetters::~DeadLetters() = default;

Result<std::vector<DeadLetter>> DeadLetters::list(const std::string& sink, std::size_t limit) {
  auto select = impl_->database.prepare(
      "SELECT id, sink, stream, key, name, error, tries, accepted_ms, buried_ms, bytes, state "
      "FROM dead_letters WHERE ?1 = '' OR sink = ?1 ORDER BY id DESC LIMIT ?2");
  if (!select) return std::unexpected(select.error());
  constexpr std::size_t kMost = 1'000'000;
  select->bind(1, sink).bind(2, static_cast<std::int64_t>(std::min(limit, kMost)));
  std::vector<DeadLetter> letters;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    const bool events = select->text(2) == to_string(Stream::events);
    letters.push_back({.id = select->integer(0),
                       .sink = select->text(1),
                       .stream = events ? Stream::events : Stream::snapshots,
                       .key = select->text(3),
                       .name = select->text(4),
                       .error = select->text(5),
                       .tries = static_cast<int>(select->integer(6)),
                       .accepted_ms = select->integer(7),
                       .buried_ms = select->integer(8),
                       .bytes = select->integer(9),
                       .retrying = select->integer(10) != static_cast<std::int64_t>(DeadState::buried)});
  }
  if (!row) return std::unexpected(row.error());
  return letters;
}

Result<std::string> DeadLetters::payload(std::int64_t id) {
  auto select = impl_->database.prepare("SELECT payload FROM dead_letters WHERE id = ?");
  if (!select) return std::unexpected(select.error());
  const auto row = select->bind(1, id).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(ErrorKind::not_found, "there is no dead letter {}", id);
  return select->blob(0);
}

Result<std::int64_t> DeadLetters::retry(const std::vector<std::int64_t>& ids, const std::string& sink) {
  return impl_->change(
      "UPDATE dead_letters SET state = 1 WHERE state = 0 AND (?1 IS NULL OR id = ?1) AND "
      "(?2 IS NULL OR sink = ?2)",
      ids, sink);
}

// What the outbox is taking in at this moment stays: it is no dead letter any more.
Result<std::int64_t> DeadLetters::drop(const std::vector<std::int64_t>& ids, const std::string& sink) {
  return impl_->change(
      "DELETE FROM dead_letters WHERE state <> 2 AND (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR sink = ?2)",
      ids, sink);
}

Result<std::int64_t> DeadLetters::Impl::change(std::string_view sql, const std::vector<std::int64_t>& ids,
                                               const std::string& sink) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::unexpected(transaction.error());
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  std::int64_t changed = 0;
  const auto run = [&](const std::int64_t* id) -> Result<> {
    id ? statement->bind(1, *id) : statement->bind(1, nullptr);
    sink.empty() ? statement->bind(2, nullptr) : statement->bind(2, sink);
    auto done = statement->run();
    changed += database.changes();
    return done;
  };
  if (ids.empty()) {
    if (auto done = run(nullptr); !done) return std::unexpected(done.error());
  }
  for (const auto id : ids) {
    if (auto done = run(&id); !done) return std::unexpected(done.error());
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return changed;
}

}  // namespace kinesight::publish
