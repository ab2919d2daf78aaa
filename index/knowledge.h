// What was learned from a purchase log: plain data, as Learn returns it, as the
// artefact keeps it. Rows are product ordinals unless said otherwise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "index/neighbour_table.h"
#include "server/base/day.h"

namespace patron::index {

// How well lists foretell the last basket of customers whose last basket was
// left out of what the lists were learned from; means over those customers.
struct OfflineQuality {
  uint32_t customers = 0;
  double popular_recall_at_10 = 0;     // the products sold most
  double neighbours_recall_at_10 = 0;  // `neighbours` of her history
  double similar_recall_at_10 = 0;     // `similar` of her history
};

// The search that filled `similar`: what it was and how much it found.
struct AnnQuality {
  std::string kind;  // "scan", "ivf" or "hnsw"; "" where nothing was searched
  std::map<std::string, double> parameters;  // built and searched with
  double recall = 0;                         // share of the true ten nearest
};

// Spans of days, back from today, in which sales are counted.
inline constexpr std::array<int, 4> kSaleDays = {7, 14, 28, 56};
inline constexpr size_t kSaleSpans = kSaleDays.size();
inline constexpr uint32_t kNoCategory = std::numeric_limits<uint32_t>::max();

struct Knowledge {
  Day today = 0;
  uint32_t products = 0;
  uint32_t stores = 0;
  uint32_t customers = 0;
  uint64_t lines = 0;
  uint64_t receipts = 0;

  // products × dimensions. A product with purchases has length 1; one without
  // has the mean of its like, shorter than 1 (the inner product with it is the
  // mean cosine with them), or zeros where nothing is like it.
  uint32_t dimensions = 0;
  std::vector<float> embeddings;

  NeighbourTable similar;     // bought instead: inner product of embeddings
  NeighbourTable goes_with;   // bought together: lower bound of ln(lift), > 0
  NeighbourTable neighbours;  // bought by the same customers: TF-IDF cosine
  // A row a store, then one for the whole shop (row `stores`).
  NeighbourTable popular;   // by decayed receipts
  NeighbourTable trending;  // by z of recent against before

  std::vector<uint8_t> listed;    // 1 where a product may stand in lists
  std::vector<float> popularity;  // decayed receipts, whole shop
  std::vector<float> typical_interval_days;  // 0 if unknown
  std::vector<float> repeat_rate;            // share of customers, 0 to 1
  std::vector<uint32_t> customers_of;        // distinct customers who bought it

  // ---- for the ranker
  NeighbourTable together;   // bought on one receipt: TF-IDF cosine
  NeighbourTable following;  // bought at the customer's next visit: the same,
                             // directed
  // Groups of customers who buy alike: the centre of each (length 1, in the
  // space of embeddings), and what its customers buy: decayed receipts for each
  // of them. A row a group.
  uint32_t groups = 0;
  std::vector<float> group_centres;
  NeighbourTable popular_in_group;
  // By narrowest category id: its products by decayed receipts.
  NeighbourTable popular_in_category;

  std::vector<uint32_t> category;    // narrowest; kNoCategory if unknown
  std::vector<uint32_t> wider;       // around the narrowest; none without one
  std::vector<uint32_t> department;  // widest
  std::vector<uint32_t> brand;       // kNoBrand if unknown
  std::vector<uint8_t> price_tier;   // kNoPriceTier if unknown
  std::vector<Day> first_sold;       // 0 = never
  // products × kSaleSpans: share of the span's receipts that hold the product.
  std::vector<float> sold;
  // By narrowest category id.
  std::vector<float> category_interval_days;  // median of customers; 0 unknown
  std::vector<float> category_repeat_rate;    // share of customers, 0 to 1
  std::vector<float> category_popularity;  // decayed receipts of its products
  float mean_basket = 0;                   // distinct products a receipt
  // The learned order: trees as index::Trees reads them; "" = none.
  std::string ranker;

  OfflineQuality quality;
  AnnQuality ann;
  // The options it was learned with, by name.
  std::map<std::string, double> parameters;
};

}  // namespace patron::index
