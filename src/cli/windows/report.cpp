#include "cli/windows/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/detections.h"
#include "config/yaml.h"
#include "stream/windows/rows.h"

namespace kinesight::cli {
namespace {

/// Columns of text (the key, the bounds) come first, those of numbers follow.
constexpr std::size_t kTexts = 3;
constexpr std::size_t kTextWidth = 20;
constexpr std::size_t kNumberWidth = 12;

std::string cell_of(const nlohmann::ordered_json& value) {
  constexpr double many_digits = 1e12;
  if (value.is_null()) return "-";
  if (value.is_string()) return config::printable(value.get<std::string>());
  if (!value.is_number_float()) return value.dump();
  const double number = value.get<double>();
  return std::abs(number) < many_digits ? fmt::format("{:.3f}", number) : fmt::format("{:.6g}", number);
}

/// ", 3 of something" where there are any.
std::string also(std::uint64_t count, std::string_view what) {
  return count == 0 ? "" : fmt::format(", {} {}", count, what);
}

}  // namespace

WindowsReport::WindowsReport(const stream::StreamFile& file, bool json, bool at_once, Context& context)
    : key_(file.record.key),
      aggregates_(stream::plan_of(file.windows).aggregates),
      columns_(stream::columns_of(key_, aggregates_)),
      json_(json),
      at_once_(at_once),
      context_(context),
      bar_("reading") {}

std::string WindowsReport::table_row(const std::vector<std::string>& cells) const {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i < kTexts)
      row += fmt::format("{:<{}}  ", cells[i], std::max(columns_[i].size(), kTextWidth));
    else
      row += fmt::format("{:>{}}  ", cells[i], std::max(columns_[i].size(), kNumberWidth));
  }
  return row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
}

void WindowsReport::head() {
  if (json_ || headed_) return;
  headed_ = true;
  context_.out << table_row(columns_);
}

bool WindowsReport::result(const stream::WindowResult& result) {
  bar_.clear();
  head();
  const auto row = stream::row_of(key_, aggregates_, result);
  if (json_) {
    context_.out << line_of(row) << '\n';
  } else {
    std::vector<std::string> cells;
    for (const auto& value : row) cells.push_back(cell_of(value));
    context_.out << table_row(cells);
  }
  if (at_once_) context_.out.flush();
  return context_.out.good();
}

void WindowsReport::broken(const Error& why) {
  if (++broken_ > kTold + 1) return;
  bar_.clear();
  if (broken_ <= kTold)
    context_.err << "kinesight: cannot be read: " << config::one_line(why.message) << '\n';
  else
    context_.err << "kinesight: further records that cannot be read are only counted\n";
}

void WindowsReport::progress(std::uint64_t done, std::uint64_t all) {
  bar_.show(static_cast<std::int64_t>(std::min(done, all)), static_cast<std::int64_t>(all));
}

void WindowsReport::summary(const stream::TallyCounts& counts) {
  bar_.clear();
  head();
  context_.out.flush();
  context_.err << fmt::format("kinesight: {} records read, {} counted in {} windows{}{}{}\n", counts.read,
                              counts.counted, counts.results, also(counts.duplicates, "duplicates"),
                              also(counts.late, "late, in no window"), also(counts.broken, "broken"));
}

}  // namespace kinesight::cli
