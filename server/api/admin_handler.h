// The Admin service, for whoever runs the server: imports and exports, indexes,
// checkpoints, trials and what the server tells of itself. Decode, call,
// encode: what a call means stands where it is done.
//
// An import answers each element for itself: one that is refused does not hold
// up the others. Pages of an export go on by their cursor, whatever was changed
// in between.
//
// Ownership: borrows the services and the session; a connection has one.
// Threads: the one that answers its connection. Errors: every call throws
// wire::PatronError and nothing else (SessionHandler::Answer), with the code
// of the status that the call ended with.
#pragma once

#include <string>
#include <vector>

#include "Admin.h"
#include "server/api/session_handler.h"

namespace patron::api {

class AdminHandler final : public wire::AdminIf, public SessionHandler {
 public:
  using SessionHandler::SessionHandler;
  using Outcomes = std::vector<wire::ItemOutcome>;

  void importCustomers(Outcomes& outcomes,
                       const std::vector<wire::Customer>& customers) override;
  void importProducts(Outcomes& outcomes,
                      const std::vector<wire::Product>& products) override;
  void importStock(Outcomes& outcomes,
                   const std::vector<wire::StockLevel>& levels) override;
  void importPurchases(Outcomes& outcomes,
                       const std::vector<wire::Purchase>& purchases) override;
  void importReturns(Outcomes& outcomes,
                     const std::vector<wire::PurchaseReturn>& returns) override;
  void importEvents(Outcomes& outcomes,
                    const std::vector<wire::Event>& events) override;

  void exportCustomers(wire::CustomersPage& page, int32_t limit,
                       const std::string& cursor) override;
  void exportProducts(wire::ProductsPage& page, int32_t limit,
                      const std::string& cursor) override;
  void exportStock(wire::StockPage& page, int32_t limit,
                   const std::string& cursor) override;
  void exportPurchases(wire::PurchasesPage& page, int32_t limit,
                       const std::string& cursor) override;
  void exportEvents(wire::EventsPage& page, int32_t limit,
                    const std::string& cursor) override;

  void createCheckpoint(wire::CheckpointInfo& info) override;
  void dropCheckpoint(const std::string& path) override;
  void listIndexes(std::vector<wire::IndexVersion>& versions) override;
  void publishIndex(wire::IndexVersion& version,
                    const std::string& name) override;
  void rollbackIndex(wire::IndexVersion& version) override;
  void startTrial(wire::IndexVersion& version, const std::string& name,
                  int32_t percent) override;
  void trialReport(wire::TrialReport& report) override;
  void stopTrial() override;
  void settleAccounts(wire::SettleReply& reply, int32_t first_customer,
                      int32_t customers) override;
  void stats(wire::Stats& stats) override;

 private:
  // `put` sets one element in a command body.
  template <typename Element, typename Put>
  void Import(absl::string_view field, const std::vector<Element>& elements,
              Put put, Outcomes& outcomes);
  template <typename Page, typename Read>
  void Export(int32_t limit, Page& page, Read read);
};

}  // namespace patron::api
