#include "tools/patron/importer.h"

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/cli_fixtures.h"

namespace patron::cli {
namespace {

using ::patron::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Outcomes = absl::StatusOr<std::vector<wire::ItemOutcome>>;

wire::ItemOutcome Refusal(wire::ErrorCode::type code,
                          const std::string& message) {
  wire::ItemOutcome outcome;
  outcome.error.code = code;
  outcome.error.message = message;
  outcome.__isset.error = true;
  return outcome;
}

// One import of purchases from text, with a server made of a function.
struct Trial {
  ImportOptions options;
  std::vector<absl::Duration> slept;
  std::ostringstream seen;
  Console console{seen, false};
  ErrorReport report{console, "f.csv"};
  ImportCounts counts;

  Trial() {
    options.sleep = [this](absl::Duration wait) { slept.push_back(wait); };
  }

  absl::Status Run(const std::string& text, SendBatch<wire::Purchase> send) {
    const auto input = InputFromString(text);
    InputWindow window(**input);
    const auto source =
        OpenRecords(Kind::kPurchases, {}, Format::kDetect, window);
    EXPECT_OK(source);
    Importer<wire::Purchase> importer(**source, {}, std::move(send), options,
                                      report);
    const absl::Status status = importer.Run();
    report.Finish();
    counts = importer.counts();
    return status;
  }
};

Outcomes AcceptAll(const std::vector<wire::Purchase>& purchases) {
  return std::vector<wire::ItemOutcome>(purchases.size());
}

std::string Receipts(int count, const std::string& bad_quantity_at = "") {
  std::string text =
      "receipt_id,store_id,currency,happened_at,product_id,quantity,amount\n";
  for (int i = 0; i < count; ++i) {
    const std::string id = absl::StrCat("r", i);
    const char* const quantity = id == bad_quantity_at ? "-1" : "1";
    text += id + ",s,EUR,2026-01-01,a," + quantity + ",100\n" + id +
            ",s,EUR,2026-01-01,b,1,50\n";
  }
  return text;
}

TEST(ImporterTest, CountsRowsReceiptsLinesAndAmounts) {
  Trial trial;
  trial.options.batch = 3;
  std::vector<size_t> batches;
  ASSERT_OK(trial.Run(Receipts(10), [&](const auto& purchases) {
    batches.push_back(purchases.size());
    return AcceptAll(purchases);
  }));
  EXPECT_THAT(batches, ElementsAre(3, 3, 3, 1));
  EXPECT_EQ(trial.counts.rows, 20);
  EXPECT_EQ(trial.counts.imported, 10);
  EXPECT_EQ(trial.counts.lines, 20);
  EXPECT_THAT(trial.counts.amounts, ElementsAre(Pair("EUR", 1500)));
  EXPECT_EQ(trial.counts.refused, 0);
}

TEST(ImporterTest, WhatIsKnownAlreadyIsCountedAndNotRefused) {
  Trial trial;
  ASSERT_OK(trial.Run(Receipts(4), [](const auto& purchases) -> Outcomes {
    std::vector<wire::ItemOutcome> outcomes(purchases.size());
    for (auto& outcome : outcomes) outcome.duplicate = true;
    return outcomes;
  }));
  EXPECT_EQ(trial.counts.already_known, 4);
  EXPECT_EQ(trial.counts.imported, 0);
  EXPECT_EQ(trial.counts.lines, 0);
  EXPECT_EQ(trial.report.count(), 0);
}

TEST(ImporterTest, ABadRowRefusesItsReceiptAndTheRestIsImported) {
  Trial trial;
  ASSERT_OK(trial.Run(Receipts(5, "r2"), AcceptAll));
  EXPECT_EQ(trial.counts.imported, 4);
  EXPECT_EQ(trial.counts.refused, 1);
  EXPECT_EQ(trial.counts.refused_rows, 2);
  EXPECT_THAT(trial.seen.str(),
              HasSubstr("f.csv:6: quantity: \"-1\" is negative\n"));
  EXPECT_THAT(
      trial.seen.str(),
      HasSubstr("f.csv:6: receipt \"r2\" with its 2 rows was left out"));
}

TEST(ImporterTest, StrictStopsAtTheFirstBadRowAndKeepsWhatCameBefore) {
  Trial trial;
  trial.options.strict = true;
  ASSERT_OK(trial.Run(Receipts(100, "r3"), AcceptAll));
  EXPECT_EQ(trial.counts.imported, 3);
  EXPECT_EQ(trial.counts.rows, 7);
}

TEST(ImporterTest, TheServersRefusalIsToldWithTheLine) {
  Trial trial;
  ASSERT_OK(trial.Run(Receipts(3), [](const auto& purchases) -> Outcomes {
    std::vector<wire::ItemOutcome> outcomes(purchases.size());
    outcomes[1] =
        Refusal(wire::ErrorCode::ALREADY_EXISTS, "receipt_id: other content");
    return outcomes;
  }));
  EXPECT_EQ(trial.counts.imported, 2);
  EXPECT_EQ(trial.counts.refused, 1);
  EXPECT_EQ(trial.counts.refused_rows, 2);
  EXPECT_THAT(trial.seen.str(),
              HasSubstr("f.csv:4: receipt_id: other content"));
}

TEST(ImporterTest, WhatTheServerAsksToTryAgainIsSentAgainAlone) {
  Trial trial;
  std::vector<size_t> sizes;
  ASSERT_OK(trial.Run(Receipts(4), [&](const auto& purchases) -> Outcomes {
    sizes.push_back(purchases.size());
    if (sizes.size() == 1) return absl::ResourceExhaustedError("full");
    std::vector<wire::ItemOutcome> outcomes(purchases.size());
    if (sizes.size() == 2)
      outcomes[2] = Refusal(wire::ErrorCode::OVERLOADED, "full");
    if (sizes.size() == 3) {
      EXPECT_EQ(purchases[0].receipt_id, "r2");
    }
    return outcomes;
  }));
  EXPECT_THAT(sizes, ElementsAre(4, 4, 1));
  EXPECT_EQ(trial.slept.size(), 2u);
  EXPECT_EQ(trial.counts.imported, 4);
}

TEST(ImporterTest, AServerThatStaysAwayEndsTheImportAfterBoundedTries) {
  Trial trial;
  int calls = 0;
  EXPECT_THAT(trial.Run(Receipts(5000),
                        [&](const auto&) -> Outcomes {
                          ++calls;
                          return absl::UnavailableError("gone");
                        }),
              StatusIs(absl::StatusCode::kUnavailable, "gone"));
  EXPECT_EQ(calls, 21);
  EXPECT_EQ(trial.counts.imported, 0);
}

TEST(ImporterTest, AnErrorThatIsNotRetryableEndsTheImportAtOnce) {
  Trial trial;
  EXPECT_THAT(trial.Run(Receipts(5000),
                        [](const auto&) -> Outcomes {
                          return absl::PermissionDeniedError("no");
                        }),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_TRUE(trial.slept.empty());
}

TEST(ImporterTest, BigRowsMakeSmallerBatches) {
  Trial trial;
  trial.options.batch_bytes = 10'000;
  std::string text = Receipts(0);
  for (int i = 0; i < 10; ++i)
    text += std::to_string(i) + ",s,EUR,2026-01-01," + std::string(5000, 'p') +
            ",1,1\n" + std::to_string(i) + "b,s,EUR,2026-01-01,p,1,1\n";
  size_t most = 0;
  ASSERT_OK(trial.Run(text, [&](const auto& purchases) {
    most = std::max(most, purchases.size());
    return AcceptAll(purchases);
  }));
  EXPECT_EQ(trial.counts.imported, 10);
  EXPECT_LT(most, 5u);
}

TEST(ErrorReportTest, ShowsTheFirstProblemsAndWritesAllToAFile) {
  const testing::TempDir dir;
  std::ostringstream seen;
  Console console(seen, false);
  ErrorReport report(console, "f.csv");
  ASSERT_OK(report.WriteTo(dir.File("all.txt")));
  for (int i = 1; i <= 25; ++i) report.Add(i, "bad");
  report.Finish();
  EXPECT_THAT(seen.str(), HasSubstr("f.csv:20: bad\n"));
  EXPECT_THAT(seen.str(), ::testing::Not(HasSubstr("f.csv:21: bad\n")));
  EXPECT_THAT(seen.str(), HasSubstr("and 5 more problems"));
  std::ifstream all(dir.File("all.txt"));
  int lines = 0;
  for (std::string line; std::getline(all, line);) ++lines;
  EXPECT_EQ(lines, 25);
}

}  // namespace
}  // namespace patron::cli
