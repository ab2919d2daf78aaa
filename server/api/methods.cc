#include "server/api/methods.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/text.h"

namespace patron::api {
namespace {

constexpr Roles kSellers = kStorefront | kClerk | kAdministrator;
constexpr Roles kFeeds = kJobs | kAdministrator;
constexpr Roles kClerks = kClerk | kAdministrator;
constexpr Roles kMarketers = kMarketing | kAdministrator;

constexpr std::array kMethods = {
    Method{"authenticate", Service::kSession, kAllRoles, true},
    Method{"readyAnswer", Service::kSession, kAllRoles},

    Method{"recommend", Service::kStorefront, kSellers | kMarketing},
    Method{"explainImpression", Service::kStorefront,
           kSellers | kMarketing | kJobs},
    Method{"recordPurchase", Service::kStorefront, kSellers},
    Method{"recordReturn", Service::kStorefront, kSellers},
    Method{"recordEvent", Service::kStorefront, kSellers},
    Method{"recordPurchases", Service::kStorefront, kSellers},
    Method{"putCustomer", Service::kStorefront, kSellers},
    Method{"getCustomer", Service::kStorefront, kSellers},
    Method{"getHistory", Service::kStorefront, kSellers},
    Method{"getContext", Service::kStorefront, kSellers},

    Method{"importCustomers", Service::kAdmin, kFeeds},
    Method{"importProducts", Service::kAdmin, kFeeds},
    Method{"importStock", Service::kAdmin, kFeeds},
    Method{"importPurchases", Service::kAdmin, kFeeds},
    Method{"importReturns", Service::kAdmin, kFeeds},
    Method{"importEvents", Service::kAdmin, kFeeds},
    // Who exports customers walks out with every name and address.
    Method{"exportCustomers", Service::kAdmin, kAdministrator},
    Method{"exportProducts", Service::kAdmin, kFeeds | kMarketing},
    Method{"exportStock", Service::kAdmin, kFeeds | kMarketing},
    Method{"exportPurchases", Service::kAdmin, kFeeds},
    Method{"exportEvents", Service::kAdmin, kFeeds},
    Method{"createCheckpoint", Service::kAdmin, kFeeds},
    Method{"dropCheckpoint", Service::kAdmin, kFeeds},
    Method{"listIndexes", Service::kAdmin, kFeeds | kMarketing},
    Method{"publishIndex", Service::kAdmin, kFeeds},
    Method{"rollbackIndex", Service::kAdmin, kFeeds},
    Method{"startTrial", Service::kAdmin, kFeeds},
    Method{"trialReport", Service::kAdmin, kFeeds | kMarketing},
    Method{"stopTrial", Service::kAdmin, kFeeds},
    Method{"settleAccounts", Service::kAdmin, kFeeds},
    Method{"stats", Service::kAdmin, kFeeds | kMarketing},

    Method{"quote", Service::kLoyalty, kSellers},
    Method{"reserve", Service::kLoyalty, kSellers},
    Method{"commit", Service::kLoyalty, kSellers},
    Method{"release", Service::kLoyalty, kSellers},
    Method{"balances", Service::kLoyalty, kSellers},
    Method{"loyaltyPicture", Service::kLoyalty, kClerks},
    Method{"claimReceipt", Service::kLoyalty, kClerks},
    Method{"entries", Service::kLoyalty, kClerks},
    Method{"explainReceipt", Service::kLoyalty, kClerks},
    // How much a clerk may adjust is the programme's.
    Method{"adjustPoints", Service::kLoyalty, kClerks},
    Method{"linkId", Service::kLoyalty, kClerks},
    Method{"mergeCustomers", Service::kLoyalty, kClerks},
    Method{"refer", Service::kLoyalty, kClerks},
    Method{"readyQuote", Service::kLoyalty, kSellers},

    Method{"applyDefinitions", Service::kMarketing, kMarketers},
    Method{"exportDefinitions", Service::kMarketing, kMarketers},
    Method{"definitionsHistory", Service::kMarketing, kMarketers},
    Method{"offers", Service::kMarketing, kMarketers},
    Method{"setOfferState", Service::kMarketing, kMarketers},
    Method{"putCodes", Service::kMarketing, kMarketers},
    Method{"issueOffer", Service::kMarketing, kMarketers},
    Method{"liability", Service::kMarketing, kMarketers},
    Method{"giveBonus", Service::kMarketing, kMarketers | kJobs},
    Method{"nextBestOffers", Service::kMarketing, kMarketers},
    Method{"drawPrize", Service::kMarketing, kMarketers},
    Method{"checkBooks", Service::kMarketing, kMarketers | kJobs},

    Method{"segmentList", Service::kMarketing, kMarketers | kJobs},
    Method{"countSegment", Service::kMarketing, kMarketers | kJobs},
    Method{"saveSegment", Service::kMarketing, kMarketers},
    Method{"deleteSegment", Service::kMarketing, kMarketers},
    Method{"segmentMembers", Service::kMarketing, kMarketers},
    Method{"sampleSegment", Service::kMarketing, kMarketers},
    Method{"explainMembership", Service::kMarketing, kMarketers},
    Method{"compareSegments", Service::kMarketing, kMarketers},
    Method{"exportSegment", Service::kMarketing, kMarketers | kJobs},
    Method{"ruleFields", Service::kMarketing, kMarketers},
    Method{"uploadList", Service::kMarketing, kMarketers | kJobs},
    Method{"campaignList", Service::kMarketing, kMarketers | kJobs},
    Method{"saveCampaign", Service::kMarketing, kMarketers},
    Method{"previewCampaign", Service::kMarketing, kMarketers},
    Method{"planCampaign", Service::kMarketing, kMarketers | kJobs},
    Method{"campaignRun", Service::kMarketing, kMarketers | kJobs},
    Method{"freezeRun", Service::kMarketing, kMarketers | kJobs},
    Method{"releaseRun", Service::kMarketing, kMarketers | kJobs},
    Method{"exportRun", Service::kMarketing, kMarketers | kJobs},
    Method{"reportContacts", Service::kMarketing, kMarketers | kJobs},
    Method{"runOutcome", Service::kMarketing, kMarketers | kJobs},
    Method{"customerContacts", Service::kMarketing, kMarketers | kClerks},
};

constexpr std::array<std::pair<absl::string_view, Role>, 5> kRoleNames = {{
    {"storefront", kStorefront},
    {"clerk", kClerk},
    {"marketing", kMarketing},
    {"jobs", kJobs},
    {"administrator", kAdministrator},
}};

constexpr std::array<std::pair<Service, absl::string_view>, 4> kServiceNames = {
    {
        {Service::kStorefront, "Storefront"},
        {Service::kAdmin, "Admin"},
        {Service::kLoyalty, "Loyalty"},
        {Service::kMarketing, "Marketing"},
    }};

absl::flat_hash_map<std::string, int> MakeNames() {
  absl::flat_hash_map<std::string, int> names;
  for (size_t at = 0; at < kMethods.size(); ++at) {
    const Method& method = kMethods[at];
    const int place = static_cast<int>(at);
    names[std::string(method.name)] = place;
    for (const auto& [service, name] : kServiceNames)
      if (method.service == service || method.service == Service::kSession)
        names[absl::StrCat(name, ":", method.name)] = place;
  }
  return names;
}

}  // namespace

std::span<const Method> Methods() { return kMethods; }

int FindMethod(absl::string_view called) {
  static const auto* const names =
      new absl::flat_hash_map<std::string, int>(MakeNames());
  const auto found = names->find(called);
  return found == names->end() ? -1 : found->second;
}

absl::StatusOr<Role> ParseRole(absl::string_view word) {
  for (const auto& [name, role] : kRoleNames)
    if (name == word) return role;
  return absl::InvalidArgumentError(absl::StrCat(
      "role ", Quoted(word), " is none of ", RoleNames(kAllRoles)));
}

std::string RoleNames(Roles roles) {
  std::vector<absl::string_view> names;
  for (const auto& [name, role] : kRoleNames)
    if (roles & role) names.push_back(name);
  return absl::StrJoin(names, ", ");
}

}  // namespace patron::api
