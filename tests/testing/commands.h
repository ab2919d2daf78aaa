// Commands for tests: short builders with defaults, so that what a test writes
// matters to it, and a seeded generator of every kind.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "commands_types.h"

namespace patron::testing {

// 2026-01-01T12:00:00Z
inline constexpr int64_t kNoonUs = 1'767'268'800'000'000;
inline constexpr int64_t kDayUs = 86'400'000'000;

struct Line {
  std::string product;
  int64_t quantity_milli = 1000;
  int64_t amount = 100;
};

wire::Purchase MakePurchase(const std::string& receipt,
                            const std::string& customer,
                            const std::vector<Line>& lines,
                            int64_t happened_at_us = kNoonUs);
wire::PurchaseReturn MakeReturn(
    const std::string& return_id, const std::string& receipt,
    const std::vector<std::pair<int, int64_t>>& lines);
wire::Event MakeEvent(wire::EventKind::type kind, const std::string& customer,
                      const std::string& product,
                      int64_t happened_at_us = kNoonUs);
wire::Product MakeProduct(const std::string& id,
                          const std::vector<std::string>& category_path = {});

wire::CommandBody Body(wire::Purchase purchase);
wire::CommandBody Body(wire::PurchaseReturn purchase_return);
wire::CommandBody Body(wire::Event event);
wire::CommandBody Body(wire::Product product);
wire::CommandBody Body(wire::Customer customer);
wire::CommandBody Body(wire::StockLevel level);

// Two programmes, seven offers, a batch of codes, campaigns with a cap and a
// holdout, as CommandGenerator puts.
wire::Definitions SmallDefinitions();
// Those campaigns: over email, of rising priority, one for service.
std::vector<wire::Campaign> SmallCampaigns();

// Random commands over a small shop, refusals and repeats among them.
class CommandGenerator {
 public:
  explicit CommandGenerator(uint64_t seed) : random_(seed) {}

  // The next command with its stamps; positions and times grow.
  wire::Command Next();

  // The kinds that it makes: field names of CommandBody.
  static std::vector<std::string> Kinds();

  uint64_t Below(uint64_t bound) { return random_() % bound; }

 private:
  using Maker = wire::CommandBody (CommandGenerator::*)();
  struct Kind {
    const char* name;
    int weight;
    Maker make;
  };
  static const std::vector<Kind>& Table();

  wire::CommandBody Customer();
  wire::CommandBody Product();
  wire::CommandBody Stock();
  wire::CommandBody Purchase();
  wire::CommandBody Return();
  wire::CommandBody Event();
  wire::CommandBody Impressions();
  wire::CommandBody Forget();
  wire::CommandBody Definitions();
  wire::CommandBody OfferState();
  wire::CommandBody Codes();
  wire::CommandBody Reserve();
  wire::CommandBody Commit();
  wire::CommandBody Release();
  wire::CommandBody Expire();
  wire::CommandBody ReturnReserved();
  wire::CommandBody Claim();
  wire::CommandBody Adjust();
  wire::CommandBody Bonus();
  wire::CommandBody Issue();
  wire::CommandBody Link();
  wire::CommandBody Merge();
  wire::CommandBody Refer();
  wire::CommandBody Settle();
  wire::CommandBody List();
  wire::CommandBody Open();
  wire::CommandBody PlanNext();
  wire::CommandBody RunState();
  wire::CommandBody Reports();
  void AddConsent(wire::Customer& customer);
  wire::PlannedContact Planned(int32_t customer);
  std::string RecentRun();
  // A run that was opened, unless it was refused, and where it should stand.
  struct GeneratedRun {
    std::string id;
    std::vector<int32_t> audience;
    size_t at = 0;
    int32_t next = 0;
  };
  int64_t RandomTime();
  std::string AnyCustomer();
  std::string RecentReservation();

  std::mt19937_64 random_;
  int64_t made_ = 0;
  int64_t now_us_ = kNoonUs;
  bool defined_ = false;
  uint64_t next_reservation_ = 0;
  std::vector<GeneratedRun> runs_;
  std::vector<wire::Command> remembered_;
};

}  // namespace patron::testing
