#include "jobs/learn_response.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jobs/whole_file.h"
#include "server/base/status_macros.h"
#include "server/checkout/source.h"
#include "server/customers/purchases.h"
#include "server/store/keys.h"
#include "server/targeting/next_best.h"

namespace patron::jobs {
namespace {

// Customers who tell what is usual, evenly over all.
constexpr uint32_t kSampled = 2000;
// Unused offers that expired longer ago may have been forgotten: what is left
// of that time would be the used ones alone.
constexpr absl::Duration kLookedAt = absl::Hours(24 * 365);

using Rows = std::vector<std::pair<absl::Time, wire::PurchaseRow>>;

absl::StatusOr<Rows> ReadRows(const store::Store& store,
                              CustomerOrdinal customer) {
  Rows rows;
  absl::Status problem;
  const std::string prefix = store::CustomerKey(customer);
  PATRON_RETURN_IF_ERROR(store.ScanPrefix(
      store::Family::kPurchases, prefix,
      [&](absl::string_view key, absl::string_view value) {
        const auto parts = store::DecodeHistoryKey(key);
        auto row = store::Decode<wire::PurchaseRow>(value, "purchase");
        problem = parts.ok() ? row.status() : parts.status();
        if (!problem.ok()) return false;
        rows.emplace_back(parts->happened_at, *std::move(row));
        return true;
      }));
  PATRON_RETURN_IF_ERROR(problem);
  return rows;
}

// Offers issued and used before `moment`.
wire::AccountRow AccountBefore(absl::Time moment,
                               const std::vector<wire::Issued>& issued,
                               const Rows& rows) {
  const int64_t moment_us = absl::ToUnixMicros(moment);
  wire::AccountRow account;
  for (const wire::Issued& one : issued)
    if (one.issued_at_us < moment_us) account.issued.push_back(one);
  for (const auto& [happened_at, row] : rows) {
    if (happened_at >= moment) continue;
    for (const wire::UsedOfferRow& used : row.effects.offers) {
      auto& uses = account.offers;
      auto at = std::find_if(uses.begin(), uses.end(), [&](const auto& one) {
        return one.offer == used.offer;
      });
      if (at == uses.end()) {
        at = uses.emplace(at);
        at->offer = used.offer;
      }
      ++at->uses;
      at->last_us = std::max(at->last_us, absl::ToUnixMicros(happened_at));
    }
  }
  return account;
}

// Whether it was used; nullopt: that is not known yet, or no longer.
std::optional<bool> OutcomeOf(const wire::Issued& issued, absl::Time now) {
  if (absl::FromUnixMicros(issued.issued_at_us) < now - kLookedAt)
    return std::nullopt;
  if (issued.used > 0) return true;
  const bool over = issued.expires_at_us != 0 &&
                    issued.expires_at_us <= absl::ToUnixMicros(now);
  return over ? std::optional(false) : std::nullopt;
}

// What of the store the examples are made from.
struct Shop {
  store::Ordinals ordinals;
  catalog::Catalog catalog;
  facts::FactsTable facts;
  loyalty::Accounts accounts;
  checkout::Holdings holdings;

  absl::Status Load(const store::Store& store) {
    PATRON_RETURN_IF_ERROR(ordinals.Load(store));
    PATRON_RETURN_IF_ERROR(catalog.Load(store));
    PATRON_RETURN_IF_ERROR(facts.Load(store));
    PATRON_RETURN_IF_ERROR(accounts.Load(store));
    return holdings.Load(store, ordinals);
  }
};

targeting::Population PopulationOf(const Shop& shop,
                                   const std::string& currency, Day today) {
  const uint32_t customers = shop.ordinals.customers.size();
  const uint32_t step = std::max(1u, customers / kSampled);
  std::vector<facts::Summary> sample;
  facts::CustomerFacts facts;
  for (uint32_t at = 0; at < customers; at += step)
    if (shop.facts.Read(CustomerOrdinal(at), facts))
      sample.push_back(facts.summary);
  return targeting::PopulationOf(sample, currency, today);
}

class Examples {
 public:
  Examples(const store::Store& store, const Shop& shop, absl::Time now,
           const absl::TimeZone& zone)
      : store_(store),
        shop_(shop),
        now_(now),
        zone_(zone),
        definitions_(shop.holdings.definitions()),
        population_(PopulationOf(shop,
                                 definitions_->version.definitions.currency,
                                 DayOf(now, zone))) {
    std::vector<size_t> places(definitions_->offers.size());
    for (size_t place = 0; place < places.size(); ++place)
      places[place] = place;
    const checkout::StateSource source({store, shop.ordinals, shop.catalog,
                                        shop.facts, shop.accounts,
                                        shop.holdings});
    candidates_.emplace(*definitions_, std::move(places), &source, &source,
                        shop.ordinals.products.size(), DayOf(now, zone));
  }

  absl::Status AddAll(CustomerOrdinal customer,
                      const std::vector<wire::Issued>& issued) {
    std::optional<Rows> rows;
    for (const wire::Issued& one : issued) {
      const auto outcome = OutcomeOf(one, now_);
      const auto place =
          definitions_->offer_by_ordinal.find(static_cast<uint32_t>(one.offer));
      if (!outcome || place == definitions_->offer_by_ordinal.end()) continue;
      if (!rows) {
        PATRON_ASSIGN_OR_RETURN(rows, ReadRows(store_, customer));
      }
      Add(customer, candidates_->all()[place->second], one, issued, *rows,
          *outcome);
    }
    return absl::OkStatus();
  }

  std::vector<targeting::Example> Take() { return std::move(examples_); }

 private:
  void Add(CustomerOrdinal customer, const targeting::Candidates::One& offer,
           const wire::Issued& issued, const std::vector<wire::Issued>& all,
           const Rows& rows, bool used) {
    const absl::Time at = absl::FromUnixMicros(issued.issued_at_us);
    const Day day = DayOf(at, zone_);
    const facts::CustomerFacts facts = customers::FactsBefore(at, rows);
    const wire::AccountRow account = AccountBefore(at, all, rows);
    const auto value = ValueOf(offer, facts, population_, *definitions_, day);
    targeting::Example& example = examples_.emplace_back();
    example.features = FeaturesOf(
        facts, shop_.facts.ReadTraits(customer).get(), &account,
        offer.Context(value ? value->depth : 0), {day, issued.issued_at_us});
    example.used = used;
  }

  const store::Store& store_;
  const Shop& shop_;
  const absl::Time now_;
  const absl::TimeZone zone_;
  const checkout::CompiledPtr definitions_;
  const targeting::Population population_;
  std::optional<targeting::Candidates> candidates_;
  std::vector<targeting::Example> examples_;
};

}  // namespace

absl::StatusOr<std::vector<targeting::Example>> ReadResponses(
    const store::Store& store, absl::Time now, const absl::TimeZone& zone) {
  Shop shop;
  PATRON_RETURN_IF_ERROR(shop.Load(store));
  Examples examples(store, shop, now, zone);
  absl::Status problem;
  shop.accounts.ForEach(
      [&](CustomerOrdinal customer, const wire::AccountRow& account) {
        if (problem.ok() && !account.issued.empty())
          problem = examples.AddAll(customer, account.issued);
      });
  PATRON_RETURN_IF_ERROR(problem);
  return examples.Take();
}

absl::StatusOr<LearnResponseReport> LearnResponse(
    const LearnResponseOptions& options, const Clock& clock) {
  const absl::Time now = clock.Now();
  PATRON_ASSIGN_OR_RETURN(const auto store,
                          store::Store::OpenReadOnly(options.checkpoint));
  PATRON_ASSIGN_OR_RETURN(const auto examples,
                          ReadResponses(*store, now, options.time_zone));
  LearnResponseReport report;
  report.examples = static_cast<int64_t>(examples.size());
  for (const targeting::Example& example : examples)
    report.used += example.used;
  if (report.examples < options.fewest_examples ||
      report.used < options.fewest_uses)
    return absl::FailedPreconditionError(
        absl::StrCat("offers issued: ", report.used, " of ", report.examples,
                     " were used; learning needs ", options.fewest_uses, " of ",
                     options.fewest_examples));
  PATRON_ASSIGN_OR_RETURN(const auto model,
                          targeting::Learn(examples, options.learn));
  const std::string version =
      options.version.empty()
          ? absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone())
          : options.version;
  report.file = options.artefacts / "response" / (version + ".json");
  PATRON_RETURN_IF_ERROR(WriteWhole(report.file, model.ToJson()));
  return report;
}

}  // namespace patron::jobs
