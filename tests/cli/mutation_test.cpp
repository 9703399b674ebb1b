// Damaged configurations: whatever is done to a file, it loads or its problems are named; it never crashes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/rng.h"
#include "cli/components.h"
#include "config/environment.h"

namespace kinesight::cli {
namespace {

constexpr int kRuns = 500;

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Does one bad thing to a file.
void mutate(std::vector<std::string>& lines, Rng& rng) {
  const auto last = static_cast<int>(lines.size()) - 1;
  const auto at = static_cast<std::size_t>(rng.integer(0, last));
  std::string& line = lines[at];
  const auto column = static_cast<std::size_t>(rng.integer(0, static_cast<int>(line.size())));
  static const std::vector<std::string> kValues = {
      "~",    "[]",   "{}", "[[1, {a: b}]]", "-1",    "1e999", "nan",  "\"",   "${HOME", "*x",
      "&x y", "!t z", "|",  "'it''s'",       "<<: 1", "true",  "\xff", "0x7f", ": :"};
  const std::string& value =
      kValues[static_cast<std::size_t>(rng.integer(0, static_cast<int>(kValues.size()) - 1))];
  switch (rng.integer(0, 8)) {
    case 0:
      line.insert(column, 1, static_cast<char>(rng.integer(0, 255)));
      break;
    case 1:
      line.erase(column, 1);
      break;
    case 2:
      line.insert(0, static_cast<std::size_t>(rng.integer(1, 4)), ' ');
      break;
    case 3:
      line.erase(0, static_cast<std::size_t>(rng.integer(1, 4)));
      break;
    case 4:
      line.insert(0, "\t");
      break;
    case 5:
      line = line.substr(0, line.find(':')) + ": " + value;
      break;
    case 6:
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at),
                   std::string(lines[static_cast<std::size_t>(rng.integer(0, last))]));
      break;
    case 7:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    default:
      line += value;
      break;
  }
}

TEST(Mutations, NeverCrashAndNeverGoUnnoticed) {
  const char* given = std::getenv("KINESIGHT_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  const auto original = lines_of(std::filesystem::path(KINESIGHT_SOURCE_DIR) / "config/cameras.yaml");
  ASSERT_FALSE(original.empty());
  const config::Catalog catalog = components().catalog();
  Rng rng(seed);
  int loaded = 0;
  for (int run = 0; run < kRuns; ++run) {
    auto lines = original;
    for (int times = rng.integer(1, 4); times > 0 && !lines.empty(); --times) mutate(lines, rng);
    const std::string text = joined(lines);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", run " + std::to_string(run) + "\n" + text);
    const auto file = config::parse_cameras_file(text, "c.yaml", catalog, config::no_environment());
    loaded += file.has_value();
    for (const config::Problem& problem : file ? file->warnings : file.error()) {
      EXPECT_FALSE(problem.message.empty());
      EXPECT_LE(problem.line, static_cast<int>(lines.size()) + 1);
      EXPECT_EQ(to_string(problem).find('\n'), std::string::npos) << to_string(problem);
      EXPECT_EQ(problem.severity == config::Severity::error && file.has_value(), false);
    }
    EXPECT_TRUE(file || !file.error().empty());
  }
  RecordProperty("seed", std::to_string(seed));
  std::printf("seed %llu (KINESIGHT_SEED replays it): %d of %d mutants could still be used\n",
              static_cast<unsigned long long>(seed), loaded, kRuns);
}

}  // namespace
}  // namespace kinesight::cli
