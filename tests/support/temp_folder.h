// A folder that a test may fill, gone when the test is over.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace kinesight::support {

/// A fresh empty folder, deleted with all that is in it at the end of its life.
class TempFolder {
 public:
  TempFolder() {
    std::string name = testing::TempDir() + "kinesight-XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder in " + testing::TempDir());
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace kinesight::support
