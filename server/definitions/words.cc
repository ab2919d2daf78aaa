#include "server/definitions/words.h"

#include "absl/strings/str_cat.h"
#include "definitions_types.h"
#include "storefront_types.h"

namespace patron::definitions {
namespace {

constexpr Word kRounding[] = {{"down", wire::Rounding::DOWN},
                              {"nearest", wire::Rounding::NEAREST},
                              {"up", wire::Rounding::UP}};
constexpr Word kDebt[] = {{"negative", wire::DebtPolicy::NEGATIVE},
                          {"money", wire::DebtPolicy::MONEY}};
constexpr Word kTierWindow[] = {
    {"rolling", wire::TierWindow::ROLLING},
    {"calendar year", wire::TierWindow::CALENDAR_YEAR}};
constexpr Word kTierCredit[] = {{"spend", wire::TierCredit::SPEND},
                                {"points", wire::TierCredit::POINTS}};
constexpr Word kPeriod[] = {{"ever", wire::Period::EVER},
                            {"day", wire::Period::DAY},
                            {"week", wire::Period::WEEK},
                            {"month", wire::Period::MONTH},
                            {"year", wire::Period::YEAR}};
constexpr Word kBenefit[] = {
    {"percent", wire::Benefit::PERCENT},
    {"amount", wire::Benefit::AMOUNT},
    {"buy_n_pay_m", wire::Benefit::BUY_N_PAY_M},
    {"set_price", wire::Benefit::SET_PRICE},
    {"gift", wire::Benefit::GIFT},
    {"points_multiplier", wire::Benefit::POINTS_MULTIPLIER},
    {"bonus_points", wire::Benefit::BONUS_POINTS},
    {"free_delivery", wire::Benefit::FREE_DELIVERY},
    {"price_match", wire::Benefit::PRICE_MATCH},
    {"early_access", wire::Benefit::EARLY_ACCESS}};
constexpr Word kOccasion[] = {{"always", wire::Occasion::ALWAYS},
                              {"birthday", wire::Occasion::BIRTHDAY},
                              {"welcome", wire::Occasion::WELCOME},
                              {"win_back", wire::Occasion::WIN_BACK},
                              {"next_order", wire::Occasion::NEXT_ORDER},
                              {"surprise", wire::Occasion::SURPRISE},
                              {"personal", wire::Occasion::PERSONAL}};
constexpr Word kOfferState[] = {{"running", wire::OfferState::RUNNING},
                                {"paused", wire::OfferState::PAUSED},
                                {"expired", wire::OfferState::EXPIRED}};
constexpr Word kEventKind[] = {
    {"view", wire::EventKind::VIEW},
    {"click", wire::EventKind::CLICK},
    {"search", wire::EventKind::SEARCH},
    {"wish", wire::EventKind::WISH},
    {"watch_price", wire::EventKind::WATCH_PRICE},
    {"watch_stock", wire::EventKind::WATCH_STOCK},
    {"inquiry", wire::EventKind::INQUIRY},
    {"cart_add", wire::EventKind::CART_ADD},
    {"cart_remove", wire::EventKind::CART_REMOVE},
    {"exchange", wire::EventKind::EXCHANGE},
    {"review", wire::EventKind::REVIEW},
    {"survey", wire::EventKind::SURVEY},
    {"contact", wire::EventKind::CONTACT},
    {"delivery", wire::EventKind::DELIVERY},
    {"technical_failure", wire::EventKind::TECHNICAL_FAILURE},
    {"complaint", wire::EventKind::COMPLAINT}};
constexpr Word kCampaignKind[] = {
    {"promotion", wire::CampaignKind::PROMOTION},
    {"new_arrivals", wire::CampaignKind::NEW_ARRIVALS},
    {"replenishment", wire::CampaignKind::REPLENISHMENT},
    {"win_back", wire::CampaignKind::WIN_BACK},
    {"thank_you", wire::CampaignKind::THANK_YOU},
    {"price_drop", wire::CampaignKind::PRICE_DROP},
    {"back_in_stock", wire::CampaignKind::BACK_IN_STOCK},
    {"service", wire::CampaignKind::SERVICE},
    {"survey", wire::CampaignKind::SURVEY}};
constexpr Word kCampaignPlacement[] = {
    {"home", wire::Placement::HOME},
    {"buy_again", wire::Placement::BUY_AGAIN},
    {"trending", wire::Placement::TRENDING},
    {"new_arrivals", wire::Placement::NEW_ARRIVALS},
    {"after_purchase", wire::Placement::AFTER_PURCHASE},
    {"email", wire::Placement::EMAIL}};

}  // namespace

Words RoundingWords() { return kRounding; }
Words DebtWords() { return kDebt; }
Words TierWindowWords() { return kTierWindow; }
Words TierCreditWords() { return kTierCredit; }
Words PeriodWords() { return kPeriod; }
Words BenefitWords() { return kBenefit; }
Words OccasionWords() { return kOccasion; }
Words OfferStateWords() { return kOfferState; }
Words EventKindWords() { return kEventKind; }
Words CampaignKindWords() { return kCampaignKind; }
Words CampaignPlacementWords() { return kCampaignPlacement; }

const Word* WordNamed(Words words, absl::string_view name) {
  for (const Word& word : words)
    if (word.word == name) return &word;
  return nullptr;
}

const Word* WordOf(Words words, int value) {
  for (const Word& word : words)
    if (word.value == value) return &word;
  return nullptr;
}

std::string Choices(Words words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i)
    absl::StrAppend(&out,
                    i == 0                  ? ""
                    : i + 1 == words.size() ? " or "
                                            : ", ",
                    "\"", words[i].word, "\"");
  return out;
}

}  // namespace patron::definitions
