// Customers that commands name. Helpers of this folder.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/base/text.h"
#include "server/checkout/context.h"

namespace patron::checkout {

// kNotFound naming `field` and the id.
inline absl::StatusOr<CustomerOrdinal> KnownCustomer(absl::string_view field,
                                                     const std::string& id,
                                                     const Context& context) {
  const auto customer = context.base.ordinals.FindCustomer(id);
  if (!customer)
    return absl::NotFoundError(
        absl::StrCat(field, ": no customer ", Quoted(id)));
  return *customer;
}

// Whom an ordinal that a row holds leads to today: another customer after a
// merge.
inline CustomerOrdinal PresentOf(CustomerOrdinal customer,
                                 const Context& context) {
  const auto& ordinals = context.base.ordinals;
  return ordinals.FindCustomer(ordinals.CustomerId(customer))
      .value_or(customer);
}

}  // namespace patron::checkout
