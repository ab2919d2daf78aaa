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
  EXPECT_GE(declared.size(), 12u);
  EXPECT_GE(admin.size(), 17u);
  declared.insert(admin.begin(), admin.end());
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

TEST(MethodsTest, MethodsAreFoundPlainAndByTheirService) {
  EXPECT_EQ(FindMethod("stats"), FindMethod("Admin:stats"));
  EXPECT_EQ(FindMethod("recommend"), FindMethod("Storefront:recommend"));
  EXPECT_EQ(FindMethod("Admin:authenticate"),
            FindMethod("Storefront:authenticate"));
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
