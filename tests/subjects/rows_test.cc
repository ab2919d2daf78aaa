// Rules over lines and events: windows, filters, and what came back.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/rules/rules.h"
#include "tests/subjects/fakes.h"
#include "tests/testing/status_matchers.h"

namespace patron::subjects {
namespace {

using ::patron::testing::Ann;
using ::patron::testing::MakeLine;

constexpr uint32_t kEspresso = 0, kTea = 1, kMug = 2, kGhost = 3;

void Expect(bool expected, const Ann& ann,
            const std::vector<std::string>& rules) {
  for (const std::string& rule : rules) {
    const auto program = rules::Compile(rule, CustomerSchema());
    ASSERT_OK(program) << rule;
    EXPECT_EQ(program->Holds(ann.Subject()), expected) << rule;
  }
}

TEST(RowsTest, LinesCountWithinWindowsAndFilters) {
  Ann ann;
  ann.Buy(0, {MakeLine(kEspresso, 500), MakeLine(kMug, 1200)});
  ann.Buy(6, {MakeLine(kTea, 300)}).store = 1;
  ann.Buy(7, {MakeLine(kEspresso, 700, 2500)}).channel = "web";
  ann.Buy(100, {MakeLine(kGhost, 50)}).currency = "USD";
  Expect(true, ann,
         {
             "count(lines) = 5",
             "count(lines, last 1 day) = 2",
             "count(lines, last 7 days) = 3",
             "count(lines, last 8 days) = 4",
             "sum(lines.amount where lines.category has \"coffee\") = 1200",
             "sum(lines.amount where lines.category has \"coffee\", "
             "last 7 days) = 500",
             "sum(lines.amount where lines.brand = \"Leaf\") = 300",
             "sum(lines.quantity where lines.product = \"espresso\") = 3500",
             "count(lines where lines.seller = \"Beans Ltd\") = 2",
             "count(lines where lines.attribute[\"roast\"] = \"dark\") = 2",
             "count(lines where lines.store = \"s2\") = 1",
             "count(lines where lines.channel = \"web\") = 1",
             "sum(lines.amount where lines.currency = \"EUR\") = 2700",
             "distinct(lines.product) = 4",
             "distinct(lines.category) = 3",
             "min(lines.days_ago where lines.category has \"tea\") = 6",
             "max(lines.day) = 20619 and max(lines.day) = 2026-06-15",
             "count(lines where lines.price_tier = \"high\") = 2",
             "bought(motive = \"quality\" and price_tier = \"high\") = 2",
             "bought(category = \"coffee\", 7d) = 1",
             "spend(7d) = 20 EUR and spend(90d) = 27 EUR",
             "spend(365d) = 0.50 USD and spend(90d, \"USD\") = 0",
             "first(lines.amount) = 50 and last(lines.amount) = 1200",
             "avg(lines.amount, 90d) = 675",
             // The mug is in no category, the ghost not in the catalogue.
             "count(lines where known(lines.category)) = 4",
             "count(lines where known(lines.brand)) = 3",
         });
}

TEST(RowsTest, WhatCameBackDoesNotCount) {
  Ann ann;
  wire::StoredLine gone = MakeLine(kEspresso, 500);
  gone.returned_milli = 1000;
  gone.refunded = 500;
  wire::StoredLine part = MakeLine(kTea, 900, 3000);
  part.list_amount = 1000;
  part.returned_milli = 1000;
  part.refunded = 300;
  ann.Buy(1, {gone, part});
  Expect(true, ann,
         {
             "count(lines) = 1",
             "sum(lines.amount) = 600",
             "sum(lines.quantity) = 2000 and sum(lines.returned) = 1000",
             // 1000 less a third, rounded down.
             "sum(lines.list_amount) = 667 and sum(lines.discount) = 67",
         });
}

TEST(RowsTest, ALineDearerThanItsListPriceHasNoDiscount) {
  Ann ann;
  wire::StoredLine line = MakeLine(kTea, 900);
  line.list_amount = 800;
  ann.Buy(1, {line});
  Expect(true, ann, {"sum(lines.discount) = 0"});
}

TEST(RowsTest, EventsTellWhatTheyTold) {
  Ann ann;
  ann.Happen(0, wire::EventKind::VIEW, kEspresso).__set_dwell_ms(1500);
  ann.Happen(2, wire::EventKind::SEARCH, kNoProduct.value()).__set_text("tea");
  wire::EventRow& review = ann.Happen(6, wire::EventKind::REVIEW, kMug);
  review.__set_value(2);
  review.store = 1;
  review.attributes = {{"via", "mail"}};
  ann.Happen(7, wire::EventKind::VIEW, kTea).__set_source("newsletter");
  ann.Happen(9, wire::EventKind::TECHNICAL_FAILURE, kNoProduct.value());
  Expect(true, ann,
         {
             "count(events) = 5",
             "count(events where events.kind = \"view\") = 2",
             "count(events where events.kind = \"view\", last 7 days) = 1",
             "max(events.dwell) = 1500",
             "count(events where events.text = \"tea\") = 1",
             "min(events.value where events.kind = \"review\") = 2",
             "count(events where events.store = \"s2\") = 1",
             "count(events where events.attribute[\"via\"] = \"mail\") = 1",
             "count(events where events.source = \"newsletter\") = 1",
             "count(events where events.category has \"tea\") = 1",
             "count(events where events.brand = \"Acme\") = 1",
             "count(events where known(events.product)) = 3",
             "count(events where events.channel = \"web\") = 5",
             "count(events where events.kind = \"technical_failure\") = 1",
         });
}

TEST(RowsTest, EveryKindOfEventHasItsName) {
  for (const auto& [kind, name] : wire::_EventKind_VALUES_TO_NAMES) {
    Ann ann;
    ann.Happen(0, static_cast<wire::EventKind::type>(kind), kMug);
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    Expect(true, ann,
           {"count(events where events.kind = \"" + lower + "\") = 1"});
  }
  Ann ann;
  ann.Happen(0, static_cast<wire::EventKind::type>(99), kMug);
  Expect(true, ann, {"count(events where known(events.kind)) = 0"});
}

TEST(RowsTest, AWindowReadsNoFurtherBackThanItNeeds) {
  Ann ann;
  for (int days_ago = 0; days_ago < 300; ++days_ago) {
    ann.Buy(days_ago, {MakeLine(kMug, 1)});
    ann.Happen(days_ago, wire::EventKind::VIEW, kMug);
  }
  Expect(true, ann, {"count(lines, last 10 days) = 10"});
  EXPECT_LE(ann.history.visited, 12);
  ann.history.visited = 0;
  Expect(true, ann, {"count(events, last 10 days) = 10"});
  EXPECT_LE(ann.history.visited, 12);
}

// The shop's day may be one ahead of the day of UTC.
TEST(RowsTest, ADayAheadOfUtcIsStillInTheWindow) {
  Ann ann;
  ann.Buy(0, {MakeLine(kMug, 1)});
  ann.Buy(1, {MakeLine(kMug, 1)}).local_day += 1;
  Expect(true, ann, {"count(lines, last 1 day) = 2"});
}

TEST(RowsTest, VisitingStopsWhereItIsToldTo) {
  Ann ann;
  ann.Buy(0, {MakeLine(kMug, 1), MakeLine(kTea, 1)});
  ann.Buy(1, {MakeLine(kMug, 1)});
  const CustomerSubject subject = ann.Subject();
  int rows = 0;
  subject.ForEach(CustomerSchema().sources[0].id, 0, [&](const rules::Row&) {
    ++rows;
    return false;
  });
  EXPECT_EQ(rows, 1);
}

TEST(RowsTest, WithoutAHistoryThereAreNoRows) {
  const Ann ann;
  CustomerParts parts = ann.Parts();
  parts.history = nullptr;
  const auto program = rules::Compile("count(lines) = 0 and count(events) = 0",
                                      CustomerSchema());
  ASSERT_OK(program);
  EXPECT_TRUE(program->Holds(CustomerSubject(parts)));
}

}  // namespace
}  // namespace patron::subjects
