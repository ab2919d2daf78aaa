// Quotes over Thrift, against a ready answer of the same size.
#include <algorithm>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/store/codec.h"
#include "tools/bench/fixture.h"
#include "tools/bench/loyalty_shop.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

constexpr int kSampleQuotes = 100;

bool MayApply(const wire::OfferDecision& decision) {
  return decision.reason == wire::OfferReason::APPLIED ||
         decision.reason == wire::OfferReason::OUTBID ||
         decision.reason == wire::OfferReason::NO_GAIN;
}

// That what is measured is what was meant.
absl::Status CheckOffers(const wire::Quote& quote) {
  const auto applicable =
      std::count_if(quote.offers.begin(), quote.offers.end(), MayApply);
  if (quote.offers.size() == kOffers && applicable == kApplicableOffers)
    return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "a quote decided on ", quote.offers.size(), " offers, ", applicable,
      " of them applicable; meant were ", kOffers, " and ", kApplicableOffers));
}

size_t BytesOf(const wire::Quote& quote) {
  return store::Encoder().Encode(quote).size();
}

class QuoteSuite {
 public:
  QuoteSuite(const BenchOptions& options, int port)
      : options_(options), port_(port) {}

  // Finds how many decisions make a ready answer as large as a quote is.
  absl::Status MeasureSize() {
    client::Connection server(To(port_));
    BasketMaker baskets(options_.shop, kLinesOfQuote, 0);
    size_t bytes = 0;
    wire::Quote quote;
    for (int i = 0; i < kSampleQuotes; ++i) {
      const wire::QuoteRequest& basket = baskets.Next();
      PATRON_RETURN_IF_ERROR(server.Loyalty([&](wire::LoyaltyClient& loyalty) {
        loyalty.quote(quote = wire::Quote(), basket);
      }));
      PATRON_RETURN_IF_ERROR(CheckOffers(quote));
      bytes += BytesOf(quote) / kSampleQuotes;
    }
    return AdjustReadyAnswer(baskets.Next(), bytes, server);
  }

  // Values and floors by turns, so that both see the machine of one minute.
  absl::Status Round() {
    ++round_;
    for (const int size : kSizes) {
      PATRON_ASSIGN_OR_RETURN(
          const auto ready,
          Load(size, [this](wire::LoyaltyClient& loyalty, wire::Quote& quote,
                            const wire::QuoteRequest& basket) {
            loyalty.readyQuote(quote, basket, ready_offers_);
          }));
      floors_[size].Add(ready);
      PATRON_ASSIGN_OR_RETURN(
          const auto quoted,
          Load(size, [](wire::LoyaltyClient& loyalty, wire::Quote& quote,
                        const wire::QuoteRequest& basket) {
            loyalty.quote(quote, basket);
          }));
      quotes_[size].Add(quoted);
    }
    return absl::OkStatus();
  }

  void Tell(Report& report) {
    for (const int size : kSizes) {
      Figure figure;
      figure.bench = "quote";
      figure.setting = Connections(size);
      figure.value = quotes_[size].rate();
      figure.unit = "calls/s";
      figure.SetLatencies(quotes_[size].latencies());
      figure.floor = "ready quote";
      figure.floor_value = floors_[size].rate();
      report.Add(figure);
    }
  }

 private:
  static constexpr int kSizes[] = {1, 8, 64};

  absl::Status AdjustReadyAnswer(const wire::QuoteRequest& basket, size_t bytes,
                                 client::Connection& server) {
    wire::Quote ready, bare;
    PATRON_RETURN_IF_ERROR(server.Loyalty([&](wire::LoyaltyClient& loyalty) {
      loyalty.readyQuote(bare, basket, 0);
      loyalty.readyQuote(ready, basket, kOffers);
    }));
    const double each =
        static_cast<double>(BytesOf(ready) - BytesOf(bare)) / kOffers;
    const double wanted =
        static_cast<double>(bytes) - static_cast<double>(BytesOf(bare));
    ready_offers_ = std::max(0, static_cast<int>(wanted / each));
    bench::Tell(absl::StrCat("quote: ", bytes,
                             " bytes an answer, as a ready "
                             "answer of ",
                             ready_offers_, " offers has"));
    return absl::OkStatus();
  }

  template <typename Asking>
  absl::StatusOr<LoadResult> Load(int connections, const Asking& ask) {
    return RunLoad(connections, options_.round, [&](int thread) {
      const auto baskets = std::make_shared<BasketMaker>(
          options_.shop, kLinesOfQuote,
          static_cast<uint64_t>(round_ * 1000 + thread));
      return OverLoyalty(port_, [baskets, ask](wire::LoyaltyClient& loyalty) {
        wire::Quote quote;
        ask(loyalty, quote, baskets->Next());
      });
    });
  }

  const BenchOptions& options_;
  const int port_;
  int ready_offers_ = kOffers;
  int round_ = 0;
  std::map<int, Rounds> quotes_;
  std::map<int, Rounds> floors_;
};

}  // namespace

absl::Status RunQuote(const BenchOptions& options,
                      const std::filesystem::path& work, Report& report) {
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareShop(options, work));
  const ScratchDirectory scratch(work);
  PATRON_RETURN_IF_ERROR(CopyData(shop.data, scratch.path() / "data"));
  PATRON_ASSIGN_OR_RETURN(
      const auto server,
      ServerProcess::Start(options, scratch.path() / "data", scratch.path()));
  PATRON_RETURN_IF_ERROR(
      OpenLoyaltyShop(options.shop.customers, server->port()));
  QuoteSuite suite(options, server->port());
  PATRON_RETURN_IF_ERROR(suite.MeasureSize());
  for (int round = 1; round <= options.rounds; ++round) {
    Tell(absl::StrCat("quote: round ", round, " of ", options.rounds));
    PATRON_RETURN_IF_ERROR(suite.Round());
  }
  suite.Tell(report);
  PATRON_RETURN_IF_ERROR(server->Stop());
  return RunCommit(options, work, report);
}

}  // namespace patron::bench
