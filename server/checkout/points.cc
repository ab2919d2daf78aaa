// Points and personal offers that people and jobs give, take and settle.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/apply.h"
#include "server/checkout/known.h"
#include "server/checkout/postings.h"
#include "server/checkout/source.h"
#include "server/definitions/holdout.h"
#include "server/store/codec.h"

namespace patron::checkout {
namespace {

using loyalty::NumberedProgramme;
using loyalty::Points;
using store::Family;

// Birthday points may still be given so many days after the day.
constexpr int kBirthdayDays = 7;
// Events that happened longer ago, or later than tomorrow, give no points: so
// far back what was counted of each day is kept.
constexpr Day kEventDays = 30;
// A personal offer that was never used is forgotten so long after its end.
constexpr int64_t kIssuedKeptUs = int64_t{365} * 24 * 3600 * 1'000'000;

absl::StatusOr<const NumberedProgramme*> KnownProgramme(
    const std::string& id, const Context& context) {
  const auto& programmes = context.holdings.definitions()->programmes;
  if (const NumberedProgramme* found = programmes.ById(id)) return found;
  return absl::NotFoundError(
      absl::StrCat("programme_id: no programme ", Quoted(id)));
}

// Points given now may be spent now.
loyalty::LotDays GivenOn(const wire::Programme& programme, Day today) {
  return {0, loyalty::LotDaysOf(programme, today).expiry_day};
}

Points AvailableOf(CustomerOrdinal customer, uint32_t programme, Day today,
                   const Context& context) {
  for (const auto& account : context.accounts.Now(customer).programmes)
    if (static_cast<uint32_t>(account.programme) == programme)
      return loyalty::BalanceOf(account, today).available;
  return 0;
}

// Whether she takes part in the programme at `place` of the definitions.
absl::StatusOr<bool> TakesPart(size_t place, CustomerOrdinal customer,
                               const Stamp& stamp, const Context& context) {
  const BatchSource source(context);
  const Scene scene(source, customer,
                    context.base.ordinals.CustomerId(customer),
                    absl::ToUnixMicros(stamp.logged_at), stamp.logged_day);
  const bool holds =
      scene.definitions().compiled_programmes[place].eligible.Holds(
          subjects::CustomerSubject(scene.world().customer));
  PATRON_RETURN_IF_ERROR(scene.status());
  return holds;
}

// ---- adjustments

Points WithoutSign(Points points) {
  return points < 0 ? -std::max(points, -std::numeric_limits<Points>::max())
                    : points;
}

// Roles 0: the server itself.
bool HasLimit(Roles roles) {
  return roles != 0 && (roles & (kMarketing | kAdministrator)) == 0;
}

std::string ClerkKey(const std::string& actor) {
  return absl::StrCat("clerk:", actor);
}

absl::StatusOr<wire::ClerkRow> ReadClerk(const Stamp& stamp,
                                         const Context& context) {
  const std::string key = ClerkKey(stamp.actor);
  wire::ClerkRow today;
  today.day = stamp.logged_day;
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          context.base.batch.Get(Family::kMeta, key));
  if (!bytes) return today;
  PATRON_ASSIGN_OR_RETURN(auto row, store::Decode<wire::ClerkRow>(*bytes, key));
  return row.day == stamp.logged_day ? row : today;
}

// What the clerk adjusted today, these points included; a refusal where that is
// more than the programme allows.
absl::StatusOr<wire::ClerkRow> CountForClerk(const NumberedProgramme& numbered,
                                             Points points, const Stamp& stamp,
                                             const Context& context) {
  const wire::Programme& programme = numbered.programme;
  const Points wanted = WithoutSign(points);
  if (wanted > programme.clerk_adjustment)
    return absl::FailedPreconditionError(absl::StrCat(
        "points: a clerk adjusts at most ", programme.clerk_adjustment,
        " at once in ", Quoted(programme.id), ", wanted ", wanted));
  PATRON_ASSIGN_OR_RETURN(wire::ClerkRow row, ReadClerk(stamp, context));
  Points& used = row.points[static_cast<int32_t>(numbered.ordinal)];
  if (wanted > programme.clerk_adjustment_day - used)
    return absl::FailedPreconditionError(absl::StrCat(
        "points: a clerk adjusts at most ", programme.clerk_adjustment_day,
        " a day in ", Quoted(programme.id), "; ", Quoted(stamp.actor), " has ",
        used, " today, wanted ", wanted, " more"));
  used += wanted;
  return row;
}

// ---- personal offers

// Bounds the row: an offer that was used stays, a return may give it back.
void DropOldIssued(int64_t now_us, std::vector<wire::Issued>& issued) {
  std::erase_if(issued, [now_us](const wire::Issued& one) {
    return one.expires_at_us != 0 &&
           one.expires_at_us < now_us - kIssuedKeptUs && one.used == 0 &&
           one.reserved == 0;
  });
}

// Whether the offer was issued for the same cause before.
bool IsAmong(const std::vector<wire::Issued>& all, const wire::Issued& issued) {
  return std::any_of(all.begin(), all.end(), [&](const wire::Issued& one) {
    return one.offer == issued.offer && one.cause == issued.cause;
  });
}

absl::StatusOr<const offers::CompiledOffer*> PersonalOffer(
    const std::string& id, const Context& context) {
  const offers::CompiledOffer* offer =
      context.holdings.definitions()->OfferById(id);
  if (offer == nullptr)
    return absl::NotFoundError(absl::StrCat("offer_id: no offer ", Quoted(id)));
  if (offer->offer.occasion != wire::Occasion::PERSONAL)
    return absl::FailedPreconditionError(
        absl::StrCat("offer_id: ", Quoted(id), " has occasion ",
                     wire::to_string(offer->offer.occasion),
                     ", only those of PERSONAL are issued"));
  return offer;
}

// Who is made no personal offers; a share of none where all may be.
wire::Holdout HoldoutOfOffers(const Context& context) {
  const wire::Holdout& holdout =
      context.holdings.definitions()->version.definitions.holdout;
  return holdout.offers ? holdout : wire::Holdout();
}

// ---- settling

// The year of the birthday whose points are due.
std::optional<int32_t> BirthdayDue(const wire::Programme& programme,
                                   const wire::ProgrammeAccount& account,
                                   const facts::Traits* traits, Day today) {
  if (programme.birthday_points <= 0 || traits == nullptr ||
      !traits->__isset.birth_month || !traits->__isset.birth_day)
    return std::nullopt;
  const absl::CivilDay date = absl::CivilDay(1970) + today;
  for (const absl::civil_year_t year : {date.year(), date.year() - 1}) {
    const auto since =
        date - absl::CivilDay(year, traits->birth_month, traits->birth_day);
    if (since >= 0 && since <= kBirthdayDays && account.birthday_year < year)
      return static_cast<int32_t>(year);
  }
  return std::nullopt;
}

bool ChangesWhenSettled(const wire::Programme& programme,
                        const wire::ProgrammeAccount& account, Day today) {
  wire::ProgrammeAccount settled = account;
  loyalty::Journal unused;
  loyalty::Settle(programme, today, settled, unused);
  return settled != account;
}

// Settles one customer's accounts; those that stay as they are cost no write.
class Settler {
 public:
  Settler(const Stamp& stamp, const Context& context)
      : stamp_(stamp), context_(context), postings_(context, stamp) {}

  absl::Status Settle(CustomerOrdinal customer) {
    const auto traits = context_.base.facts.TraitsNow(customer);
    std::vector<Due> all_due;
    for (const auto& account : context_.accounts.Now(customer).programmes) {
      PATRON_ASSIGN_OR_RETURN(const Due due,
                              DueOf(customer, account, traits.get()));
      if (due.any) all_due.push_back(due);
    }
    for (const Due& due : all_due) Carry(customer, due);
    return absl::OkStatus();
  }

  void Post() { postings_.Post(); }

 private:
  struct Due {
    uint32_t programme = 0;
    bool any = false;
    std::optional<int32_t> birthday;
  };

  absl::StatusOr<Due> DueOf(CustomerOrdinal customer,
                            const wire::ProgrammeAccount& account,
                            const facts::Traits* traits) {
    Due due;
    due.programme = static_cast<uint32_t>(account.programme);
    const NumberedProgramme numbered = ProgrammeOf(context_, due.programme);
    due.birthday =
        BirthdayDue(numbered.programme, account, traits, stamp_.logged_day);
    if (due.birthday) {
      PATRON_ASSIGN_OR_RETURN(
          const bool takes_part,
          TakesPart(PlaceOf(due.programme), customer, stamp_, context_));
      if (!takes_part) due.birthday.reset();
    }
    due.any = due.birthday || ChangesWhenSettled(numbered.programme, account,
                                                 stamp_.logged_day);
    return due;
  }

  // Of a programme that is defined.
  size_t PlaceOf(uint32_t programme) const {
    const auto& all = context_.holdings.definitions()->programmes.all;
    const auto at = std::find_if(all.begin(), all.end(),
                                 [programme](const NumberedProgramme& one) {
                                   return one.ordinal == programme;
                                 });
    return static_cast<size_t>(at - all.begin());
  }

  void Carry(CustomerOrdinal customer, const Due& due) {
    const NumberedProgramme numbered = ProgrammeOf(context_, due.programme);
    wire::ProgrammeAccount& account = postings_.Account(customer, numbered);
    if (!due.birthday) return;
    account.birthday_year = *due.birthday;
    loyalty::Earn(wire::EntryKind::BONUS, numbered.programme.birthday_points,
                  GivenOn(numbered.programme, stamp_.logged_day),
                  absl::StrCat("birthday ", *due.birthday), account,
                  postings_.Journal(customer, numbered.programme.id));
  }

  const Stamp& stamp_;
  const Context& context_;
  Postings postings_;
};

// ---- events

// What the programme gives for events of this kind; null: nothing.
const wire::EventPoints* PointsOf(const wire::Programme& programme,
                                  wire::EventKind::type kind) {
  for (const wire::EventPoints& given : programme.event_points)
    if (given.kind == kind && given.points > 0) return &given;
  return nullptr;
}

bool CountsOn(const wire::Event& event, const wire::Programme& programme,
              const Stamp& stamp) {
  return stamp.HappenedAt(event.happened_at_us) >=
             absl::FromUnixMicros(programme.starts_us) &&
         stamp.local_day >= stamp.logged_day - kEventDays &&
         stamp.local_day <= stamp.logged_day + 1;
}

// How many events of the kind gave points on the day.
int32_t CountedOn(Day day, wire::EventKind::type kind, CustomerOrdinal customer,
                  uint32_t programme, const Context& context) {
  for (const auto& account : context.accounts.Now(customer).programmes) {
    if (static_cast<uint32_t>(account.programme) != programme) continue;
    for (const wire::DayCount& count : account.event_counts)
      if (count.kind == kind && count.day == day) return count.count;
  }
  return 0;
}

// Counts one more, and forgets days whose events give nothing any more.
void CountEvent(Day day, wire::EventKind::type kind, Day today,
                wire::ProgrammeAccount& account) {
  auto& counts = account.event_counts;
  std::erase_if(counts, [today](const wire::DayCount& count) {
    return count.day < today - kEventDays;
  });
  const auto at = std::find_if(counts.begin(), counts.end(),
                               [&](const wire::DayCount& count) {
                                 return count.kind == kind && count.day == day;
                               });
  if (at != counts.end()) {
    ++at->count;
    return;
  }
  wire::DayCount first;
  first.kind = kind;
  first.day = day;
  first.count = 1;
  counts.push_back(first);
}

}  // namespace

absl::StatusOr<wire::PointsChange> ApplyAdjust(
    const wire::AdjustPoints& command, const Stamp& stamp,
    const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const CustomerOrdinal customer,
      KnownCustomer("customer_id", command.customer_id, context));
  PATRON_ASSIGN_OR_RETURN(const NumberedProgramme* programme,
                          KnownProgramme(command.programme_id, context));
  std::optional<wire::ClerkRow> clerk;
  if (HasLimit(stamp.roles)) {
    PATRON_ASSIGN_OR_RETURN(
        clerk, CountForClerk(*programme, command.points, stamp, context));
  }
  const Day today = stamp.logged_day;
  const Points available =
      AvailableOf(customer, programme->ordinal, today, context);
  if (command.points < 0 && WithoutSign(command.points) > available)
    return absl::FailedPreconditionError(absl::StrCat(
        "points: customer ", Quoted(command.customer_id), " has ", available,
        " available, wanted ", WithoutSign(command.points), " less"));

  if (clerk)
    context.base.batch.Put(Family::kMeta, ClerkKey(stamp.actor),
                           store::Encode(*clerk));
  Postings postings(context, stamp);
  wire::ProgrammeAccount& account = postings.Account(customer, *programme);
  loyalty::Journal& journal =
      postings.Journal(customer, programme->programme.id);
  if (command.points > 0) {
    loyalty::Earn(wire::EntryKind::ADJUST, command.points,
                  GivenOn(programme->programme, today), command.reason, account,
                  journal);
  } else {
    PATRON_CHECK_OK(loyalty::Take(wire::EntryKind::ADJUST,
                                  WithoutSign(command.points), today,
                                  command.reason, account, journal)
                        .status());
  }
  wire::PointsChange change = postings.ChangeOf(customer, *programme);
  postings.Post();
  return change;
}

absl::Status ApplyBonus(const wire::GiveBonus& command, const Stamp& stamp,
                        const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const NumberedProgramme* programme,
                          KnownProgramme(command.programme_id, context));
  std::vector<CustomerOrdinal> customers;
  customers.reserve(command.entries.size());
  for (const wire::BonusEntry& entry : command.entries) {
    PATRON_ASSIGN_OR_RETURN(
        const CustomerOrdinal customer,
        KnownCustomer("entries.customer_id", entry.customer_id, context));
    customers.push_back(customer);
  }
  const loyalty::LotDays days = GivenOn(programme->programme, stamp.logged_day);
  Postings postings(context, stamp);
  for (size_t i = 0; i < customers.size(); ++i)
    loyalty::Earn(wire::EntryKind::BONUS, command.entries[i].points, days,
                  command.reason, postings.Account(customers[i], *programme),
                  postings.Journal(customers[i], programme->programme.id));
  postings.Post();
  return absl::OkStatus();
}

absl::Status ApplyIssue(const wire::IssueOffer& command, const Stamp& stamp,
                        const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const offers::CompiledOffer* offer,
                          PersonalOffer(command.offer_id, context));
  const int64_t now_us = absl::ToUnixMicros(stamp.logged_at);
  if (command.expires_at_us != 0 && command.expires_at_us <= now_us)
    return absl::FailedPreconditionError(absl::StrCat(
        "expires_at_us: ", command.expires_at_us, " is past, it is ", now_us));
  const wire::Holdout holdout = HoldoutOfOffers(context);
  std::vector<CustomerOrdinal> customers;
  absl::flat_hash_set<CustomerOrdinal> seen;
  for (const std::string& id : command.customer_ids) {
    PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                            KnownCustomer("customer_ids", id, context));
    if (!definitions::InHoldout(holdout, id) && seen.insert(customer).second)
      customers.push_back(customer);
  }
  if (customers.empty() && !command.customer_ids.empty())
    return absl::FailedPreconditionError(
        absl::StrCat("customer_ids: all are in the holdout, ",
                     Quoted(command.customer_ids[0]),
                     " for one: no personal offers are made to them"));
  wire::Issued issued;
  issued.offer = static_cast<int32_t>(offer->ordinal);
  issued.issued_at_us = now_us;
  issued.expires_at_us = command.expires_at_us;
  issued.cause = command.cause;
  for (const CustomerOrdinal customer : customers) {
    if (command.once && IsAmong(context.accounts.Now(customer).issued, issued))
      continue;
    wire::AccountRow& row = context.accounts.Mutable(customer);
    DropOldIssued(now_us, row.issued);
    row.issued.push_back(issued);
  }
  return absl::OkStatus();
}

absl::Status ApplySettle(const wire::SettleAccounts& command,
                         const Stamp& stamp, const Context& context) {
  Settler settler(stamp, context);
  const int64_t first = command.first_customer;
  for (int64_t at = first; at < first + command.customers; ++at)
    PATRON_RETURN_IF_ERROR(
        settler.Settle(CustomerOrdinal(static_cast<uint32_t>(at))));
  settler.Post();
  return absl::OkStatus();
}

absl::Status EarnForEvent(const wire::Event& event, const Stamp& stamp,
                          const Context& context) {
  const auto customer = context.base.ordinals.FindCustomer(event.customer_id);
  if (event.customer_id.empty() || !customer) return absl::OkStatus();
  const CompiledPtr definitions = context.holdings.definitions();
  Postings postings(context, stamp);
  for (size_t place = 0; place < definitions->programmes.all.size(); ++place) {
    const NumberedProgramme& numbered = definitions->programmes.all[place];
    const wire::EventPoints* given = PointsOf(numbered.programme, event.kind);
    if (given == nullptr || !CountsOn(event, numbered.programme, stamp) ||
        CountedOn(stamp.local_day, event.kind, *customer, numbered.ordinal,
                  context) >= given->most_a_day)
      continue;
    PATRON_ASSIGN_OR_RETURN(const bool takes_part,
                            TakesPart(place, *customer, stamp, context));
    if (!takes_part) continue;
    wire::ProgrammeAccount& account = postings.Account(*customer, numbered);
    CountEvent(stamp.local_day, event.kind, stamp.logged_day, account);
    loyalty::Earn(wire::EntryKind::EARN, given->points,
                  GivenOn(numbered.programme, stamp.logged_day),
                  absl::StrCat("event ", absl::AsciiStrToLower(
                                             wire::to_string(event.kind))),
                  account, postings.Journal(*customer, numbered.programme.id));
  }
  postings.Post();
  return absl::OkStatus();
}

}  // namespace patron::checkout
