// The pieces that answer for a customer and a product. Private to this folder.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "server/rules/rules.h"
#include "server/subjects/subjects.h"

namespace patron::subjects {

// A field of the profile; its numbers are those of CustomerField.
rules::Value ProfileValue(const facts::Traits& traits, Day today, int field,
                          absl::string_view key);

// A field of loyalty, `key` naming the programme, "" the shop's first. Unknown
// for one that does not stand.
rules::Value LoyaltyValue(const CustomerParts& parts, int field,
                          absl::string_view key);

// A field of what is predicted. Unknown where nothing was learned, and of one
// who bought nothing.
rules::Value PredictedValue(const CustomerParts& parts, int field,
                            absl::string_view key);

// A field of ProductField but kProduct.
rules::Value ProductValue(const wire::Product& product, int field,
                          absl::string_view key);

// Lines of receipts that were kept at least in part, newest first.
void ForEachLine(const CustomerParts& parts, int64_t first_day,
                 absl::FunctionRef<bool(const rules::Row&)> visit);
void ForEachEvent(const CustomerParts& parts, int64_t first_day,
                  absl::FunctionRef<bool(const rules::Row&)> visit);

}  // namespace patron::subjects
