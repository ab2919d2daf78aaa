// Commands of lists and campaigns for tests: short builders with defaults.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands_types.h"
#include "tests/testing/commands.h"

namespace patron::testing {

// The shop's day of kNoonUs.
inline constexpr int32_t kToday = static_cast<int32_t>(kNoonUs / kDayUs);

// Offers "free" (no limit), "amount" (40 uses) and "coupon" (a budget of 3000),
// this cap and, in basis points, this holdout.
wire::Definitions CappedDefinitions(int cap, int cap_days, int holdout_bp = 0);
// Over email, for two weeks from kNoonUs.
wire::Campaign MakeCampaign(const std::string& id, int priority = 0);

wire::CommandBody Put(wire::Definitions definitions);
// A customer who said yes or no to marketing by email.
wire::CommandBody Asked(const std::string& id, bool granted = true,
                        int64_t at_us = kNoonUs);
wire::CommandBody Merge(const std::string& kept, const std::string& absorbed);

wire::CommandBody PutList(const std::string& id, wire::ListChange::type change,
                          const std::vector<std::string>& customers,
                          const std::string& name = "");
wire::CommandBody DropList(const std::string& id);

wire::CommandBody OpenRun(const std::string& run_id,
                          const wire::Campaign& campaign,
                          const std::vector<uint32_t>& audience);
// What is planned: of a customer, by ordinal.
wire::PlannedContact Contact(int32_t customer, int32_t day = kToday,
                             int64_t cost = 0);
wire::PlannedContact WithOffer(wire::PlannedContact contact,
                               const std::string& offer_id, int64_t cost);
wire::PlannedContact HeldOut(int32_t customer);
wire::PlannedContact LeftOut(int32_t customer, wire::LeftOut::type reason);
wire::CommandBody Plan(const std::string& run_id, int32_t from, int32_t next,
                       const std::vector<wire::PlannedContact>& contacts);
wire::CommandBody SetState(const std::string& run_id,
                           wire::RunState::type state, bool issued = false);

wire::ContactReport Reported(const std::string& customer,
                             wire::ReportKind::type kind, int64_t at_us);
wire::CommandBody Report(const std::string& run_id,
                         const std::vector<wire::ContactReport>& reports);

}  // namespace patron::testing
