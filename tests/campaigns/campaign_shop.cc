#include "tests/campaigns/campaign_shop.h"

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"

namespace patron::campaigns {
namespace {

const absl::Time kNow =
    absl::FromCivil(absl::CivilMinute(2026, 3, 2, 10, 0), absl::UTCTimeZone());

store::StoreOptions Unsynced() {
  store::StoreOptions options;
  options.sync = false;
  return options;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const index::Artefact>> FakeKnowledge::Index(
    const std::string& version) const {
  if (version.empty()) return nullptr;
  const auto at = indexes.find(version);
  if (at != indexes.end()) return at->second;
  return absl::NotFoundError(absl::StrCat("version: no index ", version));
}

absl::StatusOr<std::shared_ptr<const targeting::ResponseModel>>
FakeKnowledge::Response(const std::string& version) const {
  PATRON_CHECK(version.empty());
  return nullptr;
}

CampaignShop::CampaignShop() : clock_(kNow) {
  definitions_.currency = "EUR";
  OpenState();
}

CampaignShop::~CampaignShop() { CloseState(); }

void CampaignShop::OpenState() {
  auto state = commit::State::Open(directory_.File("state"), Unsynced());
  PATRON_CHECK_OK(state.status());
  state_ = *std::move(state);
  auto engine = commit::Engine::Open(*state_, clock_, {});
  PATRON_CHECK_OK(engine.status());
  engine_ = *std::move(engine);
  const absl::TimeZone utc = absl::UTCTimeZone();
  live_ = std::make_unique<segments::Live>(
      segments::LiveParts{state_->columns, *state_->store, state_->ordinals,
                          state_->catalog, state_->holdings},
      clock_, utc);
  segments_ = std::make_unique<segments::Desk>(
      segments::DeskParts{*live_, state_->ordinals, state_->holdings,
                          state_->lists},
      clock_);
  StartRunner();
}

void CampaignShop::CloseState() {
  StopRunner();
  engine_->Stop();
  segments_.reset();
  live_.reset();
  engine_.reset();
  state_.reset();
}

Parts CampaignShop::parts() {
  return {state_->Parts(), state_->runs, state_->diary, *live_,
          *segments_,      knowledge_,   clock_,        absl::UTCTimeZone()};
}

void CampaignShop::StartRunner() {
  runner_ = std::make_unique<Runner>(parts(), *engine_);
  desk_ = std::make_unique<Desk>(parts(), *runner_);
}

void CampaignShop::StopRunner() {
  if (runner_ != nullptr) runner_->Stop();
}

void CampaignShop::Restart() {
  CloseState();
  OpenState();
}

wire::CommandReply CampaignShop::Execute(wire::CommandBody body) {
  auto reply = engine_->Execute(std::move(body), {"", "test", kAllRoles});
  PATRON_CHECK_OK(reply.status());
  return *reply;
}

void CampaignShop::Put(const wire::Customer& customer) {
  wire::CommandBody body;
  body.__set_put_customer(customer);
  Execute(std::move(body));
}

void CampaignShop::Customer(const std::string& id) { Put(MakeCustomer(id)); }

void CampaignShop::Put(const wire::Product& product) {
  wire::CommandBody body;
  body.__set_put_product(product);
  Execute(std::move(body));
}

void CampaignShop::Product(const std::string& id, const std::string& category,
                           int64_t price) {
  wire::Product product;
  product.product_id = id;
  product.name = absl::StrCat("The ", id);
  product.category_path = {"all", category};
  product.__set_price(price);
  product.__set_currency("EUR");
  Put(product);
}

void CampaignShop::Stock(const std::string& product, const std::string& store,
                         int64_t quantity_milli, int64_t price,
                         absl::Duration ago) {
  wire::StockLevel level;
  level.product_id = product;
  level.store_id = store;
  level.__set_quantity_milli(quantity_milli);
  level.__set_price(price);
  level.__set_currency("EUR");
  level.as_of_us = absl::ToUnixMicros(clock_.Now() - ago);
  wire::CommandBody body;
  body.__set_put_stock(level);
  Execute(std::move(body));
}

void CampaignShop::Buy(const std::string& customer, const std::string& product,
                       int64_t amount, absl::Duration ago,
                       int64_t list_amount) {
  wire::Purchase purchase;
  purchase.receipt_id = absl::StrCat("receipt-", ++receipts_);
  purchase.__set_customer_id(customer);
  purchase.store_id = "north";
  purchase.channel = "store";
  purchase.currency = "EUR";
  purchase.happened_at_us = absl::ToUnixMicros(clock_.Now() - ago);
  wire::PurchaseLine& line = purchase.lines.emplace_back();
  line.product_id = product;
  line.amount = amount;
  if (list_amount > 0) {
    line.__set_list_amount(list_amount);
    wire::Discount& discount = line.discounts.emplace_back();
    discount.cause = "sale";
    discount.amount = list_amount - amount;
  }
  wire::CommandBody body;
  body.__set_record_purchase(purchase);
  Execute(std::move(body));
}

void CampaignShop::BuyTeaWeekly(int customers) {
  for (int i = 0; i < customers; ++i)
    for (int week = 1; week <= 20; ++week)
      Buy(absl::StrCat("c", i), "tea", i % 2 == 0 ? 1000 : 800,
          absl::Hours(168 * week), i % 2 == 0 ? 0 : 1000);
}

std::string CampaignShop::LastReceipt() const {
  return absl::StrCat("receipt-", receipts_);
}

void CampaignShop::Return(const std::string& receipt, int64_t quantity_milli) {
  wire::PurchaseReturn taken_back;
  taken_back.return_id = absl::StrCat(receipt, "-back");
  taken_back.receipt_id = receipt;
  taken_back.store_id = "north";
  taken_back.happened_at_us = absl::ToUnixMicros(clock_.Now());
  wire::ReturnLine& line = taken_back.lines.emplace_back();
  line.line = 0;
  line.quantity_milli = quantity_milli;
  wire::CommandBody body;
  body.__set_record_return(taken_back);
  Execute(std::move(body));
}

void CampaignShop::Happen(wire::EventKind::type kind,
                          const std::string& customer,
                          const std::string& product, absl::Duration ago) {
  wire::Event event;
  event.kind = kind;
  event.__set_customer_id(customer);
  event.__set_product_id(product);
  event.channel = "web";
  event.happened_at_us = absl::ToUnixMicros(clock_.Now() - ago);
  wire::CommandBody body;
  body.__set_record_event(event);
  Execute(std::move(body));
}

void CampaignShop::Merge(const std::string& kept, const std::string& absorbed) {
  wire::CommandBody body;
  body.__isset.merge_customers = true;
  body.merge_customers.kept_id = kept;
  body.merge_customers.absorbed_id = absorbed;
  Execute(std::move(body));
}

void CampaignShop::Define(const wire::Definitions& definitions) {
  definitions_ = definitions;
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  body.put_definitions.definitions = definitions;
  body.put_definitions.overwrite = true;
  body.put_definitions.change = "test";
  Execute(std::move(body));
}

void CampaignShop::Define(const std::vector<wire::Campaign>& campaigns) {
  definitions_.campaigns = campaigns;
  Define(wire::Definitions(definitions_));
}

absl::Status CampaignShop::Open(const std::string& campaign_id,
                                const std::string& run_id) {
  auto body = desk_->Plan(campaign_id, run_id);
  if (!body.ok()) return body.status();
  if (!body->has_value()) return absl::OkStatus();
  const absl::Status status =
      engine_->Execute(**std::move(body), {"", "test", kAllRoles}).status();
  runner_->Wake();
  return status;
}

void CampaignShop::Await(const std::string& run_id,
                         const std::function<bool(const wire::RunRow&)>& done) {
  for (;;) {
    const contacts::RunPtr run = state_->runs.Find(run_id);
    if (run != nullptr && done(*run)) return;
    std::this_thread::yield();
  }
}

void CampaignShop::PlanAndWait(const std::string& campaign_id,
                               const std::string& run_id) {
  PATRON_CHECK_OK(Open(campaign_id, run_id));
  Await(run_id, [](const wire::RunRow& run) {
    return run.state == wire::RunState::PLANNED;
  });
}

void CampaignShop::Set(const std::string& run_id, wire::RunState::type state) {
  wire::CommandBody body;
  body.__isset.set_run_state = true;
  body.set_run_state.run_id = run_id;
  body.set_run_state.state = state;
  Execute(std::move(body));
  runner_->Wake();
}

void CampaignShop::Freeze(const std::string& run_id) {
  Set(run_id, wire::RunState::FROZEN);
  Await(run_id, [](const wire::RunRow& run) { return run.issued; });
}

wire::PlannedContact CampaignShop::Decide(const std::string& campaign_id,
                                          const std::string& customer_id) {
  for (const wire::Campaign& campaign : definitions_.campaigns) {
    if (campaign.id != campaign_id) continue;
    const auto planner =
        Planner::Make(parts(), PlanNow(parts(), campaign), live_->Now());
    PATRON_CHECK_OK(planner.status());
    const auto contact = (*planner)->Decide(
        CustomerOrdinal(*state_->ordinals.customers.Find(customer_id)));
    PATRON_CHECK_OK(contact.status());
    return *contact;
  }
  PATRON_CHECK(false);
}

wire::CampaignRun CampaignShop::Run(const std::string& run_id) const {
  const auto run = desk_->Run(run_id);
  PATRON_CHECK_OK(run.status());
  return *run;
}

int64_t CampaignShop::LeftOut(const std::string& run_id,
                              wire::LeftOut::type reason) const {
  for (const wire::LeftOutCount& count : Run(run_id).left_out)
    if (count.reason == reason) return count.customers;
  return 0;
}

std::string CampaignShop::ExportAll(const std::string& run_id,
                                    const std::string& format,
                                    int limit) const {
  std::string all, cursor;
  do {
    const auto page = desk_->Export(run_id, format, limit, cursor);
    PATRON_CHECK_OK(page.status());
    all += page->rows;
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return all;
}

wire::CampaignPreview CampaignShop::Preview(const std::string& campaign_id,
                                            int sample) const {
  const auto preview = desk_->Preview(campaign_id, sample);
  PATRON_CHECK_OK(preview.status());
  return *preview;
}

std::string CampaignShop::Checksum() const {
  const auto checksum = state_->store->Checksum();
  PATRON_CHECK_OK(checksum.status());
  return checksum->ToHex();
}

wire::Customer MakeCustomer(const std::string& id) {
  wire::Customer customer;
  customer.customer_id = id;
  customer.contacts["email"] = absl::StrCat(id, "@example.org");
  wire::Consent& consent = customer.consents.emplace_back();
  consent.channel = "email";
  consent.purpose = "marketing";
  consent.granted = true;
  consent.source = "test";
  consent.given_at_us = absl::ToUnixMicros(kNow - absl::Hours(24));
  return customer;
}

wire::Campaign MakeCampaign(const std::string& id) {
  wire::Campaign campaign;
  campaign.id = id;
  campaign.name = absl::StrCat("The ", id);
  campaign.channel = "email";
  campaign.starts_us = absl::ToUnixMicros(kNow - absl::Hours(10));
  campaign.ends_us = absl::ToUnixMicros(kNow + absl::Hours(14 * 24 - 10));
  campaign.currency = "EUR";
  campaign.products = 0;
  return campaign;
}

wire::Offer MakeOffer(const std::string& id) {
  wire::Offer offer;
  offer.id = id;
  offer.name = absl::StrCat("Offer ", id);
  offer.benefit = wire::Benefit::PERCENT;
  offer.percent_bp = 1000;
  offer.currency = "EUR";
  return offer;
}

}  // namespace patron::campaigns
