#include "tools/eval/placement_report.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "index/mix.h"
#include "server/base/status_macros.h"
#include "server/recommend/recommender.h"

namespace patron::eval {
namespace {

constexpr size_t kShown = 10;
constexpr int kTrendDays = 56;

// What is asked, and what would have been right (ascending).
struct PlacementCase {
  wire::RecommendRequest request;
  std::vector<uint32_t> truth;
  DaysCase customer;           // of what a customer buys
  std::vector<uint32_t> with;  // of a receipt: products asked with
};

using SimpleMethod = std::function<std::vector<uint32_t>(const PlacementCase&)>;

wire::RecommendRequest RequestOf(wire::Placement::type placement) {
  wire::RecommendRequest request;
  request.placement = placement;
  request.channel = "store";
  request.k = kShown;
  return request;
}

std::vector<uint32_t> Both(const std::vector<uint32_t>& a,
                           const std::vector<uint32_t>& b) {
  std::vector<uint32_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(both));
  return both;
}

class Evaluation {
 public:
  Evaluation(const NextDays& task, const Baselines& baselines,
             const std::vector<std::string>& stores, const AskPlacement& ask,
             const PlacementOptions& options, const Clock& clock)
      : task_(task),
        baselines_(baselines),
        stores_(stores),
        ask_(ask),
        options_(options),
        clock_(clock),
        main_store_(MainStores(task.sales(), task.cut())),
        newest_(FindNewest()) {}

  absl::StatusOr<PlacementReport> Run() && {
    PATRON_RETURN_IF_ERROR(Home());
    PATRON_RETURN_IF_ERROR(BuyAgain());
    PATRON_RETURN_IF_ERROR(NewArrivals());
    PATRON_RETURN_IF_ERROR(Baskets());
    PATRON_RETURN_IF_ERROR(Trending());
    TellWhatIsNotJudged();
    return std::move(report_);
  }

 private:
  // Ascending.
  std::vector<uint32_t> FindNewest() const {
    std::vector<int64_t> first(task_.sales().products.size(), -1);
    for (const Sale& sale : task_.Before())
      if (first[sale.product] < 0) first[sale.product] = sale.at;
    std::vector<uint32_t> newest;
    for (uint32_t p = 0; p < first.size(); ++p)
      if (first[p] >= (task_.cut() - options_.new_days) * kDaySeconds)
        newest.push_back(p);
    return newest;
  }

  const std::string& CustomerId(const DaysCase& one) const {
    return task_.sales().customers[one.customer];
  }

  // A case a customer with something in `truth`.
  template <typename Truth>
  std::vector<PlacementCase> CustomerCases(wire::Placement::type placement,
                                           Truth truth) const {
    std::vector<PlacementCase> cases;
    for (const DaysCase& one : task_.cases()) {
      PlacementCase asked{RequestOf(placement), truth(one), one, {}};
      if (asked.truth.empty()) continue;
      asked.request.__set_customer_id(CustomerId(one));
      const uint32_t store = main_store_[one.customer];
      if (store < stores_.size()) asked.request.store_id = stores_[store];
      cases.push_back(std::move(asked));
    }
    return cases;
  }

  absl::Status Home() {
    const auto cases = CustomerCases(
        wire::Placement::HOME, [](const DaysCase& one) { return one.bought; });
    AddSimple("home", "popular", cases, [this](const PlacementCase& one) {
      return baselines_.Popular(one.customer, kShown).all;
    });
    return AddAsked("home", cases);
  }

  absl::Status BuyAgain() {
    const auto cases =
        CustomerCases(wire::Placement::BUY_AGAIN, [this](const DaysCase& one) {
          return Both(one.bought, task_.OwnOf(one.customer));
        });
    AddSimple("buy-again", "own by lines", cases,
              [this](const PlacementCase& one) {
                return baselines_.PersonalPopular(one.customer, kShown).all;
              });
    return AddAsked("buy-again", cases);
  }

  absl::Status NewArrivals() {
    const auto cases = CustomerCases(
        wire::Placement::NEW_ARRIVALS,
        [this](const DaysCase& one) { return Both(one.fresh, newest_); });
    AddSimple("new-arrivals", "popular of them", cases,
              [this](const PlacementCase& one) {
                return baselines_.PopularAmong(newest_, one.customer, kShown);
              });
    return AddAsked("new-arrivals", cases);
  }

  // Distinct candidates of each receipt after the cut, two or more.
  std::map<uint32_t, std::vector<uint32_t>> ReceiptsAfter() const {
    std::map<uint32_t, std::vector<uint32_t>> receipts;
    const Sales& sales = task_.sales();
    const size_t end = EndBefore(sales, task_.cut() + task_.days());
    for (size_t i = task_.Before().size(); i < end; ++i)
      if (task_.IsCandidate(sales.sales[i].product))
        receipts[sales.sales[i].receipt].push_back(sales.sales[i].product);
    for (auto& [receipt, products] : receipts) {
      std::sort(products.begin(), products.end());
      products.erase(std::unique(products.begin(), products.end()),
                     products.end());
    }
    std::erase_if(receipts, [](const auto& receipt) {
      return receipt.second.size() < 2;
    });
    return receipts;
  }

  std::vector<PlacementCase> ReceiptCases(wire::Placement::type placement,
                                          size_t most_with) const {
    const auto receipts = ReceiptsAfter();
    const size_t step = receipts.size() / options_.most_receipts + 1;
    std::vector<PlacementCase> cases;
    size_t number = 0;
    for (const auto& [receipt, products] : receipts) {
      if (number++ % step != 0) continue;
      PlacementCase asked{RequestOf(placement), {}, {}, products};
      const size_t left_out = index::Mix(receipt) % products.size();
      asked.truth = {products[left_out]};
      asked.with.erase(asked.with.begin() +
                       static_cast<std::ptrdiff_t>(left_out));
      if (asked.with.size() > most_with) asked.with.resize(most_with);
      for (const uint32_t product : asked.with)
        asked.request.product_ids.push_back(task_.sales().products[product]);
      cases.push_back(std::move(asked));
    }
    return cases;
  }

  absl::Status Baskets() {
    const std::pair<const char*, std::vector<PlacementCase>> tasks[] = {
        {"basket",
         ReceiptCases(wire::Placement::BASKET, recommend::kMaxProducts)},
        {"goes-with", ReceiptCases(wire::Placement::GOES_WITH, 1)}};
    for (const auto& [name, cases] : tasks) {
      AddSimple(name, "popular", cases, [this](const PlacementCase& one) {
        return baselines_.PopularWithout(one.with, kShown);
      });
      AddSimple(name, "popular in category", cases,
                [this](const PlacementCase& one) {
                  return baselines_.PopularInCategories(one.with, kShown);
                });
      PATRON_RETURN_IF_ERROR(AddAsked(name, cases));
    }
    return absl::OkStatus();
  }

  // Lines by store and product, a day, before and after the cut.
  struct Rates {
    absl::flat_hash_map<uint32_t, double> before, after;
    double all_before = 0, all_after = 0;
  };
  std::map<uint32_t, Rates> RatesByStore() const {
    std::map<uint32_t, Rates> rates;
    for (const Sale& sale : task_.sales().sales) {
      const Day age = task_.cut() - sale.day();
      if (age > kTrendDays || age <= -task_.days()) continue;
      Rates& store = rates[sale.store];
      const double a_day = 1.0 / (age > 0 ? kTrendDays : task_.days());
      (age > 0 ? store.before : store.after)[sale.product] += a_day;
      (age > 0 ? store.all_before : store.all_after) += a_day;
    }
    return rates;
  }

  static double GrowthOf(const std::vector<uint32_t>& shown,
                         const Rates& rates) {
    double before = 0, after = 0;
    for (const uint32_t product : shown) {
      const auto b = rates.before.find(product);
      const auto a = rates.after.find(product);
      if (b != rates.before.end()) before += b->second;
      if (a != rates.after.end()) after += a->second;
    }
    // One sale in 56 days more on both sides: nothing is divided by nothing.
    const double one = 1.0 / kTrendDays;
    return (after + one) / (before + one) * (rates.all_before + one) /
           (rates.all_after + one);
  }

  absl::Status Trending() {
    PlacementResult patron{"trending", "patron", 0, {}, 0, {}, {}};
    PlacementResult popular{"trending", "popular in store", 0, {}, 0, {}, {}};
    std::vector<absl::Duration> took;
    for (const auto& [store, rates] : RatesByStore()) {
      if (store >= stores_.size() || rates.before.empty()) continue;
      wire::RecommendRequest request = RequestOf(wire::Placement::TRENDING);
      request.store_id = stores_[store];
      PATRON_ASSIGN_OR_RETURN(const auto shown, Timed(request, took));
      ++patron.cases;
      patron.growth += GrowthOf(shown, rates);
      popular.growth += GrowthOf(MostSold(rates), rates);
    }
    if (patron.cases == 0) return absl::OkStatus();
    patron.growth /= static_cast<double>(patron.cases);
    popular.growth /= static_cast<double>(patron.cases);
    popular.cases = patron.cases;
    SetTimes(took, patron);
    report_.results.push_back(popular);
    report_.results.push_back(patron);
    return absl::OkStatus();
  }

  static std::vector<uint32_t> MostSold(const Rates& rates) {
    std::vector<index::Neighbour> sold;
    for (const auto& [product, a_day] : rates.before)
      sold.push_back({product, static_cast<float>(a_day)});
    index::KeepBest(kShown, sold);
    std::vector<uint32_t> products;
    for (const index::Neighbour& one : sold) products.push_back(one.product);
    return products;
  }

  void TellWhatIsNotJudged() {
    const char* const kNotBought = "what was not bought tells nothing of it";
    report_.not_judged = {
        {"similar", "a log does not say what was looked at"},
        {"substitute", "a log does not say what was missing"},
        {"checkout", "a log does not say what was added last"},
        {"after-purchase", kNotBought},
        {"kiosk", "a log does not say who stood there"},
        {"email", "a log does not say who read it, and when"}};
  }

  absl::StatusOr<std::vector<uint32_t>> Timed(
      const wire::RecommendRequest& request,
      std::vector<absl::Duration>& took) const {
    const absl::Time started = clock_.Now();
    auto shown = ask_(request);
    took.push_back(clock_.Now() - started);
    return shown;
  }

  static void SetTimes(std::vector<absl::Duration>& took,
                       PlacementResult& result) {
    if (took.empty()) return;
    std::sort(took.begin(), took.end());
    result.p50 = took[took.size() / 2];
    result.p99 = took[took.size() * 99 / 100];
  }

  static void Add(const Measures& one, Measures& sum) {
    sum.recall += one.recall;
    sum.ndcg += one.ndcg;
    sum.hit += one.hit;
  }

  void Finish(PlacementResult result) {
    const double n = std::max<double>(1, static_cast<double>(result.cases));
    result.at_10 = {result.at_10.recall / n, result.at_10.ndcg / n,
                    result.at_10.hit / n};
    report_.results.push_back(std::move(result));
  }

  void AddSimple(const std::string& placement, const std::string& method,
                 const std::vector<PlacementCase>& cases,
                 const SimpleMethod& list) {
    PlacementResult result{placement, method, cases.size(), {}, 0, {}, {}};
    for (const PlacementCase& one : cases)
      Add(Measure(list(one), one.truth, kShown), result.at_10);
    Finish(std::move(result));
  }

  absl::Status AddAsked(const std::string& placement,
                        const std::vector<PlacementCase>& cases) {
    PlacementResult result{placement, "patron", cases.size(), {}, 0, {}, {}};
    std::vector<absl::Duration> took;
    for (const PlacementCase& one : cases) {
      PATRON_ASSIGN_OR_RETURN(const auto shown, Timed(one.request, took));
      Add(Measure(shown, one.truth, kShown), result.at_10);
    }
    SetTimes(took, result);
    Finish(std::move(result));
    return absl::OkStatus();
  }

  const NextDays& task_;
  const Baselines& baselines_;
  const std::vector<std::string>& stores_;
  const AskPlacement& ask_;
  const PlacementOptions& options_;
  const Clock& clock_;
  const std::vector<uint32_t> main_store_;
  const std::vector<uint32_t> newest_;
  PlacementReport report_;
};

}  // namespace

absl::StatusOr<PlacementReport> EvaluatePlacements(
    const NextDays& task, const Baselines& baselines,
    const std::vector<std::string>& stores, const AskPlacement& ask,
    const PlacementOptions& options, const Clock& clock) {
  return Evaluation(task, baselines, stores, ask, options, clock).Run();
}

std::string ToTable(const PlacementReport& report) {
  std::string out = absl::StrFormat(
      "%-14s%-22s%8s%11s%11s%11s%9s%9s%9s\n", "placement", "method", "cases",
      "recall@10", "ndcg@10", "hit@10", "growth", "p50 us", "p99 us");
  for (const PlacementResult& r : report.results) {
    absl::StrAppendFormat(&out, "%-14s%-22s%8d", r.placement, r.method,
                          r.cases);
    if (r.growth > 0)
      absl::StrAppendFormat(&out, "%11s%11s%11s%9.2f", "", "", "", r.growth);
    else
      absl::StrAppendFormat(&out, "%11.4f%11.4f%11.4f%9s", r.at_10.recall,
                            r.at_10.ndcg, r.at_10.hit, "");
    absl::StrAppendFormat(&out, "%9.0f%9.0f\n",
                          absl::ToDoubleMicroseconds(r.p50),
                          absl::ToDoubleMicroseconds(r.p99));
  }
  for (const auto& [placement, why] : report.not_judged)
    absl::StrAppendFormat(&out, "%s: not judged: %s\n", placement, why);
  return out;
}

}  // namespace patron::eval
