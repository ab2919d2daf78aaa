#include "server/api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/api/methods.h"
#include "server/base/check.h"

namespace patron::api {
namespace {

constexpr std::array kTable = {
    MetricLine{"patron_calls_total", "counter", "calls",
               "Calls answered, by method and outcome (ok or the error code)"},
    MetricLine{"patron_call_seconds", "histogram", "seconds",
               "From the whole frame read to the answer encoded, by method"},
    MetricLine{"patron_calls_in_flight", "gauge", "calls",
               "Calls that are being answered"},
    MetricLine{"patron_connections", "gauge", "connections",
               "Connections open"},
    MetricLine{"patron_connections_total", "counter", "connections",
               "Connections accepted"},
    MetricLine{"patron_connections_refused_total", "counter", "connections",
               "Connections over the limit, answered OVERLOADED and closed"},
    MetricLine{"patron_malformed_frames_total", "counter", "frames",
               "Frames too large, cut short or not decodable"},
    MetricLine{"patron_commit_batch_commands", "histogram", "commands",
               "Commands written with one sync"},
    MetricLine{"patron_commit_apply_seconds", "histogram", "seconds",
               "Applying the commands of one batch"},
    MetricLine{"patron_commit_sync_seconds", "histogram", "seconds",
               "Writing one batch with its sync and making it known"},
    MetricLine{"patron_recommend_stage_seconds", "histogram", "seconds",
               "Deciding one answer, by stage: candidates, ranking, rendering"},
    MetricLine{"patron_showings_dropped_total", "counter", "showings",
               "Answers whose showing was not recorded: the queue was full"},
    MetricLine{"patron_store_bytes", "gauge", "bytes", "Store on disk"},
    MetricLine{"patron_customers", "gauge", "customers", "Customers known"},
    MetricLine{"patron_products", "gauge", "products", "Products known"},
    MetricLine{"patron_open_reservations", "gauge", "reservations",
               "Reservations that are neither committed nor given back"},
    MetricLine{"patron_definitions_version", "gauge", "1",
               "Version of the programmes and offers that stand; 0 for none"},
    MetricLine{"patron_index_info", "gauge", "1",
               "1 for the index version that serves, in its label; 0 for none"},
    MetricLine{"patron_index_age_seconds", "gauge", "seconds",
               "Since the serving index was learned"},
    MetricLine{"patron_index_recall_ratio", "gauge", "ratio",
               "Share of the true nearest that the serving index finds"},
    MetricLine{"patron_resident_memory_bytes", "gauge", "bytes",
               "Memory of the process"},
    MetricLine{"patron_start_up_seconds", "gauge", "seconds",
               "From the start of the process to ready"},
};

const MetricLine& Line(absl::string_view name) {
  const auto found =
      std::find_if(kTable.begin(), kTable.end(),
                   [&](const MetricLine& line) { return line.name == name; });
  PATRON_CHECK(found != kTable.end());
  return *found;
}

template <typename Builder>
auto& Register(Builder builder, absl::string_view name,
               prometheus::Registry& registry) {
  return builder.Name(std::string(name))
      .Help(std::string(Line(name).help))
      .Register(registry);
}

// 50 µs to 100 ms in steps of a quarter to a half, then coarse to 10 s.
prometheus::Histogram::BucketBoundaries CallBuckets() {
  return {20e-6,  50e-6, 70e-6,  100e-6, 150e-6, 200e-6, 300e-6, 400e-6, 500e-6,
          700e-6, 1e-3,  1.5e-3, 2e-3,   3e-3,   5e-3,   7e-3,   10e-3,  15e-3,
          20e-3,  30e-3, 50e-3,  70e-3,  100e-3, 0.3,    1,      3,      10};
}

// 1 µs to 10 ms.
prometheus::Histogram::BucketBoundaries StageBuckets() {
  return {1e-6,   2e-6,   5e-6, 10e-6, 20e-6, 50e-6, 100e-6,
          200e-6, 500e-6, 1e-3, 2e-3,  5e-3,  10e-3};
}

prometheus::Histogram::BucketBoundaries BatchBuckets() {
  return {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
}

// Outcomes by error code, 0 = ok.
constexpr int kOutcomes = 10;
std::string OutcomeName(int outcome) {
  return outcome == 0 ? "ok" : wire::_ErrorCode_VALUES_TO_NAMES.at(outcome);
}

}  // namespace

std::span<const MetricLine> MetricTable() { return kTable; }

struct Metrics::Families {
  struct PerMethod {
    std::array<prometheus::Counter*, kOutcomes> calls{};
    prometheus::Histogram* seconds = nullptr;
  };

  prometheus::Gauge& OneGauge(absl::string_view name) {
    return Register(prometheus::BuildGauge(), name, registry).Add({});
  }
  prometheus::Counter& OneCounter(absl::string_view name) {
    return Register(prometheus::BuildCounter(), name, registry).Add({});
  }

  prometheus::Registry registry;
  std::vector<PerMethod> methods;
  prometheus::Gauge& calls_in_flight = OneGauge("patron_calls_in_flight");
  prometheus::Gauge& connections = OneGauge("patron_connections");
  prometheus::Counter& accepted = OneCounter("patron_connections_total");
  prometheus::Counter& refused = OneCounter("patron_connections_refused_total");
  prometheus::Counter& malformed = OneCounter("patron_malformed_frames_total");
  prometheus::Histogram& batch_commands =
      Register(prometheus::BuildHistogram(), "patron_commit_batch_commands",
               registry)
          .Add({}, BatchBuckets());
  prometheus::Histogram& apply_seconds =
      Register(prometheus::BuildHistogram(), "patron_commit_apply_seconds",
               registry)
          .Add({}, CallBuckets());
  prometheus::Histogram& sync_seconds =
      Register(prometheus::BuildHistogram(), "patron_commit_sync_seconds",
               registry)
          .Add({}, CallBuckets());
  prometheus::Family<prometheus::Histogram>& stages = Register(
      prometheus::BuildHistogram(), "patron_recommend_stage_seconds", registry);
  prometheus::Histogram& candidates =
      stages.Add({{"stage", "candidates"}}, StageBuckets());
  prometheus::Histogram& ranking =
      stages.Add({{"stage", "ranking"}}, StageBuckets());
  prometheus::Histogram& rendering =
      stages.Add({{"stage", "rendering"}}, StageBuckets());
  prometheus::Counter& dropped = OneCounter("patron_showings_dropped_total");
  prometheus::Gauge& store_bytes = OneGauge("patron_store_bytes");
  prometheus::Gauge& customers = OneGauge("patron_customers");
  prometheus::Gauge& products = OneGauge("patron_products");
  prometheus::Gauge& open_reservations = OneGauge("patron_open_reservations");
  prometheus::Gauge& definitions = OneGauge("patron_definitions_version");
  prometheus::Family<prometheus::Gauge>& index_info =
      Register(prometheus::BuildGauge(), "patron_index_info", registry);
  prometheus::Gauge& index_age = OneGauge("patron_index_age_seconds");
  prometheus::Gauge& index_recall = OneGauge("patron_index_recall_ratio");
  prometheus::Gauge& resident = OneGauge("patron_resident_memory_bytes");
  prometheus::Gauge& start_up = OneGauge("patron_start_up_seconds");

  // One reader at a time: the version label is replaced.
  absl::Mutex mutex;
  std::string version ABSL_GUARDED_BY(mutex);
  prometheus::Gauge* version_gauge ABSL_GUARDED_BY(mutex) = nullptr;

  void AddMethods();
  void ShowVersion(const std::string& now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
};

void Metrics::Families::AddMethods() {
  auto& calls =
      Register(prometheus::BuildCounter(), "patron_calls_total", registry);
  auto& seconds =
      Register(prometheus::BuildHistogram(), "patron_call_seconds", registry);
  for (const Method& method : Methods()) {
    const std::string name(method.name);
    PerMethod& added = methods.emplace_back();
    for (int outcome = 0; outcome < kOutcomes; ++outcome)
      added.calls[outcome] =
          &calls.Add({{"method", name}, {"outcome", OutcomeName(outcome)}});
    added.seconds = &seconds.Add({{"method", name}}, CallBuckets());
  }
}

void Metrics::Families::ShowVersion(const std::string& now) {
  if (version_gauge != nullptr && now == version) return;
  if (version_gauge != nullptr) index_info.Remove(version_gauge);
  version_gauge = &index_info.Add({{"version", now}});
  version_gauge->Set(now.empty() ? 0 : 1);
  version = now;
}

Metrics::Metrics() : families_(std::make_unique<Families>()) {
  families_->AddMethods();
}

Metrics::~Metrics() = default;

void Metrics::OnCall(int method, std::optional<wire::ErrorCode::type> error,
                     absl::Duration took) {
  const Families::PerMethod& counted = families_->methods[method];
  counted.calls[error.has_value() ? static_cast<int>(*error) : 0]->Increment();
  counted.seconds->Observe(absl::ToDoubleSeconds(took));
}

void Metrics::OnBatch(size_t commands, absl::Duration applying,
                      absl::Duration syncing) {
  families_->batch_commands.Observe(static_cast<double>(commands));
  families_->apply_seconds.Observe(absl::ToDoubleSeconds(applying));
  families_->sync_seconds.Observe(absl::ToDoubleSeconds(syncing));
}

void Metrics::OnRecommend(const recommend::StageTimes& times) {
  families_->candidates.Observe(absl::ToDoubleSeconds(times.candidates));
  families_->ranking.Observe(absl::ToDoubleSeconds(times.ranking));
  families_->rendering.Observe(absl::ToDoubleSeconds(times.rendering));
}

void Metrics::OnMalformed() { families_->malformed.Increment(); }
void Metrics::OnRefusedConnection() { families_->refused.Increment(); }
void Metrics::OnConnection() { families_->accepted.Increment(); }

void Metrics::OnStartUp(absl::Duration took) {
  families_->start_up.Set(absl::ToDoubleSeconds(took));
}

std::string Metrics::Text(const Gauges& gauges) {
  Families& f = *families_;
  const absl::MutexLock lock(&f.mutex);
  f.connections.Set(gauges.connections);
  f.calls_in_flight.Set(gauges.calls_in_flight);
  f.store_bytes.Set(static_cast<double>(gauges.store_bytes));
  f.customers.Set(static_cast<double>(gauges.customers));
  f.products.Set(static_cast<double>(gauges.products));
  f.open_reservations.Set(static_cast<double>(gauges.open_reservations));
  f.definitions.Set(static_cast<double>(gauges.definitions_version));
  f.dropped.Increment(static_cast<double>(gauges.showings_dropped) -
                      f.dropped.Value());
  f.index_age.Set(
      absl::ToDoubleSeconds(gauges.index_age.value_or(absl::ZeroDuration())));
  f.index_recall.Set(gauges.index_recall);
  f.resident.Set(static_cast<double>(ResidentBytes()));
  f.ShowVersion(gauges.index_version);
  return prometheus::TextSerializer().Serialize(f.registry.Collect());
}

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  if (!(file >> total >> resident)) return 0;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace patron::api
