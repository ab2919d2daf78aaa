#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/desk.h"
#include "server/loyalty/account.h"
#include "server/offers/quote.h"
#include "server/rules/rules.h"
#include "server/subjects/subjects.h"

namespace patron::checkout {
namespace {

// Customers looked at while the catalogue is held still.
constexpr uint32_t kCustomersAtOnce = 256;

// "2027-03" sorts before "never", which is what a reader expects.
std::string MonthOf(Day expiry_day) {
  if (expiry_day == 0) return "never";
  return absl::FormatCivilTime(
      absl::CivilMonth(absl::CivilDay(1970) + expiry_day));
}

using Months = std::map<std::string, int64_t>;

void AddAccount(const wire::ProgrammeAccount& account, Day today,
                wire::Liability& liability, Months& months) {
  const loyalty::BalanceOn balance = loyalty::BalanceOf(account, today);
  liability.available += balance.available + account.debt;
  liability.pending += balance.pending;
  liability.held += balance.held;
  liability.debt += account.debt;
  ++liability.accounts;
  for (const wire::Lot& lot : account.lots)
    if (lot.expiry_day == 0 || lot.expiry_day >= today)
      months[MonthOf(lot.expiry_day)] += lot.points;
}

void AddTotals(const wire::PointsTotalsRow& totals,
               wire::Liability& liability) {
  liability.earned = totals.earned + totals.adjusted;
  liability.spent = totals.spent - totals.refunded;
  liability.expired = totals.expired;
  liability.reversed = totals.reversed;
}

std::string Sha256(absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  PATRON_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size,
                          EVP_sha256(), nullptr) == 1);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

// SHA-256 over the ids joined by "\n", as hex; never joined in memory.
std::string DigestOfLines(const std::vector<std::string>& ids) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  PATRON_CHECK(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (size_t at = 0; at < ids.size(); ++at) {
    if (at > 0) PATRON_CHECK(EVP_DigestUpdate(context.get(), "\n", 1) == 1);
    PATRON_CHECK(
        EVP_DigestUpdate(context.get(), ids[at].data(), ids[at].size()) == 1);
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  PATRON_CHECK(EVP_DigestFinal_ex(context.get(), digest, &size) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace

std::vector<wire::OfferStatus> Desk::Offers() const {
  const CompiledPtr definitions = parts_.holdings.definitions();
  std::vector<wire::OfferStatus> all;
  for (const offers::CompiledOffer& offer : definitions->offers) {
    const wire::OfferCountRow count = parts_.holdings.Count(offer.ordinal);
    const offers::Left left = offers::LeftOf(offer.offer, offer.ordinal, count,
                                             /*account=*/nullptr, Today());
    wire::OfferStatus& status = all.emplace_back();
    status.offer = offer.offer;
    status.uses = count.uses;
    status.uses_reserved = count.reserved_uses;
    status.discount = count.discount;
    status.discount_reserved = count.reserved_discount;
    status.uses_left = left.uses;
    status.budget_left = left.budget;
    status.codes = count.codes;
    status.codes_used = count.codes_used;
  }
  return all;
}

// Programmes in the order of the definitions, then those that stand no more and
// still have accounts.
std::vector<wire::Liability> Desk::Liability() const {
  const CompiledPtr definitions = parts_.holdings.definitions();
  const Day today = Today();
  std::map<uint32_t, wire::Liability> by_programme;
  std::map<uint32_t, Months> months;
  for (const auto& numbered : definitions->programmes.all)
    by_programme[numbered.ordinal];
  parts_.accounts.ForEach([&](CustomerOrdinal, const wire::AccountRow& row) {
    for (const wire::ProgrammeAccount& account : row.programmes) {
      const auto ordinal = static_cast<uint32_t>(account.programme);
      AddAccount(account, today, by_programme[ordinal], months[ordinal]);
    }
  });

  std::vector<wire::Liability> all;
  const auto tell = [&](uint32_t ordinal) {
    wire::Liability liability = by_programme[ordinal];
    liability.programme_id =
        std::string(parts_.ordinals.programmes.IdOf(ordinal));
    AddTotals(parts_.accounts.Totals(liability.programme_id), liability);
    if (const auto* numbered = definitions->programmes.ByOrdinal(ordinal)) {
      liability.currency = numbered->programme.currency;
      liability.amount = loyalty::AmountOf(
          numbered->programme, liability.available + liability.held);
    }
    for (const auto& [month, points] : months[ordinal]) {
      wire::LiabilityLine& line = liability.by_expiry.emplace_back();
      line.expires = month;
      line.points = points;
    }
    all.push_back(std::move(liability));
  };
  for (const auto& numbered : definitions->programmes.all)
    tell(numbered.ordinal);
  for (const auto& [ordinal, liability] : by_programme)
    if (definitions->programmes.ByOrdinal(ordinal) == nullptr) tell(ordinal);
  return all;
}

absl::StatusOr<std::vector<std::string>> Desk::Matching(
    absl::string_view eligible) const {
  auto program = rules::Compile(eligible, subjects::CustomerSchema());
  if (!program.ok())
    return absl::InvalidArgumentError(
        absl::StrCat("eligible: ", program.status().message()));
  const absl::Time now = clock_.Now();
  const store::OrdinalTable& customers = parts_.ordinals.customers;
  const uint32_t count = customers.size();
  std::vector<std::string> ids;
  for (uint32_t first = 0; first < count; first += kCustomersAtOnce) {
    const StateSource source(parts_);
    const uint32_t end = std::min(count - first, kCustomersAtOnce) + first;
    for (uint32_t ordinal = first; ordinal < end; ++ordinal) {
      std::string id(customers.IdOf(ordinal));
      // Who was merged into somebody else is looked at as that one.
      if (customers.Find(id) != ordinal) continue;
      const Scene scene(source, CustomerOrdinal(ordinal), id,
                        absl::ToUnixMicros(now), DayOf(now, zone_));
      const subjects::CustomerSubject subject(scene.world().customer);
      if (program->Holds(subject)) ids.push_back(std::move(id));
      PATRON_RETURN_IF_ERROR(scene.status());
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

wire::Draw Desk::DrawAmong(const std::vector<std::string>& entrants,
                           const std::string& draw_id, const std::string& seed,
                           int winners) {
  std::vector<std::pair<std::string, const std::string*>> tickets;
  tickets.reserve(entrants.size());
  for (const std::string& id : entrants)
    tickets.emplace_back(Sha256(absl::StrCat(seed, "\n", id)), &id);
  const size_t drawn =
      std::min(tickets.size(), static_cast<size_t>(std::max(winners, 0)));
  std::partial_sort(
      tickets.begin(), tickets.begin() + static_cast<std::ptrdiff_t>(drawn),
      tickets.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
      });
  wire::Draw draw;
  draw.draw_id = draw_id;
  draw.seed = seed;
  draw.entrants = static_cast<int64_t>(entrants.size());
  draw.entrants_digest = DigestOfLines(entrants);
  for (size_t at = 0; at < drawn; ++at) {
    wire::Winner& winner = draw.winners.emplace_back();
    winner.place = static_cast<int32_t>(at) + 1;
    winner.customer_id = *tickets[at].second;
    winner.ticket = absl::BytesToHexString(tickets[at].first);
  }
  return draw;
}

}  // namespace patron::checkout
