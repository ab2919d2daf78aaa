// The purchases of the crash tests: child and parent make the same from a
// number.
#pragma once

#include "absl/strings/str_cat.h"
#include "tests/testing/commands.h"

namespace patron::testing {

inline constexpr int kCrashThreads = 4;
inline constexpr int kCrashCustomers = 17;

inline wire::CommandBody CrashPurchase(int number) {
  return Body(
      MakePurchase(absl::StrCat("receipt-", number),
                   absl::StrCat("c", number % kCrashCustomers),
                   {{absl::StrCat("p", number % 50), 1000, 100 + number % 900},
                    {absl::StrCat("p", number % 31), 2000, 50}},
                   kNoonUs + number));
}

}  // namespace patron::testing
