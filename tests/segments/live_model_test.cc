// Random histories, random rules, days that pass: every way to answer a rule
// gives the same members, and windows those of plain loops over raw history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "server/subjects/subjects.h"
#include "tests/segments/live_shop.h"
#include "tests/testing/rule_generator.h"
#include "tests/testing/seed.h"

namespace patron::segments {
namespace {

using testing::CommandGenerator;
using testing::RuleGenerator;

// ---- windows by plain loops

// A window over lines, as a rule's text and as what it means.
struct Window {
  std::string aggregate;
  int64_t days = 0;  // 0: all
  std::string category;
  std::string channel;
  std::string currency;
  int64_t at_least = 0;

  std::string ToRule() const;
  bool Counts(const wire::PurchaseRow& row, const wire::StoredLine& line,
              const commit::State& state, Day today) const;
};

std::string Window::ToRule() const {
  std::string where;
  const auto add = [&where](const std::string& condition) {
    absl::StrAppend(&where, where.empty() ? " where " : " and ", condition);
  };
  if (!category.empty())
    add(absl::StrCat("lines.category has \"", category, "\""));
  if (!channel.empty()) add(absl::StrCat("lines.channel = \"", channel, "\""));
  if (!currency.empty())
    add(absl::StrCat("lines.currency = \"", currency, "\""));
  const std::string what = aggregate == "count"      ? "lines"
                           : aggregate == "distinct" ? "lines.product"
                                                     : "lines.amount";
  const std::string last =
      days == 0 ? "" : absl::StrCat(", last ", days, " days");
  return absl::StrCat(aggregate, "(", what, where, last, ") >= ", at_least);
}

bool InCategory(const wire::StoredLine& line, const std::string& category,
                const commit::State& state) {
  const catalog::Catalog::Reader reader(state.catalog);
  const auto product = static_cast<uint32_t>(line.product);
  if (product >= reader.size() || !reader.Get(product).listed) return false;
  const auto& path = reader.Get(product).product.category_path;
  return std::find(path.begin(), path.end(), category) != path.end();
}

bool Window::Counts(const wire::PurchaseRow& row, const wire::StoredLine& line,
                    const commit::State& state, Day today) const {
  if (line.returned_milli >= line.quantity_milli) return false;
  if (days != 0 && (row.local_day > today || row.local_day <= today - days))
    return false;
  if (!channel.empty() && row.channel != channel) return false;
  if (!currency.empty() && row.currency != currency) return false;
  return category.empty() || InCategory(line, category, state);
}

bool Naive(const Window& window, CustomerOrdinal customer,
           const commit::State& state, Day today) {
  int64_t rows = 0;
  int64_t sum = 0;
  std::optional<int64_t> lowest;
  std::optional<int64_t> highest;
  std::set<int32_t> products;
  PATRON_CHECK_OK(state.store->ScanPrefix(
      store::Family::kPurchases, store::CustomerKey(customer),
      [&](absl::string_view, absl::string_view bytes) {
        const auto row = store::Decode<wire::PurchaseRow>(bytes, "purchase");
        PATRON_CHECK_OK(row.status());
        for (const wire::StoredLine& line : row->lines) {
          if (!window.Counts(*row, line, state, today)) continue;
          const int64_t amount = line.amount - line.refunded;
          ++rows;
          sum += amount;
          products.insert(line.product);
          if (!lowest || amount < *lowest) lowest = amount;
          if (!highest || amount > *highest) highest = amount;
        }
        return true;
      }));
  if (window.aggregate == "count") return rows >= window.at_least;
  if (window.aggregate == "sum") return sum >= window.at_least;
  if (window.aggregate == "distinct")
    return static_cast<int64_t>(products.size()) >= window.at_least;
  if (window.aggregate == "avg")
    return rows > 0 && sum / rows >= window.at_least;
  const auto& extreme = window.aggregate == "min" ? lowest : highest;
  return extreme && *extreme >= window.at_least;
}

class Random {
 public:
  explicit Random(uint64_t seed) : random_(seed) {}
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  Window SomeWindow();

 private:
  std::string Maybe(const std::string& text) {
    return Below(2) == 0 ? text : "";
  }
  std::mt19937_64 random_;
};

Window Random::SomeWindow() {
  static const char* const kAggregates[] = {"count", "sum",      "min",
                                            "max",   "distinct", "avg"};
  Window window;
  window.aggregate = kAggregates[Below(6)];
  window.days = Below(4) == 0 ? 0 : static_cast<int64_t>(1 + Below(400));
  window.category = Maybe(absl::StrCat("category ", Below(5)));
  window.channel = Maybe(Below(2) == 0 ? "web" : "store");
  window.currency = Maybe(Below(3) == 0 ? "USD" : "EUR");
  const bool counts =
      window.aggregate == "count" || window.aggregate == "distinct";
  window.at_least = static_cast<int64_t>(Below(counts ? 6 : 900));
  return window;
}

testing::RuleVocabulary Words() {
  testing::RuleVocabulary words;
  words.texts_of = {
      {"lines.category", {"category 1", "category 2"}},
      {"category", {"category 1", "category 3"}},
      {"lines.product", {"p1", "p2", "p3"}},
      {"product", {"p1", "p2", "p3"}},
      {"bought", {"p1", "p2", "p3"}},
      {"stores", {"s0", "s1"}},
      {"store", {"s0", "s1"}},
      {"lines.store", {"s0", "s1"}},
      {"channels", {"web", "store"}},
      {"channel", {"web", "store"}},
      {"lines.channel", {"web", "store"}},
      {"events.kind", {"view", "search", "review"}},
      {"kind", {"view", "click"}},
      {"events.feedback", {"complaint", "nps", "csat"}},
      {"feedback", {"review", "nps"}},
      {"currency", {"EUR", "USD"}},
      {"tier", {"silver", "gold"}},
      {"attribute", {"1", "2"}},
  };
  words.keys_of = {
      {"attribute", {"segment", "origin"}},
      {"tier", {"club", "miles"}},
      {"tier_rank", {"club", "miles"}},
      {"tier_credit", {"club", "miles"}},
      {"points", {"club", "miles"}},
      {"pending_points", {"club", "miles"}},
      {"member", {"club", "miles"}},
      {"purchases_in_store", {"s0", "s1"}},
      {"purchases_in_channel", {"web", "store"}},
      {"children_under", {"13"}},
      {"feedback", {"complaint", "nps"}},
      {"predicted_purchases", {"30", "365"}},
      {"feedback_sum", {"nps", "csat"}},
      {"feedback_first", {"nps", "review"}},
      {"feedback_last", {"nps", "csat"}},
      {"days_since_first_feedback", {"complaint", "nps"}},
      {"days_since_last_feedback", {"complaint", "csi"}},
  };
  words.largest_number = 60;
  words.today = kFirstDay;
  words.longest_window = 400;
  return words;
}

// What the catalogue says of products, and texts of events, are answered as
// they are when asked: an old view may tell another tale of them.
bool StaysInAView(const std::string& rule) {
  for (const char* word : {"category", "brand", "seller", "attribute",
                           "price_tier", "motive", "text", "source"})
    if (absl::StrContains(rule, word)) return false;
  return true;
}

class LiveModelTest : public ::testing::Test {
 protected:
  struct Old {
    View view;
    rules::Program rule;
    std::set<std::string> in;
  };

  void Step(CommandGenerator& commands, int count) {
    for (int i = 0; i < count; ++i) shop_.Apply(commands.Next());
  }

  // Tried out, or kept if Keep named it, for a day near today.
  void Check(const rules::Program& rule, Day day) {
    const View view = shop_.live().On(day);
    const std::set<std::string> in = shop_.In(view, rule);
    EXPECT_EQ(in, shop_.Expected(rule, day))
        << rule.ToString() << " on day " << day;
    asked_ += !in.empty() && in.size() < view.customers();
  }

  void CheckWindow(const Window& window, Day day) {
    const rules::Program rule = Rule(window.ToRule());
    std::set<std::string> expected;
    for (const auto& [id, customer] : shop_.Customers())
      if (Naive(window, customer, shop_.state(), day)) expected.insert(id);
    EXPECT_EQ(shop_.In(shop_.live().On(day), rule), expected)
        << window.ToRule() << " on day " << day;
  }

  void Remember(const rules::Program& rule) {
    if (!StaysInAView(rule.ToString())) return;
    View view = shop_.live().Now();
    std::set<std::string> in = shop_.In(view, rule);
    old_.push_back({std::move(view), rule, std::move(in)});
  }

  void CheckOld() {
    for (const Old& old : old_)
      EXPECT_EQ(shop_.In(old.view, old.rule), old.in)
          << old.rule.ToString() << " at " << old.view.position().value();
  }

  LiveShop shop_;
  std::vector<Old> old_;
  int asked_ = 0;  // rules that told customers apart
};

TEST_F(LiveModelTest, RandomRulesOverRandomHistories) {
  const uint64_t seed = testing::TestSeed(20'300);
  CommandGenerator commands(seed);
  RuleGenerator rules(subjects::CustomerSchema(), Words(), seed + 1);
  Random random(seed + 2);
  std::vector<rules::Program> kept;
  for (int round = 0; round < 25 && !HasFailure(); ++round) {
    Step(commands, round == 0 ? 300 : static_cast<int>(random.Below(40)));
    if (round % 8 == 0) {
      kept.clear();
      for (int i = 0; i < 12; ++i) kept.push_back(Rule(rules.Rule(3)));
      shop_.live().Keep(kept);
    }
    shop_.clock().Advance(absl::Hours(random.Below(80)));
    const Day today = shop_.today();
    for (const rules::Program& rule : kept) Check(rule, today);
    for (int i = 0; i < 8; ++i) Check(Rule(rules.Rule(3)), today);
    const auto other =
        static_cast<Day>(today + static_cast<int>(random.Below(60)) - 30);
    for (size_t i = 0; i < 4; ++i) Check(kept[i], other);
    CheckOld();
    if (round % 6 == 5) Remember(kept[random.Below(kept.size())]);
  }
  EXPECT_GT(asked_, 50);
}

TEST_F(LiveModelTest, WindowsAgainstPlainLoops) {
  const uint64_t seed = testing::TestSeed(20'301);
  CommandGenerator commands(seed);
  Random random(seed + 1);
  std::vector<Window> windows;
  std::vector<rules::Program> kept;
  for (int i = 0; i < 15; ++i) {
    windows.push_back(random.SomeWindow());
    kept.push_back(Rule(windows.back().ToRule()));
  }
  shop_.live().Keep(kept);
  for (int round = 0; round < 30 && !HasFailure(); ++round) {
    Step(commands, round == 0 ? 300 : static_cast<int>(random.Below(30)));
    shop_.clock().Advance(absl::Hours(random.Below(100)));
    for (const Window& window : windows) CheckWindow(window, shop_.today());
    for (int i = 0; i < 5; ++i) CheckWindow(random.SomeWindow(), shop_.today());
  }
}

}  // namespace
}  // namespace patron::segments
