// A small shop with one programme, and commands by the day, for tests of points
// and identity. Day 0 is 2026-01-01; what is logged later is later.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "commands_types.h"
#include "server/base/roles.h"
#include "tests/testing/applied_store.h"

namespace patron::testing {

wire::CommandBody Body(wire::PutDefinitions command);
wire::CommandBody Body(wire::Reserve command);
wire::CommandBody Body(wire::SettleAccounts command);

wire::CommandBody Adjust(const std::string& customer, int64_t points,
                         const std::string& reason = "goodwill");
wire::CommandBody Bonus(
    const std::vector<std::pair<std::string, int64_t>>& entries);
wire::CommandBody Issue(const std::string& offer,
                        const std::vector<std::string>& customers,
                        int64_t expires_at_us = 0);
wire::CommandBody Link(const std::string& customer, const std::string& id);
wire::CommandBody Merge(const std::string& kept, const std::string& absorbed);
wire::CommandBody Refer(const std::string& referrer, const std::string& who);
wire::CommandBody Claim(const std::string& receipt,
                        const std::string& customer);
wire::CommandBody Settle();
wire::CommandBody Commit(const std::string& reservation,
                         const std::string& receipt);
wire::CommandBody Release(const std::string& reservation);
// One piece of `product` for 1000, paid with as many points as are given.
wire::CommandBody Hold(const std::string& reservation,
                       const std::string& customer, int64_t points = 0);

// "club": a point for 100, worth 1 each; 90 days; 50 for a birthday, 20 for a
// review (two a day), 100 and 30 for a referral; silver from 5000 on; a clerk
// adjusts 100 at once, 150 a day. Offers: "tenth", ten per cent off for
// everybody, three times a year; "sorry", personal.
wire::Definitions ClubDefinitions();

// Commands with their stamps, and the store that they go to.
class Club {
 public:
  explicit Club(const std::string& path);

  // The next command, on a day from day 0 on.
  wire::Command On(int day, wire::CommandBody body, Roles roles = kAllRoles,
                   const std::string& actor = "desk");
  // Applies it alone.
  wire::CommandReply Do(int day, wire::CommandBody body,
                        Roles roles = kAllRoles,
                        const std::string& actor = "desk");
  // As Do; the command must not be refused.
  wire::CommandReply Must(int day, wire::CommandBody body);

  // Empty without one.
  wire::ProgrammeAccount AccountOf(const std::string& customer) const;
  wire::AccountRow RowOf(const std::string& customer) const;
  int64_t Available(const std::string& customer, int day) const;
  // Newest command first.
  std::vector<wire::Entry> EntriesOf(const std::string& customer) const;
  // What is wrong with the books.
  std::vector<std::string> Problems() const;

  AppliedStore& store() { return store_; }

 private:
  AppliedStore store_;
  int64_t made_ = 0;
};

}  // namespace patron::testing
