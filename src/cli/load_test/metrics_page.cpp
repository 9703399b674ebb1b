#include "cli/load_test/metrics_page.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace kinesight::cli::load_test {
namespace {

/// The labels in `a="x",b="y"`; a value's quotes and backslashes are escaped.
Labels read_labels(std::string_view text) {
  Labels labels;
  while (true) {
    const auto equals = text.find("=\"");
    if (equals == std::string_view::npos) return labels;
    const std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    std::string value;
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
      value += text.front();
      text.remove_prefix(1);
    }
    labels[name] = value;
    text.remove_prefix(std::min<std::size_t>(text.size(), 1));
    if (text.starts_with(',')) text.remove_prefix(1);
  }
}

/// Observations up to each upper bound, from one page to the other.
std::map<double, double> buckets_between(const MetricsPage& begin, const MetricsPage& end,
                                         const std::string& histogram) {
  std::map<double, double> buckets;
  const auto before = begin.by(histogram + "_bucket", "le");
  for (const auto& [bound, count] : end.by(histogram + "_bucket", "le")) {
    const auto earlier = before.find(bound);
    buckets[std::strtod(bound.c_str(), nullptr)] = count - (earlier == before.end() ? 0 : earlier->second);
  }
  return buckets;
}

double quantile(const std::map<double, double>& buckets, double share) {
  const double wanted = share * buckets.rbegin()->second;
  double bound_before = 0, count_before = 0;
  for (const auto& [bound, count] : buckets) {
    if (count >= wanted) {
      if (std::isinf(bound)) return bound_before;  // All that is known: more than the last bound.
      return bound_before +
             (bound - bound_before) * (wanted - count_before) / std::max(count - count_before, 1.0);
    }
    bound_before = bound;
    count_before = count;
  }
  return bound_before;
}

}  // namespace

MetricsPage::MetricsPage(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string_view::npos) continue;
    const auto series = line.substr(0, space);
    const auto brace = std::min(series.find('{'), series.size());
    Sample sample;
    if (brace < series.size()) sample.labels = read_labels(series.substr(brace + 1));
    sample.value = std::strtod(std::string(line.substr(space + 1)).c_str(), nullptr);
    samples_[std::string(series.substr(0, brace))].push_back(std::move(sample));
  }
}

double MetricsPage::sum(const std::string& name, const Labels& labels) const {
  const auto found = samples_.find(name);
  if (found == samples_.end()) return 0;
  double sum = 0;
  for (const auto& sample : found->second) {
    if (std::ranges::includes(sample.labels, labels)) sum += sample.value;
  }
  return sum;
}

std::map<std::string, double> MetricsPage::by(const std::string& name, const std::string& label) const {
  std::map<std::string, double> sums;
  const auto found = samples_.find(name);
  if (found == samples_.end()) return sums;
  for (const auto& sample : found->second) {
    if (const auto value = sample.labels.find(label); value != sample.labels.end())
      sums[value->second] += sample.value;
  }
  return sums;
}

std::optional<Quantiles> quantiles_between(const MetricsPage& begin, const MetricsPage& end,
                                           const std::string& histogram) {
  const auto buckets = buckets_between(begin, end, histogram);
  if (buckets.empty() || buckets.rbegin()->second <= 0) return std::nullopt;
  return Quantiles{quantile(buckets, 0.5), quantile(buckets, 0.95), quantile(buckets, 0.99)};
}

std::optional<Quantiles> quantiles_of(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  };
  return Quantiles{at(0.5), at(0.95), at(0.99)};
}

}  // namespace kinesight::cli::load_test
