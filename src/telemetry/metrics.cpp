#include "telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <sstream>

namespace kinesight::telemetry {
namespace {

using Labels = std::map<std::string, std::string>;

Labels label_map(const MetricSpec& spec, LabelValues values) {
  assert(values.size() == spec.labels.size());
  Labels labels;
  auto name = spec.labels.begin();
  for (const auto value : values) labels.emplace(*name++, value);
  return labels;
}

template <class Metric>
using Families = std::map<std::string_view, prometheus::Family<Metric>*>;

std::vector<std::string> label_values(const MetricSpec& spec, const prometheus::ClientMetric& metric) {
  std::vector<std::string> values;
  for (const auto name : spec.labels) {
    const auto label = std::ranges::find(metric.label, name, &prometheus::ClientMetric::Label::name);
    values.push_back(label == metric.label.end() ? "" : label->value);
  }
  return values;
}

/// What is in each bucket: Prometheus counts what is in it and in all those before.
std::vector<double> bucket_counts(const prometheus::ClientMetric::Histogram& histogram) {
  std::vector<double> counts;
  std::uint64_t before = 0;
  for (const auto& bucket : histogram.bucket) {
    counts.push_back(static_cast<double>(bucket.cumulative_count - before));
    before = bucket.cumulative_count;
  }
  return counts;
}

/// The labels of the family's series that has `label` = `value`, one after the other.
template <class Metric>
std::vector<Labels> series_with(const prometheus::Family<Metric>& family, const std::string& label,
                                std::string_view value) {
  std::vector<Labels> found;
  for (const auto& collected : family.Collect()) {
    for (const auto& series : collected.metric) {
      Labels labels;
      for (const auto& pair : series.label) labels.emplace(pair.name, pair.value);
      const auto at = labels.find(label);
      if (at != labels.end() && at->second == value) found.push_back(std::move(labels));
    }
  }
  return found;
}

template <class Metric, class... Arguments>
void forget_series(const Families<Metric>& families, const std::string& label, std::string_view value,
                   const Arguments&... to_find) {
  for (const auto& [name, family] : families) {
    for (const auto& labels : series_with(*family, label, value)) {
      family->Remove(&family->Add(labels, to_find...));
    }
  }
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  Families<prometheus::Counter> counters;
  Families<prometheus::Gauge> gauges;
  Families<prometheus::Histogram> histograms;
  /// Held shared by who moves a series, alone by who ends some: nobody moves what is gone.
  mutable std::shared_mutex ending;

  void declare(const MetricSpec& spec) {
    const std::string name(spec.name);
    const std::string help(spec.help);
    switch (spec.type) {
      case MetricType::counter:
        counters[spec.name] = &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
        return;
      case MetricType::gauge:
        gauges[spec.name] = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
        return;
      case MetricType::histogram:
        histograms[spec.name] = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
        return;
    }
  }

  std::vector<prometheus::MetricFamily> collect(const MetricSpec& spec) const {
    switch (spec.type) {
      case MetricType::counter:
        return counters.at(spec.name)->Collect();
      case MetricType::gauge:
        return gauges.at(spec.name)->Collect();
      case MetricType::histogram:
        return histograms.at(spec.name)->Collect();
    }
    return {};
  }
};

Metrics::Metrics(std::span<const MetricSpec* const> specs) : impl_(std::make_unique<Impl>()) {
  for (const MetricSpec* spec : specs) impl_->declare(*spec);
}

Metrics::~Metrics() = default;

void Metrics::add(const MetricSpec& spec, LabelValues labels, double amount) {
  std::shared_lock lock(impl_->ending);
  impl_->counters.at(spec.name)->Add(label_map(spec, labels)).Increment(amount);
}

void Metrics::set(const MetricSpec& spec, LabelValues labels, double value) {
  std::shared_lock lock(impl_->ending);
  impl_->gauges.at(spec.name)->Add(label_map(spec, labels)).Set(value);
}

void Metrics::observe(const MetricSpec& spec, LabelValues labels, double value) {
  std::shared_lock lock(impl_->ending);
  const prometheus::Histogram::BucketBoundaries bounds(spec.buckets.begin(), spec.buckets.end());
  impl_->histograms.at(spec.name)->Add(label_map(spec, labels), bounds).Observe(value);
}

// Sorted into buckets first: the series is found, and locked, once.
void Metrics::observe(const MetricSpec& spec, LabelValues labels, std::span<const double> values) {
  std::shared_lock lock(impl_->ending);
  const prometheus::Histogram::BucketBoundaries bounds(spec.buckets.begin(), spec.buckets.end());
  std::vector<double> counts(bounds.size() + 1);
  double sum = 0;
  for (const double value : values) {
    ++counts[static_cast<std::size_t>(std::ranges::lower_bound(bounds, value) - bounds.begin())];
    sum += value;
  }
  impl_->histograms.at(spec.name)->Add(label_map(spec, labels), bounds).ObserveMultiple(counts, sum);
}

double Metrics::value(const MetricSpec& spec, LabelValues values) const {
  std::shared_lock lock(impl_->ending);
  const Labels labels = label_map(spec, values);
  if (spec.type == MetricType::counter) {
    auto& family = *impl_->counters.at(spec.name);
    return family.Has(labels) ? family.Add(labels).Value() : 0;
  }
  auto& family = *impl_->gauges.at(spec.name);
  return family.Has(labels) ? family.Add(labels).Value() : 0;
}

std::vector<Series> Metrics::series(const MetricSpec& spec) const {
  const auto families = impl_->collect(spec);
  std::vector<Series> all;
  for (const auto& family : families) {
    for (const auto& metric : family.metric) {
      all.push_back({.labels = label_values(spec, metric),
                     .value = spec.type == MetricType::gauge ? metric.gauge.value : metric.counter.value,
                     .bucket_counts = bucket_counts(metric.histogram)});
    }
  }
  return all;
}

void Metrics::forget(std::string_view label, std::string_view value) {
  std::unique_lock lock(impl_->ending);
  const std::string name(label);
  forget_series(impl_->counters, name, value);
  forget_series(impl_->gauges, name, value);
  forget_series(impl_->histograms, name, value, prometheus::Histogram::BucketBoundaries{});
}

std::string Metrics::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
  return out.str();
}

}  // namespace kinesight::telemetry
