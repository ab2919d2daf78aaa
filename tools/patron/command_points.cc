// What a clerk asks of points, and what she may change of points and ids.
#include <functional>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_checkout.h"
#include "tools/patron/print_marketing.h"

namespace patron::cli {
namespace {

using LoyaltyCall = std::function<void(wire::LoyaltyClient&)>;

absl::Status Call(Context& context, const LoyaltyCall& call) {
  return Connection(context.server).Loyalty(call);
}

// A change that answers nothing: one line says what it did.
absl::StatusOr<int> Change(Context& context, const LoyaltyCall& call,
                           const std::string& done) {
  PATRON_RETURN_IF_ERROR(Call(context, call));
  if (!context.json) context.out << done << '\n';
  return kExitOk;
}

}  // namespace

absl::StatusOr<int> RunPointsBalance(Context& context, const Args& args) {
  std::vector<wire::Balance> balances;
  PATRON_RETURN_IF_ERROR(Call(context, [&](wire::LoyaltyClient& client) {
    client.balances(balances, args.positional()[0]);
  }));
  if (!context.json) PrintBalances(context.out, balances);
  for (const wire::Balance& balance : balances)
    if (context.json) context.out << ToLine(ToJson(balance)) << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunPointsHistory(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const int64_t limit,
                          args.Number("limit", 20, {1, 1000}));
  wire::EntriesPage page;
  PATRON_RETURN_IF_ERROR(Call(context, [&](wire::LoyaltyClient& client) {
    client.entries(page, args.positional()[0], static_cast<int32_t>(limit),
                   args.Get("cursor"));
  }));
  if (context.json) {
    context.out << ToLine(ToJson(page)) << '\n';
    return kExitOk;
  }
  PrintEntries(context.out, page.entries);
  if (!page.next_cursor.empty())
    context.out << "\nmore: --cursor " << page.next_cursor << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunPointsExplain(Context& context, const Args& args) {
  std::vector<std::string> reasons;
  PATRON_RETURN_IF_ERROR(Call(context, [&](wire::LoyaltyClient& client) {
    client.explainReceipt(reasons, args.positional()[0]);
  }));
  if (context.json)
    context.out << ToLine({{"receipt_id", args.positional()[0]},
                           {"reasons", reasons}})
                << '\n';
  else
    for (const std::string& reason : reasons) context.out << reason << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunPointsAdjust(Context& context, const Args& args) {
  const absl::StatusOr<int64_t> points =
      ParseWhole("points", args.positional()[2], kAnyNumber);
  if (!points.ok()) return UsageError(points.status().message());
  if (args.Get("reason").empty()) return UsageError("no --reason given");
  wire::PointsChange change;
  PATRON_RETURN_IF_ERROR(Call(context, [&](wire::LoyaltyClient& client) {
    client.adjustPoints(change, args.Get("request-id"), args.positional()[0],
                        args.positional()[1], *points, args.Get("reason"));
  }));
  if (context.json)
    context.out << ToLine(ToJson(change)) << '\n';
  else
    PrintPointsChange(context.out, change);
  return kExitOk;
}

absl::StatusOr<int> RunPointsLiability(Context& context, const Args&) {
  std::vector<wire::Liability> programmes;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.liability(programmes);
      }));
  if (!context.json) PrintLiability(context.out, programmes);
  for (const wire::Liability& programme : programmes)
    if (context.json) context.out << ToLine(ToJson(programme)) << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunPointsCheck(Context& context, const Args&) {
  wire::BooksReport report;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.checkBooks(report);
      }));
  if (context.json)
    context.out << ToLine(ToJson(report)) << '\n';
  else
    PrintBooks(context.out, report);
  return report.problems.empty() ? kExitOk : kExitFailed;
}

absl::StatusOr<int> RunCustomerLoyalty(Context& context, const Args& args) {
  wire::LoyaltyPicture picture;
  PATRON_RETURN_IF_ERROR(Call(context, [&](wire::LoyaltyClient& client) {
    client.loyaltyPicture(picture, args.positional()[0]);
  }));
  if (context.json)
    context.out << ToLine(ToJson(picture)) << '\n';
  else
    PrintPicture(context.out, picture);
  return kExitOk;
}

absl::StatusOr<int> RunCustomerLink(Context& context, const Args& args) {
  const std::string& customer = args.positional()[0];
  const std::string& external = args.positional()[1];
  return Change(
      context,
      [&](wire::LoyaltyClient& client) {
        client.linkId(args.Get("request-id"), customer, external);
      },
      absl::StrCat(external, " leads to customer ", customer));
}

absl::StatusOr<int> RunCustomerMerge(Context& context, const Args& args) {
  const std::string& kept = args.positional()[0];
  const std::string& absorbed = args.positional()[1];
  return Change(
      context,
      [&](wire::LoyaltyClient& client) {
        client.mergeCustomers(args.Get("request-id"), kept, absorbed);
      },
      absl::StrCat("everything of ", absorbed, " is now ", kept,
                   "'s; both ids answer"));
}

absl::StatusOr<int> RunCustomerRefer(Context& context, const Args& args) {
  const std::string& referrer = args.positional()[0];
  const std::string& friend_id = args.positional()[1];
  return Change(
      context,
      [&](wire::LoyaltyClient& client) {
        client.refer(args.Get("request-id"), referrer, friend_id);
      },
      absl::StrCat(friend_id, " came by ", referrer));
}

}  // namespace patron::cli
