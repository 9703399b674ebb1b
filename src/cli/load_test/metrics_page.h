// What a service says at /metrics, to be asked for values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::cli::load_test {

/// Labels of a series.
using Labels = std::map<std::string, std::string>;

/// The samples of one page, in Prometheus' text format.
class MetricsPage {
 public:
  MetricsPage() = default;
  /// What is not understood is passed over.
  explicit MetricsPage(std::string_view text);

  /// The series called `name` whose labels hold `labels`, added up; 0 when there is none.
  double sum(const std::string& name, const Labels& labels = {}) const;
  /// The same, one sum for each value of `label`.
  std::map<std::string, double> by(const std::string& name, const std::string& label) const;

 private:
  struct Sample {
    Labels labels;
    double value = 0;
  };
  std::map<std::string, std::vector<Sample>> samples_;
};

/// Quantiles of a histogram's observations from one page to a later one, all its series together.
struct Quantiles {
  double p50 = 0, p95 = 0, p99 = 0;
};

/// As Prometheus' histogram_quantile has it: interpolated within a bucket, so no finer than its bounds.
/// Nothing when there was no observation.
std::optional<Quantiles> quantiles_between(const MetricsPage& begin, const MetricsPage& end,
                                           const std::string& histogram);

/// The same of values that are at hand; nothing of none.
std::optional<Quantiles> quantiles_of(std::vector<double> values);

}  // namespace kinesight::cli::load_test
