#include "server/checkout/desk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/offers/quote.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "server/subjects/subjects.h"

namespace patron::checkout {
namespace {

using store::Family;

constexpr int kLastEntries = 20;

const wire::ProgrammeAccount* FindAccount(const wire::AccountRow& account,
                                          uint32_t programme) {
  for (const wire::ProgrammeAccount& one : account.programmes)
    if (one.programme == static_cast<int32_t>(programme)) return &one;
  return nullptr;
}

// In every programme that she has an account in or may take part in.
std::vector<wire::Balance> BalancesIn(const Scene& scene, Day today) {
  const offers::Compiled& definitions = scene.definitions();
  const subjects::CustomerSubject subject(scene.world().customer);
  std::vector<wire::Balance> balances;
  for (size_t at = 0; at < definitions.programmes.all.size(); ++at) {
    const loyalty::NumberedProgramme& numbered = definitions.programmes.all[at];
    const wire::ProgrammeAccount* account =
        FindAccount(scene.account(), numbered.ordinal);
    if (account != nullptr) {
      balances.push_back(
          loyalty::ToBalance(numbered.programme, *account, today));
    } else if (definitions.compiled_programmes[at].eligible.Holds(subject)) {
      balances.push_back(loyalty::ToBalance(numbered.programme,
                                            wire::ProgrammeAccount(), today));
    }
  }
  return balances;
}

std::vector<wire::IssuedOffer> IssuedTo(const wire::AccountRow& account,
                                        const offers::Compiled& definitions,
                                        const store::Ordinals& ordinals) {
  std::vector<wire::IssuedOffer> issued;
  for (const wire::Issued& one : account.issued) {
    const auto ordinal = static_cast<uint32_t>(one.offer);
    const offers::CompiledOffer* offer = definitions.OfferByOrdinal(ordinal);
    wire::IssuedOffer& told = issued.emplace_back();
    told.offer_id = std::string(ordinals.offers.IdOf(ordinal));
    told.name = offer == nullptr ? "" : offer->offer.name;
    told.issued_at_us = one.issued_at_us;
    told.expires_at_us = one.expires_at_us;
    told.cause = one.cause;
    told.used = one.used > 0;
  }
  return issued;
}

absl::StatusOr<std::vector<std::string>> ExternalIds(const store::Store& store,
                                                     CustomerOrdinal customer) {
  const std::string prefix = store::AliasOfKey(customer, "");
  std::vector<std::string> ids;
  PATRON_RETURN_IF_ERROR(store.ScanPrefix(
      Family::kAliases, prefix, [&](absl::string_view key, absl::string_view) {
        ids.emplace_back(key.substr(prefix.size()));
        return true;
      }));
  return ids;
}

absl::StatusOr<wire::PurchaseRow> ReadReceipt(const store::Store& store,
                                              const std::string& receipt_id) {
  PATRON_ASSIGN_OR_RETURN(const auto value,
                          store.Get(Family::kReceipts, receipt_id));
  if (!value)
    return absl::NotFoundError(
        absl::StrCat("receipt_id: ", Quoted(receipt_id), " is not known"));
  PATRON_ASSIGN_OR_RETURN(const auto place, store::DecodeReceiptValue(*value));
  PATRON_ASSIGN_OR_RETURN(
      const auto row,
      store.Get(Family::kPurchases,
                store::HistoryKey(place.customer, place.happened_at,
                                  ShortDigestOf(receipt_id))));
  if (!row)
    return absl::DataLossError(
        absl::StrCat("receipt ", Quoted(receipt_id), " has no purchase"));
  return store::Decode<wire::PurchaseRow>(
      *row, absl::StrCat("receipt ", Quoted(receipt_id)));
}

int64_t SumOf(const std::vector<int64_t>& values) {
  int64_t sum = 0;
  for (const int64_t value : values) sum += value;
  return sum;
}

// "club: 120 points, to be spent from 2026-02-01 until 2027-02-01".
std::string DescribeEarned(const wire::EarnedRow& earned,
                           absl::string_view programme_id) {
  const int64_t points = SumOf(earned.by_line);
  std::string line = absl::StrCat(programme_id, ": ", points, " points");
  if (points == 0) return line;
  if (earned.available_day != 0)
    absl::StrAppend(&line, ", to be spent from ",
                    FormatDay(earned.available_day));
  if (earned.expiry_day != 0)
    absl::StrAppend(&line, " until ", FormatDay(earned.expiry_day));
  if (earned.reversed != 0)
    absl::StrAppend(&line, "; ", earned.reversed, " of them taken back");
  return line;
}

void ExplainEarned(const wire::EffectsRow& effects,
                   const store::Ordinals& ordinals,
                   std::vector<std::string>& lines) {
  for (const wire::EarnedRow& earned : effects.earned) {
    const absl::string_view id =
        ordinals.programmes.IdOf(static_cast<uint32_t>(earned.programme));
    lines.push_back(DescribeEarned(earned, id));
    for (const std::string& reason : earned.reasons)
      lines.push_back(absl::StrCat(id, ": ", reason));
  }
}

void ExplainRest(const wire::EffectsRow& effects, const std::string& currency,
                 const store::Ordinals& ordinals,
                 std::vector<std::string>& lines) {
  for (const wire::SpentRow& spent : effects.spent) {
    int64_t points = 0;
    for (const wire::LotPart& lot : spent.lots) points += lot.points;
    lines.push_back(absl::StrCat(
        ordinals.programmes.IdOf(static_cast<uint32_t>(spent.programme)), ": ",
        points, " points paid ", SumOf(spent.paid_by_line), " minor units of ",
        currency));
  }
  for (const wire::UsedOfferRow& used : effects.offers)
    lines.push_back(absl::StrCat(
        "offer ", ordinals.offers.IdOf(static_cast<uint32_t>(used.offer)), ": ",
        SumOf(used.by_line), " minor units of ", currency, " off",
        used.code.empty() ? "" : absl::StrCat(" by code ", used.code)));
}

}  // namespace

absl::StatusOr<CustomerOrdinal> Desk::FindCustomer(
    const std::string& id) const {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", id));
  const auto found = parts_.ordinals.customers.Find(id);
  if (found) return CustomerOrdinal(*found);
  return absl::NotFoundError(
      absl::StrCat("customer_id: ", Quoted(id), " is not known"));
}

absl::StatusOr<wire::Quote> Desk::Quote(
    const wire::QuoteRequest& request) const {
  PATRON_RETURN_IF_ERROR(offers::Validate(request));
  if (request.__isset.customer_id)
    PATRON_RETURN_IF_ERROR(CheckId("customer_id", request.customer_id));
  const absl::Time now = clock_.Now();
  const StateSource source(parts_);
  std::optional<CustomerOrdinal> customer;
  if (request.__isset.customer_id)
    customer = source.FindCustomer(request.customer_id);
  // By her own id, as a reservation does: another one draws no other luck.
  const Scene scene(
      source, customer,
      customer ? std::string(parts_.ordinals.customers.IdOf(customer->value()))
               : request.customer_id,
      absl::ToUnixMicros(now), DayOf(now, zone_));
  absl::StatusOr<wire::Quote> quote = offers::MakeQuote(request, scene.world());
  PATRON_RETURN_IF_ERROR(scene.status());
  if (quote.ok() && request.__isset.customer_id && !customer)
    quote->notes.push_back(
        absl::StrCat("customer_id: ", Quoted(request.customer_id),
                     " is not known yet: quoted as for a new customer"));
  return quote;
}

absl::StatusOr<std::vector<wire::Balance>> Desk::Balances(
    const std::string& customer_id) const {
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(customer_id));
  const absl::Time now = clock_.Now();
  const StateSource source(parts_);
  const Scene scene(source, customer, customer_id, absl::ToUnixMicros(now),
                    DayOf(now, zone_));
  std::vector<wire::Balance> balances = BalancesIn(scene, DayOf(now, zone_));
  PATRON_RETURN_IF_ERROR(scene.status());
  return balances;
}

absl::StatusOr<wire::EntriesPage> Desk::Entries(
    const std::string& customer_id, int limit, absl::string_view cursor) const {
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(customer_id));
  return loyalty::ReadEntries(parts_.store, customer, limit, cursor);
}

absl::StatusOr<std::vector<wire::IssuedOffer>> Desk::Issued(
    const std::string& customer_id) const {
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(customer_id));
  wire::AccountRow account;
  parts_.accounts.Read(customer, account);
  return IssuedTo(account, *parts_.holdings.definitions(), parts_.ordinals);
}

absl::StatusOr<wire::LoyaltyPicture> Desk::Picture(
    const std::string& customer_id) const {
  wire::LoyaltyPicture picture;
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(customer_id));
  PATRON_ASSIGN_OR_RETURN(picture.balances, Balances(customer_id));
  PATRON_ASSIGN_OR_RETURN(
      auto page,
      loyalty::ReadEntries(parts_.store, customer, kLastEntries, ""));
  picture.last_entries = std::move(page.entries);
  PATRON_ASSIGN_OR_RETURN(picture.issued, Issued(customer_id));
  PATRON_ASSIGN_OR_RETURN(picture.external_ids,
                          ExternalIds(parts_.store, customer));
  return picture;
}

absl::StatusOr<std::vector<std::string>> Desk::ExplainReceipt(
    const std::string& receipt_id) const {
  PATRON_RETURN_IF_ERROR(CheckId("receipt_id", receipt_id));
  PATRON_ASSIGN_OR_RETURN(const wire::PurchaseRow row,
                          ReadReceipt(parts_.store, receipt_id));
  std::vector<std::string> lines;
  if (row.__isset.effects) {
    ExplainEarned(row.effects, parts_.ordinals, lines);
    ExplainRest(row.effects, row.currency, parts_.ordinals, lines);
  }
  if (lines.empty())
    lines.push_back(
        "nothing was given: the receipt was anonymous, or no programme stood "
        "for it when it was recorded");
  return lines;
}

absl::StatusOr<wire::BooksReport> Desk::CheckBooks(
    const store::Store& still) const {
  const store::OrdinalTable& table = parts_.ordinals.programmes;
  std::vector<std::string> ids;
  for (uint32_t ordinal = 0; ordinal < table.size(); ++ordinal)
    ids.emplace_back(table.IdOf(ordinal));
  return loyalty::CheckBooks(still, ids);
}

absl::StatusOr<wire::DefinitionsVersion> Desk::Definitions(
    int64_t version) const {
  const CompiledPtr present = parts_.holdings.definitions();
  if (version == 0 || version == present->version.version)
    return present->version;
  if (version < 0)
    return absl::InvalidArgumentError(
        absl::StrCat("version: ", version, ", wanted 0 or more"));
  PATRON_ASSIGN_OR_RETURN(
      const auto row,
      parts_.store.Get(Family::kDefinitions, store::VersionKey(version)));
  if (!row)
    return absl::NotFoundError(absl::StrCat("version: there is no version ",
                                            version, ", the present one is ",
                                            present->version.version));
  return store::Decode<wire::DefinitionsVersion>(
      *row, absl::StrCat("definitions ", version));
}

absl::StatusOr<std::vector<wire::DefinitionsVersion>> Desk::DefinitionsHistory(
    int limit) const {
  std::vector<wire::DefinitionsVersion> history;
  int64_t version = parts_.holdings.definitions()->version.version;
  for (; version > 0 && static_cast<int>(history.size()) < limit; --version) {
    PATRON_ASSIGN_OR_RETURN(auto one, Definitions(version));
    one.definitions = wire::Definitions();
    history.push_back(std::move(one));
  }
  return history;
}

}  // namespace patron::checkout
