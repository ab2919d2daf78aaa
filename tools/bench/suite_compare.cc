// Patron's side of tools/compare/postgres.sh: rates alone, over a data
// directory that stays and grows, as the database beside it does.
#include <functional>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "tools/bench/account_data.h"
#include "tools/bench/fixture.h"
#include "tools/bench/loyalty_shop.h"
#include "tools/bench/purchases.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

constexpr int kHoldSeconds = 3600;

// The programme, and one coupon that everybody wants.
Files ComparedFiles() {
  Files files = ProgrammeFiles();
  files["offers.toml"] =
      "[[offers]]\nid = \"coupon\"\nname = \"A euro off\"\n"
      "benefit = \"amount\"\namount = \"1.00\"\ncodes = [\"EURO\"]\n"
      "limits = { uses = 1000000000 }\n";
  return files;
}

using Measure =
    std::function<absl::StatusOr<LoadResult>(const ServerProcess& server)>;

// Measures on a server over the kept directory, round by round.
absl::Status Compare(const BenchOptions& options,
                     const std::filesystem::path& work, Figure figure,
                     Report& report, const Measure& measure) {
  PATRON_ASSIGN_OR_RETURN(const auto data,
                          PrepareAccounts(options, ComparedFiles(), work));
  const ScratchDirectory scratch(work);
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, data, scratch.path()));
  Rounds rounds;
  for (int round = 1; round <= options.rounds; ++round) {
    PATRON_ASSIGN_OR_RETURN(const auto result, measure(*server));
    rounds.Add(result);
  }
  figure.value = rounds.rate();
  figure.SetLatencies(rounds.latencies());
  report.Add(figure);
  return server->Stop();
}

Figure FigureOf(const std::string& bench, int clients,
                const std::string& unit) {
  Figure figure;
  figure.bench = bench;
  figure.setting = absl::StrCat(clients, clients == 1 ? " client" : " clients");
  figure.unit = unit;
  figure.floor = "none";
  return figure;
}

wire::QuoteRequest CouponBasket() {
  wire::QuoteRequest request;
  request.store_id = "S1";
  request.channel = "web";
  request.currency = "EUR";
  request.codes = {"EURO"};
  request.lines.resize(1);
  request.lines[0].product_id = "P1";
  request.lines[0].list_amount = 1000;
  return request;
}

// Takes one use of the coupon for a basket, and makes the purchase of it.
void TakeCoupon(wire::LoyaltyClient& loyalty, const wire::QuoteRequest& basket,
                const std::string& id) {
  wire::Reservation reservation;
  loyalty.reserve(reservation, "", id, basket, "", kHoldSeconds);
  wire::CommitReply reply;
  loyalty.commit(reply, "", id, id, 0, "");
}

}  // namespace

absl::Status ComparePurchase(const BenchOptions& options,
                             const std::filesystem::path& work,
                             Report& report) {
  const Measure measure = [&](const ServerProcess& server) {
    const std::string name = RandomHex(8);
    return RunLoad(options.clients, options.round, [&](int thread) {
      const auto maker = std::make_shared<PurchaseMaker>(
          ShopOfAccounts(options), absl::StrCat(name, "-", thread),
          static_cast<uint64_t>(thread));
      return OverThrift(
          server.port(), [maker](wire::StorefrontClient& storefront) {
            const wire::Purchase& purchase = maker->Next();
            wire::PurchaseReply reply;
            storefront.recordPurchase(reply, purchase.receipt_id, purchase);
          });
    });
  };
  return Compare(options, work,
                 FigureOf("compare-purchase", options.clients, "purchases/s"),
                 report, measure);
}

absl::Status CompareCoupon(const BenchOptions& options,
                           const std::filesystem::path& work, Report& report) {
  const Measure measure = [&](const ServerProcess& server) {
    const std::string name = RandomHex(8);
    return RunLoad(options.clients, options.round, [&](int thread) {
      const std::string own = absl::StrCat(name, "-", thread, "-");
      const auto taken = std::make_shared<int64_t>(0);
      return OverLoyalty(server.port(), [own, taken, basket = CouponBasket()](
                                            wire::LoyaltyClient& loyalty) {
        TakeCoupon(loyalty, basket, absl::StrCat(own, ++*taken));
      });
    });
  };
  return Compare(options, work,
                 FigureOf("compare-coupon", options.clients, "uses/s"), report,
                 measure);
}

absl::Status CompareBonus(const BenchOptions& options,
                          const std::filesystem::path& work, Report& report) {
  const Measure measure = [&](const ServerProcess& server) {
    const auto all = [&](int) -> absl::StatusOr<Call> {
      const auto connection =
          std::make_shared<client::Connection>(To(server.port()));
      return Call([&options, connection] {
        return GiveBonus(0, options.accounts, RandomHex(8), *connection);
      });
    };
    absl::StatusOr<LoadResult> result = RunCalls(1, 1, all);
    if (result.ok())
      result->per_second *= static_cast<double>(options.accounts);
    return result;
  };
  return Compare(options, work, FigureOf("compare-bonus", 1, "entries/s"),
                 report, measure);
}

}  // namespace patron::bench
