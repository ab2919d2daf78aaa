// Reading back what was recorded: one customer's timeline, and everything page
// by page for exports. Cursors are opaque; "" starts, and "" ends.
//
// Errors: kInvalidArgument for a cursor that is not ours.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "admin_types.h"
#include "server/base/ids.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"
#include "storefront_types.h"

namespace patron::customers {

// Purchases and events of one customer together, newest first, `limit` in all.
absl::StatusOr<wire::HistoryPage> ReadHistory(const store::Store& store,
                                              const store::Ordinals& ordinals,
                                              CustomerOrdinal customer,
                                              int limit,
                                              absl::string_view cursor);

absl::StatusOr<wire::CustomersPage> ExportCustomers(const store::Store& store,
                                                    int limit,
                                                    absl::string_view cursor);
absl::StatusOr<wire::ProductsPage> ExportProducts(const store::Store& store,
                                                  int limit,
                                                  absl::string_view cursor);
absl::StatusOr<wire::StockPage> ExportStock(const store::Store& store,
                                            const store::Ordinals& ordinals,
                                            int limit,
                                            absl::string_view cursor);
absl::StatusOr<wire::PurchasesPage> ExportPurchases(
    const store::Store& store, const store::Ordinals& ordinals, int limit,
    absl::string_view cursor);
absl::StatusOr<wire::EventsPage> ExportEvents(const store::Store& store,
                                              const store::Ordinals& ordinals,
                                              int limit,
                                              absl::string_view cursor);

}  // namespace patron::customers
