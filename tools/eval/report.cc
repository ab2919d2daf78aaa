#include "tools/eval/report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"

namespace patron::eval {

std::vector<const Shopper*> ShoppersOf(const NextBasketData& data, Role role) {
  std::vector<const Shopper*> shoppers;
  for (const Shopper& shopper : data.shoppers)
    if (shopper.role == role && !shopper.next.empty())
      shoppers.push_back(&shopper);
  return shoppers;
}

absl::StatusOr<MethodResult> Run(const std::string& name,
                                 const std::vector<const Shopper*>& shoppers,
                                 const std::vector<int>& ks,
                                 const Method& method) {
  MethodResult result;
  result.name = name;
  for (const int k : ks) {
    Measures sum;
    for (const Shopper* shopper : shoppers) {
      PATRON_ASSIGN_OR_RETURN(const auto list, method(*shopper, k));
      const Measures one = Measure(list, shopper->next, static_cast<size_t>(k));
      sum.recall += one.recall;
      sum.ndcg += one.ndcg;
      sum.hit += one.hit;
    }
    const double n =
        shoppers.empty() ? 1 : static_cast<double>(shoppers.size());
    result.at.push_back({sum.recall / n, sum.ndcg / n, sum.hit / n});
  }
  return result;
}

absl::StatusOr<NextBasketReport> Compare(const NextBasketData& data,
                                         const PurchaseOptions& options,
                                         const Shop& shop, Role role,
                                         const std::vector<int>& ks) {
  const std::vector<const Shopper*> shoppers = ShoppersOf(data, role);
  const std::vector<uint32_t> popular = GlobalPopular(data, options);
  const std::vector<std::pair<std::string, Method>> methods = {
      {"global-popular", [&](const Shopper&, int) { return popular; }},
      {"personal", [&](const Shopper& s, int) { return Personal(s, popular); }},
      {"personal-popular",
       [&](const Shopper& s, int) { return PersonalPopular(s, popular); }},
      {"patron",
       [&](const Shopper& s, int k) { return shop.HomeProducts(s.id, k); }}};
  NextBasketReport report;
  report.customers = shoppers.size();
  report.ks = ks;
  for (const auto& [name, method] : methods) {
    PATRON_ASSIGN_OR_RETURN(auto result, Run(name, shoppers, ks, method));
    report.methods.push_back(std::move(result));
  }
  return report;
}

std::string ToJson(const NextBasketReport& report) {
  nlohmann::ordered_json json;
  json["task"] = "next-basket";
  json["customers"] = report.customers;
  json["methods"] = nlohmann::ordered_json::array();
  for (const MethodResult& method : report.methods) {
    nlohmann::ordered_json row;
    row["name"] = method.name;
    for (size_t i = 0; i < report.ks.size(); ++i) {
      row[absl::StrCat("recall@", report.ks[i])] = method.at[i].recall;
      row[absl::StrCat("ndcg@", report.ks[i])] = method.at[i].ndcg;
      row[absl::StrCat("hit@", report.ks[i])] = method.at[i].hit;
    }
    json["methods"].push_back(std::move(row));
  }
  return json.dump();
}

std::string ToTable(const NextBasketReport& report) {
  std::string table =
      absl::StrCat("next basket, ", report.customers, " customers\n");
  absl::StrAppendFormat(&table, "%-18s", "method");
  for (const int k : report.ks)
    absl::StrAppendFormat(&table, "%11s%11s%11s", absl::StrCat("recall@", k),
                          absl::StrCat("ndcg@", k), absl::StrCat("hit@", k));
  for (const MethodResult& method : report.methods) {
    absl::StrAppendFormat(&table, "\n%-18s", method.name);
    for (const Measures& m : method.at)
      absl::StrAppendFormat(&table, "%11.4f%11.4f%11.4f", m.recall, m.ndcg,
                            m.hit);
  }
  return table + "\n";
}

}  // namespace patron::eval
