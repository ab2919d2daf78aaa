// Points for many customers, a thousand a call, while purchases go on; against
// bare RocksDB, and purchases with it against purchases without.
#include <algorithm>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "tools/bench/account_data.h"
#include "tools/bench/fixture.h"
#include "tools/bench/loyalty_shop.h"
#include "tools/bench/purchases.h"
#include "tools/bench/rocks_floor.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

constexpr int64_t kEntriesACall = 1000;
constexpr int kPurchaseConnections = 8;
constexpr double kMiB = 1 << 20;

class BonusSuite {
 public:
  BonusSuite(const BenchOptions& options, const ServerProcess& server,
             RocksFloor& floor)
      : options_(options),
        shop_(ShopOfAccounts(options)),
        server_(server),
        floor_(floor) {}

  // Values and floors by turns, so that all see the machine of one minute.
  absl::Status Round() {
    PATRON_ASSIGN_OR_RETURN(const auto floor,
                            floor_.Run(kEntriesACall, options_.round));
    floors_.Add(floor);
    PATRON_ASSIGN_OR_RETURN(const auto alone, Purchases());
    purchases_alone_.Add(alone);
    PATRON_ASSIGN_OR_RETURN(const auto bonus, Bonuses());
    bonuses_alone_.Add(bonus);
    return BothAtOnce();
  }

  // Gives what is missing to everybody's account.
  absl::Status Complete() {
    client::Connection server(To(server_.port()));
    return GiveBonus(std::min(next_, options_.accounts), options_.accounts,
                     RandomHex(8), server);
  }

  void Tell(Report& report) {
    const std::string many = absl::StrCat(kEntriesACall, " a call");
    report.Add(BonusFigure("bonus", absl::StrCat(many, ", purchases beside"),
                           bonuses_));
    report.Add(BonusFigure(
        "bonus-alone", absl::StrCat(many, ", nothing beside"), bonuses_alone_));
    report.Add(PurchaseFigure());
    report.Add(P99Figure());
  }

 private:
  absl::StatusOr<LoadResult> Purchases() {
    const std::string name = RandomHex(4);
    return RunLoad(kPurchaseConnections, options_.round, [&](int thread) {
      const auto maker = std::make_shared<PurchaseMaker>(
          shop_, absl::StrCat(name, "-", thread),
          static_cast<uint64_t>(thread));
      return OverThrift(
          server_.port(), [maker](wire::StorefrontClient& storefront) {
            const wire::Purchase& purchase = maker->Next();
            wire::PurchaseReply reply;
            storefront.recordPurchase(reply, purchase.receipt_id, purchase);
          });
    });
  }

  // One caller goes through the accounts, again from the first after the last.
  absl::StatusOr<LoadResult> Bonuses() {
    PATRON_ASSIGN_OR_RETURN(
        LoadResult result,
        RunLoad(1, options_.round, [this](int) -> absl::StatusOr<Call> {
          const auto server =
              std::make_shared<client::Connection>(To(server_.port()));
          return Call([this, server] { return GiveNext(*server); });
        }));
    result.per_second *= kEntriesACall;
    return result;
  }

  absl::Status GiveNext(client::Connection& server) {
    const int64_t first = next_ % options_.accounts;
    next_ += kEntriesACall;
    return GiveBonus(first, std::min(options_.accounts, first + kEntriesACall),
                     RandomHex(8), server);
  }

  absl::Status BothAtOnce() {
    absl::StatusOr<LoadResult> purchases = LoadResult();
    std::thread beside([&] { purchases = Purchases(); });
    const absl::StatusOr<LoadResult> bonuses = Bonuses();
    beside.join();
    PATRON_RETURN_IF_ERROR(bonuses.status());
    PATRON_RETURN_IF_ERROR(purchases.status());
    bonuses_.Add(*bonuses);
    purchases_.Add(*purchases);
    return absl::OkStatus();
  }

  Figure BonusFigure(const std::string& bench, const std::string& setting,
                     const Rounds& rounds) {
    Figure figure;
    figure.bench = bench;
    figure.setting = setting;
    figure.value = rounds.rate();
    figure.unit = "entries/s";
    figure.SetLatencies(rounds.latencies());
    figure.floor = absl::StrCat("bare RocksDB, three keys an entry, ",
                                kEntriesACall, " a sync");
    figure.floor_value = floors_.rate();
    return figure;
  }

  Figure PurchaseFigure() {
    Figure figure;
    figure.bench = "purchase-beside-bonus";
    figure.setting = Connections(kPurchaseConnections);
    figure.value = purchases_.rate();
    figure.unit = "purchases/s";
    figure.SetLatencies(purchases_.latencies());
    figure.floor = "without the bonus";
    figure.floor_value = purchases_alone_.rate();
    return figure;
  }

  Figure P99Figure() {
    Figure figure;
    figure.bench = "purchase-p99-beside-bonus";
    figure.setting = Connections(kPurchaseConnections);
    figure.value =
        absl::ToDoubleMicroseconds(purchases_.latencies().Percentile(0.99));
    figure.unit = "us";
    figure.floor = "p99 without the bonus";
    figure.floor_value = absl::ToDoubleMicroseconds(
        purchases_alone_.latencies().Percentile(0.99));
    return figure;
  }

  const BenchOptions& options_;
  const ShopSize shop_;
  const ServerProcess& server_;
  RocksFloor& floor_;
  int64_t next_ = 0;  // account; written by the one caller of bonuses
  Rounds floors_;
  Rounds bonuses_, bonuses_alone_;
  Rounds purchases_, purchases_alone_;
};

Figure MemoryFigure(int64_t accounts, const wire::Stats& before,
                    const wire::Stats& after) {
  Figure figure;
  figure.bench = "bonus-memory";
  figure.setting = absl::StrCat(accounts, " accounts, after");
  figure.value = static_cast<double>(after.resident_bytes) / kMiB;
  figure.unit = "MiB";
  figure.floor = "before, no accounts";
  figure.floor_value = static_cast<double>(before.resident_bytes) / kMiB;
  return figure;
}

}  // namespace

absl::Status RunBonus(const BenchOptions& options,
                      const std::filesystem::path& work, Report& report) {
  const ScratchDirectory scratch(work);
  PATRON_ASSIGN_OR_RETURN(
      const auto server,
      ServerProcess::Start(options, scratch.path() / "data", scratch.path()));
  PATRON_RETURN_IF_ERROR(
      FillAccounts(options, ProgrammeFiles(), server->port()));
  PATRON_ASSIGN_OR_RETURN(const auto floor,
                          RocksFloor::Open(scratch.path() / "floor",
                                           options.accounts, kBonusSizes));
  PATRON_ASSIGN_OR_RETURN(const wire::Stats before, server->Stats());
  BonusSuite suite(options, *server, *floor);
  for (int round = 1; round <= options.rounds; ++round) {
    Tell(absl::StrCat("bonus: round ", round, " of ", options.rounds));
    PATRON_RETURN_IF_ERROR(suite.Round());
  }
  PATRON_RETURN_IF_ERROR(suite.Complete());
  PATRON_ASSIGN_OR_RETURN(const wire::Stats after, server->Stats());
  suite.Tell(report);
  report.Add(MemoryFigure(options.accounts, before, after));
  return server->Stop();
}

}  // namespace patron::bench
