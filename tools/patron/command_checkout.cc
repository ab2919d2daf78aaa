// Quote, reserve, commit, release: what a till does.
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_checkout.h"
#include "tools/patron/quote_request.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr Range kHoldSeconds = {10, 86400};

bool FromStdin(const Args& args) { return !args.positional().empty(); }

absl::Status CheckDash(const Args& args) {
  if (!FromStdin(args) || args.positional()[0] == "-") return absl::OkStatus();
  return UsageError(absl::StrCat(Quoted(args.positional()[0]),
                                 " is not - (JSON lines on stdin)"));
}

absl::Status Required(const Args& args, const std::string& flag) {
  if (!args.Get(flag).empty()) return absl::OkStatus();
  return UsageError(absl::StrCat("no --", flag, " given"));
}

absl::Status QuoteOne(Context& context, Connection& connection,
                      const wire::QuoteRequest& request) {
  wire::Quote quote;
  PATRON_RETURN_IF_ERROR(connection.Loyalty(
      [&](wire::LoyaltyClient& client) { client.quote(quote, request); }));
  if (context.json)
    context.out << ToLine(ToJson(quote)) << '\n';
  else
    PrintQuote(context.out, quote, request.currency);
  return absl::OkStatus();
}

absl::Status QuoteLines(Context& context, Connection& connection) {
  std::string line;
  for (int64_t number = 1; std::getline(context.in, line); ++number) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    const absl::StatusOr<wire::QuoteRequest> request =
        QuoteRequestFromJson(line);
    if (!request.ok())
      return absl::InvalidArgumentError(
          absl::StrCat("stdin:", number, ": ", request.status().message()));
    PATRON_RETURN_IF_ERROR(QuoteOne(context, connection, *request));
  }
  return absl::OkStatus();
}

// The basket of the options, or the first JSON line.
absl::StatusOr<wire::QuoteRequest> ReadBasket(Context& context,
                                              const Args& args) {
  PATRON_RETURN_IF_ERROR(CheckDash(args));
  if (!FromStdin(args)) return QuoteRequestFromFlags(args);
  std::string line;
  std::getline(context.in, line);
  return QuoteRequestFromJson(line);
}

}  // namespace

absl::StatusOr<int> RunQuote(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(CheckDash(args));
  Connection connection(context.server);
  if (FromStdin(args)) {
    PATRON_RETURN_IF_ERROR(QuoteLines(context, connection));
    return kExitOk;
  }
  PATRON_ASSIGN_OR_RETURN(const wire::QuoteRequest request,
                          QuoteRequestFromFlags(args));
  PATRON_RETURN_IF_ERROR(QuoteOne(context, connection, request));
  return kExitOk;
}

absl::StatusOr<int> RunReserve(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(Required(args, "reservation"));
  PATRON_ASSIGN_OR_RETURN(const int64_t hold,
                          args.Number("hold", 300, kHoldSeconds));
  PATRON_ASSIGN_OR_RETURN(const wire::QuoteRequest request,
                          ReadBasket(context, args));
  wire::Reservation reservation;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Loyalty([&](wire::LoyaltyClient& client) {
        client.reserve(reservation, args.Get("request-id"),
                       args.Get("reservation"), request,
                       args.Get("quote-token"), static_cast<int32_t>(hold));
      }));
  if (context.json)
    context.out << ToLine(ToJson(reservation)) << '\n';
  else
    PrintReservation(context.out, reservation, request.currency);
  return kExitOk;
}

absl::StatusOr<int> RunCommit(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(Required(args, "reservation"));
  PATRON_RETURN_IF_ERROR(Required(args, "receipt"));
  int64_t at_us = absl::ToUnixMicros(context.clock.Now());
  if (args.Has("at")) {
    PATRON_ASSIGN_OR_RETURN(
        at_us, ParseTime("--at", args.Get("at"), absl::UTCTimeZone()));
  }
  wire::CommitReply reply;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Loyalty([&](wire::LoyaltyClient& client) {
        client.commit(reply, args.Get("request-id"), args.Get("reservation"),
                      args.Get("receipt"), at_us, args.Get("impression"));
      }));
  if (context.json)
    context.out << ToLine(ToJson(reply)) << '\n';
  else
    PrintCommit(context.out, reply);
  return kExitOk;
}

absl::StatusOr<int> RunRelease(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(Required(args, "reservation"));
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Loyalty([&](wire::LoyaltyClient& client) {
        client.release(args.Get("request-id"), args.Get("reservation"));
      }));
  if (!context.json)
    context.out << "reservation " << args.Get("reservation")
                << " is released\n";
  return kExitOk;
}

absl::StatusOr<int> RunReceiptClaim(Context& context, const Args& args) {
  wire::CommitReply reply;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Loyalty([&](wire::LoyaltyClient& client) {
        client.claimReceipt(reply, args.Get("request-id"), args.positional()[0],
                            args.positional()[1]);
      }));
  if (context.json) {
    context.out << ToLine(ToJson(reply)) << '\n';
    return kExitOk;
  }
  context.out << "receipt " << reply.receipt_id
              << (reply.duplicate ? " was hers already"
                                  : " is now of customer ")
              << (reply.duplicate ? "" : args.positional()[1]) << '\n';
  for (const wire::PointsChange& change : reply.points)
    PrintPointsChange(context.out, change);
  return kExitOk;
}

}  // namespace patron::cli
