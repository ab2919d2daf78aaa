#include "server/api/admin_handler.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <utility>

#include "server/api/error.h"
#include "server/api/trial_report.h"
#include "server/base/status_macros.h"
#include "server/base/validate.h"
#include "server/customers/history.h"

namespace patron::api {
namespace {

bool IsDuplicate(const wire::CommandReply& reply) {
  if (reply.__isset.purchase) return reply.purchase.duplicate;
  if (reply.__isset.purchase_return) return reply.purchase_return.duplicate;
  return reply.done.duplicate;
}

wire::ItemOutcome ToOutcome(const absl::StatusOr<wire::CommandReply>& reply) {
  wire::ItemOutcome outcome;
  if (reply.ok()) {
    outcome.duplicate = IsDuplicate(*reply);
  } else {
    outcome.__set_error(ToError(reply.status()));
  }
  return outcome;
}

std::vector<wire::AmountIn> ToWire(
    const std::map<std::string, int64_t>& amounts) {
  std::vector<wire::AmountIn> told;
  for (const auto& [currency, amount] : amounts) {
    wire::AmountIn& one = told.emplace_back();
    one.currency = currency;
    one.amount = amount;
  }
  return told;
}

void TellTotals(const wire::TotalsRow& totals, wire::Stats& stats) {
  stats.purchases = totals.purchases;
  stats.purchase_lines = totals.lines;
  stats.amounts = ToWire(totals.amounts);
  stats.discounts = ToWire(totals.discounts);
  stats.returns = totals.returns;
  stats.events = totals.events;
}

}  // namespace

template <typename Element, typename Put>
void AdminHandler::Import(absl::string_view field,
                          const std::vector<Element>& elements, Put put,
                          Outcomes& outcomes) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements(field, elements.size()));
    std::vector<wire::CommandBody> bodies(elements.size());
    for (size_t at = 0; at < elements.size(); ++at)
      put(bodies[at], elements[at]);
    const auto replies =
        services_.engine.ExecuteAll(std::move(bodies), session_.actor());
    outcomes.reserve(replies.size());
    for (const auto& reply : replies) outcomes.push_back(ToOutcome(reply));
    return absl::OkStatus();
  });
}

void AdminHandler::importCustomers(
    Outcomes& outcomes, const std::vector<wire::Customer>& customers) {
  Import(
      "customers", customers,
      [](wire::CommandBody& body, const wire::Customer& customer) {
        body.put_customer = customer;
        body.__isset.put_customer = true;
      },
      outcomes);
}

void AdminHandler::importProducts(Outcomes& outcomes,
                                  const std::vector<wire::Product>& products) {
  Import(
      "products", products,
      [](wire::CommandBody& body, const wire::Product& product) {
        body.put_product = product;
        body.__isset.put_product = true;
      },
      outcomes);
}

void AdminHandler::importStock(Outcomes& outcomes,
                               const std::vector<wire::StockLevel>& levels) {
  Import(
      "levels", levels,
      [](wire::CommandBody& body, const wire::StockLevel& level) {
        body.put_stock = level;
        body.__isset.put_stock = true;
      },
      outcomes);
}

void AdminHandler::importPurchases(
    Outcomes& outcomes, const std::vector<wire::Purchase>& purchases) {
  Import(
      "purchases", purchases,
      [](wire::CommandBody& body, const wire::Purchase& purchase) {
        body.record_purchase = purchase;
        body.__isset.record_purchase = true;
      },
      outcomes);
}

void AdminHandler::importReturns(
    Outcomes& outcomes, const std::vector<wire::PurchaseReturn>& returns) {
  Import(
      "returns", returns,
      [](wire::CommandBody& body, const wire::PurchaseReturn& one) {
        body.record_return = one;
        body.__isset.record_return = true;
      },
      outcomes);
}

void AdminHandler::importEvents(Outcomes& outcomes,
                                const std::vector<wire::Event>& events) {
  Import(
      "events", events,
      [](wire::CommandBody& body, const wire::Event& event) {
        body.record_event = event;
        body.__isset.record_event = true;
      },
      outcomes);
}

template <typename Page, typename Read>
void AdminHandler::Export(int32_t limit, Page& page, Read read) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(
        CheckRange("limit", limit, 1, static_cast<int64_t>(kMaxElements)));
    PATRON_ASSIGN_OR_RETURN(page, read());
    return absl::OkStatus();
  });
}

void AdminHandler::exportCustomers(wire::CustomersPage& page, int32_t limit,
                                   const std::string& cursor) {
  Export(limit, page, [&] {
    return customers::ExportCustomers(*services_.state.store, limit, cursor);
  });
}

void AdminHandler::exportProducts(wire::ProductsPage& page, int32_t limit,
                                  const std::string& cursor) {
  Export(limit, page, [&] {
    return customers::ExportProducts(*services_.state.store, limit, cursor);
  });
}

void AdminHandler::exportStock(wire::StockPage& page, int32_t limit,
                               const std::string& cursor) {
  Export(limit, page, [&] {
    return customers::ExportStock(*services_.state.store,
                                  services_.state.ordinals, limit, cursor);
  });
}

void AdminHandler::exportPurchases(wire::PurchasesPage& page, int32_t limit,
                                   const std::string& cursor) {
  Export(limit, page, [&] {
    return customers::ExportPurchases(*services_.state.store,
                                      services_.state.ordinals, limit, cursor);
  });
}

void AdminHandler::exportEvents(wire::EventsPage& page, int32_t limit,
                                const std::string& cursor) {
  Export(limit, page, [&] {
    return customers::ExportEvents(*services_.state.store,
                                   services_.state.ordinals, limit, cursor);
  });
}

void AdminHandler::createCheckpoint(wire::CheckpointInfo& info) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(info, services_.checkpoints.Create());
    return absl::OkStatus();
  });
}

void AdminHandler::dropCheckpoint(const std::string& path) {
  Answer([&] { return services_.checkpoints.Drop(path); });
}

void AdminHandler::listIndexes(std::vector<wire::IndexVersion>& versions) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(versions, services_.index.List());
    return absl::OkStatus();
  });
}

void AdminHandler::publishIndex(wire::IndexVersion& version,
                                const std::string& name) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(version, services_.index.Publish(name));
    return absl::OkStatus();
  });
}

void AdminHandler::rollbackIndex(wire::IndexVersion& version) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(version, services_.index.Rollback());
    return absl::OkStatus();
  });
}

void AdminHandler::startTrial(wire::IndexVersion& version,
                              const std::string& name, int32_t percent) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const commit::Applied applied,
                            commit::ReadApplied(*services_.state.store));
    recommend::Trial trial;
    trial.percent = percent;
    trial.holdout =
        services_.state.holdings.definitions()->version.definitions.holdout;
    trial.started_at = services_.clock.Now();
    trial.log_position = applied.position.value();
    PATRON_ASSIGN_OR_RETURN(version,
                            services_.index.StartTrial(name, std::move(trial)));
    return absl::OkStatus();
  });
}

void AdminHandler::trialReport(wire::TrialReport& report) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(
        report, ReportTrial(services_.state, services_.index.holder(),
                            services_.signer));
    return absl::OkStatus();
  });
}

void AdminHandler::stopTrial() {
  Answer([&] { return services_.index.StopTrial(); });
}

void AdminHandler::settleAccounts(wire::SettleReply& reply,
                                  int32_t first_customer, int32_t customers) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckRange("first_customer", first_customer, 0,
                                      std::numeric_limits<int32_t>::max()));
    PATRON_RETURN_IF_ERROR(CheckRange("customers", customers, 1,
                                      static_cast<int64_t>(kMaxElements)));
    wire::CommandBody body;
    body.__isset.settle_accounts = true;
    body.settle_accounts.first_customer = first_customer;
    body.settle_accounts.customers = customers;
    PATRON_RETURN_IF_ERROR(Execute(std::move(body), "").status());
    const int64_t all = services_.state.ordinals.customers.size();
    const int64_t end = std::min(all, int64_t{first_customer} + customers);
    wire::AccountRow row;
    for (int64_t at = first_customer; at < end; ++at)
      reply.accounts += services_.state.accounts.Read(
          CustomerOrdinal(static_cast<uint32_t>(at)), row);
    reply.next_customer = end < all ? static_cast<int32_t>(end) : -1;
    return absl::OkStatus();
  });
}

void AdminHandler::stats(wire::Stats& stats) {
  Answer([&]() -> absl::Status {
    const commit::State& state = services_.state;
    PATRON_ASSIGN_OR_RETURN(const commit::Applied applied,
                            commit::ReadApplied(*state.store));
    TellTotals(state.totals.Now(), stats);
    stats.customers = state.ordinals.customers.size();
    stats.products = state.ordinals.products.size();
    stats.stores = state.ordinals.stores.size();
    stats.log_position = static_cast<int64_t>(applied.position.value());
    if (const auto index = services_.index.holder().Get())
      stats.index_version = index->manifest().version;
    stats.store_bytes = static_cast<int64_t>(state.store->SizeBytes());
    stats.resident_bytes = static_cast<int64_t>(ResidentBytes());
    stats.uptime_ms =
        absl::ToInt64Milliseconds(services_.clock.Now() - services_.started_at);
    stats.start_up_ms = absl::ToInt64Milliseconds(services_.start_up);
    stats.server_version = PATRON_VERSION;
    stats.artefacts_path = std::filesystem::absolute(services_.artefacts);
    return absl::OkStatus();
  });
}

}  // namespace patron::api
