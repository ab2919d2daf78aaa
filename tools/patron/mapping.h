// How a shop's own columns become Patron's fields. Read from a TOML file with
// one table a kind; everything in it may be left out:
//
//   [purchases]
//   separator = ";"
//   time_zone = "Europe/Vienna"      # of times that name none; default UTC
//   amounts = "major"                # "1.99" instead of 199; default "minor"
//   empty_values = ["NULL", "NA"]    # cells that count as empty
//   skip_rows_without = ["basket"]   # columns: rows with an empty one are left
//   out [purchases.columns]              # field = column, or several columns
//   receipt_id = ["basket", "till"]
//   [products.fallbacks]             # field = what to read where it came out
//   empty name = "department" [purchases.constants]            # field = one
//   value for every row currency = "USD" [purchases.discounts]            #
//   cause = column loyalty = "retail_disc_cents"
//   [purchases.third_party_discounts]
//   manufacturer_coupon = "coupon_disc_cents"
//   [products.attributes]            # name = column; also for customers,
//   events [customers.contacts]             # name = column
//   [customers.consents]             # "CHANNEL.PURPOSE" = column
//
// A field that the mapping does not name is read from the column of its own
// name, unless the mapping uses that column for something else.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tools/patron/kinds.h"
#include "tools/patron/values.h"

namespace patron::cli {

struct KindMapping {
  char separator = ',';
  absl::TimeZone time_zone = absl::UTCTimeZone();
  AmountUnit amounts = AmountUnit::kMinor;
  std::vector<std::string> empty_values;
  std::vector<std::string> skip_rows_without;
  std::map<int, std::vector<std::string>> columns;    // by field
  std::map<int, std::vector<std::string>> fallbacks;  // by field
  std::map<int, std::string> constants;               // by field
  std::vector<std::pair<const GroupSpec*, std::map<std::string, std::string>>>
      groups;  // name -> column

  // Whether the mapping uses `column` for anything.
  bool Uses(absl::string_view column) const;
};

struct Mapping {
  std::map<Kind, KindMapping> kinds;

  // The default where the file says nothing of `kind`.
  KindMapping For(Kind kind) const;
};

// `name` stands in messages. kInvalidArgument naming what is wrong and where:
// TOML that does not parse, unknown keys, fields and time zones.
absl::StatusOr<Mapping> ParseMapping(const std::string& text,
                                     const std::string& name);
absl::StatusOr<Mapping> LoadMapping(const std::string& path);

}  // namespace patron::cli
