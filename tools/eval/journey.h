// The Complete Journey (84.51°, 2017) as sales: what counts as a purchase is
// said in the README that comes with its CSV form.
//
// transactions: household_id, store_id, basket_id, time, product_id, quantity,
// sales_value_cents, retail_disc_cents, coupon_match_disc_cents, sorted by
// time. products: product_id, department, brand, product_category,
// product_type, manufacturer_id. A purchase is a row of quantity 1 or more, of
// a product in `products` whose department is not FUEL, MISCELLANEOUS or COUPON
// and whose category does not contain COUPON; other rows are left out.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/eval/sales.h"

namespace patron::eval {

struct JourneyFiles {
  std::string transactions;  // plain or gzip
  std::string products;      // plain or gzip
};

// kNotFound for a file that does not open; kInvalidArgument naming file, line,
// column and value for one that does not read as above.
absl::StatusOr<Sales> LoadJourney(const JourneyFiles& files);

}  // namespace patron::eval
