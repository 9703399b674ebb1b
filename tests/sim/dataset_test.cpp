#include "sim/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <sstream>
#include <string>

#include "support/temp_folder.h"

namespace kinesight::sim {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every file of a folder by its relative name.
std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = read(entry.path());
  }
  return files;
}

DatasetOptions small(const std::filesystem::path& out) {
  return {.out = out, .seed = 3, .count = 12, .width = 160, .height = 96};
}

TEST(Dataset, SameSeedSameBytes) {
  const support::TempFolder first, second, third;
  ASSERT_TRUE(write_dataset(small(first.path())));
  ASSERT_TRUE(write_dataset(small(second.path())));
  auto other = small(third.path());
  other.seed = 4;
  ASSERT_TRUE(write_dataset(other));
  EXPECT_EQ(contents(first.path()), contents(second.path()));
  EXPECT_NE(contents(first.path()), contents(third.path()));
}

TEST(Dataset, ALongerSetBeginsWithTheShorterOne) {
  const support::TempFolder first, second;
  ASSERT_TRUE(write_dataset(small(first.path())));
  auto longer = small(second.path());
  longer.count = 14;
  ASSERT_TRUE(write_dataset(longer));
  const auto shorter_files = contents(first.path());
  const auto longer_files = contents(second.path());
  EXPECT_EQ(longer_files.size(), shorter_files.size() + 4);
  for (const auto& [name, bytes] : shorter_files) EXPECT_EQ(longer_files.at(name), bytes) << name;
}

TEST(Dataset, WritesPicturesLabelsAndClasses) {
  const support::TempFolder folder;
  int last = 0;
  ASSERT_TRUE(write_dataset(small(folder.path()), [&](int done, int count) {
    EXPECT_EQ(done, ++last);
    EXPECT_EQ(count, 12);
  }));
  EXPECT_EQ(last, 12);
  EXPECT_EQ(read(folder.path() / "classes.txt"), "knife\ngun\nfire\nsmoke\nplate\n");
  int boxes = 0;
  for (int k = 0; k < 12; ++k) {
    const std::string name = std::string(k < 10 ? "00000" : "0000") + std::to_string(k);
    EXPECT_EQ(cv::imread((folder.path() / "images" / (name + ".jpg")).string()).size(), cv::Size(160, 96))
        << name;
    std::istringstream lines(read(folder.path() / "labels" / (name + ".txt")));
    double label, cx, cy, w, h;
    while (lines >> label >> cx >> cy >> w >> h) {
      ++boxes;
      EXPECT_TRUE(label >= 0 && label <= 4) << label;
      EXPECT_TRUE(cx - w / 2 > -1e-5 && cx + w / 2 < 1 + 1e-5 && cy - h / 2 > -1e-5 && cy + h / 2 < 1 + 1e-5)
          << name;
    }
  }
  EXPECT_GT(boxes, 5);
}

TEST(Dataset, NegativeSetHasEmptyLabelFiles) {
  const support::TempFolder folder;
  auto options = small(folder.path());
  options.labelled = false;
  options.jpeg_quality = 0;
  ASSERT_TRUE(write_dataset(options));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "images/000011.png"));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "labels"))
    EXPECT_EQ(entry.file_size(), 0U);
}

TEST(Dataset, BadOptionsAndPlacesAreErrors) {
  const support::TempFolder folder;
  auto options = small(folder.path());
  options.count = 0;
  EXPECT_EQ(write_dataset(options).error().message, "a data set's count must be 1 to 1000000, not 0");
  options = small(folder.path());
  options.jpeg_quality = 101;
  EXPECT_EQ(write_dataset(options).error().kind, ErrorKind::invalid);
  options = small(folder.path());
  options.width = 8;
  EXPECT_EQ(write_dataset(options).error().message, "a scene's width must be 64 to 4096 pixels, not 8");
  std::ofstream(folder.path() / "file") << "x";
  const auto result = write_dataset(small(folder.path() / "file"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(result.error().message, testing::HasSubstr("file/images"));
}

}  // namespace
}  // namespace kinesight::sim
