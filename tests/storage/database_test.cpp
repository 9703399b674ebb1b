#include "storage/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "support/temp_folder.h"

namespace kinesight::storage {
namespace {

using Mode = Database::Mode;
using testing::HasSubstr;

constexpr std::array<std::string_view, 1> kFirst = {"CREATE TABLE t(a INTEGER, b TEXT, c REAL)"};
constexpr std::array<std::string_view, 2> kSecond = {kFirst[0],
                                                     "ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'new'"};

class DatabaseTest : public testing::Test {
 protected:
  Database open(Mode mode = Mode::read_write) { return Database::open(path_, mode).value(); }

  support::TempFolder folder_;
  std::filesystem::path path_ = folder_.path() / "test.db";
};

TEST_F(DatabaseTest, GivesBackWhatWasBound) {
  auto database = open();
  ASSERT_TRUE(database.migrate(kFirst));
  auto insert = database.prepare("INSERT INTO t VALUES(?, ?, ?)").value();
  ASSERT_TRUE(insert.bind(1, std::int64_t{1} << 60).bind(2, "näive \"text\"").bind(3, 0.1).run());
  ASSERT_TRUE(insert.bind(1, std::int64_t{-1}).bind(2, nullptr).run());
  auto select = database.prepare("SELECT a, b, c, b IS NULL FROM t ORDER BY a DESC").value();
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.integer(0), std::int64_t{1} << 60);
  EXPECT_EQ(select.text(1), "näive \"text\"");
  EXPECT_EQ(select.real(2), 0.1);
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.text(1), "");
  EXPECT_EQ(select.integer(3), 1);
  EXPECT_FALSE(select.step().value());
}

TEST_F(DatabaseTest, GivesBackBytesAsTheyAre) {
  auto database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE bytes(b BLOB NOT NULL)"));
  const std::string jpeg("\xff\xd8\0\x80\0\xff\xd9", 7);
  auto insert = database.prepare("INSERT INTO bytes VALUES(?)").value();
  ASSERT_TRUE(insert.bind_blob(1, jpeg).run());
  ASSERT_TRUE(insert.bind_blob(1, "").run());
  auto select = database.prepare("SELECT b, typeof(b) FROM bytes ORDER BY rowid").value();
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.blob(0), jpeg);
  EXPECT_EQ(select.text(1), "blob");
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.blob(0), "");
}

TEST_F(DatabaseTest, MigratesForwardAndKeepsTheRows) {
  {
    auto database = open();
    ASSERT_TRUE(database.migrate(kFirst));
    ASSERT_TRUE(database.execute("INSERT INTO t(a) VALUES(7)"));
  }
  auto database = open();
  ASSERT_TRUE(database.migrate(kSecond));
  ASSERT_TRUE(database.migrate(kSecond)) << "a second time changes nothing";
  EXPECT_EQ(database.value("PRAGMA user_version").value(), 2);
  EXPECT_EQ(database.value("SELECT a FROM t WHERE d = 'new'").value(), 7);
}

TEST_F(DatabaseTest, AFailedStepLeavesTheVersionBeforeIt) {
  constexpr std::array<std::string_view, 2> broken = {kFirst[0], "CREATE TABLE u(a); CREATE TABLE t(a)"};
  auto database = open();
  EXPECT_FALSE(database.migrate(broken));
  EXPECT_EQ(database.value("PRAGMA user_version").value(), 1);
  EXPECT_EQ(database.value("SELECT count(*) FROM sqlite_master WHERE name = 'u'").value(), 0);
}

TEST_F(DatabaseTest, RefusesAFileOfANewerProgram) {
  ASSERT_TRUE(open().migrate(kSecond));
  const auto result = open().migrate(kFirst);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
  EXPECT_THAT(result.error().message, HasSubstr("schema version 2, this program knows up to 1"));
}

TEST_F(DatabaseTest, AnUncommittedTransactionLeavesNothing) {
  auto database = open();
  ASSERT_TRUE(database.migrate(kFirst));
  {
    auto transaction = Transaction::begin(database).value();
    ASSERT_TRUE(database.execute("INSERT INTO t(a) VALUES(1)"));
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM t").value(), 0);
  {
    auto transaction = Transaction::begin(database).value();
    ASSERT_TRUE(database.execute("INSERT INTO t(a) VALUES(1)"));
    ASSERT_TRUE(transaction.commit());
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseTest, AReaderSeesTheLastCommitWhileAWriterIsAtWork) {
  auto writer = open();
  ASSERT_TRUE(writer.migrate(kFirst));
  auto transaction = Transaction::begin(writer).value();
  ASSERT_TRUE(writer.execute("INSERT INTO t(a) VALUES(1)"));
  auto reader = open(Mode::read_only);
  EXPECT_EQ(reader.value("SELECT count(*) FROM t").value(), 0);
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(reader.value("SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseTest, AReaderCannotWrite) {
  ASSERT_TRUE(open().migrate(kFirst));
  const auto result = open(Mode::read_only).execute("INSERT INTO t(a) VALUES(1)");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::denied);
}

TEST_F(DatabaseTest, SaysWhenThereIsNoDatabaseToRead) {
  const auto result = Database::open(path_, Mode::read_only);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::not_found);
  EXPECT_THAT(result.error().message, HasSubstr(path_.string()));
}

TEST_F(DatabaseTest, SaysWhenTheFileIsNoDatabase) {
  std::ofstream(path_) << std::string(4096, 'x');
  const auto result = Database::open(path_, Mode::read_write);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(result.error().message, HasSubstr("move the file away"));
}

TEST_F(DatabaseTest, SaysWhenTheFolderIsNotThere) {
  const auto result = Database::open(folder_.path() / "absent" / "test.db", Mode::read_write);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

TEST_F(DatabaseTest, GivesUpOnALockAfterItsPatience) {
  auto writer = open();
  ASSERT_TRUE(writer.migrate(kFirst));
  auto transaction = Transaction::begin(writer).value();
  auto other = Database::open(path_, Mode::read_write, seconds_duration(0.02)).value();
  const auto result = Transaction::begin(other);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace kinesight::storage
