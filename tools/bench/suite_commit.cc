// Reservations that become purchases over Thrift, beside recordPurchase of the
// same baskets: with the same definitions, and where nothing is defined.
#include <functional>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "tools/bench/fixture.h"
#include "tools/bench/loyalty_shop.h"
#include "tools/bench/measured.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

constexpr int kLines = 5;
constexpr int kHoldSeconds = 86'400;

// What a thread works through.
struct Course {
  Course(const BenchOptions& options, const std::string& round, int thread,
         int salt)
      : baskets(options.shop, kLines,
                static_cast<uint64_t>(salt * 1000 + thread)),
        name(absl::StrCat(round, "-", thread)) {}

  std::string Next() { return absl::StrCat(name, "-", ++made); }

  BasketMaker baskets;
  const std::string name;
  int64_t made = 0;
};

void Reserve(wire::LoyaltyClient& loyalty, const std::string& id,
             const wire::QuoteRequest& basket) {
  wire::Reservation reservation;
  loyalty.reserve(reservation, absl::StrCat("r", id), id, basket, "",
                  kHoldSeconds);
}

void Commit(wire::LoyaltyClient& loyalty, const std::string& id) {
  wire::CommitReply reply;
  loyalty.commit(reply, absl::StrCat("c", id), id, id, 0, "");
}

class CommitSuite {
 public:
  // `server` has offers, `bare` has no definitions.
  CommitSuite(const BenchOptions& options, const ServerProcess& server,
              const ServerProcess& bare)
      : options_(options), port_(server.port()), bare_port_(bare.port()) {
    for (const int size : kSizes) {
      bare_.emplace(size, bare);
      recorded_.emplace(size, server);
      pairs_.emplace(size, server);
      commits_.emplace(size, server);
    }
  }

  // Values and floors by turns, so that all see the machine of one minute.
  absl::Status Round() {
    ++round_;
    for (const int size : kSizes) {
      PATRON_RETURN_IF_ERROR(
          bare_.at(size).Add(1, [&] { return Record(bare_port_, size); }));
      PATRON_RETURN_IF_ERROR(
          recorded_.at(size).Add(1, [&] { return Record(port_, size); }));
      PATRON_RETURN_IF_ERROR(
          pairs_.at(size).Add(1, [&] { return Pairs(size); }));
      const std::string name = NameOf(size);
      PATRON_RETURN_IF_ERROR(ReserveAhead(name, size));
      PATRON_RETURN_IF_ERROR(
          commits_.at(size).Add(1, [&] { return Commits(name, size); }));
    }
    return absl::OkStatus();
  }

  void Tell(Report& report) {
    const std::string same = "recordPurchase, same definitions";
    const std::string bare = "recordPurchase, nothing defined";
    for (const int size : kSizes) {
      report.Add(FigureOf("commit", size, commits_, same, recorded_));
      report.Add(FigureOf("commit-bare", size, commits_, bare, bare_));
      report.Add(FigureOf("reserve-commit", size, pairs_, same, recorded_));
      report.Add(FigureOf("purchase-defined", size, recorded_, bare, bare_));
      TellCpu("recordPurchase, nothing defined", size, bare_);
      TellCpu("recordPurchase, same definitions", size, recorded_);
      TellCpu("reserve and commit", size, pairs_);
      TellCpu("commit", size, commits_);
    }
  }

 private:
  static constexpr int kSizes[] = {1, 8, 64};
  using BySize = std::map<int, Measured>;
  using OneCall = std::function<void(wire::LoyaltyClient&, Course&)>;

  std::string NameOf(int size) { return absl::StrCat(RandomHex(4), "-", size); }

  absl::StatusOr<LoadResult> Record(int port, int size) {
    const std::string name = NameOf(size);
    return RunLoad(size, options_.round, [&](int thread) {
      const auto course =
          std::make_shared<Course>(options_, name, thread, round_);
      return OverThrift(port, [course](wire::StorefrontClient& storefront) {
        const std::string id = course->Next();
        wire::PurchaseReply reply;
        storefront.recordPurchase(reply, id, course->baskets.NextPurchase(id));
      });
    });
  }

  MakeCall Caller(const std::string& name, OneCall call) {
    return [this, name, call = std::move(call)](int thread) {
      const auto course =
          std::make_shared<Course>(options_, name, thread, round_);
      return OverLoyalty(port_, [course, call](wire::LoyaltyClient& loyalty) {
        call(loyalty, *course);
      });
    };
  }

  absl::StatusOr<LoadResult> Pairs(int size) {
    return RunLoad(size, options_.round,
                   Caller(NameOf(size), [](auto& loyalty, Course& course) {
                     const std::string id = course.Next();
                     Reserve(loyalty, id, course.baskets.Next());
                     Commit(loyalty, id);
                   }));
  }

  // As many as are committed in about one round.
  int64_t CallsAhead(int size) const {
    const double a_second = size == 1 ? 10'000 : size == 8 ? 25'000 : 40'000;
    return 1 + static_cast<int64_t>(a_second / size *
                                    absl::ToDoubleSeconds(options_.round));
  }

  absl::Status ReserveAhead(const std::string& name, int size) {
    const OneCall reserve = [](auto& loyalty, Course& course) {
      Reserve(loyalty, course.Next(), course.baskets.Next());
    };
    return RunCalls(size, CallsAhead(size), Caller(name, reserve)).status();
  }

  absl::StatusOr<LoadResult> Commits(const std::string& name, int size) {
    const OneCall commit = [](auto& loyalty, Course& course) {
      Commit(loyalty, course.Next());
    };
    return RunCalls(size, CallsAhead(size), Caller(name, commit));
  }

  static void TellCpu(const std::string& what, int size, const BySize& values) {
    bench::Tell(absl::StrCat(what, ", ", Connections(size), ": ",
                             values.at(size).cpu.Text("purchase")));
  }

  Figure FigureOf(const std::string& bench, int size, BySize& values,
                  const std::string& floor, BySize& floors) {
    Figure figure;
    figure.bench = bench;
    figure.setting = Connections(size);
    const Measured& measured = values.at(size);
    figure.value = measured.rounds.rate();
    figure.unit = "purchases/s";
    figure.SetLatencies(measured.rounds.latencies());
    figure.floor = floor;
    figure.floor_value = floors.at(size).rounds.rate();
    return figure;
  }

  const BenchOptions& options_;
  const int port_;
  const int bare_port_;
  int round_ = 0;
  BySize bare_;      // recordPurchase where nothing is defined
  BySize recorded_;  // recordPurchase under the definitions
  BySize pairs_;     // reserve and commit
  BySize commits_;   // commit alone
};

// A server over a copy of the shop, in a directory of its own below `scratch`.
absl::StatusOr<std::unique_ptr<ServerProcess>> StartOver(
    const BenchOptions& options, const std::filesystem::path& data,
    const std::filesystem::path& scratch) {
  std::filesystem::create_directories(scratch);
  PATRON_RETURN_IF_ERROR(CopyData(data, scratch / "data"));
  return ServerProcess::Start(options, scratch / "data", scratch);
}

}  // namespace

absl::Status RunCommit(const BenchOptions& options,
                       const std::filesystem::path& work, Report& report) {
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareShop(options, work));
  const ScratchDirectory scratch(work);
  PATRON_ASSIGN_OR_RETURN(
      const auto bare, StartOver(options, shop.data, scratch.path() / "bare"));
  PATRON_ASSIGN_OR_RETURN(
      const auto server,
      StartOver(options, shop.data, scratch.path() / "defined"));
  PATRON_RETURN_IF_ERROR(
      OpenLoyaltyShop(options.shop.customers, server->port()));
  CommitSuite suite(options, *server, *bare);
  for (int round = 1; round <= options.rounds; ++round) {
    Tell(absl::StrCat("commit: round ", round, " of ", options.rounds));
    PATRON_RETURN_IF_ERROR(suite.Round());
  }
  suite.Tell(report);
  PATRON_RETURN_IF_ERROR(bare->Stop());
  return server->Stop();
}

}  // namespace patron::bench
