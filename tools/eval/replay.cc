#include "tools/eval/replay.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "index/artefact.h"
#include "jobs/purchase_log.h"
#include "records_types.h"
#include "server/base/status_macros.h"
#include "server/commit/engine.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "tools/eval/entry.h"

namespace patron::eval {
namespace {

using store::Family;

// First days of sale before the cut, by product; the lowest where there is
// none.
std::vector<int64_t> FirstSales(const NextDays& task) {
  std::vector<int64_t> first(task.sales().products.size(),
                             std::numeric_limits<int64_t>::min());
  for (const Sale& sale : task.Before())
    if (first[sale.product] == std::numeric_limits<int64_t>::min())
      first[sale.product] = sale.at;
  return first;
}

// Products of the checkpoint, the newest last.
absl::StatusOr<std::vector<wire::Product>> ReadProducts(
    const store::Store& checkpoint, const NextDays& task) {
  const std::vector<int64_t> first = FirstSales(task);
  std::vector<std::pair<int64_t, wire::Product>> products;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(checkpoint.Scan(
      Family::kProducts, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto ordinal = store::DecodeProductKey(key);
        auto product = store::Decode<wire::Product>(value, "product");
        problem = ordinal.ok() ? product.status() : ordinal.status();
        if (!problem.ok()) return false;
        products.emplace_back(first[ordinal->value()], *std::move(product));
        return true;
      }));
  PATRON_RETURN_IF_ERROR(problem);
  std::stable_sort(
      products.begin(), products.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<wire::Product> sorted;
  for (auto& [at, product] : products) sorted.push_back(std::move(product));
  return sorted;
}

// A stored purchase as it came; what was returned is left out.
wire::Purchase PurchaseOf(const wire::PurchaseRow& row,
                          const store::HistoryKeyParts& key,
                          const store::Ordinals& ordinals) {
  wire::Purchase purchase;
  purchase.receipt_id = row.receipt_id;
  if (key.customer != kAnonymous)
    purchase.__set_customer_id(
        std::string(ordinals.customers.IdOf(key.customer.value())));
  const auto store = static_cast<uint32_t>(row.store);
  if (store != kNoStore.value())
    purchase.store_id = std::string(ordinals.stores.IdOf(store));
  purchase.channel = row.channel;
  purchase.currency = row.currency;
  purchase.happened_at_us = absl::ToUnixMicros(key.happened_at);
  for (const wire::StoredLine& line : row.lines) {
    if (line.quantity_milli <= line.returned_milli) continue;
    wire::PurchaseLine& kept = purchase.lines.emplace_back();
    kept.product_id = std::string(
        ordinals.products.IdOf(static_cast<uint32_t>(line.product)));
    kept.quantity_milli = line.quantity_milli - line.returned_milli;
    kept.amount = line.amount - line.refunded;
  }
  return purchase;
}

}  // namespace

ReplayedShop::ReplayedShop(const NextDays& task, absl::Time asked_at)
    : task_(task), clock_(asked_at) {
  for (uint32_t p = 0; p < task.sales().products.size(); ++p)
    product_of_id_[task.sales().products[p]] = p;
}

absl::StatusOr<std::unique_ptr<ReplayedShop>> ReplayedShop::Build(
    const store::Store& checkpoint, const NextDays& task,
    const index::LearnOptions& learn, const std::string& ranker,
    const std::string& directory) {
  const absl::Time asked_at = absl::FromUnixSeconds(task.cut() * kDaySeconds);
  std::unique_ptr<ReplayedShop> shop(new ReplayedShop(task, asked_at));
  store::StoreOptions options;
  options.sync = false;  // measured and thrown away
  PATRON_ASSIGN_OR_RETURN(shop->state_,
                          commit::State::Open(directory + "/state", options));
  PATRON_RETURN_IF_ERROR(shop->Record(checkpoint));
  PATRON_RETURN_IF_ERROR(shop->Learn(learn, ranker));
  shop->recommender_ = std::make_unique<recommend::Recommender>(
      shop->state_->ordinals, shop->state_->catalog, shop->state_->facts,
      shop->index_, shop->clock_, recommend::RecommendOptions());
  return shop;
}

absl::Status ReplayedShop::Record(const store::Store& checkpoint) {
  PATRON_ASSIGN_OR_RETURN(const auto engine,
                          commit::Engine::Open(*state_, clock_, {}));
  Entry entry(*engine);
  PATRON_ASSIGN_OR_RETURN(auto products, ReadProducts(checkpoint, task_));
  for (wire::Product& product : products) {
    wire::CommandBody body;
    body.__set_put_product(std::move(product));
    PATRON_RETURN_IF_ERROR(entry.Add(std::move(body)));
  }
  store::Ordinals ordinals;
  PATRON_RETURN_IF_ERROR(ordinals.Load(checkpoint));
  for (uint32_t i = 0; i < ordinals.stores.size(); ++i)
    stores_.emplace_back(ordinals.stores.IdOf(i));
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(checkpoint.Scan(
      Family::kPurchases, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto parts = store::DecodeHistoryKey(key);
        const auto row = store::Decode<wire::PurchaseRow>(value, "purchase");
        problem = parts.ok() ? row.status() : parts.status();
        if (!problem.ok()) return false;
        if (row->local_day >= task_.cut()) return true;
        wire::Purchase purchase = PurchaseOf(*row, *parts, ordinals);
        if (purchase.lines.empty()) return true;
        wire::CommandBody body;
        body.__set_record_purchase(std::move(purchase));
        problem = entry.Add(std::move(body));
        return problem.ok();
      }));
  PATRON_RETURN_IF_ERROR(problem);
  return entry.Finish();
}

absl::Status ReplayedShop::Learn(const index::LearnOptions& options,
                                 const std::string& ranker) {
  PATRON_ASSIGN_OR_RETURN(const index::TrainingLog log,
                          jobs::ReadPurchaseLog(*state_->store, task_.cut()));
  PATRON_ASSIGN_OR_RETURN(index::Knowledge knowledge,
                          index::Learn(log, options, nullptr));
  knowledge.ranker = ranker;
  index::ArtefactOrigin origin;
  origin.version = "1";
  origin.created_at = clock_.Now();
  origin.store_uuid = state_->store->uuid();
  PATRON_ASSIGN_OR_RETURN(auto artefact, index::Artefact::FromKnowledge(
                                             origin, std::move(knowledge)));
  index_.Swap(std::move(artefact));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint32_t>> ReplayedShop::Ask(
    const wire::RecommendRequest& request) const {
  PATRON_ASSIGN_OR_RETURN(const recommend::RankedAnswer answer,
                          recommender_->Rank(request));
  std::vector<uint32_t> products;
  for (const recommend::RankedItem& item : answer.items) {
    const auto at = product_of_id_.find(
        std::string(state_->ordinals.products.IdOf(item.product)));
    if (at != product_of_id_.end()) products.push_back(at->second);
  }
  return products;
}

}  // namespace patron::eval
