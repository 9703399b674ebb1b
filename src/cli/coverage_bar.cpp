#include "cli/coverage_bar.h"

namespace kinesight::cli {
namespace {

constexpr std::string_view kHeights[] = {"_", "▁", "▂", "▃", "▄", "▅", "▆", "▇"};

std::string_view cell(const infer::CoverageTotals& totals) {
  const auto known = totals.known_ms();
  if (known == 0) return " ";
  const auto watched = totals.live_ms + totals.backfilled_ms;
  if (watched == known) return "█";
  if (watched == 0) return kHeights[0];
  return kHeights[1 + watched * 7 / known];
}

}  // namespace

std::string coverage_bar(const infer::CoverageReport& report) {
  std::string bar;
  const auto length = report.until_ms - report.since_ms;
  for (int i = 0; i < kBarCells; ++i) {
    const auto begin = report.since_ms + length * i / kBarCells;
    const auto end = report.since_ms + length * (i + 1) / kBarCells;
    bar += cell(infer::totals_of(infer::clip(report.spans, begin, end)));
  }
  return bar;
}

}  // namespace kinesight::cli
