#include "index/training_log.h"

#include <gtest/gtest.h>

#include "tests/index/small_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::index {
namespace {

using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

TrainingLog TwoCustomers() {
  TrainingLog log;
  AddLine(0, 0, 0, 100, log);
  AddLine(0, 1, 0, 100, log);
  AddLine(1, 1, 1, 90, log);
  AddLine(kAnonymousCustomer, 0, 2, 80, log);
  return log;
}

void ExpectRefused(const TrainingLog& log, const std::string& first,
                   const std::string& second) {
  EXPECT_THAT(Validate(log),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr(first), HasSubstr(second))));
}

TEST(TrainingLogTest, AnOrderlyLogIsAccepted) {
  EXPECT_OK(Validate(TwoCustomers()));
  EXPECT_OK(Validate(TrainingLog()));
}

TEST(TrainingLogTest, ColumnsOfUnequalLengthAreRefused) {
  TrainingLog log = TwoCustomers();
  log.day.pop_back();
  ExpectRefused(log, "day has 3", "product 4");
}

TEST(TrainingLogTest, OrdinalsOutOfRangeAreRefusedByName) {
  TrainingLog log = TwoCustomers();
  log.customer[2] = 7;
  ExpectRefused(log, "line 2: customer 7", "2");
  log = TwoCustomers();
  log.product[1] = 5;
  ExpectRefused(log, "line 1: product 5", "2");
  log = TwoCustomers();
  log.store[0] = 9;
  ExpectRefused(log, "line 0: store 9", "1");
  log = TwoCustomers();
  log.receipt[3] = 3;
  ExpectRefused(log, "line 3: receipt 3", "3");
}

TEST(TrainingLogTest, ADayAfterTodayIsRefused) {
  TrainingLog log = TwoCustomers();
  log.today = 99;
  ExpectRefused(log, "1970-04-11", "1970-04-10");
}

TEST(TrainingLogTest, LinesOutOfOrderAreRefused) {
  TrainingLog log = TwoCustomers();
  log.customer[0] = log.customer[1] = 1;
  ExpectRefused(log, "line 2", "sorts before");
}

TEST(TrainingLogTest, AReceiptOfTwoCustomersOrStoresIsRefused) {
  TrainingLog log = TwoCustomers();
  log.receipt[2] = 0;
  ExpectRefused(log, "line 2", "receipt 0");
  log = TwoCustomers();
  log.stores = 2;
  log.store[1] = 1;
  ExpectRefused(log, "line 1", "store 1");
}

}  // namespace
}  // namespace patron::index
