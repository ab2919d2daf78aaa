// A recommendation without the wire, whole and by stage, against one search of
// FAISS's own HNSW over the same vectors.
#include <faiss/IndexHNSW.h>
#include <omp.h>

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/artefact.h"
#include "index/choose_index.h"
#include "server/base/status_macros.h"
#include "server/recommend/recommender.h"
#include "server/recommend/stopwatch.h"
#include "tools/bench/own_server.h"
#include "tools/bench/requests.h"
#include "tools/bench/stop.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

using wire::Placement;

constexpr int kLinks = 32;
constexpr int kBreadth = 100;
constexpr int kNeighbours = 100;

// The artefact that serves in `artefacts`: the newest, as only one was built.
absl::StatusOr<std::shared_ptr<const index::Artefact>> OpenNewest(
    const std::filesystem::path& artefacts, const std::string& store_uuid) {
  PATRON_ASSIGN_OR_RETURN(const auto versions, index::ListVersions(artefacts));
  if (versions.empty())
    return absl::NotFoundError(
        absl::StrCat(artefacts.string(), ": holds no index version"));
  return index::Artefact::Open(artefacts / versions.back(), store_uuid);
}

// FAISS's graph over what the artefact searches; asked with the products' own
// vectors, which it answers soonest.
class Hnsw {
 public:
  explicit Hnsw(const index::Artefact& artefact)
      : dimensions_(artefact.dimensions()),
        index_(static_cast<int>(dimensions_), kLinks,
               faiss::METRIC_INNER_PRODUCT) {
    const index::Knowledge& knowledge = artefact.knowledge();
    for (const uint32_t product : index::SearchableProducts(
             knowledge.embeddings, knowledge.dimensions, knowledge.listed)) {
      const auto row = artefact.Embedding(product);
      vectors_.insert(vectors_.end(), row.begin(), row.end());
    }
    index_.add(static_cast<faiss::Index::idx_t>(count()), vectors_.data());
    index_.hnsw.efSearch = kBreadth;
  }

  absl::Duration Search() {
    const float* query = vectors_.data() + random_() % count() * dimensions_;
    recommend::Stopwatch watch(/*running=*/true);
    index_.search(1, query, kNeighbours, distances_, labels_);
    return watch.Lap();
  }

 private:
  size_t count() const { return vectors_.size() / dimensions_; }

  const size_t dimensions_;
  std::vector<float> vectors_;
  faiss::IndexHNSWFlat index_;
  std::mt19937_64 random_{1};
  float distances_[kNeighbours];
  faiss::Index::idx_t labels_[kNeighbours];
};

// One placement's answers, whole and by stage.
class Answers {
 public:
  Answers(const char* setting, Placement::type placement,
          const BenchOptions& options,
          const recommend::Recommender& recommender)
      : setting_(setting),
        requests_(options.shop, placement, 1),
        recommender_(recommender) {}

  absl::Status Ask() {
    const wire::RecommendRequest& request = requests_.Next();
    recommend::StageTimes times;
    recommend::Stopwatch watch(/*running=*/true);
    const auto answer = recommender_.Recommend(request, &times);
    whole_.Add(watch.Lap());
    candidates_.Add(times.candidates);
    ranking_.Add(times.ranking);
    rendering_.Add(times.rendering);
    return answer.status();
  }

  void Tell(const Latencies& search, bool stages, Report& report) const {
    Tell(setting_, whole_, search, report);
    if (!stages) return;
    Tell(absl::StrCat(setting_, ", candidates"), candidates_, search, report);
    Tell(absl::StrCat(setting_, ", ranking"), ranking_, search, report);
    Tell(absl::StrCat(setting_, ", rendering"), rendering_, search, report);
  }

 private:
  static void Tell(const std::string& setting, const Latencies& latencies,
                   const Latencies& search, Report& report) {
    Figure figure;
    figure.bench = "in-process";
    figure.setting = setting;
    figure.SetLatencies(latencies);
    figure.value = absl::ToDoubleMicroseconds(*figure.p50);
    figure.unit = "us";
    figure.floor = "FAISS HNSW, M 32, ef 100, 100 neighbours, p50";
    figure.floor_value = absl::ToDoubleMicroseconds(search.Percentile(0.5));
    report.Add(figure);
  }

  const char* const setting_;
  RequestMaker requests_;
  const recommend::Recommender& recommender_;
  Latencies whole_, candidates_, ranking_, rendering_;
};

// Answers and searches by turns, for as long as all rounds of other suites.
absl::Status Measure(const BenchOptions& options, std::vector<Answers>& pages,
                     Hnsw& hnsw, Latencies& search) {
  constexpr int kTurns = 100;
  const RealClock clock;
  const absl::Time end = clock.Now() + options.rounds * options.round;
  while (clock.Now() < end) {
    PATRON_RETURN_IF_ERROR(CheckStop());
    for (int i = 0; i < kTurns; ++i) search.Add(hnsw.Search());
    for (Answers& page : pages)
      for (int i = 0; i < kTurns; ++i) PATRON_RETURN_IF_ERROR(page.Ask());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunInProcess(const BenchOptions& options,
                          const std::filesystem::path& work, Report& report) {
  PATRON_ASSIGN_OR_RETURN(const auto own, OwnServer::Start(options, work));
  api::Server& server = own->server();
  PATRON_ASSIGN_OR_RETURN(
      const auto artefact,
      OpenNewest(own->artefacts(), server.state().store->uuid()));
  bench::Tell("in-process: building the graph of the floor");
  omp_set_num_threads(2);
  Hnsw hnsw(*artefact);
  omp_set_num_threads(1);

  std::vector<Answers> pages;
  for (const auto& [setting, placement] :
       {std::pair("home", Placement::HOME),
        std::pair("similar", Placement::SIMILAR),
        std::pair("goes-with", Placement::GOES_WITH),
        std::pair("basket", Placement::BASKET),
        std::pair("buy-again", Placement::BUY_AGAIN),
        std::pair("trending", Placement::TRENDING)})
    pages.emplace_back(setting, placement, options, server.recommender());
  bench::Tell("in-process: measuring");
  Latencies search;
  PATRON_RETURN_IF_ERROR(Measure(options, pages, hnsw, search));
  for (size_t at = 0; at < pages.size(); ++at)
    pages[at].Tell(search, /*stages=*/at == 0, report);
  return absl::OkStatus();
}

}  // namespace patron::bench
