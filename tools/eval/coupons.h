// The coupon task: who of the targeted customers redeems a coupon of a
// campaign, foretold from what stood in Facts when the campaign began.
//
// Files, in one directory, are those of The Complete Journey (its README names
// the columns): transactions.csv.gz, demographics.csv, campaigns.csv,
// campaign_descriptions.csv, coupons.csv.gz, coupon_redemptions.csv; each may
// be plain or gzip, with ".gz" or without.
//
// Protocol. Purchases are recorded, in the order of time, by the engine that
// the server uses; at 00:00 of the day on which a campaign begins (the file's
// clock) the features of its targeted customers are taken, with nothing of that
// day or later in them. A campaign is an offer over the products of its
// coupons, issued to its customers when it begins; a redemption before the day
// is a use of an earlier offer. The outcome is whether any of its coupons was
// redeemed. Threads: plain data and functions.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/targeting/response.h"

namespace patron::eval {

// A campaign and one of its customers.
struct CouponCase {
  int campaign = 0;
  std::string customer_id;
  targeting::Example example;
  // Simple scores to stand beside.
  double spend = 0;
  double redemptions = 0;
  double coupon_lines = 0;
};

using Progress = std::function<void(absl::string_view step)>;

// Whether the files lie there.
bool HasCouponFiles(const std::string& data);

// The cases of all campaigns that begin after the first purchase, in the order
// of their beginning. The state stays in `directory`, which is empty or absent.
// Errors: kNotFound for a file that does not open, kInvalidArgument naming file
// and line.
absl::StatusOr<std::vector<CouponCase>> ReadCouponCases(
    const std::string& data, const std::string& directory,
    const Progress& progress);

// ---- measures

// Chance that a case with the outcome stands above one without, ties half
// (Mann & Whitney 1947). 0.5 where one of the two is missing.
double AreaUnderCurve(const std::vector<double>& scores,
                      const std::vector<bool>& outcomes);
// Rate of the outcome in the `share` of highest scores ÷ rate of all; ties at
// the border count in proportion. 0 where nobody has the outcome.
double LiftAt(double share, const std::vector<double>& scores,
              const std::vector<bool>& outcomes);

struct CouponMeasures {
  double pooled_auc = 0;
  double mean_auc = 0;  // over campaigns with five or more redeemers
  double pooled_lift = 0;
  double mean_lift = 0;
};
using CouponScore = std::function<double(const CouponCase&)>;
CouponMeasures MeasureCoupons(const std::vector<const CouponCase*>& cases,
                              const CouponScore& score);

// ---- the task

struct CampaignRange {
  int first = 0;
  int last = 0;
};

struct CouponOptions {
  // The penalty is the one, of those below, with the largest pooled AUC on
  // `validate` when learned on `fit`; then the model is learned on both.
  CampaignRange fit = {1, 10};
  CampaignRange validate = {11, 13};
  CampaignRange test = {16, 22};
  std::vector<double> penalties = {1, 3, 10, 30, 100, 300};
};

struct CouponReport {
  struct Tried {
    double penalty = 0;
    CouponMeasures measures;
  };
  std::vector<Tried> tried;  // on the validation campaigns
  double penalty = 0;
  size_t train_cases = 0;
  size_t test_cases = 0;
  double test_rate = 0;
  std::vector<std::pair<std::string, CouponMeasures>> methods;  // on the test
  std::map<std::string, double> weights;
};

// kFailedPrecondition where a range has no case with, or none without, the
// outcome.
absl::StatusOr<CouponReport> EvaluateCoupons(
    const std::vector<CouponCase>& cases, const CouponOptions& options);

std::string ToJson(const CouponReport& report);
std::string ToTable(const CouponReport& report);

}  // namespace patron::eval
