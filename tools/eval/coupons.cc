#include "tools/eval/coupons.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"
#include "tools/eval/csv_columns.h"
#include "tools/eval/entry.h"

namespace patron::eval {
namespace {

constexpr int64_t kDayUs = 86'400'000'000;

// ---- files

const char* const kFiles[] = {
    "transactions.csv", "demographics.csv",          "campaigns.csv",
    "coupons.csv",      "campaign_descriptions.csv", "coupon_redemptions.csv"};

std::optional<std::string> FindFile(const std::string& data,
                                    const std::string& name) {
  for (const char* suffix : {"", ".gz"}) {
    const std::string path = absl::StrCat(data, "/", name, suffix);
    if (std::filesystem::exists(path)) return path;
  }
  return std::nullopt;
}

absl::Status ReadFile(const std::string& data, const std::string& name,
                      const std::vector<std::string>& columns,
                      absl::FunctionRef<absl::Status(const Cells&)> take) {
  const auto path = FindFile(data, name);
  if (!path)
    return absl::NotFoundError(absl::StrCat(data, "/", name, ": not there"));
  return ReadColumns(*path, columns, take);
}

template <typename Integer>
absl::Status ParseInteger(absl::string_view text, Integer& out) {
  if (absl::SimpleAtoi(text, &out)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is not a whole number"));
}

absl::StatusOr<Day> ParseDate(absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day))
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is not a date"));
  return static_cast<Day>(day - absl::CivilDay(1970));
}

absl::StatusOr<int64_t> ParseSeconds(absl::string_view text) {
  absl::CivilSecond second;
  if (!absl::ParseCivilTime(text, &second))
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is not a time"));
  return absl::ToUnixMicros(absl::FromCivil(second, absl::UTCTimeZone()));
}

// ---- campaigns

struct Redemption {
  Day day = 0;
  std::string customer_id;
  int campaign = 0;
};

struct Campaign {
  int id = 0;
  Day starts = 0;
  Day ends = 0;
  std::vector<std::string> customer_ids;  // in the file's order
  std::set<std::string> products;
  std::set<std::string> redeemers;
};

struct Campaigns {
  std::map<int, Campaign> by_id;
  std::vector<Redemption> redemptions;  // by day

  std::vector<const Campaign*> ByStart() const {
    std::vector<const Campaign*> sorted;
    for (const auto& [id, campaign] : by_id) sorted.push_back(&campaign);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Campaign* a, const Campaign* b) {
                       return a->starts < b->starts;
                     });
    return sorted;
  }
};

absl::StatusOr<Campaign*> FindCampaign(absl::string_view id, Campaigns& all) {
  int number = 0;
  PATRON_RETURN_IF_ERROR(ParseInteger(id, number));
  const auto at = all.by_id.find(number);
  if (at == all.by_id.end())
    return absl::InvalidArgumentError(
        absl::StrCat("campaign ", number, " is not described"));
  return &at->second;
}

absl::Status ReadRedemptions(const std::string& data, Campaigns& all) {
  PATRON_RETURN_IF_ERROR(
      ReadFile(data, "coupon_redemptions.csv",
               {"household_id", "campaign_id", "redemption_date"},
               [&](const Cells& cells) -> absl::Status {
                 PATRON_ASSIGN_OR_RETURN(Campaign* const campaign,
                                         FindCampaign(cells[1], all));
                 Redemption one;
                 PATRON_ASSIGN_OR_RETURN(one.day, ParseDate(cells[2]));
                 one.customer_id = std::string(cells[0]);
                 one.campaign = campaign->id;
                 campaign->redeemers.insert(one.customer_id);
                 all.redemptions.push_back(std::move(one));
                 return absl::OkStatus();
               }));
  std::stable_sort(all.redemptions.begin(), all.redemptions.end(),
                   [](const auto& a, const auto& b) { return a.day < b.day; });
  return absl::OkStatus();
}

absl::StatusOr<Campaigns> ReadCampaigns(const std::string& data) {
  Campaigns all;
  PATRON_RETURN_IF_ERROR(
      ReadFile(data, "campaign_descriptions.csv",
               {"campaign_id", "start_date", "end_date"},
               [&](const Cells& cells) -> absl::Status {
                 Campaign campaign;
                 PATRON_RETURN_IF_ERROR(ParseInteger(cells[0], campaign.id));
                 PATRON_ASSIGN_OR_RETURN(campaign.starts, ParseDate(cells[1]));
                 PATRON_ASSIGN_OR_RETURN(campaign.ends, ParseDate(cells[2]));
                 all.by_id[campaign.id] = campaign;
                 return absl::OkStatus();
               }));
  PATRON_RETURN_IF_ERROR(
      ReadFile(data, "campaigns.csv", {"campaign_id", "household_id"},
               [&](const Cells& cells) -> absl::Status {
                 PATRON_ASSIGN_OR_RETURN(Campaign* const campaign,
                                         FindCampaign(cells[0], all));
                 campaign->customer_ids.emplace_back(cells[1]);
                 return absl::OkStatus();
               }));
  PATRON_RETURN_IF_ERROR(
      ReadFile(data, "coupons.csv", {"campaign_id", "product_id"},
               [&](const Cells& cells) -> absl::Status {
                 PATRON_ASSIGN_OR_RETURN(Campaign* const campaign,
                                         FindCampaign(cells[0], all));
                 campaign->products.emplace(cells[1]);
                 return absl::OkStatus();
               }));
  PATRON_RETURN_IF_ERROR(ReadRedemptions(data, all));
  return all;
}

// ---- the replay

void AddDiscount(const char* cause, int64_t amount, bool third_party,
                 wire::PurchaseLine& line) {
  if (amount == 0) return;
  wire::Discount& discount = line.discounts.emplace_back();
  discount.cause = cause;
  discount.amount = amount;
  discount.third_party = third_party;
}

// A shop that receives the purchases, and what was issued and redeemed in it.
class Replay {
 public:
  Replay(const Campaigns& campaigns, commit::State& state,
         commit::Engine& engine)
      : campaigns_(campaigns),
        starts_(campaigns.ByStart()),
        state_(state),
        entry_(engine) {}

  absl::Status Profile(const Cells& cells) {
    wire::Customer customer;
    customer.customer_id = std::string(cells[0]);
    wire::CommandBody body;
    body.__set_put_customer(std::move(customer));
    return entry_.Add(std::move(body));
  }

  // One row of the transactions, which are sorted by time and basket.
  absl::Status Line(const Cells& cells) {
    if (purchase_.receipt_id != cells[0]) {
      PATRON_RETURN_IF_ERROR(FinishPurchase());
      PATRON_ASSIGN_OR_RETURN(const int64_t at_us, ParseSeconds(cells[3]));
      if (at_us < latest_us_)
        return absl::InvalidArgumentError(absl::StrCat(
            "time: ", cells[3], " stands behind a later purchase"));
      PATRON_RETURN_IF_ERROR(ReachDay(static_cast<Day>(at_us / kDayUs)));
      latest_us_ = at_us;
      purchase_.receipt_id = std::string(cells[0]);
      purchase_.customer_id = std::string(cells[1]);
      purchase_.__isset.customer_id = true;
      purchase_.store_id = std::string(cells[2]);
      purchase_.channel = "store";
      purchase_.currency = "USD";
      purchase_.happened_at_us = at_us;
    }
    return AddLine(cells);
  }

  absl::Status Finish() {
    PATRON_RETURN_IF_ERROR(FinishPurchase());
    return ReachDay(kMaxDay);
  }

  std::vector<CouponCase> TakeCases() { return std::move(cases_); }

 private:
  absl::Status AddLine(const Cells& cells) {
    wire::PurchaseLine& line = purchase_.lines.emplace_back();
    line.product_id = std::string(cells[4]);
    int64_t numbers[5];
    for (size_t i = 0; i < 5; ++i)
      PATRON_RETURN_IF_ERROR(ParseInteger(cells[5 + i], numbers[i]));
    line.quantity_milli = numbers[0] * 1000;
    line.amount = numbers[1];
    AddDiscount("loyalty", numbers[2], false, line);
    AddDiscount("manufacturer_coupon", numbers[3], true, line);
    AddDiscount("coupon_match", numbers[4], false, line);
    return absl::OkStatus();
  }

  absl::Status FinishPurchase() {
    if (purchase_.receipt_id.empty()) return absl::OkStatus();
    wire::CommandBody body;
    body.__set_record_purchase(std::exchange(purchase_, {}));
    return entry_.Add(std::move(body));
  }

  // Takes the features of campaigns that begin up to `day`; everything recorded
  // so far happened before it.
  absl::Status ReachDay(Day day) {
    const bool first = latest_us_ == 0;
    while (next_start_ < starts_.size() &&
           starts_[next_start_]->starts <= day) {
      PATRON_RETURN_IF_ERROR(entry_.Finish());
      const Day starts = starts_[next_start_]->starts;
      RedeemBefore(starts);
      const size_t from = next_start_;
      while (next_start_ < starts_.size() &&
             starts_[next_start_]->starts == starts)
        ++next_start_;
      for (size_t i = from; i < next_start_ && !first; ++i) Look(*starts_[i]);
      for (size_t i = from; i < next_start_; ++i) Issue(*starts_[i]);
    }
    return absl::OkStatus();
  }

  void RedeemBefore(Day day) {
    const auto& all = campaigns_.redemptions;
    for (; next_redemption_ < all.size() && all[next_redemption_].day < day;
         ++next_redemption_) {
      const Redemption& one = all[next_redemption_];
      auto& uses = accounts_[one.customer_id].offers;
      auto at = std::find_if(uses.begin(), uses.end(), [&](const auto& use) {
        return use.offer == one.campaign;
      });
      if (at == uses.end()) {
        at = uses.emplace(at);
        at->offer = one.campaign;
      }
      ++at->uses;
      at->last_us = one.day * kDayUs;
    }
  }

  void Issue(const Campaign& campaign) {
    for (const std::string& id : campaign.customer_ids) {
      wire::Issued& issued = accounts_[id].issued.emplace_back();
      issued.offer = campaign.id;
      issued.issued_at_us = campaign.starts * kDayUs;
      issued.expires_at_us = (campaign.ends + 1) * kDayUs;
    }
  }

  void Look(const Campaign& campaign) {
    std::vector<bool> covers(state_.ordinals.products.size());
    for (const std::string& id : campaign.products)
      if (const auto product = state_.ordinals.products.Find(id))
        covers[*product] = true;
    targeting::OfferContext context;
    context.covers = &covers;
    context.products = static_cast<int64_t>(campaign.products.size());
    for (const std::string& id : campaign.customer_ids)
      LookAt(id, campaign, context);
  }

  void LookAt(const std::string& id, const Campaign& campaign,
              const targeting::OfferContext& context) {
    facts::CustomerFacts facts;
    std::shared_ptr<const facts::Traits> traits;
    if (const auto ordinal = state_.ordinals.customers.Find(id)) {
      state_.facts.Read(CustomerOrdinal(*ordinal), facts);
      traits = state_.facts.ReadTraits(CustomerOrdinal(*ordinal));
    }
    const wire::AccountRow& account = accounts_[id];
    CouponCase& one = cases_.emplace_back();
    one.campaign = campaign.id;
    one.customer_id = id;
    one.example.features =
        FeaturesOf(facts, traits.get(), &account, context,
                   {campaign.starts, campaign.starts * kDayUs});
    one.example.used = campaign.redeemers.contains(id);
    for (const auto& [currency, amount] : facts.summary.spend)
      one.spend += static_cast<double>(amount);
    for (const wire::OfferUses& uses : account.offers)
      one.redemptions += static_cast<double>(uses.uses);
    one.coupon_lines = facts.summary.coupon_lines;
  }

  const Campaigns& campaigns_;
  const std::vector<const Campaign*> starts_;
  commit::State& state_;
  Entry entry_;
  wire::Purchase purchase_;  // being put together
  int64_t latest_us_ = 0;
  size_t next_start_ = 0;
  size_t next_redemption_ = 0;
  absl::flat_hash_map<std::string, wire::AccountRow> accounts_;
  std::vector<CouponCase> cases_;
};

}  // namespace

bool HasCouponFiles(const std::string& data) {
  return std::all_of(
      std::begin(kFiles), std::end(kFiles),
      [&](const char* name) { return FindFile(data, name).has_value(); });
}

absl::StatusOr<std::vector<CouponCase>> ReadCouponCases(
    const std::string& data, const std::string& directory,
    const Progress& progress) {
  const auto tell = [&](absl::string_view step) {
    if (progress) progress(step);
  };
  tell("reading campaigns");
  PATRON_ASSIGN_OR_RETURN(const Campaigns campaigns, ReadCampaigns(data));
  store::StoreOptions options;
  options.sync = false;  // measured and thrown away
  PATRON_ASSIGN_OR_RETURN(const auto state,
                          commit::State::Open(directory + "/state", options));
  const SimulatedClock clock(
      absl::FromCivil(absl::CivilDay(2018, 3, 1), absl::UTCTimeZone()));
  PATRON_ASSIGN_OR_RETURN(const auto engine,
                          commit::Engine::Open(*state, clock, {}));
  Replay replay(campaigns, *state, *engine);
  PATRON_RETURN_IF_ERROR(
      ReadFile(data, "demographics.csv", {"household_id"},
               [&](const Cells& cells) { return replay.Profile(cells); }));
  tell("recording purchases");
  PATRON_RETURN_IF_ERROR(
      ReadFile(data, "transactions.csv",
               {"basket_id", "household_id", "store_id", "time", "product_id",
                "quantity", "sales_value_cents", "retail_disc_cents",
                "coupon_disc_cents", "coupon_match_disc_cents"},
               [&](const Cells& cells) { return replay.Line(cells); }));
  PATRON_RETURN_IF_ERROR(replay.Finish());
  return replay.TakeCases();
}

}  // namespace patron::eval
