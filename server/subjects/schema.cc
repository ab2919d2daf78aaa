// The vocabulary of rules. A name that stands here is used in shops' files: it
// is never given another meaning.
#include <string>
#include <utility>
#include <vector>

#include "server/subjects/fields.h"
#include "server/subjects/subjects.h"

namespace patron::subjects {
namespace {

using rules::Field;
using enum rules::Type;

// As a table's line has it: name, type, number, help.
Field Plain(const char* name, rules::Type type, int id, const char* help) {
  return {name, type, id, /*keyed=*/false, help};
}

// Written name["key"]; `help` says what the key is.
Field Keyed(const char* name, rules::Type type, int id, const char* help) {
  return {name, type, id, /*keyed=*/true, help};
}

std::vector<Field> CustomerFields() {
  return {
      Plain("identified", kTruth, kIdentified,
            "a customer, not an anonymous basket"),
      // Profile.
      Plain("birth_year", kNumber, kBirthYear, "year of birth"),
      Plain("birth_month", kNumber, kBirthMonth, "month of birth, 1 to 12"),
      Plain("birth_day", kNumber, kBirthDay, "day of birth, 1 to 31"),
      Plain("age", kNumber, kAge,
            "whole years; a birthday that is not told counts as late as it can "
            "be"),
      Plain("days_to_birthday", kNumber, kDaysToBirthday,
            "days to the next birthday; 0 = today"),
      Plain("gender", kText, kGender, "as the profile has it"),
      Plain("locale", kText, kLocale, "language and country: \"de-AT\""),
      Plain("household_size", kNumber, kHouseholdSize, "people"),
      Plain("children", kNumber, kChildren, "children that the profile tells"),
      Plain("youngest_child_age", kNumber, kYoungestChildAge,
            "years, by the year of birth alone"),
      Plain("priorities", kTexts, kPriorities,
            "categories that the customer put first"),
      Plain("service_preference", kText, kServicePreference,
            "\"assisted\" or \"self\""),
      Plain("preferred_store", kText, kPreferredStore, "store id"),
      Plain("preferred_channel", kText, kPreferredChannel,
            "channel for contact"),
      Plain("associate", kText, kAssociate,
            "the sales associate who looks after the customer"),
      Plain("is_staff", kTruth, kIsStaff, "works for the shop"),
      Plain("is_partner", kTruth, kIsPartner, "belongs to a partner"),
      Plain("is_business", kTruth, kIsBusiness, "buys for a business"),
      Keyed("attribute", kText, kCustomerAttribute,
            "what the shop notes under this name"),
      Keyed("consent", kTruth, kConsent,
            "yes or no to \"channel/purpose\"; not known where never asked"),
      // Facts, net of returns.
      Plain("purchases", kNumber, kPurchases,
            "receipts of which something was kept"),
      Plain("lines", kNumber, kLineCount, "receipt lines not wholly returned"),
      Plain("returns", kNumber, kReturns, "returns, of parts too"),
      Plain("events", kNumber, kEventCount,
            "events other than purchases and returns"),
      Keyed("spend", kNumber, kSpend,
            "paid in this currency net of refunds, minor units"),
      Keyed("returned", kNumber, kReturned,
            "refunded in this currency, minor units"),
      Keyed("average_ticket", kNumber, kAverageTicket,
            "spend a purchase, minor units; not known with other currencies"),
      Plain("days_since_first_purchase", kNumber, kDaysSinceFirstPurchase,
            "days; not known before the first"),
      Plain("days_since_last_purchase", kNumber, kDaysSinceLastPurchase,
            "days; not known before the first"),
      Plain("stores", kTexts, kStores, "ids of stores bought in"),
      Plain("channels", kTexts, kChannels, "channels bought through"),
      Keyed("purchases_in_store", kNumber, kPurchasesInStore,
            "purchases in the store of this id"),
      Keyed("purchases_in_channel", kNumber, kPurchasesInChannel,
            "purchases through this channel"),
      Plain("distinct_products", kNumber, kDistinctProducts,
            "different products bought and kept"),
      Plain("bought", kTexts, kBought, "ids of products bought and kept"),
      Plain("first_source", kText, kFirstSource,
            "where the customer first came from"),
      Plain("full_price_lines", kNumber, kFullPriceLines,
            "lines without a discount of the shop's own"),
      Plain("discounted_lines", kNumber, kDiscountedLines,
            "lines with one of any depth"),
      Plain("deep_discount_lines", kNumber, kDeepDiscountLines,
            "lines with one of more than 35 %"),
      Plain("coupon_lines", kNumber, kCouponLines,
            "lines with a coupon or an offer"),
      Plain("coupon_purchases", kNumber, kCouponPurchases,
            "purchases with such a line"),
      Plain("days_since_last_coupon", kNumber, kDaysSinceLastCoupon,
            "days since the last of those; not known before the first"),
      Plain("top_category_share", kNumber, kTopCategoryShare,
            "percent of lines in the widest category with most of them"),
      Plain("due_products", kNumber, kDueProducts,
            "products bought on three days or more whose usual interval has "
            "passed, but not three of them"),
      // Loyalty, by programme.
      Keyed("member", kTruth, kMember, "has an account in this programme"),
      Keyed("tier", kText, kTier,
            "tier id in this programme today; not known without one"),
      Keyed("tier_rank", kNumber, kTierRank,
            "the tier's place in this programme, 0 the lowest; -1 = none"),
      Keyed("tier_credit", kNumber, kTierCredit,
            "qualifying credit of the window that ends today, in this "
            "programme"),
      Keyed("points", kNumber, kPoints,
            "points of this programme to spend today; debt taken off"),
      Keyed("pending_points", kNumber, kPendingPoints,
            "points of this programme in their return window"),
      Plain("referred", kTruth, kReferred, "came through another customer"),
  };
}

// What a row of either source has.
std::vector<Field> PlaceFields() {
  return {
      Plain("day", kNumber, kDay, "day of the shop, days since 1970-01-01"),
      Plain("days_ago", kNumber, kDaysAgo, "days before today"),
      Plain("product", kText, kRowProduct, "product id"),
      Plain("category", kTexts, kRowCategory,
            "every level of the product's categories"),
      Plain("brand", kText, kRowBrand, "the product's brand"),
      Plain("seller", kText, kRowSeller, "who sells the product"),
      Plain("price_tier", kText, kRowPriceTier,
            "the product's: \"low\", \"middle\" or \"high\""),
      Plain("store", kText, kRowStore, "store id"),
      Plain("channel", kText, kRowChannel, "channel"),
  };
}

std::vector<Field> With(std::vector<Field> fields, std::vector<Field> more) {
  for (Field& field : more) fields.push_back(std::move(field));
  return fields;
}

rules::Source LinesSource() {
  return {"lines", kLines,
          With(PlaceFields(),
               {
                   Plain("amount", kNumber, kAmount,
                         "paid net of refunds, minor units"),
                   Plain("list_amount", kNumber, kListAmount,
                         "before the shop's own discounts, for what was kept, "
                         "minor units"),
                   Plain("discount", kNumber, kDiscount,
                         "list_amount less amount, minor units"),
                   Plain("quantity", kNumber, kQuantity,
                         "kept, thousandths: 1500 is one and a half"),
                   Plain("returned", kNumber, kReturnedQuantity,
                         "given back, thousandths"),
                   Plain("currency", kText, kRowCurrency,
                         "of the amounts: \"EUR\""),
                   Keyed("attribute", kText, kRowAttribute,
                         "the product's attribute of this name"),
               }),
          kDay};
}

rules::Source EventsSource() {
  return {"events", kEvents,
          With(PlaceFields(),
               {
                   Plain("kind", kText, kKind,
                         "\"view\", \"click\", \"search\", \"wish\", "
                         "\"watch_price\", \"cart_add\", \"review\" …"),
                   Plain("value", kNumber, kEventValue,
                         "score of a review or survey"),
                   Plain("dwell", kNumber, kDwell, "milliseconds of a view"),
                   Plain("text", kText, kQueryText,
                         "query of a search, text of a review"),
                   Plain("source", kText, kEventSource,
                         "where the customer came from"),
                   Keyed("attribute", kText, kRowAttribute,
                         "the event's attribute of this name"),
               }),
          kDay};
}

std::vector<Field> ProductFields() {
  return {
      Plain("product", kText, kProduct, "product id"),
      Plain("category", kTexts, kCategory,
            "every level of the product's categories"),
      Plain("brand", kText, kBrand, "brand"),
      Plain("price", kNumber, kPrice, "list price, minor units"),
      Plain("currency", kText, kCurrency, "of the price: \"EUR\""),
      Plain("price_tier", kText, kPriceTier, "\"low\", \"middle\" or \"high\""),
      Plain("motive", kText, kMotive, "\"quality\" or \"value\""),
      Plain("seller", kText, kSeller, "who sells it"),
      Plain("variant_of", kText, kVariantOf, "id of the base product"),
      Keyed("attribute", kText, kProductAttribute,
            "the attribute of this name"),
      Plain("minimum_age", kNumber, kMinimumAge,
            "years that a buyer must be old"),
      Plain("discontinued", kTruth, kDiscontinued, "no longer sold"),
  };
}

}  // namespace

const rules::Schema& CustomerSchema() {
  static const auto* const kSchema = new rules::Schema{
      "customer", CustomerFields(), {LinesSource(), EventsSource()}};
  return *kSchema;
}

const rules::Schema& ProductSchema() {
  static const auto* const kSchema =
      new rules::Schema{"product", ProductFields(), {}};
  return *kSchema;
}

}  // namespace patron::subjects
