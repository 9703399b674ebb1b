// The local database: SQLite behind values and Results. The only user of libsqlite3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kinesight::storage {

/// A prepared statement. Bind its parameters, step through its rows, reset() it to use it again.
/// It must not outlive its Database. Parameters count from 1, columns from 0, as in SQLite.
class Statement {
 public:
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view value);
  /// Binds bytes that are no text: they come back as they are, zeros included.
  Statement& bind_blob(int parameter, std::string_view bytes);
  /// Binds NULL.
  Statement& bind(int parameter, std::nullptr_t);

  /// Goes to the next row; false after the last. Errors: those of Database.
  Result<bool> step();
  /// Runs a statement whose rows nobody wants, and resets it.
  Result<> run();
  /// Makes it ready to be bound and run anew.
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// One connection to one database file. Used by one thread at a time; any number of connections, of any
/// number of processes, may be open on the file: with the write-ahead log, readers see the last commit and
/// wait for nobody.
///
/// Errors of all calls: denied (read-only, no permission), not_found, corrupt (not a database, damaged),
/// unavailable (full disk, I/O error, busy for too long), invalid (the SQL itself).
class Database {
 public:
  enum class Mode {
    read_write,  ///< Made when it is not there.
    read_only,
  };

  /// Opens `path`; a writer turns the write-ahead log on, with commits that survive the end of the process at
  /// any moment (a power cut may cost the newest commits, never the file's soundness). Waits up to `patience`
  /// for locks.
  static Result<Database> open(const std::filesystem::path& path, Mode mode,
                               Clock::Duration patience = seconds_duration(5));

  /// Runs statements, separated by semicolons, whose rows nobody wants.
  Result<> execute(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row of `sql`; 0 without a row.
  Result<std::int64_t> value(std::string_view sql);
  /// Rows that the last statement inserted, changed or deleted.
  std::int64_t changes() const;

  /// Brings the schema to version `steps.size()`: step i leads from version i to i + 1, each in a transaction
  /// of its own; the version is the file's user_version. Error also: invalid when the file is newer than this
  /// program.
  Result<> migrate(std::span<const std::string_view> steps);

  const std::filesystem::path& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(std::filesystem::path path, sqlite3* database) : path_(std::move(path)), database_(database) {}

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// A transaction that writes: rolled back unless committed.
class Transaction {
 public:
  /// Takes the write lock.
  static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  Result<> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // Null when nothing is left to do.
};

}  // namespace kinesight::storage
