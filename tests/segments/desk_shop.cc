#include "tests/segments/desk_shop.h"

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/commit/engine.h"

namespace patron::segments {

using testing::kDayUs;
using testing::kNoonUs;

DeskShop::DeskShop()
    : store_(directory_.File("store")), clock_(absl::FromUnixMicros(kNoonUs)) {
  Open();
}

void DeskShop::Open() {
  commit::State& state = store_.state();
  live_ = std::make_unique<Live>(
      LiveParts{state.columns, *state.store, state.ordinals, state.catalog,
                state.holdings},
      clock_, absl::UTCTimeZone());
  desk_ = std::make_unique<Desk>(
      DeskParts{*live_, state.ordinals, state.holdings, state.lists}, clock_);
}

void DeskShop::Reopen() {
  desk_.reset();
  live_.reset();
  store_.Reopen();
  Open();
}

wire::CommandReply DeskShop::Apply(wire::CommandBody body, int64_t at_us) {
  wire::Command command;
  command.logged_at_us = ++logged_us_;
  command.local_day = static_cast<int32_t>(at_us / kDayUs);
  command.logged_day = static_cast<int32_t>(logged_us_ / kDayUs);
  command.roles = 31;
  command.body = std::move(body);
  auto reply = store_.Apply(std::vector<wire::Command>{command}).front();
  PATRON_CHECK_OK(commit::ToStatus(reply));
  return reply;
}

void DeskShop::Customer(const wire::Customer& customer) {
  Apply(testing::Body(customer), kNoonUs);
}

void DeskShop::Customer(const std::string& id) {
  wire::Customer customer;
  customer.customer_id = id;
  Customer(customer);
}

void DeskShop::Product(const std::string& id, const std::string& category,
                       wire::PriceTier::type tier) {
  wire::Product product = testing::MakeProduct(id, {category, "all " + id});
  product.price_tier = tier;
  Apply(testing::Body(product), kNoonUs);
}

void DeskShop::Buy(const std::string& customer, int days_ago,
                   const std::vector<std::pair<std::string, int64_t>>& lines) {
  std::vector<testing::Line> all;
  for (const auto& [product, amount] : lines)
    all.push_back({product, 1000, amount});
  Record(testing::MakePurchase("", customer, all), days_ago);
}

void DeskShop::Record(wire::Purchase purchase, int days_ago) {
  purchase.receipt_id = absl::StrCat("r", ++receipts_);
  purchase.happened_at_us = kNoonUs - days_ago * kDayUs;
  const int64_t at_us = purchase.happened_at_us;
  Apply(testing::Body(std::move(purchase)), at_us);
}

void DeskShop::Happen(wire::EventKind::type kind, const std::string& customer,
                      int days_ago, int64_t value,
                      std::optional<wire::Measure::type> measure) {
  wire::Event event =
      testing::MakeEvent(kind, customer, "p", kNoonUs - days_ago * kDayUs);
  event.__set_event_id(absl::StrCat("e", ++receipts_));
  if (value >= 0) event.__set_value(value);
  if (measure) event.__set_measure(*measure);
  const int64_t at_us = event.happened_at_us;
  Apply(testing::Body(std::move(event)), at_us);
}

void DeskShop::Merge(const std::string& kept, const std::string& absorbed) {
  wire::CommandBody body;
  body.__isset.merge_customers = true;
  body.merge_customers.kept_id = kept;
  body.merge_customers.absorbed_id = absorbed;
  Apply(std::move(body), kNoonUs);
}

void DeskShop::Put(const wire::Definitions& definitions) {
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  body.put_definitions.definitions = definitions;
  body.put_definitions.overwrite = true;
  Apply(std::move(body), kNoonUs);
}

void DeskShop::PutList(const std::string& list_id,
                       const std::vector<std::string>& ids) {
  wire::CommandBody body;
  body.__isset.put_list = true;
  body.put_list.list_id = list_id;
  body.put_list.name = "List " + list_id;
  body.put_list.change = wire::ListChange::REPLACE;
  body.put_list.customer_ids = ids;
  Apply(std::move(body), kNoonUs);
}

}  // namespace patron::segments
