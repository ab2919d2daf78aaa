#include "server/api/methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/testing/status_matchers.h"

namespace patron::api {
namespace {

using testing::StatusIs;

// Names of the methods that the services of an IDL file declare.
std::set<std::string> DeclaredIn(const std::string& file) {
  std::ifstream in(std::string(PATRON_THRIFT_FILES) + "/" + file);
  std::stringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  const std::regex method(R"((\w+)\([^)]*\)\s*throws)");
  std::set<std::string> names;
  for (std::sregex_iterator at(all.begin(), all.end(), method), end; at != end;
       ++at)
    names.insert((*at)[1]);
  return names;
}

TEST(MethodsTest, EveryMethodOfTheServicesStandsInTheTable) {
  std::set<std::string> declared = DeclaredIn("storefront.thrift");
  const std::set<std::string> admin = DeclaredIn("admin.thrift");
  const std::set<std::string> loyalty = DeclaredIn("loyalty.thrift");
  const std::set<std::string> marketing = DeclaredIn("marketing.thrift");
  EXPECT_GE(declared.size(), 12u);
  EXPECT_GE(admin.size(), 18u);
  EXPECT_GE(loyalty.size(), 13u);
  EXPECT_GE(marketing.size(), 12u);
  // A plain client says no service: a name may stand once only.
  const size_t all =
      declared.size() + admin.size() + loyalty.size() + marketing.size();
  for (const auto& service : {admin, loyalty, marketing})
    declared.insert(service.begin(), service.end());
  EXPECT_EQ(declared.size(), all);
  std::set<std::string> listed;
  for (const Method& method : Methods())
    listed.insert(std::string(method.name));
  EXPECT_EQ(listed, declared);
}

TEST(MethodsTest, AnAdministratorMayCallEverything) {
  for (const Method& method : Methods())
    EXPECT_TRUE(method.allowed & kAdministrator) << method.name;
}

TEST(MethodsTest, OnlyAuthenticateNeedsNoToken) {
  for (const Method& method : Methods())
    EXPECT_EQ(method.before_authentication, method.name == "authenticate")
        << method.name;
}

TEST(MethodsTest, OnlyAnAdministratorExportsCustomers) {
  EXPECT_EQ(Methods()[FindMethod("exportCustomers")].allowed, kAdministrator);
}

TEST(MethodsTest, WhoMayMovePointsIsToldByTheTable) {
  const struct {
    const char* method;
    Roles allowed;
  } cases[] = {
      {"quote", kStorefront | kClerk | kAdministrator},
      {"reserve", kStorefront | kClerk | kAdministrator},
      {"commit", kStorefront | kClerk | kAdministrator},
      {"release", kStorefront | kClerk | kAdministrator},
      {"adjustPoints", kClerk | kAdministrator},
      {"mergeCustomers", kClerk | kAdministrator},
      {"giveBonus", kMarketing | kJobs | kAdministrator},
      {"applyDefinitions", kMarketing | kAdministrator},
      {"checkBooks", kMarketing | kJobs | kAdministrator},
      {"settleAccounts", kJobs | kAdministrator},
  };
  for (const auto& one : cases)
    EXPECT_EQ(Methods()[FindMethod(one.method)].allowed, one.allowed)
        << one.method;
}

TEST(MethodsTest, MethodsAreFoundPlainAndByTheirService) {
  EXPECT_EQ(FindMethod("stats"), FindMethod("Admin:stats"));
  EXPECT_EQ(FindMethod("recommend"), FindMethod("Storefront:recommend"));
  EXPECT_EQ(FindMethod("Admin:authenticate"),
            FindMethod("Storefront:authenticate"));
  EXPECT_EQ(FindMethod("quote"), FindMethod("Loyalty:quote"));
  EXPECT_EQ(FindMethod("offers"), FindMethod("Marketing:offers"));
  EXPECT_EQ(FindMethod("Loyalty:authenticate"),
            FindMethod("Marketing:authenticate"));
  EXPECT_EQ(FindMethod("Loyalty:offers"), -1);
  EXPECT_EQ(FindMethod("Marketing:quote"), -1);
  EXPECT_EQ(FindMethod("Storefront:stats"), -1);
  EXPECT_EQ(FindMethod("Admin:recommend"), -1);
  EXPECT_EQ(FindMethod(""), -1);
}

TEST(MethodsTest, RolesAreNamedAndReadBack) {
  EXPECT_EQ(RoleNames(kClerk | kAdministrator), "clerk, administrator");
  EXPECT_EQ(*ParseRole("jobs"), kJobs);
  EXPECT_THAT(ParseRole("boss"), StatusIs(absl::StatusCode::kInvalidArgument,
                                          ::testing::HasSubstr("boss")));
}

}  // namespace
}  // namespace patron::api
