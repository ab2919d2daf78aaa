// Tens of thousands of random steps beside a plain model: runs planned a chunk
// at a time beside each other, frozen, released, reported on; customers who
// come, merge and change their minds; rules that change and days that pass.

#include "tests/contacts/contacts_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/contacts/read.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "tests/contacts/some_runs.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::testing {
namespace {

using store::Family;
using Place = ContactsModel::Place;
using State = wire::RunState;

constexpr int kSteps = 30'000;

store::StoreOptions Unsynced() {
  store::StoreOptions options;
  options.sync = false;
  return options;
}

class ContactsModelTest : public ::testing::Test {
 protected:
  ContactsModelTest()
      : random_(TestSeed(5)), store_(dir_.File("store"), Unsynced()) {
    model_.now_us = kNoonUs;
    Define();
    for (int i = 0; i < 30; ++i) AddCustomer();
  }

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  int32_t Today() const { return static_cast<int32_t>(model_.now_us / kDayUs); }

  wire::CommandReply Do(const wire::CommandBody& body) {
    wire::Command command;
    model_.now_us += 1000;
    command.logged_at_us = model_.now_us;
    command.logged_day = command.local_day = Today();
    command.roles = 31;
    command.body = body;
    return store_.Apply({command}).front();
  }
  void MustDo(const wire::CommandBody& body) {
    const wire::CommandReply reply = Do(body);
    ASSERT_FALSE(reply.__isset.refusal) << reply.refusal.message;
  }

  // ---- steps

  void Define() {
    model_.definitions = CappedDefinitions(static_cast<int>(1 + Below(3)),
                                           static_cast<int>(5 + Below(10)),
                                           Below(2) == 0 ? 1500 : 500);
    MustDo(Put(model_.definitions));
  }

  void AddCustomer() {
    const auto ordinal = static_cast<int32_t>(model_.ids.size());
    model_.ids.push_back(absl::StrCat("c", ordinal));
    model_.leads_to.push_back(ordinal);
    model_.consents.emplace_back();
    Ask(ordinal);
  }

  void Ask(int32_t customer) {
    const bool granted = Below(6) != 0;
    MustDo(Asked(model_.ids[customer], granted, model_.now_us));
    // Do moves the clock first.
    model_.Ask(customer, granted, model_.now_us - 1000);
  }

  int32_t AnyCustomer() {
    const size_t count = model_.ids.size();
    const size_t latest = std::min<size_t>(count, 45);
    return static_cast<int32_t>(count - 1 - Below(latest));
  }
  int32_t AnyRun() {
    const size_t latest = std::min<size_t>(model_.runs.size(), 7);
    return static_cast<int32_t>(model_.runs.size() - 1 - Below(latest));
  }
  static std::string IdOf(int32_t run) { return absl::StrCat("run", run); }

  void OpenRunStep() {
    ModelRun run;
    const auto number = static_cast<int32_t>(model_.runs.size());
    run.campaign =
        MakeCampaign(absl::StrCat("k", Below(5)), static_cast<int>(Below(4)));
    if (Below(8) == 0) run.campaign.kind = wire::CampaignKind::SERVICE;
    if (Below(3) == 0) run.campaign.budget = 200 + Below(600);
    run.campaign.ends_us = model_.now_us + 4 * kDayUs;
    run.campaign.outcome_days = 3;
    std::vector<uint32_t> audience;
    for (int i = 0; i < 30; ++i) {
      const int32_t customer = AnyCustomer();
      run.audience.insert(customer);
      audience.push_back(static_cast<uint32_t>(customer));
    }
    MustDo(OpenRun(IdOf(number), run.campaign, audience));
    model_.runs.push_back(run);
  }

  wire::PlannedContact AnyContact(int32_t customer) {
    if (Below(12) == 0) return LeftOut(customer, wire::LeftOut::RELEVANCE);
    const auto day = Today() + static_cast<int32_t>(Below(12));
    wire::PlannedContact contact =
        Contact(customer, day, static_cast<int64_t>(Below(40)));
    if (Below(12) == 0) contact.decision = wire::ContactDecision::HELD_OUT;
    if (Below(3) != 0) return contact;
    constexpr const char* kOffers[] = {"coupon", "amount", "free", "gone"};
    const auto cost = static_cast<int64_t>(Below(300));
    return WithOffer(contact, kOffers[Below(4)], cost);
  }

  void PlanStep() {
    const int32_t run = AnyRun();
    const ModelRun& planned = model_.runs[run];
    if (planned.state != State::PLANNING) return;
    std::vector<wire::PlannedContact> chunk;
    auto at = planned.audience.lower_bound(planned.next);
    for (uint64_t i = 1 + Below(10); i > 0 && at != planned.audience.end(); --i)
      chunk.push_back(AnyContact(*at++));
    const int32_t next = at == planned.audience.end() ? -1 : *at;
    const int32_t from = planned.next;
    if (Below(20) == 0) {
      EXPECT_TRUE(Do(Plan(IdOf(run), from + 1, next, chunk)).__isset.refusal);
      return;
    }
    const auto reply = Do(Plan(IdOf(run), from, next, chunk));
    ASSERT_FALSE(reply.__isset.refusal) << reply.refusal.message;
    EXPECT_EQ(reply.done.count, model_.Plan(run, next, chunk));
    CheckLimits(run, chunk);
    standing_ += reply.done.count;
  }

  void StateStep() {
    const int32_t run = AnyRun();
    const auto state = Below(8) == 0 ? State::RELEASED : State::FROZEN;
    const auto reply = Do(SetState(IdOf(run), state));
    EXPECT_EQ(!reply.__isset.refusal, model_.SetState(run, state));
    CheckRun(run);
  }

  void ReportStep() {
    const int32_t run = AnyRun();
    int32_t customer = AnyCustomer();
    // Most are on the list.
    if (const auto at = model_.listed.lower_bound({run, customer});
        Below(4) != 0 && at != model_.listed.end() && at->first.first == run)
      customer = at->first.second;
    const auto kind = static_cast<wire::ReportKind::type>(1 + Below(4));
    const int64_t at_us = model_.now_us - static_cast<int64_t>(Below(kDayUs));
    const auto reply =
        Do(Report(IdOf(run), {Reported(model_.ids[customer], kind, at_us)}));
    EXPECT_EQ(!reply.__isset.refusal,
              model_.Report(run, customer, kind, at_us));
    reported_ += reply.__isset.refusal ? 0 : 1;
  }

  void MergeStep() {
    const int32_t kept = model_.leads_to[AnyCustomer()];
    const int32_t absorbed = model_.leads_to[AnyCustomer()];
    if (kept == absorbed) return;
    MustDo(Merge(model_.ids[kept], model_.ids[absorbed]));
    model_.Merge(kept, absorbed);
  }

  void Step() {
    const uint64_t pick = Below(100);
    if (pick < 60) {
      PlanStep();
    } else if (pick < 68) {
      OpenRunStep();
    } else if (pick < 76) {
      StateStep();
    } else if (pick < 84) {
      ReportStep();
    } else if (pick < 89) {
      Ask(AnyCustomer());
    } else if (pick < 91) {
      MergeStep();
    } else if (pick < 94) {
      AddCustomer();
    } else if (pick < 95) {
      Define();
    } else {
      model_.now_us += static_cast<int64_t>(Below(kDayUs));
    }
  }

  // ---- what must hold

  // Of the contacts that one command added.
  void CheckLimits(int32_t run,
                   const std::vector<wire::PlannedContact>& chunk) {
    const wire::Campaign& campaign = model_.runs[run].campaign;
    for (const wire::PlannedContact& contact : chunk) {
      if (model_.listed.count({run, contact.customer}) == 0) continue;
      if (campaign.kind == wire::CampaignKind::SERVICE) continue;
      EXPECT_LE(model_.MostAround(contact.customer, contact.day),
                model_.definitions.contact.cap);
      EXPECT_FALSE(model_.InHoldout(contact.customer));
    }
    if (campaign.budget > 0) {
      EXPECT_LE(model_.Counts(run).cost, campaign.budget);
    }
    EXPECT_LE(model_.PlannedCost("coupon"), 3000);
    EXPECT_LE(model_.PlannedUses("amount"), 40);
    CheckRun(run);
  }

  void CheckRun(int32_t run) {
    const auto row = store_.state().runs.Get(static_cast<uint32_t>(run));
    ASSERT_NE(row, nullptr);
    const wire::RunRow want = model_.Counts(run);
    ASSERT_EQ(row->state, model_.runs[run].state);
    ASSERT_EQ(row->next_customer, model_.runs[run].next);
    ASSERT_EQ(row->planned, want.planned);
    ASSERT_EQ(row->held_out, want.held_out);
    ASSERT_EQ(row->left_out, want.left_out);
    ASSERT_EQ(row->cost, want.cost);
    ASSERT_EQ(row->offer_cost, want.offer_cost);
    ASSERT_EQ(row->offer_contacts, want.offer_contacts);
    int64_t sum = row->planned + row->held_out;
    for (const auto& [reason, customers] : row->left_out) sum += customers;
    ASSERT_EQ(row->decided, sum);
    ASSERT_EQ(row->decided, want.decided);
  }

  void CheckEverything() {
    for (size_t run = 0; run < model_.runs.size(); ++run)
      CheckRun(static_cast<int32_t>(run));
    EXPECT_EQ(RowsOfContacts(), model_.contacts);
    EXPECT_EQ(RowsOfLists(), model_.listed);
  }

  std::map<Place, wire::ContactRow> RowsOfContacts() {
    std::map<Place, wire::ContactRow> rows;
    EXPECT_OK(store_.state().store->Scan(
        Family::kContacts, "", "",
        [&](absl::string_view key, absl::string_view value) {
          const auto parts = store::DecodeContactKey(key);
          rows[{static_cast<int32_t>(parts->run),
                static_cast<int32_t>(parts->customer.value())}] =
              *store::Decode<wire::ContactRow>(value, "contact");
          return true;
        }));
    return rows;
  }

  std::map<Place, wire::PlannedContact> RowsOfLists() {
    std::map<Place, wire::PlannedContact> rows;
    EXPECT_OK(store_.state().store->Scan(
        Family::kRunRows, "", "",
        [&](absl::string_view key, absl::string_view value) {
          const auto parts = store::DecodeRunRowKey(key);
          rows[{static_cast<int32_t>(parts->run),
                static_cast<int32_t>(parts->customer.value())}] =
              store::Decode<wire::RunListRow>(value, "row")->contact;
          return true;
        }));
    return rows;
  }

  std::mt19937_64 random_;
  TempDir dir_;
  AppliedStore store_;
  ContactsModel model_;
  int64_t standing_ = 0, reported_ = 0;
};

TEST_F(ContactsModelTest, EveryStepGivesWhatThePlainModelGives) {
  OpenRunStep();
  for (int step = 0; step < kSteps && !HasFailure(); ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    Step();
    if (step % 1500 == 1499) {
      CheckEverything();
      store_.Reopen();
    }
  }
  // What the test is about must have happened.
  std::map<int32_t, int64_t> reasons;
  for (const auto& [place, row] : model_.contacts)
    if (row.decision == wire::ContactDecision::LEFT_OUT) ++reasons[row.reason];
  for (const auto reason :
       {wire::LeftOut::CONSENT, wire::LeftOut::CAP, wire::LeftOut::HOLDOUT,
        wire::LeftOut::BUDGET, wire::LeftOut::DISPLACED, wire::LeftOut::MERGED,
        wire::LeftOut::NO_OFFER})
    EXPECT_GT(reasons[reason], 20) << reason;
  EXPECT_GT(standing_, 5000);
  EXPECT_GT(reported_, 100);
}

}  // namespace
}  // namespace patron::testing
