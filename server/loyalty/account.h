// Points of one customer in one programme: dated lots, holds, debt, tier
// credit. Plain arithmetic on an account and a programme's definition; no
// store, no clock, no lock. Whoever calls it writes what it answers.
//
// Points are integers. A lot is points with an expiry day (its last good day; 0
// = never) and a day from which on they may be spent (0 = already): before it
// they are pending. Points with the same two days are one lot: an amount with
// the same fate. Points are taken from the lot that expires first. What is
// given back after it was spent becomes debt; points that come in pay debt
// first, whatever their days and whichever way they come (earned, released,
// refunded, pending ones at once): an account with debt has no lots. The
// balance is the sum of all lots less the debt; held points are out of the
// balance, in their reservation. The balance always equals the sum of `points`
// over all entries, and `held` the sum of theirs: every function that changes
// an account appends the entries that say so. A change of nothing has no entry.
//
// Tiers follow qualifying credit, dated by day. Credit within the window lifts
// at once; at the review day plus grace the tier becomes what the window then
// gives; a return takes a tier back that it had paid for, but never below what
// the last review granted, as long as that is good. A ROLLING window is the
// last `tier_days` days, and a tier it gives is kept for as many; CALENDAR_YEAR
// is the year, and a tier is kept to the end of the next. Reviews are held on
// the day they are due, however late an account is looked at: when Settle is
// called does not change what it makes. A tier from a credit of 0 on is
// everybody's. A tier that the programme no longer has ranks below all.
//
// Threads: none of its own. Errors: kFailedPrecondition naming both values for
// more points than are available, kInvalidArgument for a negative number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "checkout_types.h"
#include "definitions_types.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/base/ids.h"

namespace patron::loyalty {

using Points = int64_t;

// An account takes in no more points than this (available, pending and held
// ones together), and owes no more: what is above is cut off, entries say what
// came in. Leaves room for sums over thousands of full accounts.
inline constexpr Points kMostPoints = 1'000'000'000'000'000;

// Entries that changes make; `wire::Entry` without actor, time and position,
// which whoever writes them knows. They carry `programme_id`, where it is set
// before. `expiry_day` is told of points that come in by Earn and that expire.
struct Journal {
  std::vector<wire::Entry> entries;
  std::string programme_id;
};

// What an account shows on a day: lots past their expiry left out, pending ones
// whose day has come counted as available.
struct BalanceOn {
  Points available = 0;  // less debt: may be negative
  Points pending = 0;
  Points held = 0;
};
BalanceOn BalanceOf(const wire::ProgrammeAccount& account, Day today);

// The day from which on points earned on `day` may be spent, and their last
// good day (0 = never), by the programme's rules.
struct LotDays {
  Day available_day = 0;
  Day expiry_day = 0;
};
LotDays LotDaysOf(const wire::Programme& programme, Day day);

// Points for an amount: amount × earn_points ÷ earn_amount × multiplier,
// rounded once, as the programme says. 0 for amounts and multipliers that are
// not above 0. Never overflows: keeps to the type's end.
Points PointsFor(const wire::Programme& programme, int64_t amount,
                 int64_t multiplier_bp);
// What points pay, rounded down, and the fewest points that pay at least
// `amount`: AmountOf(PointsToPay(a)) >= a > AmountOf(PointsToPay(a) - 1), as
// long as the type holds as many. Points that pay nothing pay 0; the most
// points there are where no number of them pays the amount.
int64_t AmountOf(const wire::Programme& programme, Points points);
Points PointsToPay(const wire::Programme& programme, int64_t amount);

// Brings an account to `today`: expires lots, lets pending ones become
// available, reviews the tier. Must precede every other change of the account;
// doing it twice, or later, adds nothing. Forgets credit too old to give or
// keep a tier.
void Settle(const wire::Programme& programme, Day today,
            wire::ProgrammeAccount& account, Journal& journal);

// Points come in; 0 or fewer change nothing. Those already expired (of a
// purchase long ago) leave at the next Settle. `kind`: EARN, ADJUST, BONUS,
// MERGE_IN.
void Earn(wire::EntryKind::type kind, Points points, LotDays days,
          absl::string_view cause, wire::ProgrammeAccount& account,
          Journal& journal);

// Takes points out of the available lots, earliest expiry first. `kind` ADJUST:
// points leave; HOLD: they wait in `taken`, and in `held` of the account.
absl::StatusOr<std::vector<wire::Lot>> Take(wire::EntryKind::type kind,
                                            Points points, Day today,
                                            absl::string_view cause,
                                            wire::ProgrammeAccount& account,
                                            Journal& journal);

// Held points are spent, or go back into their lots; those of lots that have
// expired since expire at once.
void Capture(const std::vector<wire::Lot>& held, absl::string_view cause,
             wire::ProgrammeAccount& account, Journal& journal);
void Release(const std::vector<wire::Lot>& held, Day today,
             absl::string_view cause, wire::ProgrammeAccount& account,
             Journal& journal);

// Points that a return takes back: from the lot they went into (pending or
// available), then from others, earliest expiry first, then debt. Under
// DebtPolicy MONEY nothing becomes debt: the points that are missing are
// answered (to be kept from the refund) and leave with the rest of the lots.
// Points of a lot that has expired are taken from the others too: whether they
// were spent before cannot be told.
struct Reversed {
  Points taken = 0;    // out of lots
  Points debt = 0;     // became debt
  Points missing = 0;  // MONEY: to be paid for
};
Reversed Reverse(const wire::Programme& programme, Points points, LotDays from,
                 Day today, absl::string_view cause,
                 wire::ProgrammeAccount& account, Journal& journal);

// Points paid come back into their lots with their expiry; those of lots that
// have expired since expire at once. Answers how many did.
Points Refund(const std::vector<wire::LotPart>& lots, Day today,
              absl::string_view cause, wire::ProgrammeAccount& account,
              Journal& journal);

// Everything of `from` becomes `into`'s: lots, holds, debt, credit, counts; the
// better tier, lifted by the credit of both. Debt of the one is paid by lots of
// the other. Both are settled before; `from` is empty after. Entries MERGE_OUT
// of the one and MERGE_IN of the other add to zero. Reservations of `from` are
// its caller's to move.
void Merge(const wire::Programme& programme, Day today,
           wire::ProgrammeAccount& from, Journal& from_journal,
           wire::ProgrammeAccount& into, Journal& into_journal);

// ---- tiers

// Credit within the window that ends on `today`.
int64_t CreditOf(const wire::Programme& programme,
                 const wire::ProgrammeAccount& account, Day today);
// The tier that `credit` gives; "" = none.
std::string TierFor(const wire::Programme& programme, int64_t credit);
// The currency of qualifying credit; "" where it is points.
std::string CreditCurrency(const wire::Programme& programme);
// -1 for "" or an unknown one; else its place, lowest first.
int TierRank(const wire::Programme& programme, absl::string_view tier_id);
// Her tier as Settle would leave it.
std::string TierOn(const wire::Programme& programme,
                   const wire::ProgrammeAccount& account, Day today);
// Adds credit of a day (may be long ago) and lifts the tier at once. A negative
// one, of a return, has the day of what it takes back, takes no more than the
// account still has of that day, and may take the tier back: where credit paid
// for the tier before (in the window that gave it, or in today's) and does not
// after.
void AddCredit(const wire::Programme& programme, Day day, int64_t credit,
               Day today, absl::string_view cause,
               wire::ProgrammeAccount& account, Journal& journal);

// For people.
wire::Balance ToBalance(const wire::Programme& programme,
                        const wire::ProgrammeAccount& account, Day today);

}  // namespace patron::loyalty
