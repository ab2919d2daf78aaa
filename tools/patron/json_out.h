// The structs of the API as JSON. What `import` reads is written exactly as it
// reads it (amounts in minor units, quantities as numbers, times in ISO 8601),
// so that export and import give back the same; absent fields are left out.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "admin_types.h"
#include "checkout_types.h"
#include "loyalty_types.h"
#include "marketing_types.h"
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
Json ToJson(const wire::TrialReport& report);
Json ToJson(const wire::CheckpointInfo& checkpoint);
Json ToJson(const wire::Stats& stats);

// json_checkout.cc
Json ToJson(const wire::TakenBack& taken);
Json ToJson(const wire::GivenBack& given);
Json ToJson(const wire::QuoteLine& line);
Json ToJson(const wire::OfferDecision& offer);
Json ToJson(const wire::CodeDecision& code);
Json ToJson(const wire::PointsDecision& points);
Json ToJson(const wire::Quote& quote);
Json ToJson(const wire::Reservation& reservation);
Json ToJson(const wire::PointsChange& change);
Json ToJson(const wire::CommitReply& reply);
Json ToJson(const wire::LotView& lot);
Json ToJson(const wire::TierView& tier);
Json ToJson(const wire::Balance& balance);
Json ToJson(const wire::Entry& entry);
Json ToJson(const wire::EntriesPage& page);
Json ToJson(const wire::IssuedOffer& offer);
Json ToJson(const wire::LoyaltyPicture& picture);
Json ToJson(const wire::BooksReport& report);

// json_marketing.cc
Json ToJson(const wire::OfferReplay& offer);
Json ToJson(const wire::Replay& replay);
Json ToJson(const wire::ApplyReply& reply);
Json ToJson(const wire::DefinitionsFiles& files);
Json ToJson(const wire::DefinitionsVersion& version);  // without its content
Json ToJson(const wire::OfferStatus& status);
Json ToJson(const wire::Liability& liability);
Json ToJson(const wire::NextOffer& next);
Json ToJson(const wire::Winner& winner);
Json ToJson(const wire::Draw& draw);

// json_segments.cc
Json ToJson(const wire::SegmentInfo& info);
Json ToJson(const wire::SegmentCount& count);
Json ToJson(const wire::MembersPage& page);
Json ToJson(const wire::ClauseAnswer& clause);
Json ToJson(const wire::Membership& membership);
Json ToJson(const wire::SegmentPart& part);
Json ToJson(const wire::SegmentComparison& comparison);
Json ToJson(const wire::RuleField& field);
Json ToJson(const wire::UploadReply& reply);

// json_campaigns.cc
Json ToJson(const wire::Campaign& campaign);
Json ToJson(const wire::CampaignStatus& status);
Json ToJson(const wire::CampaignRun& run);
Json ToJson(const wire::ListProduct& product);
Json ToJson(const wire::ListRow& row);
Json ToJson(const wire::CampaignPreview& preview);
Json ToJson(const wire::ContactView& contact);
Json ToJson(const wire::OutcomeLine& line);
Json ToJson(const wire::Outcome& outcome);

// "due_again" for DUE_AGAIN; the number where the name is not known.
std::string LowerName(const wire::ReasonCode::type& reason);
std::string LowerName(const wire::Placement::type& placement);
std::string LowerName(const wire::EventKind::type& kind);
std::string LowerName(const wire::Measure::type& measure);
std::string LowerName(const wire::OfferReason::type& reason);
std::string LowerName(const wire::CodeReason::type& reason);
std::string LowerName(const wire::EntryKind::type& kind);
std::string LowerName(const wire::Benefit::type& benefit);
std::string LowerName(const wire::OfferState::type& state);
std::string LowerName(const wire::SegmentKind::type& kind);
std::string LowerName(const wire::CampaignKind::type& kind);
std::string LowerName(const wire::LeftOut::type& reason);
std::string LowerName(const wire::RunState::type& state);

// One line, without its end; broken UTF-8 replaced.
std::string ToLine(const Json& json);

template <typename T>
Json ToJsonArray(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(ToJson(value));
  return array;
}

}  // namespace patron::cli
