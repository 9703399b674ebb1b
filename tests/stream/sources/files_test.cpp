#include "stream/sources/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "stream/record/record.h"
#include "stream/sources/line_reader.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

class FilesTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) {
    const auto path = (folder_.path() / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  /// Everything that `paths` give: records with the line they stand on, and errors, without the folder.
  std::vector<std::string> read(const std::vector<std::string>& paths,
                                FileFormat format = FileFormat::by_name) {
    auto source = open_files({.paths = paths, .format = format, .text_columns = {}});
    if (!source) return {short_of(source.error().message)};
    std::vector<std::string> all;
    for (;;) {
      const auto record = (*source)->next({});
      if (record && !*record) return all;
      const auto where = (*source)->where();
      all.push_back(record ? short_of(where) + " " + **record : "error: " + short_of(record.error().message));
      if (!record && record.error().kind != ErrorKind::corrupt) return all;
    }
  }

  std::string short_of(std::string text) const {
    const auto folder = folder_.path().string() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
      text.erase(at, folder.size());
    return text;
  }

  using Lines = std::vector<std::string>;
  support::TempFolder folder_;
};

TEST_F(FilesTest, ALineIsARecord) {
  EXPECT_EQ(read({file("a.ndjson", "\xEF\xBB\xBF{\"a\": 1}\r\n\n  \n {\"b\": \"\xEF\xBB\xBF\"} \nnot JSON")}),
            (Lines{"a.ndjson:1 {\"a\": 1}", "a.ndjson:4 {\"b\": \"\xEF\xBB\xBF\"}", "a.ndjson:5 not JSON"}));
  EXPECT_EQ(read({file("empty", "")}), Lines{});
}

TEST_F(FilesTest, FilesFollowEachOther) {
  EXPECT_EQ(read({file("a", "1\n2"), file("b", "\n"), file("c.csv", "x\n3\n")}),
            (Lines{"a:1 1", "a:2 2", "c.csv:2 {\"x\": 3}"}));
  EXPECT_EQ(read({file("a.csv", "1\n")}, FileFormat::ndjson), Lines{"a.csv:1 1"});
  EXPECT_EQ(read({file("a.txt", "x\n1\n")}, FileFormat::csv), Lines{"a.txt:2 {\"x\": 1}"});
}

TEST_F(FilesTest, CsvTellsOfBadRowsAndGoesOn) {
  EXPECT_EQ(read({file("a.csv", "\xEF\xBB\xBFx,y\r\n\r\n1,2\r\n3\r\n\"a\nb\",4\r\n5,\"6\"7\n8,9")}),
            (Lines{"a.csv:3 {\"x\": 1, \"y\": 2}",
                   "error: a.csv:4: expected 2 values, as many as the header has names, found 1",
                   "a.csv:5 {\"x\": \"a\\u000ab\", \"y\": 4}",
                   "error: a.csv:7: value 2: expected a comma behind the closing quote, found '7'",
                   "a.csv:8 {\"x\": 8, \"y\": 9}"}));
}

TEST_F(FilesTest, AWrongHeaderEndsTheSource) {
  EXPECT_EQ(read({file("a.csv", "x,x\n1,2\n")}),
            Lines{"error: a.csv:1: expected each column once, found 'x' twice"});
  EXPECT_EQ(read({file("b.csv", "x,\"y\n1,2\n")}),
            Lines{"error: b.csv:1: expected a closing quote within 1048576 bytes, found none up to the end "
                  "of the file"});
}

TEST_F(FilesTest, AQuoteThatIsNeverClosedDoesNotEatTheWholeFile) {
  std::string content = "x\n1\n\"open\n";
  while (content.size() < 3 * kMaxRecordBytes) content += "2\n";
  const auto lines = read({file("a.csv", content)});
  ASSERT_GT(lines.size(), 1000u);
  EXPECT_EQ(lines[0], "a.csv:2 {\"x\": 1}");
  EXPECT_NE(lines[1].find("error: a.csv:3: expected a closing quote within 1048576 bytes"),
            std::string::npos);
  EXPECT_EQ(lines[2].substr(lines[2].find(' ')), " {\"x\": 2}");
}

TEST_F(FilesTest, ALineThatIsTooLongIsSkipped) {
  const std::string longest(kMaxRecordBytes, 'x');
  const auto lines =
      read({file("a", "1\n" + longest + "\n" + longest + "y\n2\n" + longest + longest + longest)});
  const std::string error = ": expected a line of at most 1048576 bytes, found a longer one";
  EXPECT_EQ(lines, (Lines{"a:1 1", "a:2 " + longest, "error: a:3" + error, "a:4 2", "error: a:5" + error}));
}

TEST_F(FilesTest, WhatCannotBeReadIsToldBeforeAnythingIs) {
  EXPECT_EQ(read({file("a", "1\n"), (folder_.path() / "none").string()}),
            Lines{"none: cannot be opened: No such file or directory"});
  const auto folder = open_files({.paths = {folder_.path().string()}});
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::invalid);
}

TEST_F(FilesTest, ARecordComesAsSoonAsItsLineIsWhole) {
  const auto path = (folder_.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  auto source = open_files({.paths = {path}});
  ASSERT_TRUE(source);
  std::jthread writer([&] {
    const int pipe = ::open(path.c_str(), O_WRONLY);
    EXPECT_EQ(::write(pipe, "1\n2", 3), 3);
    // The reader has the first record before the second line is whole, or neither end would move.
    EXPECT_EQ((*source)->next({}).value(), "1");
    EXPECT_EQ(::write(pipe, "2\n", 2), 2);
    EXPECT_EQ((*source)->next({}).value(), "22");
    ::close(pipe);
  });
  // A named pipe gives its writer way only when somebody reads.
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  writer.join();
  EXPECT_EQ((*source)->next({}).value(), std::nullopt);
  ::close(reader);
}

TEST_F(FilesTest, AStopEndsTheWaitForALine) {
  const auto path = (folder_.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  auto source = open_files({.paths = {path}});
  ASSERT_TRUE(source);
  Result<std::optional<std::string>> answer;
  std::jthread reader([&](std::stop_token stop) { answer = (*source)->next(stop); });
  reader.request_stop();
  reader.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
}

TEST_F(FilesTest, AWaitForALineHasAnEndWhereOneIsAskedFor) {
  const auto path = (folder_.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int writer = ::open(path.c_str(), O_RDWR);
  LineReader lines(InputDescriptor::open(path).value(), 100);
  ASSERT_EQ(::write(writer, "1\n2", 3), 3);
  EXPECT_EQ(lines.next({}, Clock::system().steady()).value(), "1");
  const auto late = lines.next({}, Clock::system().steady());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::unavailable);
  ASSERT_EQ(::write(writer, "2\n", 2), 2);
  EXPECT_EQ(lines.next({}).value(), "22") << "what had come of the line is lost";
  ::close(writer);
}

TEST_F(FilesTest, TellsHowMuchOfTheFilesWasRead) {
  const std::string too_long(kMaxRecordBytes + 200'000, 'x');
  const std::vector<std::string> contents{"1\n22\n", "", too_long + "\n3", "n\r\n\"a\nb\"\r\n"};
  std::vector<std::string> paths;
  for (const std::string& content : contents)
    paths.push_back(file(std::to_string(paths.size()) + ".csv", content));
  paths.back() = file("rows.csv", contents.back());
  auto source = open_files({.paths = paths, .format = FileFormat::ndjson, .text_columns = {}});
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->bytes_read(), 0U);
  ASSERT_TRUE((*source)->next({}));
  EXPECT_EQ((*source)->bytes_read(), 2U);
  for (auto record = (*source)->next({}); !record || *record; record = (*source)->next({})) {
  }
  std::size_t all = 0;
  for (const std::string& content : contents) all += content.size();
  EXPECT_EQ((*source)->bytes_read(), all);
}

}  // namespace
}  // namespace kinesight::stream
