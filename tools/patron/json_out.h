// The structs of the API as JSON. What `import` reads is written exactly as it
// reads it (amounts in minor units, quantities as numbers, times in ISO 8601),
// so that export and import give back the same; absent fields are left out.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "admin_types.h"
#include "storefront_types.h"
#include "types_types.h"

namespace patron::cli {

using Json = nlohmann::ordered_json;

Json ToJson(const wire::Customer& customer);
Json ToJson(const wire::Product& product);
Json ToJson(const wire::StockLevel& level);
Json ToJson(const wire::PurchaseLine& line);
Json ToJson(const wire::Purchase& purchase);
Json ToJson(const wire::PurchaseReturn& back);
Json ToJson(const wire::Event& event);

Json ToJson(const wire::RecommendedItem& item);
Json ToJson(const wire::RecommendReply& reply);
Json ToJson(const wire::ImpressionContent& content);
Json ToJson(const wire::CustomerFacts& facts);
Json ToJson(const wire::ItemHistory& item);
Json ToJson(const wire::HistoryPurchase& purchase);  // with "returns"
Json ToJson(const wire::HistoryPage& page);
Json ToJson(const wire::CustomerContext& context);
Json ToJson(const wire::PurchaseReply& reply);
Json ToJson(const wire::ReturnReply& reply);
Json ToJson(const wire::EventReply& reply);
Json ToJson(const wire::IndexVersion& version);
Json ToJson(const wire::CheckpointInfo& checkpoint);
Json ToJson(const wire::Stats& stats);

// "due_again" for DUE_AGAIN; the number where the name is not known.
std::string LowerName(const wire::ReasonCode::type& reason);
std::string LowerName(const wire::Placement::type& placement);
std::string LowerName(const wire::EventKind::type& kind);

// One line, without its end; broken UTF-8 replaced.
std::string ToLine(const Json& json);

template <typename T>
Json ToJsonArray(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(ToJson(value));
  return array;
}

}  // namespace patron::cli
