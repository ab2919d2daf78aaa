// Recording purchases over Thrift, against bare RocksDB in the same minute.
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "tools/bench/fixture.h"
#include "tools/bench/measured.h"
#include "tools/bench/purchases.h"
#include "tools/bench/rocks_floor.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

constexpr int kPurchasesACall = 100;

// recordPurchase by `threads` connections.
absl::StatusOr<LoadResult> Single(const BenchOptions& options, int port,
                                  int threads, const std::string& round) {
  return RunLoad(threads, options.round, [&](int thread) {
    const auto maker = std::make_shared<PurchaseMaker>(
        options.shop, absl::StrCat(round, "-", thread),
        static_cast<uint64_t>(thread));
    return OverThrift(port, [maker](wire::StorefrontClient& storefront) {
      const wire::Purchase& purchase = maker->Next();
      wire::PurchaseReply reply;
      storefront.recordPurchase(reply, purchase.receipt_id, purchase);
    });
  });
}

wire::PatronError Unexpected(const std::string& message) {
  wire::PatronError error;
  error.code = wire::ErrorCode::INTERNAL;
  error.message = message;
  return error;
}

// recordPurchases of a hundred by `threads` connections; the rate is of
// purchases.
absl::StatusOr<LoadResult> Batches(const BenchOptions& options, int port,
                                   int threads, const std::string& round) {
  const auto call = [&](int thread) {
    const auto maker = std::make_shared<PurchaseMaker>(
        options.shop, absl::StrCat(round, "-", thread),
        static_cast<uint64_t>(thread));
    return OverThrift(port, [maker](wire::StorefrontClient& storefront) {
      std::vector<wire::Purchase> purchases;
      for (int i = 0; i < kPurchasesACall; ++i)
        purchases.push_back(maker->Next());
      std::vector<wire::PurchaseOutcome> outcomes;
      storefront.recordPurchases(outcomes, purchases);
      if (outcomes.size() != purchases.size())
        throw Unexpected(absl::StrCat(outcomes.size(), " outcomes of ",
                                      purchases.size(), " purchases"));
      for (const wire::PurchaseOutcome& outcome : outcomes)
        if (outcome.__isset.error) throw outcome.error;
    });
  };
  PATRON_ASSIGN_OR_RETURN(LoadResult result,
                          RunLoad(threads, options.round, call));
  result.per_second *= kPurchasesACall;
  return result;
}

class PurchaseSuite {
 public:
  PurchaseSuite(const BenchOptions& options, const ServerProcess& server,
                RocksFloor& floor)
      : options_(options), port_(server.port()), floor_(floor) {
    for (const int size : kSizes) singles_.emplace(size, server);
    for (const int size : kBatchSizes) batches_.emplace(size, server);
  }

  // Values and floors by turns, so that both see the machine of one minute.
  absl::Status Round() {
    const std::string name = RandomHex(4);
    for (const int size : kSizes) {
      PATRON_ASSIGN_OR_RETURN(const auto floor,
                              floor_.Run(size, options_.round));
      floors_[size].Add(floor);
      PATRON_RETURN_IF_ERROR(singles_.at(size).Add(1, [&] {
        return Single(options_, port_, size, absl::StrCat(name, "-", size));
      }));
    }
    for (const int size : kBatchSizes)
      PATRON_RETURN_IF_ERROR(batches_.at(size).Add(kPurchasesACall, [&] {
        return Batches(options_, port_, size, absl::StrCat(name, "-b", size));
      }));
    return absl::OkStatus();
  }

  void Tell(Report& report) {
    for (const int size : kSizes)
      Tell("purchase", Connections(size), singles_.at(size), size, report);
    for (const int size : kBatchSizes)
      Tell("purchase-batch", absl::StrCat("100 a call, ", Connections(size)),
           batches_.at(size), 64, report);
  }

 private:
  static constexpr int kSizes[] = {1, 8, 64};
  static constexpr int kBatchSizes[] = {1, 8};

  void Tell(const std::string& bench, const std::string& setting,
            const Measured& measured, int floor_size, Report& report) {
    Figure figure;
    figure.bench = bench;
    figure.setting = setting;
    figure.value = measured.rounds.rate();
    figure.unit = "purchases/s";
    figure.SetLatencies(measured.rounds.latencies());
    figure.floor =
        absl::StrCat("bare RocksDB, one thread, ", floor_size, " a sync");
    figure.floor_value = floors_[floor_size].rate();
    report.Add(figure);
    bench::Tell(absl::StrCat(bench, ", ", setting, ": ",
                             measured.cpu.Text("purchase")));
  }

  const BenchOptions& options_;
  const int port_;
  RocksFloor& floor_;
  std::map<int, Rounds> floors_;
  std::map<int, Measured> singles_;
  std::map<int, Measured> batches_;
};

}  // namespace

absl::Status RunPurchase(const BenchOptions& options,
                         const std::filesystem::path& work, Report& report) {
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareShop(options, work));
  const ScratchDirectory scratch(work);
  PATRON_RETURN_IF_ERROR(CopyData(shop.data, scratch.path() / "data"));
  PATRON_ASSIGN_OR_RETURN(
      const auto server,
      ServerProcess::Start(options, scratch.path() / "data", scratch.path()));
  PATRON_ASSIGN_OR_RETURN(
      const auto floor,
      RocksFloor::Open(scratch.path() / "floor", options.shop.customers));
  PurchaseSuite suite(options, *server, *floor);
  for (int round = 1; round <= options.rounds; ++round) {
    Tell(absl::StrCat("purchase: round ", round, " of ", options.rounds));
    PATRON_RETURN_IF_ERROR(suite.Round());
  }
  suite.Tell(report);
  return server->Stop();
}

}  // namespace patron::bench
