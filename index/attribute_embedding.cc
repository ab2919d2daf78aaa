#include "index/attribute_embedding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace patron::index {
namespace {

constexpr uint32_t kAnyCategory = std::numeric_limits<uint32_t>::max();

// What the members of a group have in common: category, brand, price tier.
using GroupKey = std::tuple<uint32_t, uint32_t, uint8_t>;

struct Group {
  std::vector<double> sum;
  uint32_t members = 0;
};

// The groups of a product, closest first.
std::vector<GroupKey> GroupsOf(const ProductAttributes& product) {
  std::vector<GroupKey> keys;
  const auto add = [&](uint32_t category, uint32_t brand, uint8_t tier) {
    keys.emplace_back(category, brand, tier);
  };
  if (!product.category_path.empty()) {
    const uint32_t narrowest = product.category_path.back();
    const bool tier = product.price_tier != kNoPriceTier;
    const bool brand = product.brand != kNoBrand;
    if (brand && tier) add(narrowest, product.brand, product.price_tier);
    if (brand) add(narrowest, product.brand, kNoPriceTier);
    if (tier) add(narrowest, kNoBrand, product.price_tier);
    for (size_t i = product.category_path.size(); i > 0; --i) {
      add(product.category_path[i - 1], kNoBrand, kNoPriceTier);
    }
  }
  if (product.brand != kNoBrand) add(kAnyCategory, product.brand, kNoPriceTier);
  return keys;
}

bool IsZero(const float* row, size_t columns) {
  return std::all_of(row, row + columns, [](float v) { return v == 0; });
}

using Groups = absl::flat_hash_map<GroupKey, Group>;

void AddMember(const ProductAttributes& product, const float* row,
               size_t columns, Groups& groups) {
  for (const GroupKey& key : GroupsOf(product)) {
    const auto found = groups.find(key);
    if (found == groups.end()) continue;
    Group& group = found->second;
    group.sum.resize(columns);
    for (size_t j = 0; j < columns; ++j) group.sum[j] += row[j];
    ++group.members;
  }
}

void TakeMean(const ProductAttributes& product, const Groups& groups,
              float* row) {
  for (const GroupKey& key : GroupsOf(product)) {
    const Group& group = groups.at(key);
    if (group.members == 0) continue;
    std::transform(group.sum.begin(), group.sum.end(), row, [&](double sum) {
      return static_cast<float>(sum / group.members);
    });
    return;
  }
}

// Weighed sum of the rows of a category.
struct CategorySum {
  std::vector<double> sum;
  uint32_t members = 0;
};

double Length(const std::vector<double>& vector) {
  double sum = 0;
  for (const double v : vector) sum += v * v;
  return std::sqrt(sum);
}

// row := the direction of weight · row + (1 − weight) · direction of `others`.
void Blend(double weight, const std::vector<double>& others, float* row) {
  const double length = Length(others);
  if (length < 1e-9) return;
  std::vector<double> mixed(others.size());
  for (size_t j = 0; j < mixed.size(); ++j) {
    mixed[j] = weight * row[j] + (1 - weight) * others[j] / length;
  }
  const double mixed_length = Length(mixed);
  if (mixed_length < 1e-9) return;
  for (size_t j = 0; j < mixed.size(); ++j) {
    row[j] = static_cast<float>(mixed[j] / mixed_length);
  }
}

}  // namespace

void DrawTowardsCategory(const std::vector<ProductAttributes>& attributes,
                         const std::vector<uint32_t>& customers_of,
                         double strength, DenseMatrix& embeddings) {
  const size_t columns = embeddings.columns;
  const auto weight = [&](uint32_t product) {
    return customers_of[product] / (customers_of[product] + strength);
  };
  const auto takes_part = [&](uint32_t product) {
    return !attributes[product].category_path.empty() &&
           !IsZero(embeddings.Row(product), columns);
  };
  absl::flat_hash_map<uint32_t, CategorySum> categories;
  for (uint32_t product = 0; product < embeddings.rows; ++product) {
    if (!takes_part(product)) continue;
    CategorySum& category =
        categories[attributes[product].category_path.back()];
    category.sum.resize(columns);
    ++category.members;
    const float* row = embeddings.Row(product);
    for (size_t j = 0; j < columns; ++j) {
      category.sum[j] += weight(product) * row[j];
    }
  }
  for (uint32_t product = 0; product < embeddings.rows; ++product) {
    if (!takes_part(product)) continue;
    const CategorySum& category =
        categories[attributes[product].category_path.back()];
    if (category.members < 2) continue;
    std::vector<double> others = category.sum;
    float* row = embeddings.Row(product);
    for (size_t j = 0; j < columns; ++j) others[j] -= weight(product) * row[j];
    Blend(weight(product), others, row);
  }
}

void EmbedByAttributes(const std::vector<ProductAttributes>& attributes,
                       DenseMatrix& embeddings) {
  std::vector<uint32_t> unplaced;
  Groups groups;  // those that an unplaced product asks for
  for (uint32_t product = 0; product < embeddings.rows; ++product) {
    if (!IsZero(embeddings.Row(product), embeddings.columns)) continue;
    unplaced.push_back(product);
    for (const GroupKey& key : GroupsOf(attributes[product])) groups[key];
  }
  auto skip = unplaced.begin();
  for (uint32_t product = 0; product < embeddings.rows; ++product) {
    if (skip != unplaced.end() && *skip == product) {
      ++skip;
      continue;
    }
    AddMember(attributes[product], embeddings.Row(product), embeddings.columns,
              groups);
  }
  for (const uint32_t product : unplaced) {
    TakeMean(attributes[product], groups, embeddings.Row(product));
  }
}

}  // namespace patron::index
