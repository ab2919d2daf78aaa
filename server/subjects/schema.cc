// The vocabulary of rules. A name that stands here is used in shops' files: it
// is never given another meaning.
#include <string>
#include <utility>
#include <vector>

#include "server/facts/feedback.h"
#include "server/subjects/fields.h"
#include "server/subjects/subjects.h"

namespace patron::subjects {
namespace {

using rules::Field;
using enum rules::Type;
using enum rules::Unit;

// Years; nobody has a child older.
constexpr int kMostAge = 150;

// As a table's line has it: name, type, number, help.
Field Plain(const char* name, rules::Type type, int id, const char* help) {
  return {name, type, id, /*keyed=*/false, help};
}

// A number of days, a day, an amount in minor units.
Field Counts(rules::Unit unit, const char* name, int id, const char* help) {
  Field field = Plain(name, kNumber, id, help);
  field.unit = unit;
  return field;
}

// Written name["key"]; `help` says what the key is.
Field Keyed(const char* name, rules::Type type, int id, const char* help) {
  return {name, type, id, /*keyed=*/true, help};
}

// An amount in minor units; the key is its currency.
Field Money(const char* name, int id, const char* help) {
  Field field = Keyed(name, kNumber, id, help);
  field.unit = kMoney;
  return field;
}

// The key is a kind of feedback.
Field OfFeedback(rules::Unit unit, const char* name, int id, const char* help) {
  Field field = Keyed(name, kNumber, id, help);
  field.unit = unit;
  for (const absl::string_view kind : facts::FeedbackNames())
    field.keys.emplace_back(kind);
  return field;
}

// The key is a whole number of 1 to `most`.
Field ByNumber(int most, const char* name, int id, const char* help) {
  Field field = Keyed(name, kNumber, id, help);
  field.most_key = most;
  return field;
}

// The key is a programme's id; without one the shop's first programme is meant.
Field OfProgramme(const char* name, rules::Type type, int id,
                  const char* help) {
  Field field = Keyed(name, type, id, help);
  field.key_optional = true;
  return field;
}

Field Also(const char* alias, Field field) {
  field.aliases = {alias};
  return field;
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
      Counts(kDays, "days_to_birthday", kDaysToBirthday,
             "days to the next birthday; 0 = today"),
      Plain("gender", kText, kGender, "as the profile has it"),
      Plain("locale", kText, kLocale, "language and country: \"de-AT\""),
      Plain("time_zone", kText, kTimeZone,
            "the customer's own, as \"Europe/Vienna\"; not known where the "
            "store's holds"),
      Plain("household_size", kNumber, kHouseholdSize, "people"),
      Plain("children", kNumber, kChildren,
            "children that the profile tells of, 0 where of none"),
      Plain("youngest_child_age", kNumber, kYoungestChildAge,
            "years, by the year of birth alone; not known without children"),
      Plain("oldest_child_age", kNumber, kOldestChildAge, "likewise"),
      ByNumber(
          kMostAge, "children_under", kChildrenUnder,
          "children younger than this many years: children_under[\"13\"]; 0 "
          "where the profile tells of none"),
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
            "yes or no to \"channel/purpose\", as consent(email) for "
            "\"email/marketing\"; not known where never asked"),
      // Facts, net of returns.
      Plain("purchases", kNumber, kPurchases,
            "receipts of which something was kept"),
      Plain("lines", kNumber, kLineCount, "receipt lines not wholly returned"),
      Plain("returns", kNumber, kReturns, "returns, of parts too"),
      Plain("events", kNumber, kEventCount,
            "events other than purchases and returns"),
      Money("spend", kSpend,
            "paid in this currency net of refunds, 0 where nothing was"),
      Money("returned", kReturned,
            "refunded in this currency, 0 where nothing was"),
      Money("average_ticket", kAverageTicket,
            "spend a purchase; not known without one, and where other "
            "currencies were paid too"),
      Counts(kDays, "days_since_first_purchase", kDaysSinceFirstPurchase,
             "days; not known before the first"),
      Also("recency",
           Counts(kDays, "days_since_last_purchase", kDaysSinceLastPurchase,
                  "days; not known before the first")),
      Counts(kDays, "usual_gap_days", kUsualGapDays,
             "mean days between purchases; not known with fewer than two"),
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
      Counts(kDays, "days_since_last_coupon", kDaysSinceLastCoupon,
             "days since the last of those; not known before the first"),
      Plain("top_category_share", kNumber, kTopCategoryShare,
            "percent of lines in the widest category with most of them"),
      Plain("due_products", kNumber, kDueProducts,
            "products bought on three days or more whose usual interval has "
            "passed, but not three of them"),
      // Care, by what was told: complaint, review, and of surveys nps, csat,
      // ces and csi. A survey that does not say what it asked is nps.
      OfFeedback(kNone, "feedback", kFeedback,
                 "times told of this kind: \"complaint\", \"review\", "
                 "\"nps\", \"csat\", \"ces\", \"csi\"; 0 where never"),
      OfFeedback(kNone, "feedback_sum", kFeedbackSum,
                 "sum of the scores of this kind; 0 without one"),
      OfFeedback(kNone, "feedback_first", kFeedbackFirst,
                 "first score of this kind; not known without one"),
      OfFeedback(kNone, "feedback_last", kFeedbackLast,
                 "last score of this kind; not known without one"),
      OfFeedback(kDays, "days_since_first_feedback", kDaysSinceFirstFeedback,
                 "days since the first of this kind; not known before it"),
      OfFeedback(kDays, "days_since_last_feedback", kDaysSinceLastFeedback,
                 "days since the last of this kind; not known before the "
                 "first"),
      // Predicted, by the models of server/prediction; not known before
      // patron-jobs fit-value, nor of one who never bought.
      Plain("predicted_churn", kNumber, kPredictedChurn,
            "chance in percent that she buys no more; not known with fewer "
            "than two purchases, nor before patron-jobs fit-value"),
      ByNumber(kMostPredictedDays, "predicted_purchases", kPredictedPurchases,
               "purchases expected in the next so many days (\"90\"), "
               "thousandths; not known without a purchase, nor before "
               "patron-jobs fit-value"),
      Counts(kDays, "predicted_days_to_purchase", kPredictedDaysToPurchase,
             "days from today until half of customers like her who are still "
             "there have bought; not known without a purchase, nor before "
             "patron-jobs fit-value"),
      Money("predicted_ticket", kPredictedTicket,
            "what her next purchase is expected to come to; not known in "
            "another currency than the shop's, nor where she paid in another, "
            "nor before patron-jobs fit-value"),
      Money("predicted_spend", kPredictedSpend,
            "what she is expected to pay in the next 365 days; not known as "
            "predicted_ticket is not"),
      // Loyalty, by programme.
      OfProgramme("member", kTruth, kMember,
                  "has an account in this programme"),
      OfProgramme("tier", kText, kTier,
                  "tier id in this programme today; not known without one"),
      OfProgramme(
          "tier_rank", kNumber, kTierRank,
          "the tier's place in this programme, 0 the lowest; -1 = none"),
      OfProgramme("tier_credit", kNumber, kTierCredit,
                  "qualifying credit of the window that ends today, in this "
                  "programme"),
      OfProgramme("points", kNumber, kPoints,
                  "points of this programme to spend today; debt taken off"),
      OfProgramme("pending_points", kNumber, kPendingPoints,
                  "points of this programme in their return window"),
      Plain("referred", kTruth, kReferred, "came through another customer"),
  };
}

// What a row of either source has.
std::vector<Field> PlaceFields() {
  return {
      Counts(kDate, "day", kDay, "day of the shop, such as 2026-05-01"),
      Counts(kDays, "days_ago", kDaysAgo, "days before today"),
      Plain("product", kText, kRowProduct, "product id"),
      Plain("category", kTexts, kRowCategory,
            "every level of the product's categories"),
      Plain("brand", kText, kRowBrand, "the product's brand"),
      Plain("seller", kText, kRowSeller, "who sells the product"),
      Plain("price_tier", kText, kRowPriceTier,
            "the product's: \"low\", \"middle\" or \"high\""),
      Plain("motive", kText, kRowMotive,
            "the product's: \"quality\" or \"value\""),
      Plain("store", kText, kRowStore, "store id"),
      Plain("channel", kText, kRowChannel, "channel"),
  };
}

std::vector<Field> With(std::vector<Field> fields, std::vector<Field> more) {
  for (Field& field : more) fields.push_back(std::move(field));
  return fields;
}

rules::Source LinesSource() {
  return {
      "lines", kLines,
      With(
          PlaceFields(),
          {
              Counts(kMoney, "amount", kAmount, "paid net of refunds"),
              Counts(kMoney, "list_amount", kListAmount,
                     "before the shop's own discounts, for what was kept"),
              Counts(kMoney, "discount", kDiscount, "list_amount less amount"),
              Plain("quantity", kNumber, kQuantity,
                    "kept, thousandths: 1500 is one and a half"),
              Plain("returned", kNumber, kReturnedQuantity,
                    "given back, thousandths"),
              Plain("currency", kText, kRowCurrency, "of the amounts: \"EUR\""),
              Keyed("attribute", kText, kRowAttribute,
                    "the product's attribute of this name"),
          }),
      kDay, kRowCurrency};
}

rules::Source EventsSource() {
  return {"events", kEvents,
          With(PlaceFields(),
               {
                   Plain("kind", kText, kKind,
                         "\"view\", \"click\", \"search\", \"wish\", "
                         "\"watch_price\", \"cart_add\", \"review\" …"),
                   Plain("feedback", kText, kRowFeedback,
                         "what was told: \"complaint\", \"review\", or "
                         "of a survey \"nps\", \"csat\", \"ces\", "
                         "\"csi\"; not known of other events"),
                   Plain("value", kNumber, kEventValue,
                         "score of a review, survey or complaint"),
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
      Counts(kMoney, "price", kPrice, "list price"),
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
