// Search among vectors, one thread: ours beside FAISS as it comes, over the
// same rows and, where a graph is searched, the same graph.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/bare_faiss.h"
#include "index/vector_index.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "server/recommend/stopwatch.h"
#include "tools/bench/fixture.h"
#include "tools/bench/stop.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

using index::BareFaiss;
using index::Neighbour;
using index::VectorIndex;
using index::VectorIndexKind;

constexpr uint32_t kDimensions = 64;
constexpr size_t kAsked = 100;
constexpr size_t kNearest = 10;  // of recall
constexpr size_t kQueries = 1000;
constexpr size_t kRecallQueries = 200;
constexpr int kLinks = 32;
constexpr int kBreadth = 100;
// Of a round: so many searches of one, then of the other.
constexpr int kTurns = 20;

// Vectors of length 1 around centres, two hundred a centre.
class Clusters {
 public:
  explicit Clusters(size_t vectors) : centres_(vectors / 200 + 1) {
    for (auto& centre : centres_) centre = Draw();
  }

  std::vector<float> Rows(size_t count) {
    std::vector<float> rows;
    rows.reserve(count * kDimensions);
    for (size_t i = 0; i < count; ++i) Add(rows);
    return rows;
  }

 private:
  std::vector<float> Draw() {
    std::vector<float> vector(kDimensions);
    for (float& value : vector) value = normal_(random_);
    return vector;
  }

  void Add(std::vector<float>& rows) {
    constexpr float kSpread = 0.6f;
    const auto& centre = centres_[random_() % centres_.size()];
    std::vector<float> row = Draw();
    float length = 0;
    for (uint32_t i = 0; i < kDimensions; ++i) {
      row[i] = centre[i] + kSpread * row[i];
      length += row[i] * row[i];
    }
    for (float& value : row) value /= std::sqrt(length);
    rows.insert(rows.end(), row.begin(), row.end());
  }

  std::mt19937_64 random_{7};
  std::normal_distribution<float> normal_;
  std::vector<std::vector<float>> centres_;
};

using List = std::vector<Neighbour>;
using Search = std::function<absl::StatusOr<List>(std::span<const float>)>;

Search Ours(const VectorIndex& index) {
  return [&index](std::span<const float> query) -> absl::StatusOr<List> {
    return std::move(index.Search(query, kAsked)[0]);
  };
}

Search Theirs(const BareFaiss& faiss) {
  return [&faiss](std::span<const float> query) {
    return faiss.Search(query, kAsked);
  };
}

// One size: its rows, queries, and the true best of the first of them.
class Setting {
 public:
  static absl::StatusOr<Setting> Make(size_t vectors) {
    Setting setting;
    Clusters clusters(vectors);
    setting.rows_ = clusters.Rows(vectors);
    setting.queries_ = clusters.Rows(kQueries);
    PATRON_ASSIGN_OR_RETURN(setting.flat_,
                            BareFaiss::Flat(setting.rows_, kDimensions));
    for (size_t i = 0; i < kRecallQueries; ++i) {
      PATRON_ASSIGN_OR_RETURN(
          const List truth, setting.flat_->Search(setting.Query(i), kNearest));
      setting.least_.push_back(truth.back().score - 1e-5f);
    }
    return setting;
  }

  size_t vectors() const { return rows_.size() / kDimensions; }
  const BareFaiss& flat() const { return *flat_; }
  std::span<const float> Query(size_t i) const {
    return {queries_.data() + i % kQueries * kDimensions, kDimensions};
  }

  absl::StatusOr<std::unique_ptr<const VectorIndex>> Build(
      VectorIndexKind kind) const {
    std::vector<uint32_t> products(vectors());
    std::iota(products.begin(), products.end(), 0);
    return VectorIndex::Build(rows_, kDimensions, std::move(products), kind,
                              {.links = kLinks, .search_breadth = kBreadth});
  }

  // Share of the true ten best; by score, as of equally near rows either is
  // right.
  absl::StatusOr<double> Recall(const Search& search) const {
    double hits = 0;
    for (size_t i = 0; i < kRecallQueries; ++i) {
      PATRON_ASSIGN_OR_RETURN(const List found, search(Query(i)));
      for (size_t at = 0; at < std::min(kNearest, found.size()); ++at) {
        hits += found[at].score >= least_[i];
      }
    }
    return hits / static_cast<double>(kNearest * kRecallQueries);
  }

 private:
  std::vector<float> rows_;
  std::vector<float> queries_;
  std::unique_ptr<BareFaiss> flat_;
  std::vector<float> least_;  // score of the tenth best
};

absl::Status Time(const Setting& setting, const Search& search, size_t first,
                  Latencies& latencies) {
  for (int i = 0; i < kTurns; ++i) {
    recommend::Stopwatch watch(/*running=*/true);
    const auto found = search(setting.Query(first + i));
    latencies.Add(watch.Lap());
    PATRON_RETURN_IF_ERROR(found.status());
  }
  return absl::OkStatus();
}

// Searches of ours and theirs by turns, and the recall of both.
absl::Status Compare(const BenchOptions& options, const Setting& setting,
                     const std::string& name, const Search& ours,
                     const std::string& floor, const Search& theirs,
                     Report& report) {
  const RealClock clock;
  const absl::Time end = clock.Now() + options.rounds * options.round;
  Latencies our_times, their_times;
  for (size_t first = 0; clock.Now() < end; first += kTurns) {
    PATRON_RETURN_IF_ERROR(CheckStop());
    PATRON_RETURN_IF_ERROR(Time(setting, ours, first, our_times));
    PATRON_RETURN_IF_ERROR(Time(setting, theirs, first, their_times));
  }
  Figure time;
  time.bench = "vectors";
  time.setting = absl::StrCat(setting.vectors(), ", ", name);
  time.SetLatencies(our_times);
  time.value = absl::ToDoubleMicroseconds(*time.p50);
  time.unit = "us";
  time.floor = absl::StrCat(floor, ", p50");
  time.floor_value = absl::ToDoubleMicroseconds(their_times.Percentile(0.5));
  report.Add(time);
  Figure recall;
  recall.bench = "vectors";
  recall.setting = absl::StrCat(time.setting, ", recall@10");
  recall.unit = "share";
  recall.floor = absl::StrCat(floor, ", recall@10");
  PATRON_ASSIGN_OR_RETURN(recall.value, setting.Recall(ours));
  PATRON_ASSIGN_OR_RETURN(recall.floor_value, setting.Recall(theirs));
  report.Add(recall);
  return absl::OkStatus();
}

absl::Status RunSize(const BenchOptions& options, size_t vectors,
                     Report& report) {
  PATRON_ASSIGN_OR_RETURN(const Setting setting, Setting::Make(vectors));
  {
    PATRON_ASSIGN_OR_RETURN(const auto scan,
                            setting.Build(VectorIndexKind::kScan));
    PATRON_RETURN_IF_ERROR(Compare(options, setting, "scan", Ours(*scan),
                                   "FAISS IndexFlatIP", Theirs(setting.flat()),
                                   report));
  }
  bench::Tell(absl::StrCat("vectors: building a graph of ", vectors));
  PATRON_ASSIGN_OR_RETURN(const auto graph,
                          setting.Build(VectorIndexKind::kHnsw));
  PATRON_ASSIGN_OR_RETURN(const std::string bytes, graph->Serialise());
  PATRON_ASSIGN_OR_RETURN(const auto theirs, BareFaiss::Graph(bytes, kBreadth));
  return Compare(options, setting, "graph", Ours(*graph),
                 "FAISS IndexHNSWFlat, M 32, ef 100", Theirs(*theirs), report);
}

}  // namespace

absl::Status RunVectors(const BenchOptions& options,
                        const std::filesystem::path& /*work*/, Report& report) {
  std::vector<int64_t> sizes = {50'000, 200'000, 1'000'000};
  if (options.vectors > 0) sizes = {options.vectors};
  for (const int64_t size : sizes) {
    bench::Tell(absl::StrCat("vectors: ", size));
    PATRON_RETURN_IF_ERROR(RunSize(options, static_cast<size_t>(size), report));
  }
  return absl::OkStatus();
}

}  // namespace patron::bench
