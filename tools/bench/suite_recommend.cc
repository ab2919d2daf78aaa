// Recommendations over Thrift: home against the same calls in process, similar
// and goes-with against a ready answer of the same size.
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/recommend/recommender.h"
#include "tools/bench/load.h"
#include "tools/bench/own_server.h"
#include "tools/bench/requests.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

using wire::Placement;

wire::PatronError NoItems(const wire::RecommendRequest& request) {
  wire::PatronError error;
  error.code = wire::ErrorCode::INTERNAL;
  error.message = absl::StrCat("no item for customer ", request.customer_id,
                               " in store ", request.store_id);
  return error;
}

class RecommendSuite {
 public:
  RecommendSuite(const BenchOptions& options, api::Server& server)
      : options_(options), server_(server) {}

  // Values and floors by turns, so that both see the machine of one minute.
  absl::Status Round() {
    PATRON_ASSIGN_OR_RETURN(const auto in_process, InProcess());
    in_process_.Add(in_process);
    for (const int connections : kConnections) {
      for (const auto& page : kPages) {
        PATRON_ASSIGN_OR_RETURN(const auto result,
                                OverWire(page.placement, connections));
        wire_[{page.placement, connections}].Add(result);
      }
      PATRON_ASSIGN_OR_RETURN(const auto ready, Ready(connections));
      ready_[connections].Add(ready);
    }
    return absl::OkStatus();
  }

  void Tell(Report& report) {
    for (const auto& page : kPages)
      for (const int connections : kConnections)
        report.Add(FigureOf(page, connections));
  }

 private:
  static constexpr int kConnections[] = {1, 8, 64};
  static constexpr int kThreadsInProcess = 2;
  struct Page {
    const char* bench;
    Placement::type placement;
  };
  static constexpr Page kPages[] = {
      {"recommend-home", Placement::HOME},
      {"recommend-similar", Placement::SIMILAR},
      {"recommend-goes-with", Placement::GOES_WITH}};

  absl::StatusOr<LoadResult> InProcess() {
    ++seed_;
    return RunLoad(
        kThreadsInProcess, options_.round,
        [&](int thread) -> absl::StatusOr<Call> {
          const auto requests = std::make_shared<RequestMaker>(
              options_.shop, Placement::HOME, Seed(thread));
          return Call([this, requests] {
            return server_.recommender().Recommend(requests->Next()).status();
          });
        });
  }

  absl::StatusOr<LoadResult> OverWire(Placement::type placement,
                                      int connections) {
    ++seed_;
    return RunLoad(connections, options_.round, [&](int thread) {
      const auto requests = std::make_shared<RequestMaker>(
          options_.shop, placement, Seed(thread));
      return OverThrift(
          server_.port(), [requests](wire::StorefrontClient& storefront) {
            const wire::RecommendRequest& request = requests->Next();
            wire::RecommendReply reply;
            storefront.recommend(reply, request);
            if (reply.items.empty()) throw NoItems(request);
          });
    });
  }

  absl::StatusOr<LoadResult> Ready(int connections) {
    return RunLoad(connections, options_.round, [&](int) {
      return OverThrift(server_.port(), [](wire::StorefrontClient& storefront) {
        wire::RecommendReply reply;
        storefront.readyAnswer(reply, kItemsAsked);
      });
    });
  }

  Figure FigureOf(const Page& page, int connections) {
    const Rounds& rounds = wire_[{page.placement, connections}];
    Figure figure;
    figure.bench = page.bench;
    figure.setting = Connections(connections);
    figure.value = rounds.rate();
    figure.unit = "calls/s";
    figure.SetLatencies(rounds.latencies());
    const bool home = page.placement == Placement::HOME;
    figure.floor = home ? "two threads in process" : "ready answer";
    figure.floor_value = (home ? in_process_ : ready_[connections]).rate();
    return figure;
  }

  // Other requests in each thread and round, the same in each run.
  uint64_t Seed(int thread) const {
    return seed_ * 1000 + static_cast<uint64_t>(thread);
  }

  const BenchOptions& options_;
  api::Server& server_;
  uint64_t seed_ = 0;
  Rounds in_process_;
  std::map<int, Rounds> ready_;
  std::map<std::pair<Placement::type, int>, Rounds> wire_;
};

}  // namespace

absl::Status RunRecommend(const BenchOptions& options,
                          const std::filesystem::path& work, Report& report) {
  PATRON_ASSIGN_OR_RETURN(const auto own, OwnServer::Start(options, work));
  RecommendSuite suite(options, own->server());
  for (int round = 1; round <= options.rounds; ++round) {
    Tell(absl::StrCat("recommend: round ", round, " of ", options.rounds));
    PATRON_RETURN_IF_ERROR(suite.Round());
  }
  suite.Tell(report);
  return absl::OkStatus();
}

}  // namespace patron::bench
