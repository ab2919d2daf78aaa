#include "server/columns/table.h"

#include <gtest/gtest.h>

namespace patron::columns {
namespace {

TEST(TableTest, KnowsNobodyAtFirst) {
  Table table;
  EXPECT_EQ(table.Now()->ordinals, 0u);
}

}  // namespace
}  // namespace patron::columns
