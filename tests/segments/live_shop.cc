#include "tests/segments/live_shop.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/check.h"
#include "server/checkout/source.h"
#include "server/subjects/subjects.h"

namespace patron::segments {
namespace {

store::StoreOptions Unsynced() {
  store::StoreOptions options;
  options.sync = false;
  return options;
}

// Where the body does not tell when it happened: now.
int64_t HappenedAt(const wire::CommandBody& body, int64_t now_us) {
  int64_t at_us = 0;
  if (body.__isset.record_purchase) at_us = body.record_purchase.happened_at_us;
  if (body.__isset.record_return) at_us = body.record_return.happened_at_us;
  if (body.__isset.record_event) at_us = body.record_event.happened_at_us;
  return at_us == 0 ? now_us : at_us;
}

}  // namespace

rules::Program Rule(const std::string& text) {
  auto program = rules::Compile(text, subjects::CustomerSchema());
  PATRON_CHECK_OK(program.status());
  return *std::move(program);
}

LiveShop::LiveShop(LiveOptions options)
    : store_(directory_.File("store"), Unsynced()), options_(options) {
  Reopen();
}

void LiveShop::Reopen() {
  live_.reset();
  if (logged_us_ != testing::kNoonUs) store_.Reopen();
  const commit::State& state = store_.state();
  live_ = std::make_unique<Live>(
      LiveParts{store_.state().columns, *state.store, state.ordinals,
                state.catalog, state.holdings},
      clock_, absl::UTCTimeZone(), options_);
}

wire::CommandReply LiveShop::Apply(wire::CommandBody body) {
  logged_us_ = std::max(logged_us_ + 1, absl::ToUnixMicros(clock_.Now()));
  wire::Command command;
  command.logged_at_us = logged_us_;
  command.logged_day = static_cast<int32_t>(logged_us_ / testing::kDayUs);
  command.local_day =
      static_cast<int32_t>(HappenedAt(body, logged_us_) / testing::kDayUs);
  command.roles = 31;
  command.body = std::move(body);
  wire::CommandReply reply =
      store_.Apply(std::vector<wire::Command>{command}).front();
  PATRON_CHECK(!reply.__isset.refusal);
  return reply;
}

void LiveShop::Apply(wire::Command command) {
  logged_us_ = command.logged_at_us;
  command.local_day = static_cast<int32_t>(
      HappenedAt(command.body, logged_us_) / testing::kDayUs);
  store_.Apply(std::vector<wire::Command>{std::move(command)});
}

std::string LiveShop::Buy(const std::string& customer,
                          const std::string& product, int64_t amount,
                          int days_ago) {
  const std::string receipt = absl::StrCat("receipt-", ++receipts_);
  const int64_t at_us =
      absl::ToUnixMicros(clock_.Now()) - days_ago * testing::kDayUs;
  Apply(testing::Body(testing::MakePurchase(receipt, customer,
                                            {{product, 1000, amount}}, at_us)));
  return receipt;
}

void LiveShop::Return(const std::string& receipt, int64_t quantity_milli) {
  wire::PurchaseReturn back = testing::MakeReturn(
      absl::StrCat("return-", ++receipts_), receipt, {{0, quantity_milli}});
  back.happened_at_us = absl::ToUnixMicros(clock_.Now());
  Apply(testing::Body(back));
}

void LiveShop::Merge(const std::string& kept, const std::string& absorbed) {
  wire::CommandBody body;
  body.merge_customers.kept_id = kept;
  body.merge_customers.absorbed_id = absorbed;
  body.__isset.merge_customers = true;
  Apply(std::move(body));
}

namespace {

// Those for whom Holds says so, ordinals beyond the last among those asked for.
Roaring OneByOne(const View& view, const rules::Program& rule) {
  Roaring in;
  for (uint32_t i = 0; i < view.snapshot().ordinals + 3; ++i)
    if (view.Holds(rule, CustomerOrdinal(i))) in.add(i);
  return in;
}

}  // namespace

CustomerOrdinal LiveShop::Find(const std::string& customer) const {
  const auto ordinal = state().ordinals.customers.Find(customer);
  PATRON_CHECK(ordinal.has_value());
  return CustomerOrdinal(*ordinal);
}

std::vector<std::pair<std::string, CustomerOrdinal>> LiveShop::Customers()
    const {
  const store::OrdinalTable& table = state().ordinals.customers;
  std::vector<std::pair<std::string, CustomerOrdinal>> customers;
  for (uint32_t i = 0; i < table.size(); ++i) {
    const std::string id(table.IdOf(i));
    if (table.Find(id) == i) customers.emplace_back(id, CustomerOrdinal(i));
  }
  return customers;
}

std::set<std::string> LiveShop::In(const View& view,
                                   const rules::Program& rule) const {
  // One by one: before a column was brought to the view, and, by a program of
  // its own, after.
  const Roaring before = OneByOne(view, rule);
  const Roaring members = view.Members(rule);
  const Roaring after = OneByOne(view, Rule(rule.ToString()));
  Roaring paged;
  for (uint32_t next = 0; next < view.snapshot().ordinals;)
    paged |= view.MembersFrom(rule, next, 7, next);
  PATRON_CHECK(paged == members);
  if (before != members || after != members)
    absl::PrintF("%s: Members %s, Holds %s before and %s after\n",
                 rule.ToString(), members.toString(), before.toString(),
                 after.toString());
  PATRON_CHECK(before == members && after == members);
  std::set<std::string> in;
  for (const uint32_t i : members)
    in.emplace(state().ordinals.customers.IdOf(i));
  return in;
}

std::set<std::string> LiveShop::Expected(const rules::Program& rule,
                                         Day today) const {
  const checkout::StateSource source(state().Parts());
  std::set<std::string> expected;
  for (const auto& [id, customer] : Customers()) {
    const checkout::Scene scene(source, customer, id,
                                int64_t{today} * testing::kDayUs, today);
    if (rule.Holds(subjects::CustomerSubject(scene.world().customer)))
      expected.insert(id);
    PATRON_CHECK_OK(scene.status());
  }
  return expected;
}

}  // namespace patron::segments
