#include "index/learn.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/attribute_embedding.h"
#include "index/baskets.h"
#include "index/embedding.h"
#include "index/following.h"
#include "index/goes_with.h"
#include "index/groups.h"
#include "index/item_cosine.h"
#include "index/kinds.h"
#include "index/parallel.h"
#include "index/popularity.h"
#include "index/purchases.h"
#include "index/quality.h"
#include "index/repeats.h"
#include "index/similar.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

absl::Status CheckAtLeastOne(absl::string_view option, int64_t value) {
  if (value >= 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("option ", option, " is ", value, ", must be 1 or more"));
}

absl::Status CheckOptions(const LearnOptions& options) {
  PATRON_RETURN_IF_ERROR(CheckAtLeastOne("threads", options.threads));
  PATRON_RETURN_IF_ERROR(CheckAtLeastOne("dimensions", options.dimensions));
  PATRON_RETURN_IF_ERROR(
      CheckAtLeastOne("trending_recent_days", options.trending_recent_days));
  PATRON_RETURN_IF_ERROR(
      CheckAtLeastOne("trending_before_days", options.trending_before_days));
  if (!(options.popularity_half_life_days > 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("option popularity_half_life_days is ",
                     options.popularity_half_life_days, ", must be above 0"));
  }
  if (!(options.category_strength >= 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("option category_strength is ", options.category_strength,
                     ", must be 0 or more"));
  }
  if (!(options.false_discovery_rate > 0 && options.false_discovery_rate < 1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "option false_discovery_rate is ", options.false_discovery_rate,
        ", must be between 0 and 1"));
  }
  return absl::OkStatus();
}

// What decides the result; `threads` does not.
std::map<std::string, double> ParametersOf(const LearnOptions& options) {
  return {
      {"basket_limit", options.basket_limit},
      {"category_strength", options.category_strength},
      {"customers_a_group", options.customers_a_group},
      {"dimensions", options.dimensions},
      {"false_discovery_rate", options.false_discovery_rate},
      {"following", options.following},
      {"goes_with", options.goes_with},
      {"history_limit", options.history_limit},
      {"holdout_one_in", options.holdout_one_in},
      {"min_basket_customers", options.min_basket_customers},
      {"min_shared_baskets", options.min_shared_baskets},
      {"min_shared_customers", options.min_shared_customers},
      {"most_groups", options.most_groups},
      {"neighbours", options.neighbours},
      {"popular_global", options.popular_global},
      {"popular_in_category", options.popular_in_category},
      {"popular_in_group", options.popular_in_group},
      {"popular_per_store", options.popular_per_store},
      {"popularity_half_life_days", options.popularity_half_life_days},
      {"similar", options.similar},
      {"together", options.together},
      {"trending", options.trending},
      {"trending_before_days", options.trending_before_days},
      {"trending_recent_days", options.trending_recent_days},
  };
}

// The stages of one learning, each of which fills its part of the Knowledge.
class Learner {
 public:
  Learner(const TrainingLog& log, const LearnOptions& options,
          const LearnProgress& progress)
      : log_(log), options_(options), progress_(progress) {}

  absl::StatusOr<Knowledge> Run() && {
    Count();
    LearnOfProducts();
    LearnBought();
    held_out_ = ChooseHoldout(log_, options_.holdout_one_in);
    LearnTogether();
    const Purchases purchases = CollectPurchases(log_, held_out_);
    PATRON_RETURN_IF_ERROR(LearnAlike(purchases));
    knowledge_.quality = MeasureQuality(log_, held_out_, purchases, knowledge_);
    return std::move(knowledge_);
  }

 private:
  Stage Named(absl::string_view name) const {
    return Stage(name, options_.threads, progress_);
  }

  void Count() {
    knowledge_.today = log_.today;
    knowledge_.products = log_.products();
    knowledge_.stores = log_.stores;
    knowledge_.customers = log_.customers;
    knowledge_.lines = log_.lines();
    knowledge_.receipts = log_.receipts;
    knowledge_.parameters = ParametersOf(options_);
    for (const ProductAttributes& product : log_.attributes) {
      knowledge_.listed.push_back(!product.discontinued);
    }
  }

  void LearnOfProducts() {
    Popularity popularity =
        LearnPopularity(log_, knowledge_.listed, options_, Named("popularity"));
    knowledge_.popularity = std::move(popularity.of_product);
    knowledge_.popular = std::move(popularity.popular);
    knowledge_.trending = std::move(popularity.trending);
    LearnKinds(log_, options_, Named("kinds"), knowledge_);
  }

  void LearnBought() {
    const Stage stage = Named("repeats");
    stage.Report(0, log_.lines());
    Repeats repeats = LearnRepeats(CollectPurchases(log_, {}), log_.products());
    knowledge_.typical_interval_days = std::move(repeats.typical_interval_days);
    knowledge_.repeat_rate = std::move(repeats.repeat_rate);
    knowledge_.customers_of = std::move(repeats.customers);
    stage.Report(log_.lines(), log_.lines());
  }

  void LearnTogether() {
    const Baskets baskets =
        CollectBaskets(log_, held_out_, options_.basket_limit);
    knowledge_.goes_with =
        GoesWith(baskets, knowledge_.listed,
                 {.length = options_.goes_with,
                  .min_baskets = options_.min_shared_baskets,
                  .min_customers = options_.min_basket_customers,
                  .false_discovery_rate = options_.false_discovery_rate},
                 Named("goes with"));
    knowledge_.together =
        ItemCosine(baskets.products, knowledge_.listed,
                   {.length = options_.together,
                    .min_shared = options_.min_shared_baskets},
                   Named("together"));
    knowledge_.following = Following(log_, held_out_, knowledge_.listed,
                                     options_, Named("following"));
  }

  absl::Status LearnAlike(const Purchases& purchases) {
    const SparseMatrix bought =
        IncidenceOf(purchases, log_.products(), options_.history_limit);
    knowledge_.neighbours =
        ItemCosine(bought, knowledge_.listed,
                   {.length = options_.neighbours,
                    .min_shared = options_.min_shared_customers},
                   Named("neighbours"));
    DenseMatrix embeddings = EmbedProducts(
        bought, {.dimensions = options_.dimensions}, Named("embeddings"));
    DrawTowardsCategory(log_.attributes, knowledge_.customers_of,
                        options_.category_strength, embeddings);
    EmbedByAttributes(log_.attributes, embeddings);
    PATRON_RETURN_IF_ERROR(LearnSimilar(embeddings));
    knowledge_.dimensions = options_.dimensions;
    knowledge_.embeddings = std::move(embeddings.value);
    LearnGroups(purchases, options_, Named("groups"), knowledge_);
    return absl::OkStatus();
  }

  absl::Status LearnSimilar(const DenseMatrix& embeddings) {
    if (options_.similar == 0) {
      knowledge_.similar.offsets.assign(log_.products() + size_t{1}, 0);
      return absl::OkStatus();
    }
    PATRON_ASSIGN_OR_RETURN(
        SimilarLists similar,
        SimilarProducts(embeddings, knowledge_.listed,
                        {.length = options_.similar, .choice = {}},
                        Named("similar")));
    knowledge_.similar = std::move(similar.table);
    knowledge_.ann = std::move(similar.ann);
    return absl::OkStatus();
  }

  const TrainingLog& log_;
  const LearnOptions& options_;
  const LearnProgress& progress_;
  std::vector<HeldOut> held_out_;
  Knowledge knowledge_;
};

}  // namespace

absl::StatusOr<Knowledge> Learn(const TrainingLog& log,
                                const LearnOptions& options,
                                const LearnProgress& progress) {
  PATRON_RETURN_IF_ERROR(CheckOptions(options));
  PATRON_RETURN_IF_ERROR(Validate(log));
  UseOneBlasThread();
  return Learner(log, options, progress).Run();
}

}  // namespace patron::index
