// Contacts as Apply leaves them: six customers and a store of their own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/contacts/apply.h"
#include "server/contacts/read.h"
#include "tests/contacts/some_runs.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::contacts {

// Six customers, ann (0) to fay (5), who all said yes; one contact in 30 days.
class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() : store_(dir_.File("store")) {
    Do(testing::Put(testing::CappedDefinitions(1, 30)));
    for (const char* id : {"ann", "bob", "cat", "dan", "eve", "fay"})
      Do(testing::Asked(id));
  }

  // Must not be refused.
  int64_t Do(const wire::CommandBody& body) {
    const wire::CommandReply reply = store_.Apply(body);
    EXPECT_FALSE(reply.__isset.refusal) << reply.refusal.message;
    return reply.done.count;
  }
  void Refused(const wire::CommandBody& body, wire::ErrorCode::type code,
               const ::testing::Matcher<const std::string&>& message) {
    const wire::CommandReply reply = store_.Apply(body);
    ASSERT_TRUE(reply.__isset.refusal);
    EXPECT_EQ(reply.refusal.code, code);
    EXPECT_THAT(reply.refusal.message, message);
  }

  // A run of all six, planned from one command.
  void PlanAll(const std::string& run, const wire::Campaign& campaign,
               const std::vector<wire::PlannedContact>& contacts) {
    std::vector<uint32_t> audience;
    for (const auto& contact : contacts)
      audience.push_back(static_cast<uint32_t>(contact.customer));
    Do(testing::OpenRun(run, campaign, audience));
    Do(testing::Plan(run, 0, -1, contacts));
  }

  wire::RunRow Run(const std::string& id) {
    const RunPtr run = store_.state().runs.Find(id);
    return run == nullptr ? wire::RunRow() : *run;
  }
  wire::ContactRow Row(const std::string& run, uint32_t customer) {
    const auto row =
        ContactIn(*store_.state().store, *store_.state().runs.NumberOf(run),
                  CustomerOrdinal(customer));
    EXPECT_OK(row);
    EXPECT_TRUE(row->has_value()) << run << " " << customer;
    return row->value_or(wire::ContactRow());
  }
  std::vector<int32_t> Listed(const std::string& run) {
    const auto page = ReadRunPage(*store_.state().store,
                                  *store_.state().runs.NumberOf(run), 0, 100);
    EXPECT_OK(page);
    std::vector<int32_t> customers;
    for (const auto& row : page->rows) customers.push_back(row.customer);
    return customers;
  }

  testing::TempDir dir_;
  testing::AppliedStore store_;
};

}  // namespace patron::contacts
