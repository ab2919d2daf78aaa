// What patron-bench is asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace patron::bench {

// The shop that is measured with.
struct ShopSize {
  int64_t customers = 100'000;
  int64_t products = 50'000;
  int64_t lines = 5'000'000;
  // The log ends the day before it is made: windows that end now find
  // something.
  bool recent = false;
};

struct BenchOptions {
  std::string suite;
  bool json = false;
  ShopSize shop;
  // The shop of the suites segments, export and campaign.
  ShopSize large = {1'000'000, 50'000, 20'000'000, /*recent=*/true};
  // The shop of the suite scale.
  ShopSize scale = {1'000'000, 1'000'000, 50'000'000};
  // Prepared shops are kept here and found again; "" = made anew each time, in
  // a directory that goes.
  std::filesystem::path work;
  // Every figure is measured in so many rounds that alternate with its floor,
  // each so long.
  int rounds = 5;
  absl::Duration round = absl::Seconds(1);
  // Accounts of the suite `bonus` and of comparisons.
  int64_t accounts = 1'000'000;
  // Connections of a comparison.
  int clients = 8;
  // Size of the suite `vectors`; 0 = its own three.
  int64_t vectors = 0;
  // Where patrond, patron and patron-jobs stand.
  std::filesystem::path programs;
};

extern const char kHelp[];

// `words` behind the program's name. kInvalidArgument naming the word.
absl::StatusOr<BenchOptions> ParseOptions(absl::Span<const std::string> words);

}  // namespace patron::bench
