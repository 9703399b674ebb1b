// A fuzz target without a fuzzer: its corpus, and for a moment what comes of it by chance. What is found by
// `make fuzz` goes into the corpus and stays found. A target that finds something aborts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/rng.h"
#include "support/replay.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kinesight::test {
namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

/// In the order of their names, so that a seed means the same everywhere.
std::vector<std::string> corpus() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(KINESIGHT_CORPUS))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

void change(std::string& input, Rng& rng) {
  const auto at = static_cast<std::size_t>(rng.integer(0, static_cast<int>(input.size())));
  const auto length = static_cast<std::size_t>(rng.integer(1, 32));
  const auto byte = static_cast<char>(rng.integer(0, 255));
  switch (rng.integer(0, 4)) {
    case 0:
      input.erase(at, length);
      break;
    case 1:
      input.insert(at, length, byte);
      break;
    case 2:
      input.insert(at, input.substr(at / 2, length));
      break;
    case 3:
      input.resize(at);
      break;
    default:
      if (at < input.size()) input[at] = byte;
  }
}

TEST(Fuzz, Corpus) {
  const auto inputs = corpus();
  ASSERT_FALSE(inputs.empty());
  for (const std::string& input : inputs) run(input);
  run("");
}

TEST(Fuzz, AMomentOfChance) {
  const auto inputs = corpus();
  Rng rng(support::replay_seed());
  for (int round = 0; round < KINESIGHT_FUZZ_ROUNDS; ++round) {
    std::string input =
        inputs.at(static_cast<std::size_t>(rng.integer(0, static_cast<int>(inputs.size()) - 1)));
    for (int changes = rng.integer(1, 6); changes > 0; --changes) change(input, rng);
    run(input);
  }
}

}  // namespace
}  // namespace kinesight::test
