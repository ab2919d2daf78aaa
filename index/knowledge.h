// What was learned from a purchase log: plain data, as Learn returns it, as the
// artefact keeps it. Rows are product ordinals unless said otherwise.
#pragma once

#include <cstdint>
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

  OfflineQuality quality;
  // The options it was learned with, by name.
  std::map<std::string, double> parameters;
};

}  // namespace patron::index
