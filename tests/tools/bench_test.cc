#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tools/bench/load.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"
#include "tools/bench/stats.h"

namespace patron::bench {
namespace {

Latencies OneToHundred() {
  Latencies latencies;
  for (int us = 100; us >= 1; --us) latencies.Add(absl::Microseconds(us));
  return latencies;
}

Figure MakeFigure() {
  Figure figure;
  figure.bench = "purchase";
  figure.setting = "8 connections";
  figure.value = 30;
  figure.unit = "purchases/s";
  figure.SetLatencies(OneToHundred());
  figure.floor = "bare RocksDB";
  figure.floor_value = 40;
  return figure;
}

TEST(StatsTest, MedianIsTheMiddleOrTheMeanOfTheTwoInIt) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({9, 1, 5}), 5);
  EXPECT_EQ(Median({4, 1, 2, 9}), 3);
}

TEST(StatsTest, PercentileIsATimeThatWasMeasured) {
  const Latencies latencies = OneToHundred();
  EXPECT_EQ(latencies.Percentile(0.50), absl::Microseconds(50));
  EXPECT_EQ(latencies.Percentile(0.99), absl::Microseconds(99));
  EXPECT_EQ(latencies.Percentile(1), absl::Microseconds(100));
  EXPECT_EQ(Latencies().Percentile(0.99), absl::ZeroDuration());
}

TEST(ReportTest, FigureIsOneJsonObjectALineWithItsRatio) {
  std::ostringstream out;
  Report report(out, /*json=*/true);
  report.Add(MakeFigure());
  report.Add(MakeFigure());
  report.Finish();
  std::istringstream in(out.str());
  std::string line;
  int lines = 0;
  for (; std::getline(in, line); ++lines) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["bench"], "purchase");
    EXPECT_EQ(json["setting"], "8 connections");
    EXPECT_EQ(json["value"], 30);
    EXPECT_EQ(json["unit"], "purchases/s");
    EXPECT_EQ(json["p50_us"], 50);
    EXPECT_EQ(json["p99_us"], 99);
    EXPECT_EQ(json["floor"], "bare RocksDB");
    EXPECT_EQ(json["floor_value"], 40);
    EXPECT_EQ(json["ratio"], 0.75);
  }
  EXPECT_EQ(lines, 2);
}

TEST(ReportTest, TableNamesFigureAndFloor) {
  std::ostringstream out;
  Report report(out, /*json=*/false);
  report.Add(MakeFigure());
  EXPECT_EQ(out.str(), "");
  report.Finish();
  EXPECT_NE(out.str().find("8 connections"), std::string::npos);
  EXPECT_NE(out.str().find("bare RocksDB"), std::string::npos);
  EXPECT_NE(out.str().find("0.75"), std::string::npos);
}

TEST(LoadTest, EveryCallIsCounted) {
  std::atomic<int64_t> calls = 0;
  const auto result =
      RunLoad(3, absl::Milliseconds(20), [&](int) -> absl::StatusOr<Call> {
        return Call([&] {
          ++calls;
          return absl::OkStatus();
        });
      });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(static_cast<int64_t>(result->latencies.count()), calls);
  EXPECT_GT(result->per_second, 0);
}

TEST(LoadTest, EachThreadMakesAsManyCallsAsWanted) {
  std::atomic<int64_t> calls = 0;
  const auto result = RunCalls(3, 7, [&](int) -> absl::StatusOr<Call> {
    return Call([&] {
      ++calls;
      return absl::OkStatus();
    });
  });
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(calls, 21);
  EXPECT_EQ(result->latencies.count(), 21u);
}

TEST(LoadTest, OneFailedCallFailsTheMeasurementAndIsTold) {
  std::atomic<int64_t> calls = 0;
  const auto result =
      RunLoad(2, absl::Milliseconds(20), [&](int) -> absl::StatusOr<Call> {
        return Call([&]() -> absl::Status {
          if (++calls == 5) return absl::NotFoundError("receipt 5");
          return absl::OkStatus();
        });
      });
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.status().message().find("1 of "), std::string::npos);
  EXPECT_NE(result.status().message().find("receipt 5"), std::string::npos);
}

TEST(OptionsTest, SuiteAndSizesAreRead) {
  const auto options = ParseOptions(std::vector<std::string>{
      "purchase", "--json", "--customers", "10", "--round-ms=50"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->suite, "purchase");
  EXPECT_TRUE(options->json);
  EXPECT_EQ(options->shop.customers, 10);
  EXPECT_EQ(options->shop.lines, 5'000'000);
  EXPECT_EQ(options->round, absl::Milliseconds(50));
}

TEST(OptionsTest, UnknownFlagAndMissingSuiteAreRefused) {
  EXPECT_FALSE(
      ParseOptions(std::vector<std::string>{"purchase", "--nosuch"}).ok());
  EXPECT_FALSE(ParseOptions(std::vector<std::string>{}).ok());
}

}  // namespace
}  // namespace patron::bench
