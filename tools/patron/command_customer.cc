#include "server/base/status_macros.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"

namespace patron::cli {

absl::StatusOr<int> RunCustomerGet(Context& context, const Args& args) {
  wire::Customer customer;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.getCustomer(customer,
                                                  args.positional()[0]);
                             }));
  if (context.json)
    context.out << ToLine(ToJson(customer)) << '\n';
  else
    PrintCustomer(context.out, customer);
  return kExitOk;
}

absl::StatusOr<int> RunCustomerHistory(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const int64_t limit,
                          args.Number("limit", 20, {1, 1000}));
  wire::HistoryPage page;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.getHistory(page, args.positional()[0],
                                                 static_cast<int32_t>(limit),
                                                 args.Get("cursor"));
                             }));
  if (context.json) {
    context.out << ToLine(ToJson(page)) << '\n';
    return kExitOk;
  }
  PrintPurchases(context.out, page.purchases);
  if (!page.events.empty()) {
    PrintTitle(context.out, "Events");
    PrintEvents(context.out, page.events);
  }
  if (!page.next_cursor.empty())
    context.out << "\nmore: --cursor " << page.next_cursor << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunCustomerContext(Context& context, const Args& args) {
  wire::CustomerContext picture;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.getContext(picture, args.positional()[0],
                                                 args.Get("store"));
                             }));
  if (context.json)
    context.out << ToLine(ToJson(picture)) << '\n';
  else
    PrintContext(context.out, picture);
  return kExitOk;
}

}  // namespace patron::cli
