#include "tests/testing/commands.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace patron::testing {

wire::Purchase MakePurchase(const std::string& receipt,
                            const std::string& customer,
                            const std::vector<Line>& lines,
                            int64_t happened_at_us) {
  wire::Purchase purchase;
  purchase.receipt_id = receipt;
  if (!customer.empty()) purchase.__set_customer_id(customer);
  purchase.store_id = "s1";
  purchase.channel = "store";
  purchase.currency = "EUR";
  purchase.happened_at_us = happened_at_us;
  for (const Line& given : lines) {
    wire::PurchaseLine line;
    line.product_id = given.product;
    line.quantity_milli = given.quantity_milli;
    line.amount = given.amount;
    purchase.lines.push_back(line);
  }
  return purchase;
}

wire::PurchaseReturn MakeReturn(
    const std::string& return_id, const std::string& receipt,
    const std::vector<std::pair<int, int64_t>>& lines) {
  wire::PurchaseReturn out;
  out.return_id = return_id;
  out.receipt_id = receipt;
  for (const auto& [line, quantity_milli] : lines) {
    wire::ReturnLine one;
    one.line = line;
    one.quantity_milli = quantity_milli;
    out.lines.push_back(one);
  }
  out.happened_at_us = kNoonUs + kDayUs;
  return out;
}

wire::Event MakeEvent(wire::EventKind::type kind, const std::string& customer,
                      const std::string& product, int64_t happened_at_us) {
  wire::Event event;
  event.kind = kind;
  if (!customer.empty()) event.__set_customer_id(customer);
  if (!product.empty()) event.__set_product_id(product);
  event.happened_at_us = happened_at_us;
  event.store_id = "s1";
  event.channel = "web";
  return event;
}

wire::Product MakeProduct(const std::string& id,
                          const std::vector<std::string>& category_path) {
  wire::Product product;
  product.product_id = id;
  product.name = absl::StrCat("Product ", id);
  product.category_path = category_path;
  return product;
}

wire::CommandBody Body(wire::Purchase purchase) {
  wire::CommandBody body;
  body.__set_record_purchase(purchase);
  return body;
}

wire::CommandBody Body(wire::PurchaseReturn purchase_return) {
  wire::CommandBody body;
  body.__set_record_return(purchase_return);
  return body;
}

wire::CommandBody Body(wire::Event event) {
  wire::CommandBody body;
  body.__set_record_event(event);
  return body;
}

wire::CommandBody Body(wire::Product product) {
  wire::CommandBody body;
  body.__set_put_product(product);
  return body;
}

wire::CommandBody Body(wire::Customer customer) {
  wire::CommandBody body;
  body.__set_put_customer(customer);
  return body;
}

wire::CommandBody Body(wire::StockLevel level) {
  wire::CommandBody body;
  body.__set_put_stock(level);
  return body;
}

const std::vector<CommandGenerator::Kind>& CommandGenerator::Table() {
  static const std::vector<Kind> kTable = {
      {"put_customer", 8, &CommandGenerator::Customer},
      {"put_product", 4, &CommandGenerator::Product},
      {"put_stock", 6, &CommandGenerator::Stock},
      {"record_purchase", 30, &CommandGenerator::Purchase},
      {"record_return", 10, &CommandGenerator::Return},
      {"record_event", 15, &CommandGenerator::Event},
      {"record_impressions", 2, &CommandGenerator::Impressions},
      {"forget_replies", 1, &CommandGenerator::Forget},
      {"put_definitions", 1, &CommandGenerator::Definitions},
      {"set_offer_state", 1, &CommandGenerator::OfferState},
      {"put_codes", 2, &CommandGenerator::Codes},
      {"reserve", 26, &CommandGenerator::Reserve},
      {"commit_reservation", 22, &CommandGenerator::Commit},
      {"release_reservation", 3, &CommandGenerator::Release},
      {"expire_reservations", 1, &CommandGenerator::Expire},
      {"record_return", 10, &CommandGenerator::ReturnReserved},
      {"claim_receipt", 4, &CommandGenerator::Claim},
      {"adjust_points", 4, &CommandGenerator::Adjust},
      {"give_bonus", 2, &CommandGenerator::Bonus},
      {"issue_offer", 2, &CommandGenerator::Issue},
      {"link_id", 2, &CommandGenerator::Link},
      {"merge_customers", 1, &CommandGenerator::Merge},
      {"refer", 4, &CommandGenerator::Refer},
      {"settle_accounts", 2, &CommandGenerator::Settle},
      {"put_list", 3, &CommandGenerator::List},
      {"open_run", 3, &CommandGenerator::Open},
      {"plan_contacts", 26, &CommandGenerator::PlanNext},
      {"set_run_state", 4, &CommandGenerator::RunState},
      {"report_contacts", 4, &CommandGenerator::Reports},
  };
  return kTable;
}

std::vector<std::string> CommandGenerator::Kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : Table())
    if (std::find(names.begin(), names.end(), kind.name) == names.end())
      names.emplace_back(kind.name);
  return names;
}

wire::Command CommandGenerator::Next() {
  ++made_;
  wire::Command command;
  // One in ten repeats an earlier request; half of those with another body.
  if (!remembered_.empty() && Below(10) == 0) {
    command = remembered_[Below(remembered_.size())];
    if (Below(2) == 0) command.body = Purchase();
  } else if (made_ == 1) {
    command.body = Definitions();
  } else {
    uint64_t total = 0;
    for (const Kind& kind : Table()) total += kind.weight;
    uint64_t pick = Below(total);
    for (const Kind& kind : Table()) {
      if (pick < static_cast<uint64_t>(kind.weight)) {
        command.body = (this->*kind.make)();
        break;
      }
      pick -= kind.weight;
    }
    if (Below(2) == 0) command.request_id = absl::StrCat("request-", made_);
  }
  // Most follow within seconds; now and then hours or days pass.
  now_us_ += 1'000'000;
  if (Below(40) == 0)
    now_us_ += static_cast<int64_t>(Below(36)) * (kDayUs / 24);
  command.logged_at_us = now_us_;
  command.logged_day = static_cast<int32_t>(now_us_ / kDayUs);
  command.local_day = command.logged_day;
  command.roles = Below(2) == 0 ? 2 : 31;  // a clerk, or everybody
  command.actor = "generator";
  if (!command.request_id.empty() && remembered_.size() < 200)
    remembered_.push_back(command);
  return command;
}

int64_t CommandGenerator::RandomTime() {
  const auto days = static_cast<int64_t>(Below(400));
  const auto seconds = static_cast<int64_t>(Below(86'400));
  return kNoonUs - days * kDayUs + seconds * 1'000'000;
}

wire::CommandBody CommandGenerator::Customer() {
  wire::Customer customer;
  customer.customer_id = absl::StrCat("c", Below(40));
  if (Below(3) == 0) customer.customer_id = absl::StrCat("new", Below(60));
  customer.__set_name(absl::StrCat("Name ", Below(1000)));
  customer.contacts["email"] = absl::StrCat("c", Below(1000), "@example.org");
  customer.attributes["segment"] = absl::StrCat(Below(5));
  customer.attributes["origin"] = absl::StrCat(Below(5));
  if (Below(2) == 0) {
    customer.__set_birth_month(static_cast<int32_t>(1 + Below(12)));
    customer.__set_birth_day(static_cast<int32_t>(1 + Below(28)));
  }
  AddConsent(customer);
  return Body(customer);
}

wire::CommandBody CommandGenerator::Product() {
  const std::string id = absl::StrCat("p", Below(80));
  const std::string category = absl::StrCat("category ", Below(5));
  wire::Product product = MakeProduct(id, {category});
  product.__set_price(static_cast<int64_t>(Below(10'000)));
  product.__set_currency("EUR");
  return Body(product);
}

wire::CommandBody CommandGenerator::Stock() {
  wire::StockLevel level;
  level.product_id = absl::StrCat("p", Below(90));
  level.store_id = absl::StrCat("s", Below(4));
  if (Below(3) != 0)
    level.__set_quantity_milli(static_cast<int64_t>(Below(5)) * 1000);
  if (Below(3) != 0) {
    level.__set_price(static_cast<int64_t>(Below(50)) * 10);
    level.__set_currency("EUR");
  }
  level.as_of_us = RandomTime();
  return Body(level);
}

// One call of Below a statement, here and below: compilers differ in the order
// in which they evaluate arguments.
wire::CommandBody CommandGenerator::Purchase() {
  std::vector<Line> lines(1 + Below(8));
  for (Line& line : lines) {
    line.product = absl::StrCat("p", Below(80));
    line.quantity_milli = static_cast<int64_t>(Below(4)) * 500;
    line.amount = static_cast<int64_t>(Below(1000));
  }
  const std::string receipt = absl::StrCat("r", Below(400));
  std::string customer = absl::StrCat("c", Below(40));
  if (Below(12) == 0) customer.clear();
  if (Below(12) == 0) customer = absl::StrCat("new", Below(60));
  int64_t happened_at_us = RandomTime();
  if (Below(20) == 0) happened_at_us = 0;
  wire::Purchase purchase =
      MakePurchase(receipt, customer, lines, happened_at_us);
  purchase.store_id = absl::StrCat("s", Below(4));
  if (Below(10) == 0) purchase.store_id.clear();
  purchase.currency = Below(8) == 0 ? "USD" : "EUR";
  purchase.channel = Below(2) == 0 ? "web" : "store";
  return Body(purchase);
}

wire::CommandBody CommandGenerator::Return() {
  const std::string return_id = absl::StrCat("ret", Below(50));
  const std::string receipt = absl::StrCat("r", Below(400));
  const int line = static_cast<int>(Below(4));
  const int64_t quantity_milli = 500 * (1 + static_cast<int64_t>(Below(2)));
  return Body(MakeReturn(return_id, receipt, {{line, quantity_milli}}));
}

wire::CommandBody CommandGenerator::Event() {
  const auto kind = Below(8) == 0
                        ? wire::EventKind::COMPLAINT
                        : static_cast<wire::EventKind::type>(1 + Below(15));
  std::string customer = absl::StrCat("c", Below(40));
  if (Below(10) == 0) customer.clear();
  std::string product = absl::StrCat("p", Below(80));
  if (Below(4) == 0) product.clear();
  const int64_t happened_at_us = RandomTime();
  wire::Event event = MakeEvent(kind, customer, product, happened_at_us);
  if (Below(3) == 0) event.__set_source(absl::StrCat("source ", Below(6)));
  if (Below(3) == 0) event.__set_event_id(absl::StrCat("e", Below(30)));
  if (Below(3) != 0) event.__set_value(static_cast<int64_t>(Below(11)));
  if (kind == wire::EventKind::SURVEY && Below(3) != 0)
    event.__set_measure(static_cast<wire::Measure::type>(1 + Below(4)));
  return Body(event);
}

wire::CommandBody CommandGenerator::Impressions() {
  wire::Impression shown;
  shown.shown_at_us = RandomTime();
  shown.placement = 1;
  shown.customer_id = absl::StrCat("c", Below(40));
  shown.products = {1, 2, 3};
  wire::CommandBody body;
  body.record_impressions.impressions = {shown};
  body.__isset.record_impressions = true;
  return body;
}

wire::CommandBody CommandGenerator::Forget() {
  wire::CommandBody body;
  body.forget_replies.before_position =
      static_cast<int64_t>(Below(made_ + 1)) / 2;
  body.__isset.forget_replies = true;
  return body;
}

}  // namespace patron::testing
