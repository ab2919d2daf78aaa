// Quote cases as text that a marketer can read; quotes/README.txt says how they
// are written.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/offers/shop.h"

namespace patron::testing {

// A named block: its keys with all their lines, as written.
struct QuoteCase {
  std::string name;
  std::string place;  // "percent.txt line 12"
  std::vector<std::pair<std::string, std::vector<std::string>>> parts;
};

// The cases of a file; what stands before the first is put before each.
std::vector<QuoteCase> ReadCases(const std::string& path);

// The outcome of a case: lines of text that `expect` is compared with.
absl::StatusOr<std::vector<std::string>> Answer(const QuoteCase& quote_case);

// A quote in the words of `expect`.
std::vector<std::string> TextsOf(const wire::Quote& quote);

// What is wrong with the answer; empty where it is as expected.
std::string Compare(const QuoteCase& quote_case,
                    const std::vector<std::string>& answer);

// What must hold of every quote, whatever was asked: sums to the last unit,
// nothing negative. Empty where it does.
std::string BrokenSum(const wire::QuoteRequest& request,
                      const wire::Quote& quote);

}  // namespace patron::testing
