// Offers: what they used, pause and resume, personal ones, the next best.
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_marketing.h"
#include "tools/patron/text_file.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr size_t kCustomersPerCall = 1000;

// --customer and the lines of --file.
absl::StatusOr<std::vector<std::string>> Customers(const Args& args) {
  std::vector<std::string> ids = args.All("customer");
  if (args.Has("file")) {
    PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> lines,
                            ReadLinesOf(args.Get("file")));
    ids.insert(ids.end(), lines.begin(), lines.end());
  }
  if (ids.empty()) return UsageError("no --customer and no --file given");
  return ids;
}

absl::StatusOr<int> SetState(Context& context, const Args& args,
                             wire::OfferState::type state, const char* done) {
  const std::string& offer = args.positional()[0];
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.setOfferState(args.Get("request-id"), offer, state);
      }));
  if (!context.json) context.out << "offer " << offer << done << '\n';
  return kExitOk;
}

// One call has the request id as it is; of several, each its own.
std::string RequestId(const Args& args, size_t at, size_t count) {
  const std::string id = args.Get("request-id");
  if (id.empty() || count <= kCustomersPerCall) return id;
  return absl::StrCat(id, "/", at / kCustomersPerCall + 1);
}

}  // namespace

absl::StatusOr<int> RunOffersList(Context& context, const Args&) {
  std::vector<wire::OfferStatus> offers;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.offers(offers);
      }));
  if (!context.json) PrintOfferStates(context.out, offers);
  for (const wire::OfferStatus& offer : offers)
    if (context.json) context.out << ToLine(ToJson(offer)) << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunOffersPause(Context& context, const Args& args) {
  return SetState(context, args, wire::OfferState::PAUSED, " is paused");
}

absl::StatusOr<int> RunOffersResume(Context& context, const Args& args) {
  return SetState(context, args, wire::OfferState::RUNNING, " runs again");
}

absl::StatusOr<int> RunOffersExpire(Context& context, const Args& args) {
  return SetState(context, args, wire::OfferState::EXPIRED, " has ended");
}

absl::StatusOr<int> RunOffersIssue(Context& context, const Args& args) {
  if (args.Get("cause").empty()) return UsageError("no --cause given");
  int64_t expires_us = 0;
  if (args.Has("expires")) {
    const absl::StatusOr<int64_t> time =
        ParseTime("--expires", args.Get("expires"), absl::UTCTimeZone());
    if (!time.ok()) return UsageError(time.status().message());
    expires_us = *time;
  }
  PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> ids, Customers(args));
  const std::string& offer = args.positional()[0];
  Connection connection(context.server);
  for (size_t at = 0; at < ids.size(); at += kCustomersPerCall) {
    const size_t end = std::min(ids.size(), at + kCustomersPerCall);
    PATRON_RETURN_IF_ERROR(
        connection.Marketing([&](wire::MarketingClient& client) {
          client.issueOffer(RequestId(args, at, ids.size()), offer,
                            {ids.begin() + at, ids.begin() + end}, expires_us,
                            args.Get("cause"));
        }));
  }
  if (!context.json)
    context.out << "offer " << offer << " is issued to "
                << FormatCount(static_cast<int64_t>(ids.size()))
                << (ids.size() == 1 ? " customer\n" : " customers\n");
  return kExitOk;
}

absl::StatusOr<int> RunOffersNext(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> ids, Customers(args));
  std::vector<wire::NextOffer> offers;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.nextBestOffers(offers, ids, args.All("offer"));
      }));
  if (!context.json) PrintNextOffers(context.out, offers);
  for (const wire::NextOffer& next : offers)
    if (context.json) context.out << ToLine(ToJson(next)) << '\n';
  return kExitOk;
}

}  // namespace patron::cli
