#include "stream/tables/local_letters.h"

#include "stream/tables/local_schema.h"

namespace kinesight::stream {
namespace {

constexpr std::size_t kPageBytes = 1024 * 1024;
constexpr std::size_t kPageLetters = 1000;

std::unexpected<Error> cancelled() { return fail(ErrorKind::cancelled, "stopped"); }

DeadLetter from_row(const storage::Statement& row) {
  return {.error_id = row.text(0),
          .error_timestamp = row.integer(1),
          .error_message = row.text(2),
          .record_data = row.text(3)};
}

}  // namespace

Result<std::unique_ptr<LocalLetters>> LocalLetters::open(const std::filesystem::path& directory,
                                                         storage::Database::Mode mode) {
  auto database = read_local_tables(directory);
  if (!database) return std::unexpected(database.error());
  if (!*database) {
    return fail(ErrorKind::not_found, "database {}: expected tables, found none yet",
                (directory / "tables.db").string());
  }
  if (mode == storage::Database::Mode::read_write) {
    auto writing = open_local_tables(directory);
    if (!writing) return std::unexpected(writing.error());
    *database = std::move(*writing);
  }
  return std::unique_ptr<LocalLetters>(new LocalLetters(std::move(**database)));
}

Result<LetterPage> LocalLetters::page(const std::optional<std::string>& from, std::stop_token stop) {
  if (stop.stop_requested()) return cancelled();
  auto statement = database_.prepare(
      "SELECT error_id, error_timestamp, error_message, record_data FROM dead_letters "
      "WHERE ?1 OR error_id > ?2 ORDER BY error_id");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, std::int64_t{from ? 0 : 1}).bind(2, from.value_or(""));
  LetterPage page;
  for (std::size_t bytes = 0; true;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return page;
    const DeadLetter& letter = page.letters.emplace_back(from_row(*statement));
    bytes += letter.error_id.size() + letter.error_message.size() + letter.record_data.size();
    if (bytes < kPageBytes && page.letters.size() < kPageLetters) continue;
    page.next = letter.error_id;
    return page;
  }
}

Result<std::optional<DeadLetter>> LocalLetters::find(const std::string& id, std::stop_token) {
  auto statement = database_.prepare(
      "SELECT error_id, error_timestamp, error_message, record_data FROM dead_letters WHERE error_id = ?1");
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->bind(1, id).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return from_row(*statement);
}

Result<> LocalLetters::drop(std::span<const std::string> ids, std::stop_token stop) {
  if (stop.stop_requested()) return cancelled();
  auto transaction = storage::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  auto statement = database_.prepare("DELETE FROM dead_letters WHERE error_id = ?1");
  if (!statement) return std::unexpected(statement.error());
  for (const std::string& id : ids)
    if (auto done = statement->bind(1, id).run(); !done) return done;
  return transaction->commit();
}

}  // namespace kinesight::stream
