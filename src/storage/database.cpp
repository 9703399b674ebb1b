#include "storage/database.h"

#include <sqlite3.h>

#include <utility>

namespace kinesight::storage {
namespace {

ErrorKind kind_of(int code) {
  switch (code & 0xff) {  // The low byte is the primary code of an extended one.
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return ErrorKind::denied;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::corrupt;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return ErrorKind::invalid;
    default:
      return ErrorKind::unavailable;  // Full, busy, locked, I/O error, cannot open.
  }
}

std::string_view advice(int code) {
  switch (code & 0xff) {
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return "; make the file and its folder writable for this user";
    case SQLITE_CANTOPEN:
      return "; its folder must exist and be accessible to this user";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "; move the file away, and a new one is begun";
    case SQLITE_FULL:
      return "; free space on the disk";
    default:
      return "";
  }
}

std::unexpected<Error> failure(sqlite3* database) {
  const int code = sqlite3_extended_errcode(database);
  const char* name = sqlite3_db_filename(database, "main");
  return fail(kind_of(code), "database {}: {}{}", name && *name ? name : "(in memory)",
              sqlite3_errmsg(database), advice(code));
}

Result<> set_up(Database& database, Database::Mode mode) {
  // Opening reads nothing yet; asking for the size shows at once whether the file is a database at all.
  const auto pages = database.value("PRAGMA page_count");
  if (!pages) return std::unexpected(pages.error());
  if (mode == Database::Mode::read_only) return database.execute("PRAGMA query_only = 1");
  // Must be chosen before the first table; it lets retention give space back to the disk.
  if (*pages == 0) {
    if (auto done = database.execute("PRAGMA auto_vacuum = incremental"); !done) return done;
  }
  return database.execute("PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA foreign_keys = on");
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

// A failed bind (a wrong number, no memory) leaves the parameter NULL; a wrong number is a bug that tests
// find.
Statement& Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  sqlite3_bind_double(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), parameter, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

// No bytes at no address would be NULL; an empty blob is one that is there.
Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter, bytes.empty() ? "" : bytes.data(), bytes.size(),
                      SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(int parameter, std::nullptr_t) {
  sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

Result<bool> Statement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return failure(sqlite3_db_handle(statement_.get()));
  }
}

Result<> Statement::run() {
  auto row = step();
  while (row && *row) row = step();
  reset();
  if (!row) return std::unexpected(row.error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (!text) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::filesystem::path& path, Mode mode, Clock::Duration patience) {
  std::error_code error;
  if (mode == Mode::read_only && !std::filesystem::exists(path, error)) {
    return fail(ErrorKind::not_found, "no database at {}", path.string());
  }
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database(path, handle);
  if (opened != SQLITE_OK) {
    if (!handle) return fail(ErrorKind::unavailable, "database {}: out of memory", path.string());
    return failure(handle);
  }
  sqlite3_busy_timeout(handle, static_cast<int>(to_seconds(patience) * 1000));
  if (auto ready = set_up(database, mode); !ready) return std::unexpected(ready.error());
  return database;
}

Result<> Database::execute(std::string_view sql) {
  if (sqlite3_exec(database_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure(database_.get());
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &statement, nullptr) != SQLITE_OK) {
    return failure(database_.get());
  }
  return Statement(statement);
}

Result<std::int64_t> Database::value(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

std::int64_t Database::changes() const { return sqlite3_changes64(database_.get()); }

Result<> Database::migrate(std::span<const std::string_view> steps) {
  auto version = value("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const auto known = static_cast<std::int64_t>(steps.size());
  if (*version > known) {
    return fail(ErrorKind::invalid,
                "database {}: has schema version {}, this program knows up to {}; use the newer program that "
                "wrote it",
                path_.string(), *version, known);
  }
  for (std::int64_t step = *version; step < known; ++step) {
    auto transaction = Transaction::begin(*this);
    if (!transaction) return std::unexpected(transaction.error());
    // Another process may have been quicker between our look and our lock.
    version = value("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (*version > step) continue;
    if (auto done = execute(steps[static_cast<std::size_t>(step)]); !done) return done;
    if (auto done = execute(fmt::format("PRAGMA user_version = {}", step + 1)); !done) return done;
    if (auto done = transaction->commit(); !done) return done;
  }
  return {};
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

// SQLite may have rolled back by itself (full disk, I/O error); then there is nothing to do and this fails
// harmlessly.
Transaction::~Transaction() {
  if (database_) (void)database_->execute("ROLLBACK");
}

Result<> Transaction::commit() {
  auto done = database_->execute("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace kinesight::storage
