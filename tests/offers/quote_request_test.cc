// Requests that are wrong, and what a quote does with what is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "server/base/validate.h"
#include "server/offers/quote.h"
#include "tests/offers/shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::offers {
namespace {

using ::patron::testing::Shop;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

wire::QuoteRequest GoodRequest() {
  wire::QuoteRequest request;
  request.currency = "EUR";
  request.lines.resize(2);
  request.lines[0].product_id = "milk";
  request.lines[0].list_amount = 129;
  request.lines[1].product_id = "mug";
  request.lines[1].list_amount = 750;
  request.codes = {"X"};
  request.points.resize(1);
  request.points[0].programme_id = "club";
  request.points[0].points = 5;
  return request;
}

struct Wrong {
  std::string message;
  std::function<void(wire::QuoteRequest&)> make;
};

TEST(QuoteRequestTest, WhatIsWrongIsNamedWithItsValue) {
  const std::vector<Wrong> cases = {
      {"currency", [](auto& r) { r.currency = "euro"; }},
      {"delivery: -1", [](auto& r) { r.delivery = -1; }},
      {"customer_id", [](auto& r) { r.__set_customer_id("a\nb"); }},
      {"lines: ", [](auto& r) { r.lines.resize(kMaxListed + 1); }},
      {"lines[1].product_id", [](auto& r) { r.lines[1].product_id = ""; }},
      {"lines[1].quantity_milli: -1",
       [](auto& r) { r.lines[1].quantity_milli = -1; }},
      {"lines[0].list_amount: 1000000000001",
       [](auto& r) { r.lines[0].list_amount = kMaxAmount + 1; }},
      {"lines[0].tax: 130", [](auto& r) { r.lines[0].tax = 130; }},
      {"lines[0].match_amount: -5",
       [](auto& r) { r.lines[0].__set_match_amount(-5); }},
      {"codes[0]", [](auto& r) { r.codes[0] = std::string(200, 'x'); }},
      {"codes: 101", [](auto& r) { r.codes.resize(101); }},
      {"points[0].points: -2", [](auto& r) { r.points[0].points = -2; }},
      {"points[1].programme_id: \"club\" stands twice",
       [](auto& r) { r.points.push_back(r.points[0]); }},
  };
  EXPECT_OK(Validate(GoodRequest()));
  for (const Wrong& wrong : cases) {
    wire::QuoteRequest request = GoodRequest();
    wrong.make(request);
    EXPECT_THAT(Validate(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr(wrong.message)));
    Shop shop;
    ASSERT_OK(shop.Define({}));
    EXPECT_THAT(
        shop.Quote(request),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(wrong.message)));
  }
}

TEST(QuoteRequestTest, ACodeThatCannotBeLookedUpIsAnError) {
  Shop shop;
  ASSERT_OK(shop.Define({}));
  shop.usage.broken = absl::DataLossError("codes: row does not decode");
  wire::QuoteRequest request = GoodRequest();
  request.points.clear();
  EXPECT_THAT(shop.Quote(request), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(QuoteRequestTest, AWorldOfDefinitionsAloneIsEnough) {
  Shop shop;
  ASSERT_OK(shop.Define({}));
  World world;
  world.definitions = &shop.compiled();
  wire::QuoteRequest request = GoodRequest();
  request.points.clear();
  ASSERT_OK_AND_ASSIGN(const wire::Quote quote, MakeQuote(request, world));
  EXPECT_EQ(quote.total, 879);
  EXPECT_EQ(quote.definitions_version, 7);
  ASSERT_EQ(quote.codes.size(), 1u);
  EXPECT_EQ(quote.codes[0].reason, wire::CodeReason::UNKNOWN);
}

}  // namespace
}  // namespace patron::offers
