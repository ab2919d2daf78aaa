#include "jobs/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace patron::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::StatusIs;

// A server of 25 customers, each with an account.
class FakeServer {
 public:
  absl::StatusOr<wire::SettleReply> Settle(int32_t first, int32_t count) {
    if (first >= fails_at) return absl::UnavailableError("lost");
    calls.emplace_back(first, count);
    wire::SettleReply reply;
    const int32_t end = std::min(25, first + count);
    reply.accounts = end - first;
    reply.next_customer = end == 25 ? -1 : end;
    return reply;
  }

  std::vector<std::pair<int32_t, int32_t>> calls;
  int32_t fails_at = 1000;
};

class SettleTest : public ::testing::Test {
 protected:
  absl::Status Run(int32_t from) {
    SettleOptions options;
    options.from = from;
    options.customers_a_call = 10;
    return Settle(
        options, clock_,
        [this](int32_t first, int32_t count) {
          clock_.Advance(absl::Seconds(2));
          return server_.Settle(first, count);
        },
        [this](int32_t next) { shown_.push_back(next); }, report_);
  }

  SimulatedClock clock_{absl::UnixEpoch()};
  FakeServer server_;
  std::vector<int32_t> shown_;
  SettleReport report_;
};

TEST_F(SettleTest, EveryCustomerIsSettledOnce) {
  ASSERT_OK(Run(0));
  EXPECT_THAT(server_.calls,
              ElementsAre(Pair(0, 10), Pair(10, 10), Pair(20, 10)));
  EXPECT_EQ(report_.accounts, 25);
  EXPECT_EQ(report_.calls, 3);
  EXPECT_EQ(report_.next_customer, -1);
  EXPECT_EQ(report_.took, absl::Seconds(6));
  EXPECT_THAT(shown_, ElementsAre(10, 20));
}

TEST_F(SettleTest, ARunThatWasCutOffTellsWhereToGoOn) {
  server_.fails_at = 20;
  EXPECT_THAT(Run(0), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(report_.next_customer, 20);
  EXPECT_EQ(report_.accounts, 20);
  server_.fails_at = 1000;
  ASSERT_OK(Run(report_.next_customer));
  EXPECT_EQ(report_.accounts, 5);
}

TEST_F(SettleTest, AStartBeforeTheFirstCustomerIsRefused) {
  EXPECT_THAT(Run(-1), StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("from: -1")));
}

TEST_F(SettleTest, AServerThatDoesNotGetOnIsNotAskedForEver) {
  const auto stuck = [](int32_t first,
                        int32_t) -> absl::StatusOr<wire::SettleReply> {
    wire::SettleReply reply;
    reply.next_customer = first;
    return reply;
  };
  EXPECT_THAT(
      Settle(
          {}, clock_, stuck, [](int32_t) {}, report_),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("customer 0 to 0")));
}

}  // namespace
}  // namespace patron::jobs
