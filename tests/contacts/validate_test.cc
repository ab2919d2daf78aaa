// What is wrong with commands whatever State says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/contacts/apply_fixture.h"

namespace patron::contacts {
namespace {

using namespace patron::testing;  // NOLINT: builders
using ::testing::HasSubstr;

using State = wire::RunState;
using Reason = wire::LeftOut;
using Change = wire::ListChange;

wire::CommandBody Long(wire::CommandBody body, size_t contacts) {
  for (size_t i = 0; i < contacts; ++i)
    body.plan_contacts.contacts.push_back(Contact(static_cast<int32_t>(i)));
  return body;
}

TEST(ValidateTest, NamesWhatIsWrong) {
  const auto invalid = [](const wire::CommandBody& body,
                          const std::string& message) {
    EXPECT_THAT(Validate(body), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(message)));
  };
  EXPECT_OK(Validate(Long(Plan("r", 0, -1, {}), kMaxPlannedContacts)));
  invalid(Long(Plan("r", 0, -1, {}), kMaxPlannedContacts + 1), "contacts");
  invalid(Plan("", 0, -1, {}), "run_id");
  invalid(Plan("r", 3, 3, {}), "next_customer");
  invalid(Plan("r", 0, 3, {Contact(3)}), "contacts.customer");
  invalid(Plan("r", 0, -1, {Contact(1), Contact(1)}), "contacts.customer");
  invalid(Plan("r", 0, -1, {Contact(1, 0)}), "contacts.day");
  invalid(Plan("r", 0, -1, {Contact(1, kToday, -1)}), "contacts.cost");
  invalid(Plan("r", 0, -1, {WithOffer(Contact(1), "", 5)}), "without an offer");
  invalid(Plan("r", 0, -1, {LeftOut(1, static_cast<Reason::type>(0))}),
          "contacts.reason");
  wire::CommandBody late = Plan("r", 0, -1, {Contact(1)});
  late.plan_contacts.contacts[0].not_after_us = kNoonUs - 9 * kDayUs;
  invalid(late, "is before not_before_us");
  invalid(PutList("", Change::ADD, {}), "list_id");
  invalid(
      PutList("x", Change::ADD, std::vector<std::string>(kMaxListIds + 1, "c")),
      "customer_ids");
  wire::CommandBody drop = DropList("x");
  EXPECT_OK(Validate(drop));
  drop.put_list.customer_ids = {"c"};
  invalid(drop, "drop");
  invalid(SetState("r", State::PLANNED), "state");
  invalid(SetState("r", State::RELEASED, true), "issued");
  const auto sent = [](size_t count) {
    return std::vector<wire::ContactReport>(
        count, Reported("c", wire::ReportKind::SENT, kNoonUs));
  };
  static_assert(kMaxReports <= 1000, "the writer is held for each of them");
  EXPECT_OK(Validate(Report("r", sent(kMaxReports))));
  invalid(Report("r", sent(kMaxReports + 1)), "reports");
  invalid(Report("r", {Reported("c", static_cast<wire::ReportKind::type>(9),
                                kNoonUs)}),
          "reports.kind");
  invalid(Report("r", {Reported("c", wire::ReportKind::SENT, -5)}),
          "reports.at_us");
  wire::CommandBody open = OpenRun("r", MakeCampaign("a"), {1});
  EXPECT_OK(Validate(open));
  open.open_run.audience = "nonsense";
  invalid(open, "audience: not a Roaring bitmap");
}

}  // namespace
}  // namespace patron::contacts
