#include "server/loyalty/tiers.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/loyalty/journal.h"

namespace patron::loyalty {
namespace {

constexpr absl::CivilDay kEpoch(1970);

// First and last day; wide, so that no length of a window overflows.
struct Window {
  int64_t first = 0;
  int64_t last = 0;
};

bool IsCalendar(const wire::Programme& programme) {
  return programme.tier_window == wire::TierWindow::CALENDAR_YEAR;
}

int64_t TierDays(const wire::Programme& programme) {
  return std::max<int64_t>(1, programme.tier_days);
}

int64_t GraceDays(const wire::Programme& programme) {
  return std::max<int64_t>(0, programme.tier_grace_days);
}

Day ToDay(int64_t day) {
  return static_cast<Day>(
      std::clamp<int64_t>(day, 0, std::numeric_limits<Day>::max()));
}

int64_t YearOf(int64_t day) { return (kEpoch + day).year(); }
int64_t FirstDayOf(int64_t year) { return absl::CivilDay(year, 1, 1) - kEpoch; }
int64_t LastDayOf(int64_t year) { return FirstDayOf(year + 1) - 1; }

Window WindowOn(const wire::Programme& programme, int64_t day) {
  if (!IsCalendar(programme)) return {day - TierDays(programme) + 1, day};
  return {FirstDayOf(YearOf(day)), LastDayOf(YearOf(day))};
}

int64_t CreditIn(const wire::ProgrammeAccount& account, Window window) {
  __int128 sum = 0;
  for (const wire::DayCredit& row : account.credit)
    if (window.first <= row.day && row.day <= window.last) sum += row.credit;
  return Saturated(sum);
}

// The last day of a tier that the window of `day` gives, before grace.
Day KeptUntil(const wire::Programme& programme, int64_t day) {
  return ToDay(IsCalendar(programme) ? LastDayOf(YearOf(day) + 1)
                                     : day + TierDays(programme));
}

// The day whose window gave a tier that is kept until `review_day`.
int64_t GrantedOn(const wire::Programme& programme, Day review_day) {
  return IsCalendar(programme) ? LastDayOf(YearOf(review_day) - 1)
                               : review_day - TierDays(programme);
}

struct Grant {
  std::string tier_id;
  Day until = 0;
};

// What credit alone gives on `day`. A calendar year gives a tier for itself and
// the next one, so both years are asked.
Grant GrantOn(const wire::Programme& programme,
              const wire::ProgrammeAccount& account, int64_t day) {
  if (programme.tiers.empty()) return {};
  const auto of_window = [&](int64_t on) {
    const int64_t credit = CreditIn(account, WindowOn(programme, on));
    return Grant{TierFor(programme, credit), KeptUntil(programme, on)};
  };
  Grant present = of_window(day);
  if (!IsCalendar(programme)) return present;
  Grant last_year = of_window(LastDayOf(YearOf(day) - 1));
  const bool better = TierRank(programme, last_year.tier_id) >
                      TierRank(programme, present.tier_id);
  return better ? last_year : present;
}

void Become(const Grant& grant, Day today, Standing& standing) {
  if (grant.tier_id != standing.tier_id) standing.since_day = today;
  standing.tier_id = grant.tier_id;
  standing.review_day = grant.tier_id.empty() ? 0 : grant.until;
}

void Review(const Grant& grant, Day day, Standing& standing) {
  Become(grant, day, standing);
  standing.secured_tier_id = standing.tier_id;
  standing.secured_review_day = standing.review_day;
}

// Credit pays for the tier: that of the window which gave it, or today's.
bool IsPaid(const wire::Programme& programme,
            const wire::ProgrammeAccount& account, Day today) {
  const int rank = TierRank(programme, account.tier_id);
  if (TierRank(programme, GrantOn(programme, account, today).tier_id) >= rank)
    return true;
  if (account.review_day == 0) return false;
  const int64_t day = GrantedOn(programme, account.review_day);
  const int64_t credit = CreditIn(account, WindowOn(programme, day));
  return TierRank(programme, TierFor(programme, credit)) >= rank;
}

// More credit: lifts, or keeps for longer what it still gives.
Standing Raised(const wire::Programme& programme,
                const wire::ProgrammeAccount& account, Day today) {
  Standing standing = StandingOf(account);
  const Grant grant = GrantOn(programme, account, today);
  const int rank = TierRank(programme, grant.tier_id);
  const int before = TierRank(programme, standing.tier_id);
  if (rank > before) Become(grant, today, standing);
  if (rank == before && rank >= 0)
    standing.review_day = std::max(standing.review_day, grant.until);
  return standing;
}

// Credit no longer pays for the tier: it falls to what today's gives, or to the
// secured one as long as that is good.
Standing Lowered(const wire::Programme& programme,
                 const wire::ProgrammeAccount& account, Day today) {
  Standing standing = StandingOf(account);
  Grant grant = GrantOn(programme, account, today);
  const bool secured =
      account.secured_review_day + GraceDays(programme) >= today &&
      TierRank(programme, account.secured_tier_id) >
          TierRank(programme, grant.tier_id);
  if (secured) grant = {account.secured_tier_id, account.secured_review_day};
  Become(grant, today, standing);
  return standing;
}

int64_t CreditOfDay(const wire::ProgrammeAccount& account, Day day) {
  for (const wire::DayCredit& row : account.credit)
    if (row.day == day) return std::max<int64_t>(0, row.credit);
  return 0;
}

}  // namespace

Standing StandingOf(const wire::ProgrammeAccount& account) {
  return {account.tier_id, account.secured_tier_id, account.tier_since_day,
          account.review_day, account.secured_review_day};
}

Standing StandingOn(const wire::Programme& programme,
                    const wire::ProgrammeAccount& account, Day today) {
  Standing standing = StandingOf(account);
  const int64_t grace = GraceDays(programme);
  while (standing.review_day != 0 && standing.review_day + grace < today) {
    const Day day = ToDay(standing.review_day + grace + 1);
    Review(GrantOn(programme, account, day), day, standing);
  }
  const Grant grant = GrantOn(programme, account, today);
  if (TierRank(programme, grant.tier_id) >
      TierRank(programme, standing.tier_id))
    Become(grant, today, standing);
  return standing;
}

void SetStanding(const Standing& standing, absl::string_view cause,
                 wire::ProgrammeAccount& account, Journal& journal) {
  if (standing.tier_id != account.tier_id)
    Append(wire::EntryKind::TIER, 0, 0, cause, journal).tier_id =
        standing.tier_id;
  account.tier_id = standing.tier_id;
  account.secured_tier_id = standing.secured_tier_id;
  account.tier_since_day = standing.since_day;
  account.review_day = standing.review_day;
  account.secured_review_day = standing.secured_review_day;
}

Standing Better(const wire::Programme& programme, const Standing& a,
                const Standing& b) {
  const int rank = TierRank(programme, a.tier_id);
  const int other = TierRank(programme, b.tier_id);
  Standing better = rank >= other ? a : b;
  if (rank == other && !a.tier_id.empty() && !b.tier_id.empty())
    better.since_day = std::min(a.since_day, b.since_day);
  better.review_day = std::max(a.review_day, b.review_day);
  better.secured_tier_id = TierRank(programme, a.secured_tier_id) >=
                                   TierRank(programme, b.secured_tier_id)
                               ? a.secured_tier_id
                               : b.secured_tier_id;
  better.secured_review_day =
      std::max(a.secured_review_day, b.secured_review_day);
  return better;
}

std::string CreditCurrency(const wire::Programme& programme) {
  return programme.tier_credit == wire::TierCredit::SPEND ? programme.currency
                                                          : "";
}

wire::TierView ToTierView(const wire::Programme& programme,
                          const wire::ProgrammeAccount& account, Day today) {
  wire::TierView view;
  view.tier_id = account.tier_id;
  view.since_day = account.tier_since_day;
  view.review_day = account.review_day;
  view.credit = CreditOf(programme, account, today);
  view.credit_currency = CreditCurrency(programme);
  const int rank = TierRank(programme, account.tier_id);
  if (rank >= 0) {
    view.name = programme.tiers[rank].name;
    view.rewards = programme.tiers[rank].rewards;
  }
  const size_t next = static_cast<size_t>(rank) + 1;
  if (next < programme.tiers.size()) {
    view.next_tier_id = programme.tiers[next].id;
    view.missing_credit = std::max<int64_t>(
        0, Saturated(static_cast<__int128>(programme.tiers[next].credit) -
                     view.credit));
  }
  return view;
}

Day FirstCreditDay(const wire::Programme& programme, Day today) {
  const int64_t oldest_kept = today - GraceDays(programme);
  if (IsCalendar(programme)) return ToDay(FirstDayOf(YearOf(oldest_kept) - 1));
  return ToDay(oldest_kept - 2 * TierDays(programme) + 1);
}

void AddCreditRow(Day day, int64_t credit, wire::ProgrammeAccount& account) {
  auto& rows = account.credit;
  const auto at = std::lower_bound(
      rows.begin(), rows.end(), day,
      [](const wire::DayCredit& row, Day wanted) { return row.day < wanted; });
  if (at == rows.end() || at->day != day) {
    wire::DayCredit row;
    row.day = day;
    row.credit = credit;
    if (credit != 0) rows.insert(at, row);
    return;
  }
  at->credit = Saturated(static_cast<__int128>(at->credit) + credit);
  if (at->credit == 0) rows.erase(at);
}

int64_t CreditOf(const wire::Programme& programme,
                 const wire::ProgrammeAccount& account, Day today) {
  return CreditIn(account, WindowOn(programme, today));
}

std::string TierFor(const wire::Programme& programme, int64_t credit) {
  std::string tier_id;
  for (const wire::Tier& tier : programme.tiers)
    if (tier.credit <= std::max<int64_t>(0, credit)) tier_id = tier.id;
  return tier_id;
}

int TierRank(const wire::Programme& programme, absl::string_view tier_id) {
  for (size_t i = 0; i < programme.tiers.size(); ++i)
    if (programme.tiers[i].id == tier_id) return static_cast<int>(i);
  return -1;
}

std::string TierOn(const wire::Programme& programme,
                   const wire::ProgrammeAccount& account, Day today) {
  return StandingOn(programme, account, today).tier_id;
}

void AddCredit(const wire::Programme& programme, Day day, int64_t credit,
               Day today, absl::string_view cause,
               wire::ProgrammeAccount& account, Journal& journal) {
  // What was forgotten of a day, under a shorter window, is not taken back.
  credit = std::max(credit, -CreditOfDay(account, day));
  if (credit == 0 || day < FirstCreditDay(programme, today)) return;
  const bool was_paid = credit < 0 && IsPaid(programme, account, today);
  AddCreditRow(day, credit, account);
  if (credit > 0) {
    SetStanding(Raised(programme, account, today), cause, account, journal);
  } else if (was_paid && !IsPaid(programme, account, today)) {
    SetStanding(Lowered(programme, account, today), cause, account, journal);
  }
}

}  // namespace patron::loyalty
