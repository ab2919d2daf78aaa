// Runs and contacts kept as plainly as possible: maps that are looked through
// from end to end. What Apply does is compared with it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "definitions_types.h"
#include "records_types.h"
#include "server/contacts/cap.h"

namespace patron::testing {

struct ModelRun {
  wire::Campaign campaign;
  std::set<int32_t> audience;
  wire::RunState::type state = wire::RunState::PLANNING;
  int32_t next = 0;
  int64_t decided = 0;
  int64_t merged = 0;  // decisions that a merge took away
  // Counts as they were when the run came to its end.
  std::optional<wire::RunRow> ended;

  bool IsOpen() const {
    return state == wire::RunState::PLANNING ||
           state == wire::RunState::PLANNED;
  }
};

class ContactsModel {
 public:
  struct Consent {
    bool granted = false;
    int64_t at_us = 0;
  };
  using Place = std::pair<int32_t, int32_t>;  // run, customer

  wire::Definitions definitions;
  int64_t now_us = 0;
  std::vector<std::string> ids;   // of customers
  std::vector<int32_t> leads_to;  // of customers: themselves, or a merge's
  std::vector<std::optional<Consent>> consents;
  std::vector<ModelRun> runs;
  std::map<Place, wire::ContactRow> contacts;
  std::map<Place, wire::PlannedContact> listed;

  // How many contacts stand.
  int64_t Plan(int32_t run, int32_t next,
               const std::vector<wire::PlannedContact>& chunk);
  // False: refused.
  bool SetState(int32_t run, wire::RunState::type state);
  bool Report(int32_t run, int32_t customer, wire::ReportKind::type kind,
              int64_t at_us);
  void Ask(int32_t customer, bool granted, int64_t at_us);
  void Merge(int32_t kept, int32_t absorbed);

  // What the row of a run counts: planned, cost and so on, all else empty.
  wire::RunRow Counts(int32_t run) const;
  // The most contacts that count of the customer in a row of the rules' days
  // with `day`.
  int MostAround(int32_t customer, int32_t day) const;
  // Over all runs whose plans count.
  int64_t PlannedCost(const std::string& offer) const;
  int64_t PlannedUses(const std::string& offer) const;
  bool InHoldout(int32_t customer) const;

 private:
  std::optional<wire::LeftOut::type> WhyNot(
      int32_t run, const wire::PlannedContact& contact);
  std::optional<wire::LeftOut::type> OfferTrouble(
      const wire::PlannedContact& contact) const;
  bool PlanCounts(int32_t run) const;
  std::vector<wire::PlannedContact> PlannedWith(const std::string& offer) const;
  std::vector<contacts::Standing> StandingOf(int32_t customer) const;
  // Of every open run in which she stands, who gives way first first.
  std::vector<int32_t> OpenRunsOf(int32_t customer) const;
  bool HasConsent(int32_t customer) const;
  void LeaveOutAfterAll(int32_t run, int32_t customer,
                        wire::LeftOut::type reason);
  void LeaveOutWithoutConsent(int32_t customer);
  void AskAgain(int32_t customer);
  void MergeIn(int32_t run, int32_t kept, int32_t absorbed);

  // Every run that ever decided on a customer: where to look for her contacts.
  std::map<int32_t, std::set<int32_t>> runs_of_;
};

}  // namespace patron::testing
