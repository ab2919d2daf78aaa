// What the server tells of itself at /metrics.
//
// The names stand in MetricTable(), which the README's table is checked
// against. Label values are looked up once, here; recording costs a counter and
// a histogram. Threads: all of it from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/commit/engine.h"
#include "server/recommend/recommender.h"
#include "types_types.h"

namespace patron::api {

struct MetricLine {
  absl::string_view name;
  absl::string_view type;  // counter, gauge, histogram
  absl::string_view unit;
  absl::string_view help;
};
std::span<const MetricLine> MetricTable();

// What is asked of others when /metrics is read, not recorded as it happens.
struct Gauges {
  int connections = 0;
  int calls_in_flight = 0;
  uint64_t store_bytes = 0;
  uint64_t customers = 0;
  uint64_t products = 0;
  uint64_t showings_dropped = 0;
  int64_t open_reservations = 0;
  int64_t definitions_version = 0;
  std::string index_version;  // "" = none
  std::optional<absl::Duration> index_age;
  double index_recall = 0;
};

class Metrics final : public commit::CommitObserver {
 public:
  Metrics();
  ~Metrics() override;

  // `method` is a place in Methods(); `error` nullopt = answered as asked.
  void OnCall(int method, std::optional<wire::ErrorCode::type> error,
              absl::Duration took);
  void OnBatch(size_t commands, absl::Duration applying,
               absl::Duration syncing) override;
  void OnRecommend(const recommend::StageTimes& times);
  void OnMalformed();
  void OnRefusedConnection();
  void OnConnection();
  void OnStartUp(absl::Duration took);

  // Prometheus's text format.
  std::string Text(const Gauges& gauges);

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

// Bytes of this process that lie in memory; 0 where the system does not tell.
uint64_t ResidentBytes();

}  // namespace patron::api
