#include "server/base/text.h"

#include <string>

#include "tests/testing/status_matchers.h"

namespace patron {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

TEST(TextTest, Utf8AcceptsEveryLengthAndRefusesBrokenForms) {
  for (const char* good :
       {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x8D\x8E"})
    EXPECT_TRUE(IsValidUtf8(good)) << good;
  for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xFF",
                          "\xF4\x90\x80\x80", "a\x80"})
    EXPECT_FALSE(IsValidUtf8(bad)) << Quoted(bad);
}

TEST(TextTest, CheckIdNamesFieldAndValue) {
  EXPECT_OK(CheckId("customer_id", "äöü-1"));
  EXPECT_THAT(
      CheckId("customer_id", ""),
      StatusIs(absl::StatusCode::kInvalidArgument, "customer_id: is empty"));
  EXPECT_THAT(
      CheckId("customer_id", "a\nb"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"a\\x0ab\"")));
  EXPECT_THAT(
      CheckId("customer_id", "\xFF"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not UTF-8")));
  EXPECT_THAT(
      CheckId("customer_id", std::string(129, 'x')),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("129 bytes")));
}

TEST(TextTest, AMegabyteIsQuotedShort) {
  EXPECT_LT(Quoted(std::string(1 << 20, 'x')).size(), 100u);
}

}  // namespace
}  // namespace patron
