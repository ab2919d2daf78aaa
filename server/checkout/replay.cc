// Last month's baskets under two sets of definitions.
//
// Baskets come from the receipts that stand: list prices, nothing returned
// taken off. Everything is looked at as it is today, and what is to start later
// is looked at as if it had started: a marketer asks what an offer of next week
// would cost. One receipt at a time is in memory.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/checkout/desk.h"
#include "server/offers/quote.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::checkout {
namespace {

using store::Family;

// Nothing was ever used, no code is known.
class Unused final : public offers::Usage {
 public:
  wire::OfferCountRow Count(uint32_t) const override { return {}; }
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view) const override {
    return std::nullopt;
  }
};

// As they will be once everything has started.
wire::Definitions Started(wire::Definitions definitions) {
  for (wire::Offer& offer : definitions.offers) offer.starts_us = 0;
  for (wire::Programme& programme : definitions.programmes) {
    programme.starts_us = 0;
    for (wire::EarningRule& rule : programme.earning_rules) rule.starts_us = 0;
  }
  return definitions;
}

// The ordinal that stands, or one that nobody has: `fresh` counts those.
uint32_t OrdinalOf(const store::OrdinalTable& table, const std::string& id,
                   uint32_t& fresh) {
  const auto found = table.Find(id);
  return found ? *found : table.size() + fresh++;
}

absl::StatusOr<CompiledPtr> CompileStarted(const wire::Definitions& definitions,
                                           const store::Ordinals& ordinals) {
  wire::DefinitionsVersion version;
  version.definitions = Started(definitions);
  uint32_t fresh = 0;
  std::vector<uint32_t> programmes;
  for (const wire::Programme& programme : definitions.programmes)
    programmes.push_back(OrdinalOf(ordinals.programmes, programme.id, fresh));
  std::vector<uint32_t> offer_ordinals;
  for (const wire::Offer& offer : definitions.offers)
    offer_ordinals.push_back(OrdinalOf(ordinals.offers, offer.id, fresh));
  return offers::Compile(std::move(version), programmes, offer_ordinals);
}

wire::QuoteRequest BasketOf(const wire::PurchaseRow& row,
                            const std::string& customer_id,
                            const store::Ordinals& ordinals) {
  wire::QuoteRequest request;
  if (!customer_id.empty()) request.__set_customer_id(customer_id);
  const auto store = static_cast<uint32_t>(row.store);
  if (store != kNoStore.value())
    request.store_id = std::string(ordinals.stores.IdOf(store));
  request.channel = row.channel;
  request.currency = row.currency;
  for (const wire::StoredLine& stored : row.lines) {
    wire::BasketLine& line = request.lines.emplace_back();
    line.product_id = std::string(
        ordinals.products.IdOf(static_cast<uint32_t>(stored.product)));
    line.quantity_milli = stored.quantity_milli;
    line.list_amount = stored.list_amount;
  }
  return request;
}

// The replays of all currencies as they grow.
class Tally {
 public:
  void Add(const wire::Quote& now, const wire::Quote& candidate,
           const std::string& currency) {
    Sums& sums = by_currency_[currency];
    ++sums.replay.baskets;
    sums.replay.list_total += now.list_total;
    sums.replay.discount_now += now.discount_total;
    sums.replay.discount_new += candidate.discount_total;
    sums.replay.points_now += PointsOf(now);
    sums.replay.points_new += PointsOf(candidate);
    for (const wire::OfferDecision* one : Applied(now)) {
      ++sums.offers[one->offer_id].uses_now;
      sums.offers[one->offer_id].discount_now += one->discount;
    }
    for (const wire::OfferDecision* one : Applied(candidate)) {
      ++sums.offers[one->offer_id].uses_new;
      sums.offers[one->offer_id].discount_new += one->discount;
    }
  }

  std::vector<wire::Replay> Finish() {
    std::vector<wire::Replay> replays;
    for (auto& [currency, sums] : by_currency_) {
      sums.replay.currency = currency;
      for (auto& [offer_id, offer] : sums.offers) {
        offer.offer_id = offer_id;
        sums.replay.offers.push_back(offer);
      }
      replays.push_back(std::move(sums.replay));
    }
    return replays;
  }

 private:
  struct Sums {
    wire::Replay replay;
    std::map<std::string, wire::OfferReplay> offers;
  };
  static int64_t PointsOf(const wire::Quote& quote) {
    int64_t points = 0;
    for (const wire::PointsDecision& decision : quote.points)
      points += decision.earned;
    return points;
  }
  static std::vector<const wire::OfferDecision*> Applied(
      const wire::Quote& quote) {
    std::vector<const wire::OfferDecision*> applied;
    for (const wire::OfferDecision& offer : quote.offers)
      if (offer.reason == wire::OfferReason::APPLIED) applied.push_back(&offer);
    return applied;
  }

  std::map<std::string, Sums> by_currency_;
};

// Both sets of definitions and what quotes under them.
struct Replayer {
  const StateParts& parts;
  const CompiledPtr now;
  const CompiledPtr candidate;
  const int64_t now_us;
  const Day today;
  Tally tally;

  // A basket that no quote takes any more (a zero list price, say) is left out.
  absl::Status Add(CustomerOrdinal customer, const wire::PurchaseRow& row) {
    const std::string id =
        customer == kAnonymous
            ? std::string()
            : std::string(parts.ordinals.customers.IdOf(customer.value()));
    const wire::QuoteRequest request = BasketOf(row, id, parts.ordinals);
    const StateSource source(parts);
    PATRON_ASSIGN_OR_RETURN(const auto before,
                            QuoteUnder(now, customer, request, source));
    PATRON_ASSIGN_OR_RETURN(const auto after,
                            QuoteUnder(candidate, customer, request, source));
    if (before && after) tally.Add(*before, *after, row.currency);
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<std::optional<wire::Quote>> QuoteUnder(
      const CompiledPtr& definitions, CustomerOrdinal customer,
      const wire::QuoteRequest& request, const Source& source) const {
    const auto known =
        customer == kAnonymous ? std::nullopt : std::optional(customer);
    const Scene scene(source, known, request.customer_id, now_us, today,
                      definitions);
    const Unused unused;
    offers::World world = scene.world();
    world.usage = &unused;
    auto quote = offers::MakeQuote(request, world);
    PATRON_RETURN_IF_ERROR(scene.status());
    if (absl::IsInvalidArgument(quote.status())) return std::nullopt;
    PATRON_RETURN_IF_ERROR(quote.status());
    return *std::move(quote);
  }
};

}  // namespace

absl::StatusOr<std::vector<wire::Replay>> Desk::ReplayBaskets(
    const wire::Definitions& candidate, int days) const {
  const absl::Time now = clock_.Now();
  const Day today = DayOf(now, zone_);
  PATRON_ASSIGN_OR_RETURN(
      CompiledPtr present,
      CompileStarted(parts_.holdings.definitions()->version.definitions,
                     parts_.ordinals));
  PATRON_ASSIGN_OR_RETURN(CompiledPtr future,
                          CompileStarted(candidate, parts_.ordinals));
  Replayer replayer{parts_,
                    std::move(present),
                    std::move(future),
                    absl::ToUnixMicros(now),
                    today,
                    {}};
  // A day more than asked for: the row knows the shop's own day.
  const absl::Time oldest = now - absl::Hours(24) * (days + 1);
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(parts_.store.Scan(
      Family::kPurchases, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto parts = store::DecodeHistoryKey(key);
        problem = parts.status();
        if (!problem.ok()) return false;
        if (parts->happened_at < oldest) return true;
        const auto row = store::Decode<wire::PurchaseRow>(value, "purchase");
        problem = row.status();
        if (!problem.ok()) return false;
        if (row->local_day > today - days && row->local_day <= today)
          problem = replayer.Add(parts->customer, *row);
        return problem.ok();
      }));
  PATRON_RETURN_IF_ERROR(problem);
  return replayer.tally.Finish();
}

}  // namespace patron::checkout
