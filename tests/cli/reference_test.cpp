// docs/reference/ says what this program does, not what an older one did.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "cli/command_line.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

TEST(Reference, IsUpToDate) {
  const support::TempFolder folder;
  const Ran ran = kinesight_run({"reference", "--output", folder.path()});
  ASSERT_EQ(ran.code, kOk) << ran.err;
  const auto fresh = files_in(folder.path());
  const auto committed = files_in(fs::path(KINESIGHT_SOURCE_DIR) / "docs/reference");
  const char* const remedy = "run: make docs";
  for (const auto& [name, text] : fresh) {
    ASSERT_TRUE(committed.contains(name)) << name << " is not committed; " << remedy;
    EXPECT_EQ(committed.at(name), text) << name << " is stale; " << remedy;
  }
  for (const auto& [name, text] : committed)
    EXPECT_TRUE(fresh.contains(name)) << name << " is a page of nothing; delete it";
}

TEST(Reference, SaysWhyItCannotBeWritten) {
  const Ran ran = kinesight_run({"reference", "--output", "/dev/null/pages"});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, testing::HasSubstr("/dev/null/pages"));
}

}  // namespace
}  // namespace kinesight::cli
