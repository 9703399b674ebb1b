// Prometheus metrics: every metric is declared once in catalog.h and moved through this registry.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::telemetry {

/// What a metric is.
enum class MetricType { counter, gauge, histogram };

/// A metric as catalog.h declares it.
struct MetricSpec {
  std::string_view name;
  MetricType type;
  std::string_view help;
  std::span<const std::string_view> labels;  ///< Label names, in the order in which calls give their values.
  std::span<const double> buckets = {};      ///< Upper bounds of a histogram's buckets.
};

/// The values of a metric's labels, in the order of its spec.
using LabelValues = std::initializer_list<std::string_view>;

/// One series of a metric as it stands.
struct Series {
  std::vector<std::string> labels;    ///< Their values, in the order of the spec.
  double value = 0;                   ///< Of a counter or gauge.
  std::vector<double> bucket_counts;  ///< Of a histogram: values in each bucket; the last: beyond all bounds.
};

/// All metrics of one process. Safe for any number of threads.
class Metrics {
 public:
  /// Registers every metric of `specs`: each has its HELP and TYPE lines from the start.
  explicit Metrics(std::span<const MetricSpec* const> specs);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Adds to a counter (a series starts to exist at 0: add(spec, labels, 0)).
  void add(const MetricSpec& spec, LabelValues labels, double amount = 1);
  /// Sets a gauge.
  void set(const MetricSpec& spec, LabelValues labels, double value);
  /// Puts a value into a histogram.
  void observe(const MetricSpec& spec, LabelValues labels, double value);
  /// Puts many values into one series of a histogram.
  void observe(const MetricSpec& spec, LabelValues labels, std::span<const double> values);
  /// The value of a counter or gauge; 0 for a series that does not exist.
  double value(const MetricSpec& spec, LabelValues labels) const;
  /// Every series of a metric, in no order.
  std::vector<Series> series(const MetricSpec& spec) const;

  /// Ends every series whose label `label` is `value`: what it is of is no longer there. Whoever moves such a
  /// series afterwards begins it anew.
  void forget(std::string_view label, std::string_view value);

  /// Everything in Prometheus' text exposition format 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::telemetry
