// Suites of patron-bench in miniature, with the programs that were built: they
// run, and tell figures as JSON lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "tests/testing/temp_dir.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

BenchOptions Tiny() {
  BenchOptions options;
  options.json = true;
  options.shop = {/*customers=*/200, /*products=*/300, /*lines=*/3000};
  options.large = options.shop;
  options.large.recent = true;
  options.accounts = 2000;
  options.clients = 2;
  options.vectors = 3000;
  options.rounds = 1;
  options.round = absl::Milliseconds(30);
  options.programs = PATRON_PROGRAMS;
  return options;
}

using Suite = absl::Status (*)(const BenchOptions&,
                               const std::filesystem::path&, Report&);

// Runs a suite; "bench, setting" of each line that it printed.
std::set<std::string> FiguresOf(Suite suite) {
  const testing::TempDir work;
  std::ostringstream out;
  Report report(out, /*json=*/true);
  const absl::Status status = suite(Tiny(), work.path(), report);
  EXPECT_TRUE(status.ok()) << status;
  std::set<std::string> figures;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) {
    const auto json = nlohmann::json::parse(line);
    for (const char* number : {"value", "floor_value", "ratio"})
      EXPECT_TRUE(json[number].is_number()) << line;
    for (const char* text : {"unit", "floor"})
      EXPECT_NE(json[text].get<std::string>(), "") << line;
    EXPECT_GT(json["value"], 0) << line;
    figures.insert(json["bench"].get<std::string>() + ", " +
                   json["setting"].get<std::string>());
  }
  return figures;
}

TEST(BenchSuitesTest, QuoteTellsQuotesAndCommitsAtEachNumberOfConnections) {
  EXPECT_THAT(FiguresOf(RunQuote),
              IsSupersetOf({"quote, 1 connection", "quote, 8 connections",
                            "quote, 64 connections", "commit, 1 connection",
                            "commit, 8 connections", "commit, 64 connections",
                            "reserve-commit, 8 connections"}));
}

TEST(BenchSuitesTest, BonusTellsItsRateThePurchasesBesideItAndMemory) {
  EXPECT_THAT(FiguresOf(RunBonus),
              IsSupersetOf({"bonus, 1000 a call, purchases beside",
                            "purchase-p99-beside-bonus, 8 connections",
                            "bonus-memory, 2000 accounts, after"}));
}

TEST(BenchSuitesTest, VectorsTellBothSearchesAndTheirRecall) {
  EXPECT_THAT(FiguresOf(RunVectors),
              IsSupersetOf(
                  {"vectors, 3000, scan", "vectors, 3000, scan, recall@10",
                   "vectors, 3000, graph", "vectors, 3000, graph, recall@10"}));
}

TEST(BenchSuitesTest, SegmentsTellCountsMembershipMemoryAndPurchases) {
  EXPECT_THAT(
      FiguresOf(RunSegments),
      IsSupersetOf(
          {"segments, saved rule of ten clauses",
           "segments, typed rule of ten clauses",
           "segments, membership of one customer",
           "segments, memory of columns, a customer",
           "segments, memory of lines, a line", "segments, start-up of patrond",
           "segments, saved, over Thrift", "segments, typed, over Thrift",
           "segments, purchases of 8 connections, saved counts looping beside",
           "segments, purchases of 8 connections, typed counts looping "
           "beside"}));
}

TEST(BenchSuitesTest, ExportTellsRowsASecondOfBothFormats) {
  EXPECT_THAT(
      FiguresOf(RunExport),
      IsSupersetOf({"export, csv to a file", "export, csv to /dev/null",
                    "export, jsonl to a file", "export, jsonl to /dev/null"}));
}

TEST(BenchSuitesTest, CampaignTellsItsListAndThePurchasesBesideIt) {
  const std::set<std::string> figures = FiguresOf(RunCampaign);
  EXPECT_THAT(figures, Contains(StartsWith("campaign, a list of ")));
  EXPECT_THAT(figures,
              Contains("campaign, purchases of 8 connections, a list being "
                       "planned beside"));
}

TEST(BenchSuitesTest, ComparisonsTellPatronsSideAlone) {
  EXPECT_THAT(FiguresOf(ComparePurchase),
              IsSupersetOf({"compare-purchase, 2 clients"}));
  EXPECT_THAT(FiguresOf(CompareCoupon),
              IsSupersetOf({"compare-coupon, 2 clients"}));
  EXPECT_THAT(FiguresOf(CompareBonus),
              IsSupersetOf({"compare-bonus, 1 client"}));
}

}  // namespace
}  // namespace patron::bench
