// A small shop with campaigns: State behind the engine that commits, segments,
// and the runner, in a directory of its own. Now is 2026-03-02 10:00 UTC, a
// Monday, until a test moves the clock; days are UTC's.
//
//   CampaignShop shop;
//   shop.Customer("anna");            // has an address and agreed to email
//   shop.Define({MakeCampaign("spring")});
//   shop.PlanAndWait("spring", "r1");
//   shop.ExportAll("r1");
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/campaigns/desk.h"
#include "server/campaigns/planner.h"
#include "server/campaigns/runner.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"
#include "tests/testing/temp_dir.h"

namespace patron::campaigns {

// What a test says there is.
class FakeKnowledge final : public Knowledge {
 public:
  std::string ServingIndex() const override { return serving; }
  std::string NewestResponse() const override { return ""; }
  absl::StatusOr<std::shared_ptr<const index::Artefact>> Index(
      const std::string& version) const override;
  absl::StatusOr<std::shared_ptr<const targeting::ResponseModel>> Response(
      const std::string& version) const override;

  std::string serving;
  std::map<std::string, std::shared_ptr<const index::Artefact>> indexes;
};

class CampaignShop {
 public:
  CampaignShop();
  ~CampaignShop();

  wire::CommandReply Execute(wire::CommandBody body);
  void Put(const wire::Customer& customer);
  void Customer(const std::string& id);
  // Listed, of category `category`, for `price` cents.
  void Product(const std::string& id, const std::string& category,
               int64_t price = 500);
  void Put(const wire::Product& product);
  void Stock(const std::string& product, const std::string& store,
             int64_t quantity_milli, int64_t price, absl::Duration ago);
  // In cents; at full price unless a list amount is told.
  void Buy(const std::string& customer, const std::string& product,
           int64_t amount, absl::Duration ago, int64_t list_amount = 0);
  // Twenty receipts of tea each, one a week: customers of an odd number buy it
  // at a fifth off alone, the others at full price.
  void BuyTeaWeekly(int customers);
  void Return(const std::string& receipt, int64_t quantity_milli);
  void Happen(wire::EventKind::type kind, const std::string& customer,
              const std::string& product, absl::Duration ago);
  void Merge(const std::string& kept, const std::string& absorbed);

  // Puts definitions with these campaigns, in place of those that stand.
  void Define(const std::vector<wire::Campaign>& campaigns);
  void Define(const wire::Definitions& definitions);
  wire::Definitions& definitions() { return definitions_; }

  // Opens the run; the runner, if one works, plans it.
  absl::Status Open(const std::string& campaign_id, const std::string& run_id);
  void PlanAndWait(const std::string& campaign_id, const std::string& run_id);
  void Set(const std::string& run_id, wire::RunState::type state);
  // Waits until `done` says so of the run.
  void Await(const std::string& run_id,
             const std::function<bool(const wire::RunRow&)>& done);
  void Freeze(const std::string& run_id);  // and waits for its offers

  // What one run of the campaign would decide now.
  wire::PlannedContact Decide(const std::string& campaign_id,
                              const std::string& customer_id);
  wire::CampaignRun Run(const std::string& run_id) const;
  int64_t LeftOut(const std::string& run_id, wire::LeftOut::type reason) const;
  // Every page, a few rows each.
  std::string ExportAll(const std::string& run_id,
                        const std::string& format = "csv", int limit = 7) const;
  wire::CampaignPreview Preview(const std::string& campaign_id,
                                int sample = 5) const;
  std::string Checksum() const;
  std::string LastReceipt() const;

  void StartRunner();
  void StopRunner();
  // As a restart of the server leaves it.
  void Restart();

  SimulatedClock& clock() { return clock_; }
  commit::State& state() { return *state_; }
  FakeKnowledge& knowledge() { return knowledge_; }
  const Desk& desk() const { return *desk_; }
  Runner& runner() { return *runner_; }
  Parts parts();

 private:
  void OpenState();
  void CloseState();

  testing::TempDir directory_;
  SimulatedClock clock_;
  FakeKnowledge knowledge_;
  wire::Definitions definitions_;
  std::unique_ptr<commit::State> state_;
  std::unique_ptr<commit::Engine> engine_;
  std::unique_ptr<segments::Live> live_;
  std::unique_ptr<segments::Desk> segments_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<Desk> desk_;
  int receipts_ = 0;
};

// With an address, agreed to marketing by email.
wire::Customer MakeCustomer(const std::string& id);
// By email to everybody, without products, sent over this week and the next.
wire::Campaign MakeCampaign(const std::string& id);
// 10 % off everything.
wire::Offer MakeOffer(const std::string& id);

}  // namespace patron::campaigns
