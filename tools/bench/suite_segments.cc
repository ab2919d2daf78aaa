// Counts while one waits: in process beside bare scans, over Thrift, and what
// purchases feel of them.
#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "server/columns/table.h"
#include "server/commit/state.h"
#include "server/rules/rules.h"
#include "server/segments/live.h"
#include "server/subjects/subjects.h"
#include "tools/bench/beside.h"
#include "tools/bench/segment_rules.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/stop.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kAsksAtOnce = 1000;

double Us(absl::Duration time) { return absl::ToDoubleMicroseconds(time); }

Figure MakeFigure(const std::string& setting, double value,
                  const std::string& unit, const std::string& floor,
                  double floor_value) {
  Figure figure;
  figure.bench = "segments";
  figure.setting = setting;
  figure.value = value;
  figure.unit = unit;
  figure.floor = floor;
  figure.floor_value = floor_value;
  return figure;
}

// A column that nothing but a count is asked of.
class BareColumn {
 public:
  explicit BareColumn(size_t size) : values_(size) {
    std::iota(values_.begin(), values_.end(), 0);
  }
  uint64_t CountBelow(uint32_t bound) const {
    uint64_t count = 0;
    for (const uint32_t value : values_) count += value < bound ? 1 : 0;
    return count;
  }

 private:
  std::vector<uint32_t> values_;
};

// Times `work` again and again for a round. What it answers is added up, so
// that nothing is left out.
template <typename Work>
void Repeat(const BenchOptions& options, Latencies& latencies,
            uint64_t& answers, const Work& work) {
  const RealClock clock;
  const absl::Time end = clock.Now() + options.round;
  absl::Time start = clock.Now();
  do {
    answers += work();
    const absl::Time now = clock.Now();
    latencies.Add(now - start);
    start = now;
  } while (start < end);
}

// ---- in process

class InProcess {
 public:
  InProcess(const BenchOptions& options, commit::State& state,
            rules::Program saved, rules::Program typed)
      : options_(options),
        state_(state),
        saved_rule_(std::move(saved)),
        typed_rule_(std::move(typed)),
        parts_{state.columns, *state.store, state.ordinals, state.catalog,
               state.holdings},
        saved_live_(parts_, clock_, absl::UTCTimeZone()),
        typed_live_(parts_, clock_, absl::UTCTimeZone()),
        customers_(state.ordinals.customers.size()),
        column_(customers_),
        line_column_(static_cast<size_t>(options.large.lines)) {
    saved_live_.Keep({saved_rule_});
  }

  // Makes the kept columns; how long the first count took.
  absl::Duration WarmUp() {
    const absl::Time start = clock_.Now();
    answers_ += Count(saved_live_, saved_rule_);
    answers_ += Count(typed_live_, typed_rule_);
    return clock_.Now() - start;
  }

  void Round() {
    Repeat(options_, scans_, answers_,
           [&] { return column_.CountBelow(answers_ % customers_); });
    Repeat(options_, saved_, answers_,
           [&] { return Count(saved_live_, saved_rule_); });
    Repeat(options_, line_scans_, answers_,
           [&] { return line_column_.CountBelow(answers_ % customers_); });
    Repeat(options_, typed_, answers_,
           [&] { return Count(typed_live_, typed_rule_); });
    const segments::View view = saved_live_.Now();
    Repeat(options_, members_, answers_, [&] { return AskMany(view); });
  }

  void Tell(Report& report) const {
    report.Add(CountFigure(
        "saved rule of ten clauses", saved_, scans_,
        absl::StrCat("bare scan of ", customers_, " numbers of 4 bytes, p50")));
    report.Add(CountFigure("typed rule of ten clauses", typed_, line_scans_,
                           "bare scan of a column of all lines, p50"));
    report.Add(MakeFigure("membership of one customer",
                          Us(members_.Percentile(0.5)) / kAsksAtOnce, "us",
                          "a microsecond", 1));
    TellBytes(report);
    bench::Tell(absl::StrCat("segments: ", Count(saved_live_, saved_rule_),
                             " members of the saved rule; answers ", answers_));
  }

  double saved_us() const { return Us(saved_.Percentile(0.5)); }
  double typed_us() const { return Us(typed_.Percentile(0.5)); }

 private:
  static uint64_t Count(const segments::Live& live,
                        const rules::Program& rule) {
    return live.Now().Members(rule).cardinality();
  }

  uint64_t AskMany(const segments::View& view) {
    uint64_t members = 0;
    for (int i = 0; i < kAsksAtOnce; ++i)
      members += view.Holds(saved_rule_, CustomerOrdinal(static_cast<uint32_t>(
                                             random_() % customers_)))
                     ? 1
                     : 0;
    return members;
  }

  static Figure CountFigure(const std::string& setting,
                            const Latencies& latencies, const Latencies& floor,
                            const std::string& floor_name) {
    Figure figure = MakeFigure(setting, Us(latencies.Percentile(0.5)), "us",
                               floor_name, Us(floor.Percentile(0.5)));
    figure.SetLatencies(latencies);
    return figure;
  }

  void TellBytes(Report& report) const {
    const auto snapshot = state_.columns.Now();
    size_t lines = 0;
    size_t count = 0;
    for (const auto& block : snapshot->blocks) {
      lines += block->lines.base->bytes() + block->lines.tail->bytes();
      count += block->lines.base->size() + block->lines.tail->size();
    }
    const double customers = customers_;
    const double columns = static_cast<double>(snapshot->bytes() - lines) +
                           static_cast<double>(saved_live_.kept_bytes());
    report.Add(MakeFigure("memory of columns, a customer", columns / customers,
                          "bytes", "at most", 400));
    report.Add(MakeFigure("memory of lines, a line",
                          static_cast<double>(lines) /
                              static_cast<double>(std::max<size_t>(1, count)),
                          "bytes", "six fields as they are typed", 34));
  }

  const BenchOptions& options_;
  commit::State& state_;
  const RealClock clock_;
  const rules::Program saved_rule_;
  const rules::Program typed_rule_;
  const segments::LiveParts parts_;
  segments::Live saved_live_;
  const segments::Live typed_live_;
  const uint32_t customers_;
  const BareColumn column_;
  const BareColumn line_column_;
  std::mt19937_64 random_{1};
  uint64_t answers_ = 0;
  Latencies scans_, saved_, line_scans_, typed_, members_;
};

// How long a file of a store's bytes takes to be read.
absl::Duration TimeToRead(const fs::path& directory) {
  const RealClock clock;
  const absl::Time start = clock.Now();
  size_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) bytes += Contents(entry.path()).size();
  Tell(absl::StrCat("segments: the store has ", bytes >> 20, " MiB"));
  return clock.Now() - start;
}

struct InProcessTimes {
  double saved_us = 0, typed_us = 0;
};

absl::StatusOr<InProcessTimes> MeasureInProcess(const BenchOptions& options,
                                                const fs::path& data,
                                                Report& report) {
  PATRON_ASSIGN_OR_RETURN(
      const rules::Program saved,
      rules::Compile(TenClauses(0), subjects::CustomerSchema()));
  PATRON_ASSIGN_OR_RETURN(
      const rules::Program typed,
      rules::Compile(TenClauses(1), subjects::CustomerSchema()));
  const RealClock clock;
  const absl::Time start = clock.Now();
  PATRON_ASSIGN_OR_RETURN(const auto state,
                          commit::State::Open((data / "store").string()));
  report.Add(MakeFigure("start-up: reading State",
                        absl::ToDoubleSeconds(clock.Now() - start), "s",
                        "reading the store's files",
                        absl::ToDoubleSeconds(TimeToRead(data / "store"))));
  InProcess suite(options, *state, saved, typed);
  Tell(absl::StrCat("segments: first counts took ",
                    absl::FormatDuration(suite.WarmUp())));
  for (int round = 1; round <= options.rounds; ++round) {
    PATRON_RETURN_IF_ERROR(CheckStop());
    Tell(absl::StrCat("segments: round ", round, " of ", options.rounds));
    suite.Round();
  }
  suite.Tell(report);
  return InProcessTimes{suite.saved_us(), suite.typed_us()};
}

// ---- over Thrift, with purchases

class OverTheWire {
 public:
  OverTheWire(const BenchOptions& options, const ServerProcess& server)
      : options_(options), port_(server.port()) {}

  absl::Status Save() {
    wire::Segment segment;
    segment.id = kSegment;
    segment.name = "Ten clauses";
    segment.rule = TenClauses(0);
    return client::Connection(To(port_)).Marketing(
        [&](wire::MarketingClient& client) {
          client.saveSegment("", segment);
        });
  }

  absl::Status Round() {
    PATRON_RETURN_IF_ERROR(AddCounts(Saved(), saved_));
    PATRON_RETURN_IF_ERROR(AddCounts(Typed(), typed_));
    PATRON_ASSIGN_OR_RETURN(const LoadResult alone, Buyers());
    alone_.Add(alone);
    PATRON_RETURN_IF_ERROR(AddBeside(Saved(), beside_saved_));
    return AddBeside(Typed(), beside_typed_);
  }

  void Tell(const InProcessTimes& in_process, Report& report) const {
    report.Add(WireFigure("saved, over Thrift", saved_, in_process.saved_us));
    report.Add(WireFigure("typed, over Thrift", typed_, in_process.typed_us));
    report.Add(P99Beside("segments", "saved counts looping beside",
                         beside_saved_, alone_));
    report.Add(P99Beside("segments", "typed counts looping beside",
                         beside_typed_, alone_));
  }

 private:
  static constexpr char kSegment[] = "ten-clauses";

  static wire::Audience Saved() {
    wire::Audience audience;
    audience.segment_id = kSegment;
    return audience;
  }
  static wire::Audience Typed() {
    wire::Audience audience;
    audience.rule = TenClauses(1);
    return audience;
  }

  absl::StatusOr<Call> Counting(const wire::Audience& audience) const {
    return OverMarketing(port_, [audience](wire::MarketingClient& client) {
      wire::SegmentCount count;
      client.countSegment(count, audience);
    });
  }

  absl::Status AddCounts(const wire::Audience& audience, Rounds& rounds) {
    PATRON_ASSIGN_OR_RETURN(
        const LoadResult result,
        RunLoad(1, options_.round, [&](int) { return Counting(audience); }));
    rounds.Add(result);
    return absl::OkStatus();
  }

  absl::StatusOr<LoadResult> Buyers() const {
    return Buy(options_, options_.large, port_, RandomHex(6));
  }

  absl::Status AddBeside(const wire::Audience& audience, Rounds& rounds) {
    PATRON_ASSIGN_OR_RETURN(Call call, Counting(audience));
    Looping looping(std::move(call));
    PATRON_ASSIGN_OR_RETURN(const LoadResult result, Buyers());
    rounds.Add(result);
    return looping.Stop().status();
  }

  static Figure WireFigure(const std::string& setting, const Rounds& rounds,
                           double in_process_us) {
    Figure figure = MakeFigure(setting, Us(rounds.latencies().Percentile(0.5)),
                               "us", "in process, p50", in_process_us);
    figure.SetLatencies(rounds.latencies());
    return figure;
  }

  const BenchOptions& options_;
  const int port_;
  Rounds saved_, typed_, alone_, beside_saved_, beside_typed_;
};

absl::Status MeasureOverTheWire(const BenchOptions& options,
                                const fs::path& data, const fs::path& scratch,
                                const InProcessTimes& in_process,
                                Report& report) {
  const RealClock clock;
  const absl::Time start = clock.Now();
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, data, scratch));
  report.Add(MakeFigure("start-up of patrond",
                        absl::ToDoubleSeconds(clock.Now() - start), "s",
                        "a minute", 60));
  OverTheWire suite(options, *server);
  PATRON_RETURN_IF_ERROR(suite.Save());
  for (int round = 1; round <= options.rounds; ++round) {
    Tell(absl::StrCat("segments: server, round ", round, " of ",
                      options.rounds));
    PATRON_RETURN_IF_ERROR(suite.Round());
  }
  suite.Tell(in_process, report);
  return server->Stop();
}

}  // namespace

absl::Status RunSegments(const BenchOptions& options, const fs::path& work,
                         Report& report) {
  BenchOptions large = options;
  large.shop = options.large;
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareImported(large, work));
  const ScratchDirectory scratch(work);
  const fs::path data = scratch.path() / "data";
  PATRON_RETURN_IF_ERROR(CopyData(shop.data, data));
  PATRON_ASSIGN_OR_RETURN(const InProcessTimes times,
                          MeasureInProcess(large, data, report));
  return MeasureOverTheWire(large, data, scratch.path(), times, report);
}

}  // namespace patron::bench
