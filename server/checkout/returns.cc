#include "server/checkout/returns.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/checkout/apply.h"
#include "server/checkout/uses.h"
#include "server/customers/purchases.h"

namespace patron::checkout {
namespace {

using customers::ShareOf;

// How much of `by_line` belongs to goods that came back by now. Whole
// quantities give everything back: a line of quantity 0 gives nothing.
int64_t ReturnedShare(const std::vector<int64_t>& by_line,
                      const wire::PurchaseRow& row) {
  int64_t share = 0;
  for (size_t at = 0; at < by_line.size() && at < row.lines.size(); ++at) {
    const wire::StoredLine& line = row.lines[at];
    if (line.quantity_milli > 0)
      share += ShareOf(by_line[at], line.returned_milli, line.quantity_milli);
  }
  return share;
}

bool AllReturned(const wire::PurchaseRow& row,
                 const std::vector<int64_t>* only_where_positive) {
  for (size_t at = 0; at < row.lines.size(); ++at) {
    if (only_where_positive != nullptr && (*only_where_positive)[at] == 0)
      continue;
    if (row.lines[at].returned_milli < row.lines[at].quantity_milli)
      return false;
  }
  return true;
}

int64_t Sum(const std::vector<int64_t>& values) {
  int64_t sum = 0;
  for (const int64_t value : values) sum += value;
  return sum;
}

// The lots that points come back to: those taken last first, after `skip`
// points that came back before.
std::vector<wire::LotPart> LotsToRefund(const wire::SpentRow& spent,
                                        int64_t points) {
  std::vector<wire::LotPart> parts;
  int64_t skip = spent.refunded;
  for (auto lot = spent.lots.rbegin(); lot != spent.lots.rend() && points > 0;
       ++lot) {
    const int64_t skipped = std::min(skip, lot->points);
    skip -= skipped;
    wire::LotPart part;
    part.expiry_day = lot->expiry_day;
    part.points = std::min(points, lot->points - skipped);
    points -= part.points;
    if (part.points > 0) parts.push_back(part);
  }
  return parts;
}

// One return: what it says of each programme, by ordinal.
class Taker {
 public:
  Taker(wire::PurchaseRow& row, CustomerOrdinal customer, const Stamp& stamp,
        const Context& context, Postings& postings, bool just_earned)
      : row_(row),
        customer_(customer),
        stamp_(stamp),
        context_(context),
        postings_(postings),
        just_earned_(just_earned),
        cause_(absl::StrCat("return of receipt ", row.receipt_id)) {}

  void TakePaidPoints() {
    for (wire::SpentRow& spent : row_.effects.spent) {
      int64_t points = 0;
      for (const wire::LotPart& lot : spent.lots) points += lot.points;
      const int64_t paid = Sum(spent.paid_by_line);
      if (paid == 0) continue;
      const int64_t back =
          ShareOf(points, ReturnedShare(spent.paid_by_line, row_), paid) -
          spent.refunded;
      if (back == 0) continue;
      const auto programme =
          ProgrammeOf(context_, static_cast<uint32_t>(spent.programme));
      wire::TakenBack& taken = Of(programme);
      taken.refunded += back;
      taken.expired += loyalty::Refund(
          LotsToRefund(spent, back), stamp_.logged_day, cause_,
          postings_.Account(customer_, programme), Journal(programme));
      spent.refunded += back;
    }
  }

  // Answers the money that is kept; at most `refund`.
  int64_t TakeEarned(int64_t refund) {
    int64_t money = 0;
    for (wire::EarnedRow& earned : row_.effects.earned) {
      const int64_t points =
          ReturnedShare(earned.by_line, row_) - earned.reversed;
      if (points == 0) continue;
      earned.reversed += points;
      const auto programme =
          ProgrammeOf(context_, static_cast<uint32_t>(earned.programme));
      const loyalty::Reversed reversed =
          Reverse(programme, customer_, points,
                  {earned.available_day, earned.expiry_day});
      const int64_t kept =
          std::min(refund - money,
                   loyalty::AmountOf(programme.programme, reversed.missing));
      money += kept;
      wire::TakenBack& taken = Of(programme);
      taken.earned += points;
      taken.money += kept;
    }
    return money;
  }

  void TakeCredit() {
    for (wire::CreditRow& credit : row_.effects.credit) {
      const int64_t back =
          ReturnedShare(credit.by_line, row_) - credit.reversed;
      if (back == 0) continue;
      credit.reversed += back;
      const auto programme =
          ProgrammeOf(context_, static_cast<uint32_t>(credit.programme));
      loyalty::AddCredit(
          programme.programme, credit.day, -back, stamp_.logged_day, cause_,
          postings_.Account(customer_, programme), Journal(programme));
      wire::TakenBack& taken = Of(programme);
      taken.credit += back;
      taken.credit_currency = loyalty::CreditCurrency(programme.programme);
    }
  }

  // A friend's first purchase that does not survive, as large as it had to be,
  // earns nobody anything.
  void TakeReferrals() {
    for (wire::ReferralRow& referral : row_.effects.referrals) {
      if (referral.reversed) continue;
      const auto programme =
          ProgrammeOf(context_, static_cast<uint32_t>(referral.programme));
      if (!AllReturned(row_, nullptr) && !FellBelow(programme.programme))
        continue;
      referral.reversed = true;
      const loyalty::LotDays days = {referral.available_day,
                                     referral.expiry_day};
      auto& ordinals = context_.base.ordinals;
      const auto referrer = ordinals.FindCustomer(ordinals.CustomerId(
          CustomerOrdinal(static_cast<uint32_t>(referral.referrer))));
      if (referrer)
        Reverse(programme, *referrer, referral.referrer_points, days);
      Reverse(programme, customer_, referral.friend_points, days);
      Of(programme).earned += referral.friend_points;
    }
  }

  absl::Status GiveBackOffers(std::vector<wire::GivenBack>& given) {
    for (wire::UsedOfferRow& used : row_.effects.offers) {
      const int64_t discount =
          ReturnedShare(used.by_line, row_) - used.returned;
      const bool on_lines = Sum(used.by_line) > 0;
      const bool whole = !used.use_returned &&
                         AllReturned(row_, on_lines ? &used.by_line : nullptr);
      if (discount == 0 && !whole) continue;
      PATRON_RETURN_IF_ERROR(
          ReturnUse(used, discount, whole, customer_, context_));
      used.returned += discount;
      used.use_returned |= whole;
      wire::GivenBack back;
      back.offer_id =
          context_.base.ordinals.OfferId(static_cast<uint32_t>(used.offer));
      back.discount = discount;
      back.use_returned = whole;
      given.push_back(std::move(back));
    }
    return absl::OkStatus();
  }

  // How the accounts stand after all of it.
  std::vector<wire::TakenBack> Programmes() {
    std::vector<wire::TakenBack> all;
    for (auto& [ordinal, taken] : taken_) {
      const auto change =
          postings_.ChangeOf(customer_, ProgrammeOf(context_, ordinal));
      taken.balance = change.balance;
      taken.tier_id = change.tier_id;
      all.push_back(std::move(taken));
    }
    return all;
  }

 private:
  // Whether what she kept is less than a first purchase had to be, and what she
  // bought was not.
  bool FellBelow(const wire::Programme& programme) const {
    int64_t bought = 0;
    int64_t kept = 0;
    for (const wire::StoredLine& line : row_.lines) {
      bought += line.amount;
      kept += line.amount - line.refunded;
    }
    const int64_t least = programme.referral.min_spend;
    return bought >= least && kept < least;
  }

  loyalty::Reversed Reverse(const loyalty::NumberedProgramme& programme,
                            CustomerOrdinal customer, int64_t points,
                            loyalty::LotDays from) {
    // What this command gave and was expired by then is gone already.
    if (just_earned_ && from.expiry_day != 0 &&
        from.expiry_day < stamp_.logged_day)
      return {};
    return loyalty::Reverse(
        programme.programme, points, from, stamp_.logged_day, cause_,
        postings_.Account(customer, programme),
        postings_.Journal(customer, programme.programme.id));
  }

  loyalty::Journal& Journal(const loyalty::NumberedProgramme& programme) {
    return postings_.Journal(customer_, programme.programme.id);
  }

  wire::TakenBack& Of(const loyalty::NumberedProgramme& programme) {
    wire::TakenBack& taken = taken_[programme.ordinal];
    taken.programme_id = programme.programme.id;
    return taken;
  }

  wire::PurchaseRow& row_;
  const CustomerOrdinal customer_;
  const Stamp& stamp_;
  const Context& context_;
  Postings& postings_;
  const bool just_earned_;
  const std::string cause_;
  std::map<uint32_t, wire::TakenBack> taken_;
};

}  // namespace

absl::StatusOr<TakenByReturn> TakeBackReturned(
    wire::PurchaseRow& row, const std::vector<int64_t>& returned_before_milli,
    int64_t refund, CustomerOrdinal customer, const Stamp& stamp,
    const Context& context, Postings& postings, bool just_earned) {
  TakenByReturn out;
  bool grew = false;
  for (size_t at = 0; at < row.lines.size(); ++at)
    grew |= row.lines[at].returned_milli != returned_before_milli[at];
  if (!row.__isset.effects || !grew) return out;

  Taker taker(row, customer, stamp, context, postings, just_earned);
  // Points paid come back first: they may pay for points to be taken.
  if (customer != kAnonymous) {
    taker.TakePaidPoints();
    out.money = taker.TakeEarned(refund);
    taker.TakeCredit();
    taker.TakeReferrals();
    out.programmes = taker.Programmes();
  }
  PATRON_RETURN_IF_ERROR(taker.GiveBackOffers(out.offers));
  return out;
}

absl::StatusOr<wire::ReturnReply> ApplyReturn(
    const wire::PurchaseReturn& purchase_return, const Stamp& stamp,
    const Context& context) {
  Postings postings(context, stamp);
  PATRON_ASSIGN_OR_RETURN(
      auto reply,
      customers::ApplyReturn(
          purchase_return, stamp, context.base,
          [&](CustomerOrdinal customer, const std::vector<int64_t>& before,
              wire::PurchaseRow& row,
              wire::StoredReturn& stored) -> absl::Status {
            PATRON_ASSIGN_OR_RETURN(
                TakenByReturn taken,
                TakeBackReturned(row, before, stored.refund, customer, stamp,
                                 context, postings));
            stored.programmes = std::move(taken.programmes);
            stored.offers = std::move(taken.offers);
            stored.refund -= taken.money;
            return absl::OkStatus();
          }));
  postings.Post();
  return reply;
}

}  // namespace patron::checkout
