#include "jobs/ranker_examples.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/mix.h"
#include "index/parallel.h"
#include "server/base/status_macros.h"
#include "server/ranking/ranking.h"

namespace patron::jobs {
namespace {

using index::TrainingLog;
using ranking::kFeatures;

constexpr uint64_t kHeldOutSalt = 0x5eed1;
constexpr uint64_t kFoldSalt = 0x5eed2;
constexpr uint64_t kChoiceSalt = 0x5eed3;
constexpr uint64_t kNegativeSalt = 0x5eed4;

// The lines of one customer.
struct Lines {
  size_t begin = 0;
  size_t end = 0;
};

Lines LinesOf(const TrainingLog& log, uint32_t customer) {
  const auto [begin, end] =
      std::equal_range(log.customer.begin(), log.customer.end(), customer);
  return {static_cast<size_t>(begin - log.customer.begin()),
          static_cast<size_t>(end - log.customer.begin())};
}

facts::CustomerFacts FactsOfLines(const TrainingLog& log, Lines lines,
                                  Day before, uint32_t unknown_store) {
  facts::CustomerFacts facts;
  std::vector<std::pair<uint32_t, Day>> bought;
  for (size_t i = lines.begin; i < lines.end && log.day[i] < before; ++i) {
    bought.emplace_back(log.product[i], log.day[i]);
    if (i > lines.begin && log.receipt[i] == log.receipt[i - 1]) continue;
    facts::PurchaseFacts purchase;
    purchase.day = log.day[i];
    if (log.store[i] != unknown_store)
      purchase.store = StoreOrdinal(log.store[i]);
    facts::AddPurchase(facts.summary, purchase);
  }
  std::sort(bought.begin(), bought.end());
  for (const auto& [product, day] : bought) {
    if (facts.items.empty() || facts.items.back().product.value() != product)
      facts.items.push_back({.product = ProductOrdinal(product)});
    facts::AddReceipt(facts.items.back(), day);
  }
  return facts;
}

// Keeps the lines for which `keep` is true.
template <typename Keep>
TrainingLog Filtered(const TrainingLog& log, Keep keep) {
  TrainingLog out;
  out.customers = log.customers;
  out.stores = log.stores;
  out.attributes = log.attributes;
  out.today = log.today;
  uint32_t receipt = 0;
  for (size_t i = 0; i < log.lines(); ++i) {
    if (!keep(i)) continue;
    if (out.receipts == 0 || log.receipt[i] != receipt) ++out.receipts;
    receipt = log.receipt[i];
    out.customer.push_back(log.customer[i]);
    out.product.push_back(log.product[i]);
    out.store.push_back(log.store[i]);
    out.receipt.push_back(out.receipts - 1);
    out.day.push_back(log.day[i]);
  }
  return out;
}

// Customers asked at a day, whose labels lie in [begin, end).
struct Span {
  Day begin = 0;
  Day end = 0;
  std::vector<uint32_t> customers;  // ascending
};

class Collector {
 public:
  Collector(const TrainingLog& log, const TrainRankerOptions& options,
            const index::LearnProgress& progress)
      : log_(log), options_(options), progress_(progress) {
    for (const Day day : log.day) last_ = std::max(last_, day);
  }

  absl::StatusOr<Examples> Run() && {
    PATRON_RETURN_IF_ERROR(options_.folds > 0 ? CollectFolds()
                                              : CollectWindows());
    return std::move(examples_);
  }

 private:
  absl::Status CollectWindows() {
    for (int window = options_.windows - 1; window >= 0; --window) {
      Span span;
      span.end = last_ + 1 - window * options_.stride;
      span.begin = span.end - options_.days;
      span.customers = ChooseCustomers(span);
      const bool leaks = options_.plant_leak;
      PATRON_ASSIGN_OR_RETURN(const index::Knowledge clean,
                              LearnTables(Before(log_, span.begin)));
      if (leaks) {
        TrainingLog log = Before(log_, span.end);
        log.today = span.begin;
        for (Day& day : log.day) day = std::min(day, span.begin);
        PATRON_ASSIGN_OR_RETURN(const index::Knowledge leaking,
                                LearnTables(log));
        Add(span, leaking, clean);
      } else {
        Add(span, clean, clean);
      }
    }
    return absl::OkStatus();
  }

  absl::Status CollectFolds() {
    Span all{.begin = last_, .end = last_ + 1, .customers = {}};
    all.customers = ChooseCustomers(all);
    const auto fold_of = [this](uint32_t customer) {
      return index::Mix(customer ^ kFoldSalt) %
             static_cast<uint64_t>(options_.folds);
    };
    for (uint64_t fold = 0; fold < static_cast<uint64_t>(options_.folds);
         ++fold) {
      Span span{.begin = all.begin, .end = all.end, .customers = {}};
      for (const uint32_t customer : all.customers)
        if (fold_of(customer) == fold) span.customers.push_back(customer);
      const TrainingLog without = Filtered(log_, [&](size_t i) {
        return log_.day[i] < all.begin ||
               log_.customer[i] == index::kAnonymousCustomer ||
               fold_of(log_.customer[i]) != fold;
      });
      PATRON_ASSIGN_OR_RETURN(const index::Knowledge clean,
                              LearnTables(without));
      if (options_.plant_leak) {
        PATRON_ASSIGN_OR_RETURN(const index::Knowledge leaking,
                                LearnTables(log_));
        Add(span, leaking, clean);
      } else {
        Add(span, clean, clean);
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<index::Knowledge> LearnTables(const TrainingLog& log) const {
    index::LearnOptions learn = options_.learn;
    learn.holdout_one_in = 0;
    learn.similar = 0;  // no feature looks at it
    learn.threads = options_.threads;
    return index::Learn(log, learn, progress_);
  }

  // Customers with a purchase before the span and one in it.
  std::vector<uint32_t> ChooseCustomers(const Span& span) const {
    std::vector<std::pair<uint64_t, uint32_t>> chosen;
    for (size_t begin = 0, end = 0; begin < log_.lines(); begin = end) {
      const uint32_t customer = log_.customer[begin];
      if (customer == index::kAnonymousCustomer) break;
      Day before = 0;
      bool within = false;
      for (end = begin; end < log_.lines() && log_.customer[end] == customer;
           ++end) {
        if (log_.day[end] < span.begin) before = log_.day[end];
        within =
            within || (log_.day[end] >= span.begin && log_.day[end] < span.end);
      }
      const bool active = options_.active_days == 0 ||
                          before >= span.begin - options_.active_days;
      if (within && before > 0 && active)
        chosen.emplace_back(index::Mix(customer ^ kChoiceSalt), customer);
    }
    std::sort(chosen.begin(), chosen.end());
    if (chosen.size() > options_.most_customers)
      chosen.resize(options_.most_customers);
    std::vector<uint32_t> customers;
    for (const auto& [digest, customer] : chosen) customers.push_back(customer);
    std::sort(customers.begin(), customers.end());
    return customers;
  }

  bool HeldOut(uint32_t customer) const {
    return index::Mix(customer ^ kHeldOutSalt) % options_.held_out_one_in == 0;
  }

  // What a chunk of customers came to, in their order.
  struct Part {
    ExampleRows train;
    ExampleRows held_out;
  };

  // Tables for those trained on, and for those held out.
  void Add(const Span& span, const index::Knowledge& tables,
           const index::Knowledge& clean) {
    constexpr size_t kChunk = 64;
    std::vector<Part> parts(span.customers.size() / kChunk + 1);
    index::ParallelFor(index::Stage("examples", options_.threads, progress_),
                       span.customers.size(), kChunk, [&] {
                         return [&, scratch = ranking::Scratch()](
                                    size_t begin, size_t end) mutable {
                           Part& part = parts[begin / kChunk];
                           for (size_t i = begin; i < end; ++i) {
                             const uint32_t customer = span.customers[i];
                             const bool held = HeldOut(customer);
                             AddCustomer(span, customer, held ? clean : tables,
                                         held, scratch,
                                         held ? part.held_out : part.train);
                           }
                         };
                       });
    for (Part& part : parts) {
      Append(part.train, examples_.train);
      Append(part.held_out, examples_.held_out);
      part = {};
    }
  }

  void AddCustomer(const Span& span, uint32_t customer,
                   const index::Knowledge& tables, bool held,
                   ranking::Scratch& scratch, ExampleRows& out) const {
    const Lines lines = LinesOf(log_, customer);
    const facts::CustomerFacts facts =
        FactsOfLines(log_, lines, span.begin, options_.unknown_store);
    std::vector<uint32_t> truth;
    for (size_t i = lines.begin; i < lines.end; ++i)
      if (log_.day[i] >= span.begin && log_.day[i] < span.end)
        truth.push_back(log_.product[i]);
    std::sort(truth.begin(), truth.end());
    truth.erase(std::unique(truth.begin(), truth.end()), truth.end());

    const ranking::Question question{facts, tables, std::nullopt, span.begin};
    ranking::Gather(question, scratch);
    const auto bought = [&](uint32_t product) {
      return std::binary_search(truth.begin(), truth.end(), product);
    };
    const bool any =
        std::any_of(scratch.products.begin(), scratch.products.end(), bought);
    if (!held && !any) return;
    ranking::Compute(question, scratch);
    ranking::ScorePlainly(scratch);
    uint32_t kept = 0;
    for (size_t i = 0; i < scratch.products.size(); ++i) {
      const uint32_t product = scratch.products[i];
      const bool label = bought(product);
      if (!held && !label && !KeepNegative(span, customer, product)) continue;
      const float* row = &scratch.rows[i * kFeatures];
      out.rows.insert(out.rows.end(), row, row + kFeatures);
      out.labels.push_back(label ? 1.0f : 0.0f);
      out.plain.push_back(scratch.margins[i]);
      out.products.push_back(product);
      ++kept;
    }
    if (kept == 0) return;
    out.groups.push_back(kept);
    out.truth.push_back(static_cast<uint32_t>(truth.size()));
  }

  bool KeepNegative(const Span& span, uint32_t customer,
                    uint32_t product) const {
    const uint64_t digest = index::Mix(
        index::Mix((uint64_t{customer} << 32 | product) ^ kNegativeSalt) ^
        static_cast<uint64_t>(span.begin));
    return static_cast<double>(digest >> 11) * 0x1p-53 < options_.negatives;
  }

  static void Append(const ExampleRows& from, ExampleRows& to) {
    const auto append = [](const auto& a, auto& b) {
      b.insert(b.end(), a.begin(), a.end());
    };
    append(from.rows, to.rows);
    append(from.labels, to.labels);
    append(from.plain, to.plain);
    append(from.products, to.products);
    append(from.groups, to.groups);
    append(from.truth, to.truth);
  }

  const TrainingLog& log_;
  const TrainRankerOptions& options_;
  const index::LearnProgress& progress_;
  Day last_ = 0;
  Examples examples_;
};

// Rows looked at by the guard, evenly spread.
constexpr size_t kGuardRows = 60000;

double AreaOfFeature(const ExampleRows& rows, size_t feature) {
  std::vector<float> values, labels;
  const size_t step = rows.labels.size() / kGuardRows + 1;
  for (size_t i = 0; i < rows.labels.size(); i += step) {
    values.push_back(rows.rows[i * kFeatures + feature]);
    labels.push_back(rows.labels[i]);
  }
  return AreaUnderCurve(values, labels);
}

}  // namespace

TrainingLog Before(const TrainingLog& log, Day day) {
  TrainingLog out = Filtered(log, [&](size_t i) { return log.day[i] < day; });
  out.today = day;
  return out;
}

facts::CustomerFacts FactsOf(const TrainingLog& log, uint32_t customer,
                             Day before, uint32_t unknown_store) {
  return FactsOfLines(log, LinesOf(log, customer), before, unknown_store);
}

absl::StatusOr<Examples> CollectExamples(const TrainingLog& log,
                                         const TrainRankerOptions& options,
                                         const index::LearnProgress& progress) {
  return Collector(log, options, progress).Run();
}

double AreaUnderCurve(const std::vector<float>& values,
                      const std::vector<float>& labels) {
  std::vector<std::pair<float, bool>> sorted;
  for (size_t i = 0; i < values.size(); ++i)
    sorted.emplace_back(std::isnan(values[i]) ? -INFINITY : values[i],
                        labels[i] > 0);
  std::sort(sorted.begin(), sorted.end());
  double below = 0, wins = 0, bought = 0;
  for (size_t i = 0; i < sorted.size();) {
    size_t j = i;
    double equal_bought = 0, equal_others = 0;
    for (; j < sorted.size() && sorted[j].first == sorted[i].first; ++j)
      ++(sorted[j].second ? equal_bought : equal_others);
    wins += equal_bought * (below + equal_others / 2);
    below += equal_others;
    bought += equal_bought;
    i = j;
  }
  return bought > 0 && below > 0 ? wins / (bought * below) : 0.5;
}

double ChanceOfArea(double area, const ExampleRows& held_out) {
  const double bought = static_cast<double>(
      std::count(held_out.labels.begin(), held_out.labels.end(), 1.0f));
  return bought > 0 ? 2 * std::sqrt(area * (1 - area) / bought) : 1;
}

absl::Status CheckLeaks(const Examples& examples, double margin) {
  for (size_t feature = 0; feature < kFeatures; ++feature) {
    const double train = std::abs(AreaOfFeature(examples.train, feature) - 0.5);
    const double held =
        std::abs(AreaOfFeature(examples.held_out, feature) - 0.5);
    const double chance = ChanceOfArea(0.5 + held, examples.held_out);
    if (train - held <= margin + chance) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "feature %s gives labels away: alone it tells bought from not bought "
        "by %.3f in training, by %.3f where the label is not in what tables "
        "were learned from (area under the curve, 0.5 = chance)",
        ranking::kFeatureTable[feature].name, 0.5 + train, 0.5 + held));
  }
  return absl::OkStatus();
}

}  // namespace patron::jobs
