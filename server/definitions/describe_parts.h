// What the descriptions of tables share. Private to this folder.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "definitions_types.h"
#include "server/definitions/form.h"
#include "server/definitions/values.h"

namespace patron::definitions {

struct Shop {
  absl::TimeZone zone;
  std::string currency;
};

// The forms of one programme's, offer's or campaign's values.
struct Ways {
  AsAmount amount;
  AsMoment start;
  AsMoment end;
};

Ways WaysOf(const Shop& shop, const std::string& currency);

// The shop's currency, where nothing else is said.
void DescribeCurrency(Form& form, std::string& currency, const Shop& shop);

// Segments, campaigns, contact rules, the holdout, the prediction and stores.
void DescribeMarketing(Form& form, wire::Definitions& definitions,
                       const Shop& shop);

}  // namespace patron::definitions
