#include "server/customers/people.h"

#include <string>

#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::customers {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::MakePurchase;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

constexpr int kThisYear = 2026;

wire::Customer Ann() {
  wire::Customer customer;
  customer.customer_id = "ann";
  customer.__set_name("Ann Berger");
  customer.contacts["email"] = "ann@example.org";
  customer.__set_birth_year(1980);
  customer.__set_birth_month(2);
  customer.__set_birth_day(29);
  customer.children_birth_years = {2015};
  customer.__set_time_zone("Europe/Vienna");
  customer.priorities = {"organic"};
  wire::Consent consent;
  consent.channel = "email";
  consent.purpose = "marketing";
  consent.granted = true;
  customer.consents = {consent};
  return customer;
}

TEST(PeopleTest, AProfileComesBackWholeAndTheLastOneStands) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(Body(Ann()));
  wire::Customer changed = Ann();
  changed.consents[0].granted = false;
  store.Apply(Body(changed));
  ASSERT_OK_AND_ASSIGN(const auto profile,
                       ReadProfile(*store.state().store, CustomerOrdinal(0)));
  EXPECT_EQ(profile, changed);
}

TEST(PeopleTest, TraitsFollowTheProfileAndSurviveARestart) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(Body(Ann()));
  wire::Customer changed = Ann();
  changed.__set_birth_year(1981);
  store.Apply(Body(changed));
  for (int restart = 0; restart < 2; ++restart) {
    const auto traits = store.state().facts.ReadTraits(CustomerOrdinal(0));
    ASSERT_NE(traits, nullptr);
    EXPECT_EQ(traits->birth_year, 1981);
    EXPECT_EQ(traits->name, "");
    EXPECT_EQ(traits->time_zone, "Europe/Vienna");
    store.Reopen();
  }
}

TEST(PeopleTest, ACustomerKnownFromPurchasesHasNoProfile) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(Body(MakePurchase("r1", "bob", {{"milk"}})));
  ASSERT_OK_AND_ASSIGN(const auto profile,
                       ReadProfile(*store.state().store, CustomerOrdinal(0)));
  EXPECT_EQ(profile, std::nullopt);
}

// Names and contacts stand in the people family and nowhere else.
TEST(PeopleTest, WhatNamesAPersonStandsInOnePlace) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(Body(Ann()));
  store.Apply(Body(MakePurchase("r1", "ann", {{"milk"}})));
  for (int f = 0; f < store::kFamilyCount; ++f) {
    const auto family = static_cast<store::Family>(f);
    int found = 0;
    ASSERT_OK(store.state().store->Scan(
        family, "", "", [&found](absl::string_view, absl::string_view value) {
          found += std::string(value).find("Berger") != std::string::npos;
          return true;
        }));
    EXPECT_EQ(found, family == store::Family::kPeople ? 1 : 0)
        << "family " << f;
  }
}

TEST(PeopleTest, BadFieldsAreNamedWithTheirValues) {
  const auto with = [](auto change) {
    wire::Customer customer = Ann();
    change(customer);
    return Validate(customer, kThisYear);
  };
  const auto refuses = [](const char* message) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message));
  };
  EXPECT_OK(with([](auto&) {}));
  EXPECT_THAT(with([](auto& c) { c.customer_id = std::string(200, 'x'); }),
              refuses("customer_id"));
  EXPECT_THAT(with([](auto& c) { c.__set_birth_year(1981); }),
              refuses("birth_day: there is no day 29 in month 2 of 1981"));
  EXPECT_THAT(with([](auto& c) { c.__set_birth_year(2027); }),
              refuses("birth_year: 2027"));
  EXPECT_THAT(with([](auto& c) { c.__set_birth_month(13); }),
              refuses("birth_month: 13"));
  EXPECT_THAT(with([](auto& c) { c.priorities.assign(4, "x"); }),
              refuses("priorities: 4 elements, at most 3"));
  EXPECT_THAT(with([](auto& c) { c.__set_name("\xff"); }), refuses("name"));
  EXPECT_THAT(with([](auto& c) { c.__set_household_size(0); }),
              refuses("household_size: 0"));
  EXPECT_THAT(with([](auto& c) { c.children_birth_years = {1700}; }),
              refuses("children_birth_years: 1700"));
  EXPECT_THAT(with([](auto& c) { c.__set_time_zone("Europe/Wien"); }),
              refuses("time_zone: \"Europe/Wien\" is not a time zone such as "
                      "\"Europe/Vienna\""));
  EXPECT_THAT(with([](auto& c) { c.consents[0].channel = ""; }),
              refuses("consents.channel"));
}

}  // namespace
}  // namespace patron::customers
