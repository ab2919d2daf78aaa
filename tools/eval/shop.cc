#include "tools/eval/shop.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/artefact.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/commit/engine.h"
#include "tools/eval/entry.h"

namespace patron::eval {
namespace {

void Tell(const ShopOptions& options, absl::string_view step) {
  if (options.progress) options.progress(step);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Shop>> Shop::Build(
    const NextBasketData& data, const ShopOptions& options,
    const std::string& directory) {
  std::unique_ptr<Shop> shop(new Shop(options.purchases.asked_at));
  store::StoreOptions store_options;
  store_options.sync = false;  // measured and thrown away
  PATRON_ASSIGN_OR_RETURN(
      shop->state_, commit::State::Open(directory + "/state", store_options));
  Tell(options, "recording purchases");
  PATRON_RETURN_IF_ERROR(shop->Record(data, options.purchases));
  Tell(options, "learning");
  PATRON_RETURN_IF_ERROR(shop->LearnFrom(data, options, directory));
  shop->product_of_ordinal_.resize(shop->state_->ordinals.products.size());
  for (uint32_t i = 0; i < data.products.size(); ++i)
    shop->product_of_ordinal_[shop->OrdinalOf(data.products[i])] = i;
  shop->SetOptions(options.recommend);
  return shop;
}

absl::Status Shop::Record(const NextBasketData& data,
                          const PurchaseOptions& options) {
  PATRON_ASSIGN_OR_RETURN(const auto engine,
                          commit::Engine::Open(*state_, clock_, {}));
  Entry entry(*engine);
  for (wire::Product& product : ProductsOf(data)) {
    wire::CommandBody body;
    body.__set_put_product(std::move(product));
    PATRON_RETURN_IF_ERROR(entry.Add(std::move(body)));
  }
  for (const Shopper& shopper : data.shoppers)
    for (wire::Purchase& purchase : PurchasesOf(data, shopper, options)) {
      wire::CommandBody body;
      body.__set_record_purchase(std::move(purchase));
      PATRON_RETURN_IF_ERROR(entry.Add(std::move(body)));
    }
  return entry.Finish();
}

uint32_t Shop::OrdinalOf(const std::string& product_id) const {
  const auto ordinal = state_->ordinals.products.Find(product_id);
  PATRON_CHECK(ordinal.has_value());
  return *ordinal;
}

// Customers get their ordinals at their first purchase, so that the data's
// order of shoppers is the log's order of customers.
index::TrainingLog Shop::LogOf(const NextBasketData& data,
                               const PurchaseOptions& options) const {
  index::TrainingLog log;
  log.today = DayOf(options.asked_at, absl::UTCTimeZone());
  log.stores = state_->ordinals.stores.size();
  log.customers = state_->ordinals.customers.size();
  log.attributes.resize(state_->ordinals.products.size());
  for (const Shopper& shopper : data.shoppers)
    for (const wire::Purchase& purchase : PurchasesOf(data, shopper, options)) {
      const auto customer = state_->ordinals.customers.Find(shopper.id);
      PATRON_CHECK(customer.has_value());
      const Day day = DayOf(absl::FromUnixMicros(purchase.happened_at_us),
                            absl::UTCTimeZone());
      for (const wire::PurchaseLine& line : purchase.lines) {
        log.customer.push_back(*customer);
        log.product.push_back(OrdinalOf(line.product_id));
        log.store.push_back(0);
        log.receipt.push_back(log.receipts);
        log.day.push_back(day);
      }
      ++log.receipts;
    }
  return log;
}

absl::Status Shop::TrainFrom(const index::TrainingLog& log,
                             const ShopOptions& options) {
  Tell(options, "training the ranker");
  jobs::TrainRankerOptions ranker = options.ranker;
  if (options.purchases.learn_from_train) {
    ranker.folds = options.folds;
  } else {
    ranker.windows = 1;
  }
  auto trained = jobs::TrainRanker(log, ranker, nullptr);
  if (absl::IsNotFound(trained.status())) {  // the plain blend answers
    Tell(options, absl::StrCat("  ", trained.status().message()));
    return absl::OkStatus();
  }
  PATRON_RETURN_IF_ERROR(trained.status());
  trained_ = *std::move(trained);
  for (const auto& [name, quality] : trained_.tried)
    Tell(options,
         absl::StrFormat("  %s: recall@10 %.4f, ndcg@10 %.4f of %d held out",
                         name, quality.recall_at_10, quality.ndcg_at_10,
                         quality.customers));
  Tell(options,
       absl::StrFormat("  plain order: recall@10 %.4f; %.1f%% of what was "
                       "bought is among the candidates",
                       trained_.plain.recall_at_10, 100 * trained_.ceiling));
  return absl::OkStatus();
}

absl::Status Shop::LearnFrom(const NextBasketData& data,
                             const ShopOptions& options,
                             const std::string& directory) {
  const index::TrainingLog log = LogOf(data, options.purchases);
  PATRON_ASSIGN_OR_RETURN(index::Knowledge knowledge,
                          index::Learn(log, options.learn, nullptr));
  if (options.ranked) {
    PATRON_RETURN_IF_ERROR(TrainFrom(log, options));
    knowledge.ranker = trained_.json;
  }
  const std::string& uuid = state_->store->uuid();
  const std::string root = directory + "/artefacts";
  index::ArtefactOrigin origin;
  origin.version = "1";
  origin.created_at = clock_.Now();
  origin.store_uuid = uuid;
  PATRON_RETURN_IF_ERROR(
      index::WriteArtefact(root, origin, knowledge).status());
  PATRON_ASSIGN_OR_RETURN(auto artefact,
                          index::Artefact::Open(root + "/1", uuid));
  index_.Swap(std::move(artefact));
  return absl::OkStatus();
}

void Shop::SetOptions(const recommend::RecommendOptions& options) {
  recommender_ = std::make_unique<recommend::Recommender>(
      state_->ordinals, state_->catalog, state_->facts, index_, clock_,
      options);
}

absl::StatusOr<recommend::Answer> Shop::Home(const std::string& customer_id,
                                             int k) const {
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  request.__set_customer_id(customer_id);
  request.store_id = "shop";
  request.channel = "store";
  request.k = k;
  return recommender_->Recommend(request);
}

absl::StatusOr<std::vector<uint32_t>> Shop::HomeProducts(
    const std::string& customer_id, int k) const {
  PATRON_ASSIGN_OR_RETURN(const recommend::Answer answer, Home(customer_id, k));
  std::vector<uint32_t> products;
  for (const recommend::RankedItem& item : answer.ranked.items)
    products.push_back(product_of_ordinal_[item.product]);
  return products;
}

}  // namespace patron::eval
