#include "server/loyalty/account.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/loyalty/journal.h"
#include "server/loyalty/lots.h"
#include "server/loyalty/tiers.h"

namespace patron::loyalty {
namespace {

using wire::EntryKind;

wire::Lot MakeLot(LotDays days, Points points) {
  wire::Lot lot;
  lot.available_day = days.available_day;
  lot.expiry_day = days.expiry_day;
  lot.points = points;
  return lot;
}

// Points that may still come in before the account is full.
Points RoomOf(const wire::ProgrammeAccount& account) {
  const Points owned = SumOf(account.lots) + account.held;
  return std::max<Points>(0, kMostPoints - owned) + account.debt;
}

// Points come in: they pay debt, the rest goes into its lot.
void PutIn(const wire::Lot& lot, wire::ProgrammeAccount& account) {
  wire::Lot rest = lot;
  const Points paid = std::min(account.debt, lot.points);
  account.debt -= paid;
  rest.points -= paid;
  AddLot(rest, account.lots);
}

Points ExpireLots(Day today, wire::ProgrammeAccount& account,
                  Journal& journal) {
  Points expired = 0;
  for (const wire::Lot& lot : account.lots) {
    if (!IsExpired(lot, today)) continue;
    Append(EntryKind::EXPIRE, -lot.points, 0,
           absl::StrCat("good until ", FormatDay(lot.expiry_day)), journal)
        .expiry_day = lot.expiry_day;
    expired += lot.points;
  }
  std::erase_if(account.lots, [today](const wire::Lot& lot) {
    return IsExpired(lot, today);
  });
  return expired;
}

void DropOldCredit(const wire::Programme& programme, Day today,
                   wire::ProgrammeAccount& account) {
  const Day first = FirstCreditDay(programme, today);
  std::erase_if(account.credit, [first](const wire::DayCredit& row) {
    return row.day < first;
  });
}

// Lots that a debt of the other account meets pay it.
void PayDebt(wire::ProgrammeAccount& account) {
  const auto any = [](const wire::Lot&) { return true; };
  account.debt -= SumOf(TakeUpTo(account.debt, any, account.lots));
}

void MergePoints(wire::ProgrammeAccount& from, wire::ProgrammeAccount& into) {
  for (const wire::Lot& lot : from.lots) AddLot(lot, into.lots);
  into.held += from.held;
  into.debt += from.debt;
  PayDebt(into);
}

void MergeCounts(const wire::ProgrammeAccount& from,
                 wire::ProgrammeAccount& into) {
  for (const wire::DayCount& count : from.event_counts) {
    const auto at = std::find_if(
        into.event_counts.begin(), into.event_counts.end(),
        [&count](const wire::DayCount& other) {
          return other.kind == count.kind && other.day == count.day;
        });
    if (at == into.event_counts.end()) {
      into.event_counts.push_back(count);
    } else {
      at->count += count.count;
    }
  }
  into.birthday_year = std::max(into.birthday_year, from.birthday_year);
  if (from.referrals_year == into.referrals_year) {
    into.referrals += from.referrals;
  } else if (from.referrals_year > into.referrals_year) {
    into.referrals_year = from.referrals_year;
    into.referrals = from.referrals;
  }
}

void MergeTiers(const wire::Programme& programme, Day today,
                wire::ProgrammeAccount& from, Journal& from_journal,
                wire::ProgrammeAccount& into, Journal& into_journal) {
  const Standing better = Better(programme, StandingOf(into), StandingOf(from));
  SetStanding(better, "merged", into, into_journal);
  SetStanding(Standing(), "merged", from, from_journal);
  for (const wire::DayCredit& row : from.credit)
    AddCreditRow(row.day, row.credit, into);
  SetStanding(StandingOn(programme, into, today), "merged", into, into_journal);
}

}  // namespace

BalanceOn BalanceOf(const wire::ProgrammeAccount& account, Day today) {
  BalanceOn balance;
  balance.held = account.held;
  balance.available = -account.debt;
  for (const wire::Lot& lot : account.lots) {
    if (IsExpired(lot, today)) continue;
    (IsPending(lot, today) ? balance.pending : balance.available) += lot.points;
  }
  return balance;
}

void Settle(const wire::Programme& programme, Day today,
            wire::ProgrammeAccount& account, Journal& journal) {
  ExpireLots(today, account, journal);
  MakeAvailable(today, account.lots);
  SetStanding(StandingOn(programme, account, today), "review", account,
              journal);
  DropOldCredit(programme, today, account);
}

void Earn(EntryKind::type kind, Points points, LotDays days,
          absl::string_view cause, wire::ProgrammeAccount& account,
          Journal& journal) {
  points = std::min(points, RoomOf(account));
  if (points <= 0) return;
  PutIn(MakeLot(days, points), account);
  Append(kind, points, 0, cause, journal).expiry_day = days.expiry_day;
}

absl::StatusOr<std::vector<wire::Lot>> Take(EntryKind::type kind, Points points,
                                            Day today, absl::string_view cause,
                                            wire::ProgrammeAccount& account,
                                            Journal& journal) {
  if (points < 0)
    return absl::InvalidArgumentError(
        absl::StrCat("points: wanted ", points, ", must not be negative"));
  const Points available = BalanceOf(account, today).available;
  if (points > 0 && available < points)
    return absl::FailedPreconditionError(
        absl::StrCat("points: available ", available, ", wanted ", points));
  const auto may = [today](const wire::Lot& lot) {
    return !IsExpired(lot, today) && !IsPending(lot, today);
  };
  Lots taken = TakeUpTo(points, may, account.lots);
  const Points held = kind == EntryKind::HOLD ? points : 0;
  account.held += held;
  for (wire::Lot& lot : taken) lot.available_day = 0;
  if (points > 0) Append(kind, -points, held, cause, journal);
  return taken;
}

void Capture(const std::vector<wire::Lot>& held, absl::string_view cause,
             wire::ProgrammeAccount& account, Journal& journal) {
  const Points points = SumOf(held);
  if (points == 0) return;
  PATRON_CHECK(points <= account.held);
  account.held -= points;
  Append(EntryKind::SPEND, 0, -points, cause, journal);
}

void Release(const std::vector<wire::Lot>& held, Day today,
             absl::string_view cause, wire::ProgrammeAccount& account,
             Journal& journal) {
  const Points points = SumOf(held);
  if (points == 0) return;
  PATRON_CHECK(points <= account.held);
  account.held -= points;
  for (const wire::Lot& lot : held) PutIn(lot, account);
  Append(EntryKind::RELEASE, points, -points, cause, journal);
  ExpireLots(today, account, journal);
}

Reversed Reverse(const wire::Programme& programme, Points points, LotDays from,
                 Day today, absl::string_view cause,
                 wire::ProgrammeAccount& account, Journal& journal) {
  Reversed reversed;
  if (points <= 0) return reversed;
  const bool pending = from.available_day > today;
  const auto own = [&](const wire::Lot& lot) {
    return lot.expiry_day == from.expiry_day &&
           (pending ? lot.available_day == from.available_day
                    : !IsPending(lot, today));
  };
  const auto any = [](const wire::Lot&) { return true; };
  reversed.taken = SumOf(TakeUpTo(points, own, account.lots));
  reversed.taken += SumOf(TakeUpTo(points - reversed.taken, any, account.lots));
  const Points rest = points - reversed.taken;
  if (programme.debt == wire::DebtPolicy::MONEY) {
    reversed.missing = rest;
  } else {
    reversed.debt = std::min(rest, kMostPoints - account.debt);
  }
  account.debt += reversed.debt;
  const Points left = reversed.taken + reversed.debt;
  if (left > 0) Append(EntryKind::REVERSE, -left, 0, cause, journal);
  return reversed;
}

Points Refund(const std::vector<wire::LotPart>& lots, Day today,
              absl::string_view cause, wire::ProgrammeAccount& account,
              Journal& journal) {
  Points refunded = 0;
  for (const wire::LotPart& part : lots) {
    const Points points = std::min(part.points, RoomOf(account));
    if (points <= 0) continue;
    PutIn(MakeLot({0, part.expiry_day}, points), account);
    refunded += points;
  }
  if (refunded > 0) Append(EntryKind::REFUND, refunded, 0, cause, journal);
  return ExpireLots(today, account, journal);
}

void Merge(const wire::Programme& programme, Day today,
           wire::ProgrammeAccount& from, Journal& from_journal,
           wire::ProgrammeAccount& into, Journal& into_journal) {
  const Points balance = SumOf(from.lots) - from.debt;
  if (balance != 0 || from.held != 0) {
    Append(EntryKind::MERGE_OUT, -balance, -from.held, "merged", from_journal);
    Append(EntryKind::MERGE_IN, balance, from.held, "merged", into_journal);
  }
  MergePoints(from, into);
  MergeCounts(from, into);
  MergeTiers(programme, today, from, from_journal, into, into_journal);
  const int32_t ordinal = from.programme;
  from = wire::ProgrammeAccount();
  from.programme = ordinal;
}

wire::Balance ToBalance(const wire::Programme& programme,
                        const wire::ProgrammeAccount& account, Day today) {
  wire::ProgrammeAccount settled = account;
  Journal unused;
  Settle(programme, today, settled, unused);
  const BalanceOn on = BalanceOf(settled, today);
  wire::Balance balance;
  balance.programme_id = programme.id;
  balance.points_name = programme.points_name;
  balance.available = on.available;
  balance.pending = on.pending;
  balance.held = on.held;
  for (const wire::Lot& lot : settled.lots) {
    wire::LotView view;
    view.points = lot.points;
    view.available_day = lot.available_day;
    view.expiry_day = lot.expiry_day;
    balance.lots.push_back(view);
  }
  balance.tier = ToTierView(programme, settled, today);
  return balance;
}

}  // namespace patron::loyalty
