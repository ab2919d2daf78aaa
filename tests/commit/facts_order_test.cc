// Facts do not depend on the order in which things were heard of.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::CommandGenerator;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::TempDir;

// Facts under the ids that the shop knows: ordinals are given in order of
// arrival.
std::string Readable(AppliedStore& store, const std::string& customer) {
  const facts::CustomerFacts facts = store.FactsOf(customer);
  const facts::Summary& s = facts.summary;
  const auto& ordinals = store.state().ordinals;
  std::string out = absl::StrCat(s.purchases, " ", s.lines, " ", s.returns, " ",
                                 s.events, " ", s.first_day, " ", s.last_day,
                                 " ", s.first_source.value_or("-"), "\n");
  for (const auto& [currency, amount] : s.spend)
    absl::StrAppend(&out, currency, amount, " ");
  for (const auto& [currency, amount] : s.returned)
    absl::StrAppend(&out, "-", currency, amount, " ");
  for (const auto& [channel, count] : s.channels)
    absl::StrAppend(&out, channel, count, " ");
  std::map<std::string, int> stores;
  for (const auto& [ordinal, count] : s.stores)
    stores[std::string(ordinals.stores.IdOf(ordinal))] = count;
  for (const auto& [id, count] : stores)
    absl::StrAppend(&out, "@", id, "=", count, " ");
  for (const ProductOrdinal product : s.latest)
    absl::StrAppend(&out, ">", ordinals.products.IdOf(product.value()));
  absl::StrAppend(&out, s.latest_at_us);
  for (const int32_t lines : s.discount_bands)
    absl::StrAppend(&out, " %", lines);
  absl::StrAppend(&out, " c", s.coupon_lines, " ", s.coupon_purchases);
  for (const uint16_t day : s.coupon_days) absl::StrAppend(&out, " ", day);
  std::multiset<std::string> rest;
  for (const facts::Interaction& one : s.recent)
    rest.insert(absl::StrCat("i ", one.at_us, " ",
                             ordinals.products.IdOf(one.product.value()), " ",
                             one.kind));
  for (const facts::ItemFact& item : facts.items)
    rest.insert(absl::StrCat(ordinals.products.IdOf(item.product.value()), " x",
                             item.times, " ", item.first_day, " ", item.days[0],
                             " ", item.days[1], " ", item.days[2], " ",
                             item.days[3]));
  for (const std::string& line : rest) absl::StrAppend(&out, "\n", line);
  return out;
}

// Purchases and events with their own times, then returns of some of them.
struct Happenings {
  std::vector<wire::Command> first;
  std::vector<wire::Command> returns;
};

// Some lines get a discount, now and then a coupon, of any depth.
void AddDiscounts(CommandGenerator& generator, wire::Purchase& purchase) {
  for (wire::PurchaseLine& line : purchase.lines) {
    if (generator.Below(2) == 0) continue;
    wire::Discount discount;
    discount.cause = generator.Below(2) == 0 ? "coupon:7" : "loyalty";
    discount.amount =
        static_cast<int64_t>(generator.Below(2 * line.amount + 1));
    discount.third_party = generator.Below(4) == 0;
    line.discounts = {discount};
  }
}

Happenings Generate(uint64_t seed) {
  CommandGenerator generator(seed);
  Happenings out;
  std::set<std::string> receipts;
  while (out.first.size() < 1500) {
    wire::Command command = generator.Next();
    command.request_id.clear();
    const wire::CommandBody& body = command.body;
    if (body.__isset.record_purchase &&
        body.record_purchase.happened_at_us != 0 &&
        receipts.insert(body.record_purchase.receipt_id).second) {
      command.local_day =
          static_cast<int32_t>(body.record_purchase.happened_at_us / kDayUs);
      AddDiscounts(generator, command.body.record_purchase);
      out.first.push_back(command);
    } else if (body.__isset.record_event) {
      out.first.push_back(command);
    } else if (body.__isset.record_return) {
      // Its own number: two returns with one number would be order's to tell
      // apart.
      command.body.record_return.return_id =
          absl::StrCat("ret", out.returns.size());
      command.body.record_return.lines.resize(1);
      out.returns.push_back(command);
    }
  }
  return out;
}

TEST(FactsOrderTest, AnyOrderOfArrivalGivesTheSameFacts) {
  const uint64_t seed = testing::TestSeed(11);
  Happenings happenings = Generate(seed);
  std::mt19937_64 random(seed);
  std::vector<std::string> expected;
  for (int round = 0; round < 4; ++round) {
    TempDir dir;
    AppliedStore store(dir.File("store"));
    int accepted = 0;
    for (const auto* commands : {&happenings.first, &happenings.returns})
      for (size_t at = 0; at < commands->size(); at += 50)
        for (const auto& reply : store.Apply(std::vector<wire::Command>(
                 commands->begin() + static_cast<std::ptrdiff_t>(at),
                 commands->begin() + static_cast<std::ptrdiff_t>(
                                         std::min(at + 50, commands->size())))))
          accepted += reply.__isset.purchase_return;
    EXPECT_GT(accepted, 50) << "too few returns to show anything";
    std::vector<std::string> now;
    for (int c = 0; c < 40; ++c)
      now.push_back(Readable(store, absl::StrCat("c", c)));
    if (round == 0) expected = now;
    EXPECT_EQ(now, expected) << "round " << round;
    std::shuffle(happenings.first.begin(), happenings.first.end(), random);
    // Returns of one line may compete for what is left of it: their order
    // stays.
  }
}

// What the facts must be, counted naively from the history that the API shows.
TEST(FactsOrderTest, FactsAreWhatTheHistoryAddsUpTo) {
  const uint64_t seed = testing::TestSeed(12);
  const Happenings happenings = Generate(seed);
  TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(happenings.first);
  store.Apply(happenings.returns);
  std::map<std::string, std::map<std::string, std::multiset<int>>> days;
  std::map<std::string, int64_t> spend;
  for (const wire::Command& command : happenings.first) {
    if (!command.body.__isset.record_purchase) continue;
    const wire::Purchase& purchase = command.body.record_purchase;
    std::vector<int64_t> left;
    for (const auto& line : purchase.lines) left.push_back(line.quantity_milli);
    int64_t received = 0;
    for (const auto& line : purchase.lines) received += line.amount;
    for (const wire::Command& back : happenings.returns) {
      const wire::PurchaseReturn& ret = back.body.record_return;
      if (ret.receipt_id != purchase.receipt_id) continue;
      const wire::ReturnLine& line = ret.lines[0];
      if (line.line >= static_cast<int>(left.size()) ||
          left[line.line] < line.quantity_milli)
        continue;
      const auto& sold = purchase.lines[line.line];
      const auto refunded = [&](int64_t kept) {
        return sold.amount * (sold.quantity_milli - kept) / sold.quantity_milli;
      };
      const int64_t before = refunded(left[line.line]);
      left[line.line] -= line.quantity_milli;
      received -= refunded(left[line.line]) - before;
    }
    std::set<std::string> kept;
    for (size_t i = 0; i < left.size(); ++i)
      if (left[i] > 0) kept.insert(purchase.lines[i].product_id);
    for (const std::string& product : kept)
      days[purchase.customer_id][product].insert(command.local_day);
    if (purchase.currency == "EUR") spend[purchase.customer_id] += received;
  }
  for (int c = 0; c < 40; ++c) {
    const std::string customer = absl::StrCat("c", c);
    const facts::CustomerFacts facts = store.FactsOf(customer);
    ASSERT_EQ(facts.items.size(), days[customer].size()) << customer;
    for (const facts::ItemFact& item : facts.items) {
      const auto& expected = days[customer][std::string(
          store.state().ordinals.products.IdOf(item.product.value()))];
      ASSERT_EQ(item.times, expected.size());
      EXPECT_EQ(item.first_day, *expected.begin());
      EXPECT_EQ(item.last_day(), *expected.rbegin());
    }
    int64_t euros = 0;
    for (const auto& [currency, amount] : facts.summary.spend)
      if (currency == "EUR") euros = amount;
    EXPECT_EQ(euros, spend[customer]) << customer;
  }
}

}  // namespace
}  // namespace patron
