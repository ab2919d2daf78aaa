#include "tests/subjects/fakes.h"

namespace patron::testing {
namespace {

wire::Product Listed(const std::string& id,
                     const std::vector<std::string>& categories,
                     const std::string& brand) {
  wire::Product product;
  product.product_id = id;
  product.category_path = categories;
  if (!brand.empty()) product.__set_brand(brand);
  return product;
}

facts::Traits FullTraits() {
  facts::Traits traits;
  traits.customer_id = "ann";
  traits.__set_locale("de-AT");
  traits.__set_time_zone("Europe/Vienna");
  traits.__set_birth_year(1980);
  traits.__set_birth_month(7);
  traits.__set_birth_day(1);
  traits.__set_gender("f");
  traits.__set_household_size(3);
  traits.children_birth_years = {2012, 2016};
  traits.priorities = {"organic", "pets"};
  traits.service_preference = wire::ServicePreference::ASSISTED;
  traits.__set_preferred_store_id("s2");
  traits.__set_preferred_channel("email");
  traits.__set_associate("Bea");
  traits.is_staff = true;
  traits.attributes = {{"shoe", "39"}};
  wire::Consent consent;
  consent.channel = "email";
  consent.purpose = "marketing";
  consent.granted = true;
  consent.given_at_us = 2;
  traits.consents = {consent};
  return traits;
}

facts::Summary FullSummary() {
  facts::Summary summary;
  summary.purchases = 4;
  summary.lines = 10;
  summary.returns = 1;
  summary.events = 7;
  summary.first_day = kToday - 100;
  summary.last_day = kToday - 5;
  summary.spend = {{"EUR", 10'002}};
  summary.returned = {{"EUR", 250}};
  summary.stores = {{0, 3}, {1, 1}};
  summary.channels = {{"store", 3}, {"web", 1}};
  summary.first_source = "newsletter";
  summary.discount_bands = {4, 3, 0, 2, 1};
  summary.coupon_lines = 3;
  summary.coupon_purchases = 2;
  summary.coupon_days = {kToday - 30, kToday - 60, 0, 0};
  AddFeedback(summary.feedback, {facts::FeedbackKind::kNps, kToday - 9, 2, 4});
  AddFeedback(summary.feedback, {facts::FeedbackKind::kNps, kToday - 20, 1, 9});
  AddFeedback(summary.feedback,
              {facts::FeedbackKind::kComplaint, kToday - 3, 3, std::nullopt});
  return summary;
}

loyalty::NumberedProgramme Club() {
  loyalty::NumberedProgramme club;
  club.ordinal = 7;
  club.programme.id = "club";
  for (const auto& [id, credit] :
       {std::pair("silver", 1'000), std::pair("gold", 5'000)}) {
    wire::Tier tier;
    tier.id = id;
    tier.credit = credit;
    club.programme.tiers.push_back(tier);
  }
  return club;
}

wire::ProgrammeAccount GoldAccount() {
  wire::ProgrammeAccount account;
  account.programme = 7;
  wire::Lot lot;
  lot.points = 120;
  account.lots.push_back(lot);
  lot.available_day = kToday + 3;
  lot.points = 30;
  account.lots.push_back(lot);
  account.debt = 20;
  wire::DayCredit credit;
  credit.day = kToday - 10;
  credit.credit = 6'000;
  account.credit = {credit};
  account.tier_id = "gold";
  account.secured_tier_id = "gold";
  account.tier_since_day = kToday - 10;
  account.review_day = kToday + 300;
  account.secured_review_day = kToday + 300;
  return account;
}

}  // namespace

wire::StoredLine MakeLine(uint32_t product, int64_t amount,
                          int64_t quantity_milli) {
  wire::StoredLine line;
  line.product = static_cast<int32_t>(product);
  line.quantity_milli = quantity_milli;
  line.amount = amount;
  line.list_amount = amount;
  return line;
}

Shop::Shop() {
  names.stores = {"s1", "s2"};
  names.products = {"espresso", "tea", "mug", "ghost"};
  products.listed = {{0, Listed("espresso", {"food", "coffee"}, "Acme")},
                     {1, Listed("tea", {"food", "tea"}, "Leaf")},
                     {2, Listed("mug", {}, "")}};
  products.listed[0].attributes = {{"roast", "dark"}};
  products.listed[0].__set_seller("Beans Ltd");
  products.listed[0].price_tier = wire::PriceTier::HIGH;
  products.listed[0].motive = wire::Motive::QUALITY;
}

wire::PurchaseRow& Shop::Buy(int days_ago,
                             const std::vector<wire::StoredLine>& lines) {
  wire::PurchaseRow row;
  row.store = 0;
  row.channel = "store";
  row.currency = "EUR";
  row.local_day = kToday - days_ago;
  row.lines = lines;
  history.purchases.emplace_back(row.local_day * kDayInUs + kDayInUs / 2, row);
  return history.purchases.back().second;
}

wire::EventRow& Shop::Happen(int days_ago, wire::EventKind::type kind,
                             uint32_t product) {
  wire::EventRow row;
  row.kind = kind;
  row.product = static_cast<int32_t>(product);
  row.store = static_cast<int32_t>(kNoStore.value());
  row.channel = "web";
  row.local_day = kToday - days_ago;
  history.events.emplace_back(row.local_day * kDayInUs + kDayInUs / 2, row);
  return history.events.back().second;
}

Ann::Ann() : traits(FullTraits()) {
  facts.summary = FullSummary();
  for (const uint32_t product : {0, 2})
    facts.items.push_back({ProductOrdinal(product), 1, 1, {1}});
  account.programmes = {GoldAccount()};
  account.referrer = 12;
  programmes.all = {Club()};
}

subjects::CustomerParts Ann::Parts() const {
  subjects::CustomerParts parts;
  parts.facts = &facts;
  parts.traits = &traits;
  parts.account = &account;
  parts.programmes = &programmes;
  parts.prediction = &prediction;
  parts.history = &history;
  parts.products = &products;
  parts.names = &names;
  parts.today = kToday;
  return parts;
}

wire::Product FullProduct() {
  wire::Product product = Listed("espresso", {"food", "coffee"}, "Acme");
  product.__set_price(899);
  product.__set_currency("EUR");
  product.price_tier = wire::PriceTier::HIGH;
  product.motive = wire::Motive::QUALITY;
  product.__set_seller("Beans Ltd");
  product.__set_variant_of("coffee");
  product.attributes = {{"roast", "dark"}};
  product.__set_minimum_age(16);
  product.discontinued = true;
  return product;
}

}  // namespace patron::testing
