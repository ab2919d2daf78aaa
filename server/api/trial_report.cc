#include "server/api/trial_report.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/campaigns/lift.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "types_types.h"

namespace patron::api {
namespace {

using store::Family;

struct Arm {
  wire::TrialArm told;
  campaigns::Spend spend;
};

// The shop's; where definitions name none, the only one that it took.
std::string CurrencyOf(const commit::State& state) {
  const std::string& shop =
      state.holdings.definitions()->version.definitions.currency;
  const auto amounts = state.totals.Now().amounts;
  return shop.empty() && amounts.size() == 1 ? amounts.begin()->first : shop;
}

class Reckoning {
 public:
  Reckoning(const commit::State& state, const recommend::Trial& trial,
            const recommend::ImpressionSigner& signer)
      : state_(state),
        trial_(trial),
        signer_(signer),
        currency_(CurrencyOf(state)) {}

  absl::Status Run() {
    PATRON_RETURN_IF_ERROR(ReadShowings());
    for (const uint32_t customer : shown_)
      PATRON_RETURN_IF_ERROR(AddCustomer(CustomerOrdinal(customer)));
    return absl::OkStatus();
  }

  wire::TrialReport Report(const std::string& serving) {
    wire::TrialReport report;
    serving_.told.version = serving;
    on_trial_.told.version = trial_.artefact->manifest().version;
    report.serving = Told(serving_);
    report.trial = Told(on_trial_);
    report.percent = trial_.percent;
    report.currency = currency_;
    report.started_at_us = absl::ToUnixMicros(trial_.started_at);
    const campaigns::Lift lift =
        campaigns::LiftOf(on_trial_.spend, serving_.spend);
    report.enough = lift.enough;
    report.lift = lift.lift;
    report.low = lift.low;
    report.high = lift.high;
    if (!lift.enough)
      report.note = absl::StrCat(
          "too little data: of each version ", campaigns::kFewestCustomers,
          " customers and ", campaigns::kFewestBuyers, " buyers are wanted");
    return report;
  }

 private:
  static wire::TrialArm Told(const Arm& arm) {
    wire::TrialArm told = arm.told;
    told.customers = arm.spend.customers();
    told.buyers = arm.spend.buyers();
    told.spend = arm.spend.sum();
    return told;
  }

  Arm& ArmOf(CustomerOrdinal customer) {
    const bool on_trial =
        trial_.Has(state_.ordinals.customers.IdOf(customer.value()));
    return on_trial ? on_trial_ : serving_;
  }

  absl::Status ReadShowings() {
    absl::Status problem;
    PATRON_RETURN_IF_ERROR(state_.store->Scan(
        Family::kImpressions,
        store::PositionKey(LogPosition(trial_.log_position)), "",
        [&](absl::string_view, absl::string_view value) {
          const auto row =
              store::Decode<wire::ImpressionsRow>(value, "showing");
          problem = row.status();
          if (!problem.ok()) return false;
          for (const wire::Impression& showing : row->impressions)
            AddShowing(showing);
          return true;
        }));
    std::sort(shown_.begin(), shown_.end());
    shown_.erase(std::unique(shown_.begin(), shown_.end()), shown_.end());
    return problem;
  }

  void AddShowing(const wire::Impression& showing) {
    const auto customer = state_.ordinals.customers.Find(showing.customer_id);
    if (!customer ||
        absl::FromUnixMicros(showing.shown_at_us) < trial_.started_at)
      return;
    shown_.push_back(*customer);
    ArmOf(CustomerOrdinal(*customer)).told.shown +=
        static_cast<int64_t>(showing.products.size());
  }

  absl::Status AddCustomer(CustomerOrdinal customer) {
    Arm& arm = ArmOf(customer);
    int64_t spend = 0;
    PATRON_RETURN_IF_ERROR(Newest<wire::PurchaseRow>(
        Family::kPurchases, customer, "purchase",
        [&](const wire::PurchaseRow& row) { spend += AddPurchase(row, arm); }));
    arm.spend.Add(spend);
    return Newest<wire::EventRow>(
        Family::kEvents, customer, "event", [&](const wire::EventRow& row) {
          if (row.kind == wire::EventKind::CLICK && Showed(row, row.product))
            ++arm.told.clicked;
        });
  }

  // Rows of `customer` since the trial began.
  template <typename Row>
  absl::Status Newest(Family family, CustomerOrdinal customer,
                      absl::string_view what,
                      absl::FunctionRef<void(const Row&)> visit) const {
    absl::Status problem;
    PATRON_RETURN_IF_ERROR(state_.store->ScanPrefix(
        family, store::CustomerKey(customer),
        [&](absl::string_view key, absl::string_view value) {
          const auto parts = store::DecodeHistoryKey(key);
          problem = parts.status();
          if (!problem.ok() || parts->happened_at < trial_.started_at)
            return false;
          const auto row = store::Decode<Row>(value, what);
          problem = row.status();
          if (problem.ok()) visit(*row);
          return problem.ok();
        }));
    return problem;
  }

  // What the purchase counts in the shop's currency.
  int64_t AddPurchase(const wire::PurchaseRow& row, Arm& arm) const {
    int64_t spend = 0;
    for (const wire::StoredLine& line : row.lines) {
      if (row.currency == currency_) spend += line.amount - line.refunded;
      if (line.quantity_milli > line.returned_milli &&
          Showed(row, line.product))
        ++arm.told.bought;
    }
    return spend;
  }

  // Whether the row names an answer that showed `product`.
  template <typename Row>
  bool Showed(const Row& row, int32_t product) const {
    if (!row.__isset.impression_token) return false;
    const auto answer = signer_.Verify(row.impression_token);
    return answer.ok() &&
           std::find(answer->products.begin(), answer->products.end(),
                     product) != answer->products.end();
  }

  const commit::State& state_;
  const recommend::Trial& trial_;
  const recommend::ImpressionSigner& signer_;
  const std::string currency_;
  std::vector<uint32_t> shown_;  // customers, sorted once read
  Arm serving_, on_trial_;
};

}  // namespace

absl::StatusOr<wire::TrialReport> ReportTrial(
    const commit::State& state, const recommend::IndexHolder& holder,
    const recommend::ImpressionSigner& signer) {
  const auto trial = holder.trial();
  if (trial == nullptr)
    return absl::FailedPreconditionError("trial: none is under way");
  Reckoning reckoning(state, *trial, signer);
  PATRON_RETURN_IF_ERROR(reckoning.Run());
  const auto serving = holder.Get();
  return reckoning.Report(serving ? serving->manifest().version : "");
}

}  // namespace patron::api
