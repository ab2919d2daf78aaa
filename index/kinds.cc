#include "index/kinds.h"

#include <algorithm>
#include <utility>

namespace patron::index {
namespace {

void TakeAttributes(const TrainingLog& log, Knowledge& k) {
  for (const ProductAttributes& product : log.attributes) {
    const auto& path = product.category_path;
    k.category.push_back(path.empty() ? kNoCategory : path.back());
    k.wider.push_back(path.size() < 2 ? kNoCategory : path[path.size() - 2]);
    k.department.push_back(path.empty() ? kNoCategory : path.front());
    k.brand.push_back(product.brand);
    k.price_tier.push_back(product.price_tier);
  }
}

size_t CategoriesOf(const TrainingLog& log) {
  size_t count = 0;
  for (const ProductAttributes& product : log.attributes) {
    for (const uint32_t node : product.category_path) {
      count = std::max(count, size_t{node} + 1);
    }
  }
  return count;
}

// Counts receipts by product and span, each product once a receipt.
void CountSales(const TrainingLog& log, Knowledge& k) {
  std::vector<uint32_t> seen_in(log.products(), log.receipts);
  std::array<double, kSaleSpans> receipts{};
  std::vector<uint32_t> sold(log.products() * kSaleSpans);
  uint64_t products = 0;
  k.first_sold.assign(log.products(), 0);
  for (size_t i = 0; i < log.lines(); ++i) {
    const bool new_receipt = i == 0 || log.receipt[i] != log.receipt[i - 1];
    const uint32_t product = log.product[i];
    const bool counts = seen_in[product] != log.receipt[i];
    seen_in[product] = log.receipt[i];
    products += counts;
    Day& first = k.first_sold[product];
    if (first == 0 || log.day[i] < first) first = log.day[i];
    for (size_t span = 0; span < kSaleSpans; ++span) {
      if (log.today - log.day[i] >= kSaleDays[span]) continue;
      receipts[span] += new_receipt;
      sold[product * kSaleSpans + span] += counts;
    }
  }
  k.sold.resize(sold.size());
  for (size_t i = 0; i < sold.size(); ++i) {
    const double all = receipts[i % kSaleSpans];
    k.sold[i] = all > 0 ? static_cast<float>(sold[i] / all) : 0;
  }
  k.mean_basket =
      log.receipts == 0 ? 0 : static_cast<float>(products) / log.receipts;
}

// The mean days between purchases of each customer who bought a category on
// two days or more, by category.
class CategoryRepeats {
 public:
  CategoryRepeats(const TrainingLog& log, const Knowledge& knowledge,
                  size_t categories)
      : log_(log),
        knowledge_(knowledge),
        open_(categories),
        intervals_(categories),
        customers_(categories) {}

  void Run() {
    for (size_t i = 0; i < log_.lines(); ++i) {
      if (log_.customer[i] == kAnonymousCustomer) break;
      if (i > 0 && log_.customer[i] != log_.customer[i - 1]) Close();
      Add(knowledge_.category[log_.product[i]], log_.day[i]);
    }
    Close();
  }

  void Store(Knowledge& k) {
    for (size_t c = 0; c < intervals_.size(); ++c) {
      auto& values = intervals_[c];
      const auto again = static_cast<float>(values.size());
      const auto all = static_cast<float>(customers_[c]);
      k.category_repeat_rate.push_back(all > 0 ? again / all : 0);
      k.category_interval_days.push_back(LowerMedian(values));
    }
  }

 private:
  struct Open {
    Day first = 0;
    Day last = 0;
    uint32_t days = 0;
  };

  static float LowerMedian(std::vector<float>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + (values.size() - 1) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  void Add(uint32_t category, Day day) {
    if (category == kNoCategory) return;
    Open& open = open_[category];
    if (open.days == 0) {
      touched_.push_back(category);
      open = {day, day, 1};
    } else if (day != open.last) {
      open.last = day;
      ++open.days;
    }
  }

  void Close() {
    for (const uint32_t category : touched_) {
      const Open open = std::exchange(open_[category], {});
      ++customers_[category];
      if (open.days > 1) {
        intervals_[category].push_back(
            static_cast<float>(open.last - open.first) /
            static_cast<float>(open.days - 1));
      }
    }
    touched_.clear();
  }

  const TrainingLog& log_;
  const Knowledge& knowledge_;
  std::vector<Open> open_;
  std::vector<std::vector<float>> intervals_;
  std::vector<uint32_t> customers_;
  std::vector<uint32_t> touched_;
};

void LearnCategories(const LearnOptions& options, size_t categories,
                     Knowledge& k) {
  std::vector<std::vector<Neighbour>> lists(categories);
  k.category_popularity.assign(categories, 0);
  for (uint32_t product = 0; product < k.products; ++product) {
    const uint32_t category = k.category[product];
    if (category == kNoCategory) continue;
    k.category_popularity[category] += k.popularity[product];
    if (k.listed[product] && k.popularity[product] > 0) {
      lists[category].push_back({product, k.popularity[product]});
    }
  }
  for (auto& list : lists) KeepBest(options.popular_in_category, list);
  k.popular_in_category = TableOf(lists);
}

}  // namespace

void LearnKinds(const TrainingLog& log, const LearnOptions& options,
                const Stage& stage, Knowledge& knowledge) {
  stage.Report(0, log.lines());
  TakeAttributes(log, knowledge);
  CountSales(log, knowledge);
  const size_t categories = CategoriesOf(log);
  CategoryRepeats repeats(log, knowledge, categories);
  repeats.Run();
  repeats.Store(knowledge);
  LearnCategories(options, categories, knowledge);
  stage.Report(log.lines(), log.lines());
}

}  // namespace patron::index
