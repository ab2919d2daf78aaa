#include "jobs/fit_value.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "jobs/whole_file.h"
#include "server/base/day.h"
#include "server/base/status_macros.h"
#include "server/checkout/holdings.h"
#include "server/definitions/definitions.h"
#include "server/facts/table.h"
#include "server/prediction/fit.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"

namespace patron::jobs {
namespace {

// What the models are fitted over.
struct Sample {
  std::string currency;  // of `paid`; "" = none
  std::vector<prediction::Came> came;
  std::vector<prediction::Paid> paid;  // in that currency alone
  int64_t repeaters = 0;
};

void Add(const facts::Summary& summary, Day today, Sample& sample) {
  prediction::Came& came = sample.came.emplace_back();
  came.repeats = summary.purchases - 1;
  came.last = summary.last_day - summary.first_day;
  came.age = std::max<int64_t>(today - summary.first_day, came.last);
  sample.repeaters += came.repeats > 0;
  if (summary.spend.size() != 1 || summary.spend[0].first != sample.currency ||
      summary.spend[0].second <= 0)
    return;
  sample.paid.push_back(
      {summary.purchases,
       static_cast<double>(summary.spend[0].second) / summary.purchases});
}

absl::StatusOr<Sample> ReadSample(const FitValueOptions& options, Day today) {
  PATRON_ASSIGN_OR_RETURN(const auto store,
                          store::Store::OpenReadOnly(options.checkpoint));
  store::Ordinals ordinals;
  facts::FactsTable facts;
  checkout::Holdings holdings;
  PATRON_RETURN_IF_ERROR(ordinals.Load(*store));
  PATRON_RETURN_IF_ERROR(facts.Load(*store));
  PATRON_RETURN_IF_ERROR(holdings.Load(*store, ordinals));
  std::vector<std::shared_ptr<const facts::Summary>> bought;
  for (uint32_t at = 0; at < ordinals.customers.size(); ++at)
    if (auto summary = facts.ShareSummary(CustomerOrdinal(at));
        summary != nullptr && summary->purchases > 0)
      bought.push_back(std::move(summary));
  Sample sample;
  sample.currency = holdings.definitions()->version.definitions.currency;
  const size_t step =
      1 + bought.size() / static_cast<size_t>(options.sample + 1);
  for (size_t i = 0; i < bought.size(); i += step)
    Add(*bought[i], today, sample);
  return sample;
}

// Those alike together: the fit goes over each kind once.
std::vector<prediction::Came> Together(std::vector<prediction::Came> came) {
  std::sort(came.begin(), came.end());
  std::vector<prediction::Came> together;
  for (const prediction::Came& one : came)
    if (!together.empty() && together.back().repeats == one.repeats &&
        together.back().last == one.last && together.back().age == one.age)
      ++together.back().customers;
    else
      together.push_back(one);
  return together;
}

absl::Status CheckEnough(const Sample& sample, const FitValueOptions& options) {
  const auto customers = static_cast<int64_t>(sample.came.size());
  if (customers >= options.fewest_customers &&
      sample.repeaters >= options.fewest_repeaters)
    return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("customers: ", customers, " bought and ", sample.repeaters,
                   " came back; learning needs ", options.fewest_customers,
                   " and ", options.fewest_repeaters));
}

absl::StatusOr<prediction::Model> Fit(const Sample& sample,
                                      const FitValueOptions& options) {
  prediction::Model model;
  PATRON_ASSIGN_OR_RETURN(model.purchases,
                          prediction::FitPurchases(Together(sample.came)));
  if (static_cast<int64_t>(sample.paid.size()) < options.fewest_customers)
    return model;
  PATRON_ASSIGN_OR_RETURN(model.amounts, prediction::FitAmounts(sample.paid));
  model.currency = sample.currency;
  return model;
}

}  // namespace

absl::StatusOr<FitValueReport> FitValue(const FitValueOptions& options,
                                        const Clock& clock) {
  const absl::Time start = clock.Now();
  const Day today = DayOf(start, options.time_zone);
  PATRON_ASSIGN_OR_RETURN(const Sample sample, ReadSample(options, today));
  PATRON_RETURN_IF_ERROR(CheckEnough(sample, options));
  PATRON_ASSIGN_OR_RETURN(const prediction::Model model, Fit(sample, options));
  FitValueReport report;
  report.customers = static_cast<int64_t>(sample.came.size());
  report.repeaters = sample.repeaters;
  report.prediction = prediction::ToWire(model);
  report.prediction.day = today;
  report.prediction.customers = report.customers;
  wire::Definitions definitions;
  definitions.__set_prediction(report.prediction);
  PATRON_RETURN_IF_ERROR(definitions::Validate(definitions));
  PATRON_RETURN_IF_ERROR(WriteWhole(
      options.file, definitions::WriteFiles(definitions, options.time_zone)
                        .at("prediction.toml")));
  report.took = clock.Now() - start;
  return report;
}

}  // namespace patron::jobs
