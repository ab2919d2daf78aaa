#include "tools/eval/journey.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/eval/csv_columns.h"

namespace patron::eval {
namespace {

// Gives names dense numbers in the order in which they come.
class Names {
 public:
  uint32_t Of(absl::string_view name) {
    const auto at = numbers_.find(name);
    if (at != numbers_.end()) return at->second;
    return numbers_
        .emplace(std::string(name), static_cast<uint32_t>(numbers_.size()))
        .first->second;
  }
  bool Contains(absl::string_view name) const {
    return numbers_.contains(name);
  }
  uint32_t size() const { return static_cast<uint32_t>(numbers_.size()); }
  std::vector<std::string> Take() {
    std::vector<std::string> names(numbers_.size());
    for (const auto& [name, number] : numbers_) names[number] = name;
    return names;
  }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

bool IsMerchandise(absl::string_view department, absl::string_view category) {
  return department != "FUEL" && department != "MISCELLANEOUS" &&
         department != "COUPON" && !absl::StrContains(category, "COUPON");
}

class Loader {
 public:
  absl::StatusOr<Sales> Load(const JourneyFiles& files) {
    PATRON_RETURN_IF_ERROR(
        ReadColumns(files.products,
                    {"product_id", "department", "product_category",
                     "product_type", "brand", "manufacturer_id"},
                    [&](const Cells& cells) { return TakeProduct(cells); }));
    PATRON_RETURN_IF_ERROR(
        ReadColumns(files.transactions,
                    {"household_id", "store_id", "basket_id", "time",
                     "product_id", "quantity", "sales_value_cents",
                     "retail_disc_cents", "coupon_match_disc_cents"},
                    [&](const Cells& cells) { return TakeLine(cells); }));
    sales_.customers = households_.Take();
    sales_.products = products_.Take();
    sales_.stores = stores_.size();
    sales_.receipts = baskets_.size();
    sales_.derive_price_tiers = true;
    return std::move(sales_);
  }

 private:
  absl::Status TakeProduct(const Cells& cells) {
    if (cells[0].empty())
      return absl::InvalidArgumentError("product_id: is empty");
    if (!IsMerchandise(cells[1], cells[2])) return absl::OkStatus();
    if (products_.Contains(cells[0]))
      return absl::InvalidArgumentError(
          absl::StrCat("product_id: ", Quoted(cells[0]), " stands twice"));
    products_.Of(cells[0]);
    index::ProductAttributes& attributes = sales_.attributes.emplace_back();
    std::string path;
    for (size_t level = 1; level <= 3; ++level) {
      absl::StrAppend(&path, cells[level], absl::string_view("\0", 1));
      attributes.category_path.push_back(categories_.Of(path));
    }
    attributes.brand = brands_.Of(absl::StrCat(cells[4], " ", cells[5]));
    return absl::OkStatus();
  }

  absl::Status TakeLine(const Cells& cells) {
    PATRON_ASSIGN_OR_RETURN(const int64_t quantity,
                            ParseWhole("quantity", cells[5]));
    PATRON_ASSIGN_OR_RETURN(const int64_t at, TimeOf(cells[3]));
    int64_t cents = 0;
    for (size_t i = 6; i < 9; ++i) {
      PATRON_ASSIGN_OR_RETURN(const int64_t amount,
                              ParseWhole(kMoney[i - 6], cells[i]));
      cents += amount;
    }
    if (quantity < 1 || !products_.Contains(cells[4])) return absl::OkStatus();
    Sale sale;
    sale.customer = households_.Of(cells[0]);
    sale.product = products_.Of(cells[4]);
    sale.store = stores_.Of(cells[1]);
    sale.receipt = baskets_.Of(cells[2]);
    sale.at = at;
    sale.unit_price = static_cast<float>(cents) / static_cast<float>(quantity);
    sales_.sales.push_back(sale);
    return absl::OkStatus();
  }

  // Rows stand by time, those of a basket at one: most repeat the last text.
  absl::StatusOr<int64_t> TimeOf(absl::string_view text) {
    if (text == last_time_) return last_at_;
    PATRON_ASSIGN_OR_RETURN(const absl::CivilSecond time,
                            ParseSecond("time", text));
    const int64_t at = time - absl::CivilSecond(1970);
    if (at < last_at_)
      return absl::InvalidArgumentError(absl::StrCat(
          "time: ", Quoted(text), " stands behind ", Quoted(last_time_)));
    last_time_ = std::string(text);
    return last_at_ = at;
  }

  static constexpr const char* kMoney[] = {
      "sales_value_cents", "retail_disc_cents", "coupon_match_disc_cents"};

  Names products_, households_, stores_, baskets_, categories_, brands_;
  std::string last_time_;
  int64_t last_at_ = 0;
  Sales sales_;
};

}  // namespace

absl::StatusOr<Sales> LoadJourney(const JourneyFiles& files) {
  return Loader().Load(files);
}

}  // namespace patron::eval
