#include "server/checkout/uses.h"

#include <algorithm>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/offers/quote.h"
#include "server/store/codec.h"

namespace patron::checkout {
namespace {

using store::Family;

uint32_t OfferOf(const wire::UsedOfferRow& used) {
  return static_cast<uint32_t>(used.offer);
}

wire::OfferCountRow& CountOf(const wire::UsedOfferRow& used,
                             const Context& context) {
  const uint32_t offer = OfferOf(used);
  return context.holdings.MutableCount(offer,
                                       context.base.ordinals.OfferId(offer));
}

// The customer's count in the use's period; null for an anonymous one.
wire::OfferUses* CustomerCount(const wire::UsedOfferRow& used,
                               CustomerOrdinal customer,
                               const Context& context) {
  if (customer == kAnonymous) return nullptr;
  auto& all = context.accounts.Mutable(customer).offers;
  const auto at =
      std::lower_bound(all.begin(), all.end(), used.offer,
                       [](const wire::OfferUses& one, int32_t offer) {
                         return one.offer < offer;
                       });
  if (at != all.end() && at->offer == used.offer) return &*at;
  wire::OfferUses fresh;
  fresh.offer = used.offer;
  fresh.period = used.customer_period;
  return &*all.insert(at, fresh);
}

absl::Status ChangeCode(const std::string& code, const Context& context,
                        absl::FunctionRef<void(wire::CodeRow&)> change) {
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          context.base.batch.Get(Family::kCodes, code));
  if (!bytes)
    return absl::DataLossError(
        absl::StrCat("code ", Quoted(code), " was taken and is gone"));
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::CodeRow>(*bytes, "code"));
  change(row);
  context.base.batch.Put(Family::kCodes, code, store::Encode(row));
  return absl::OkStatus();
}

// Whether a use took a unique code, to be given back. A shared code has no row,
// unless a unique one of the same letters came later: that gets back no more
// than was used of it, and nothing of another offer's.
absl::StatusOr<bool> WasUnique(const wire::UsedOfferRow& used,
                               const Context& context) {
  if (used.code.empty()) return false;
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          context.base.batch.Get(Family::kCodes, used.code));
  if (!bytes) return false;
  PATRON_ASSIGN_OR_RETURN(const auto row,
                          store::Decode<wire::CodeRow>(*bytes, "code"));
  return row.offer == used.offer && row.used > 0;
}

bool HasExpired(const wire::Issued& issued, const Stamp& stamp) {
  return issued.expires_at_us != 0 &&
         issued.expires_at_us <= absl::ToUnixMicros(stamp.logged_at);
}

// The personal offer for which `is` holds first, to be changed.
void ChangeIssued(const wire::UsedOfferRow& used, CustomerOrdinal customer,
                  const Context& context,
                  absl::FunctionRef<bool(const wire::Issued&)> is,
                  absl::FunctionRef<void(wire::Issued&)> change) {
  if (customer == kAnonymous) return;
  for (wire::Issued& issued : context.accounts.Mutable(customer).issued)
    if (issued.offer == used.offer && is(issued)) {
      change(issued);
      return;
    }
}

}  // namespace

std::vector<wire::ReservedOffer> UsesOf(const wire::Quote& quote,
                                        const offers::Compiled& definitions,
                                        Day today) {
  std::vector<wire::ReservedOffer> uses;
  for (const wire::OfferDecision& decision : quote.offers) {
    if (decision.reason != wire::OfferReason::APPLIED) continue;
    const offers::CompiledOffer& offer =
        *definitions.OfferById(decision.offer_id);
    wire::ReservedOffer use;
    use.discount = decision.discount;
    use.issued = offer.offer.occasion == wire::Occasion::PERSONAL;
    use.unique_code =
        !decision.code.empty() &&
        !definitions.offers_by_shared_code.contains(decision.code);
    use.used.offer = static_cast<int32_t>(offer.ordinal);
    use.used.period = offers::PeriodOf(offer.offer.limits.period, today);
    use.used.customer_period =
        offers::PeriodOf(offer.offer.limits.customer_period, today);
    use.used.code = decision.code;
    for (const wire::QuoteLine& line : quote.lines) {
      int64_t amount = 0;
      for (const wire::OfferShare& share : line.discounts)
        if (share.offer_id == decision.offer_id) amount += share.amount;
      use.used.by_line.push_back(amount);
    }
    uses.push_back(std::move(use));
  }
  return uses;
}

absl::Status ReserveUse(const wire::ReservedOffer& use,
                        CustomerOrdinal customer, const Stamp& stamp,
                        const Context& context) {
  wire::OfferCountRow& count = CountOf(use.used, context);
  if (count.period != use.used.period) {
    count.period = use.used.period;
    count.period_uses = count.period_discount = 0;
  }
  ++count.reserved_uses;
  count.reserved_discount += use.discount;
  ++count.period_uses;
  count.period_discount += use.discount;
  if (auto* own = CustomerCount(use.used, customer, context)) {
    if (own->period != use.used.customer_period) {
      own->period = use.used.customer_period;
      own->uses = own->reserved = 0;
    }
    ++own->reserved;
  }
  if (use.issued)
    ChangeIssued(
        use.used, customer, context,
        [&stamp](const wire::Issued& one) {
          return one.used + one.reserved == 0 && !HasExpired(one, stamp);
        },
        [](wire::Issued& one) { one.reserved = 1; });
  if (!use.unique_code) return absl::OkStatus();
  return ChangeCode(use.used.code, context,
                    [](wire::CodeRow& row) { ++row.reserved; });
}

absl::Status ReleaseUse(const wire::ReservedOffer& use,
                        CustomerOrdinal customer, const Context& context) {
  wire::OfferCountRow& count = CountOf(use.used, context);
  --count.reserved_uses;
  count.reserved_discount -= use.discount;
  if (count.period == use.used.period) {
    --count.period_uses;
    count.period_discount -= use.discount;
  }
  auto* own = CustomerCount(use.used, customer, context);
  if (own != nullptr && own->period == use.used.customer_period)
    --own->reserved;
  if (use.issued)
    ChangeIssued(
        use.used, customer, context,
        [](const wire::Issued& one) { return one.reserved > 0; },
        [](wire::Issued& one) { one.reserved = 0; });
  if (!use.unique_code) return absl::OkStatus();
  return ChangeCode(use.used.code, context,
                    [](wire::CodeRow& row) { --row.reserved; });
}

absl::Status CommitUse(const wire::ReservedOffer& use, CustomerOrdinal customer,
                       const Stamp& stamp, const Context& context) {
  wire::OfferCountRow& count = CountOf(use.used, context);
  --count.reserved_uses;
  count.reserved_discount -= use.discount;
  ++count.uses;
  count.discount += use.discount;
  if (auto* own = CustomerCount(use.used, customer, context)) {
    own->last_us = absl::ToUnixMicros(stamp.logged_at);
    if (own->period == use.used.customer_period) {
      --own->reserved;
      ++own->uses;
    }
  }
  if (use.issued)
    ChangeIssued(
        use.used, customer, context,
        [](const wire::Issued& one) { return one.reserved > 0; },
        [](wire::Issued& one) {
          one.reserved = 0;
          one.used = 1;
        });
  if (!use.unique_code) return absl::OkStatus();
  ++count.codes_used;
  return ChangeCode(use.used.code, context, [](wire::CodeRow& row) {
    --row.reserved;
    --row.uses_left;
    ++row.used;
  });
}

absl::Status ReturnUse(const wire::UsedOfferRow& used, int64_t discount,
                       bool whole, CustomerOrdinal customer,
                       const Context& context) {
  wire::OfferCountRow& count = CountOf(used, context);
  const bool same_period = count.period == used.period;
  count.discount -= discount;
  if (same_period) count.period_discount -= discount;
  if (!whole) return absl::OkStatus();
  --count.uses;
  if (same_period) --count.period_uses;
  auto* own = CustomerCount(used, customer, context);
  if (own != nullptr && own->period == used.customer_period && own->uses > 0)
    --own->uses;
  ChangeIssued(
      used, customer, context,
      [](const wire::Issued& one) { return one.used > 0; },
      [](wire::Issued& one) { one.used = 0; });
  PATRON_ASSIGN_OR_RETURN(const bool unique, WasUnique(used, context));
  if (!unique) return absl::OkStatus();
  --count.codes_used;
  return ChangeCode(used.code, context, [](wire::CodeRow& row) {
    ++row.uses_left;
    --row.used;
  });
}

void MergeUses(const std::vector<wire::OfferUses>& from,
               std::vector<wire::OfferUses>& into) {
  for (const wire::OfferUses& uses : from) {
    const auto at =
        std::lower_bound(into.begin(), into.end(), uses.offer,
                         [](const wire::OfferUses& other, int32_t offer) {
                           return other.offer < offer;
                         });
    if (at == into.end() || at->offer != uses.offer) {
      into.insert(at, uses);
      continue;
    }
    const int64_t last_us = std::max(at->last_us, uses.last_us);
    if (uses.period > at->period) {
      *at = uses;
    } else if (uses.period == at->period) {
      at->uses += uses.uses;
      at->reserved += uses.reserved;
    }
    at->last_us = last_us;
  }
}

}  // namespace patron::checkout
