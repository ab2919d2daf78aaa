// Every method of the services, and who may call it: the one table.
//
// Method names are unique over Storefront and Admin, so that a plain client and
// one that multiplexes ("Admin:stats") reach the same method.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::api {

// A set of roles is the sum of its members.
enum Role : uint32_t {
  kStorefront = 1,      // web shops, apps, tills, kiosks
  kClerk = 2,           // people who serve a customer
  kMarketing = 4,       // people who look at the shop as a whole
  kJobs = 8,            // nightly feeds and learning
  kAdministrator = 16,  // everything
};
using Roles = uint32_t;
inline constexpr Roles kAllRoles = 31;

enum class Service { kSession, kStorefront, kAdmin };

struct Method {
  absl::string_view name;
  Service service;
  Roles allowed;  // kAdministrator is always among them
  bool before_authentication = false;
};

std::span<const Method> Methods();

// The place in Methods() of "stats", "Admin:stats" or "Storefront:recommend";
// -1 for a name that no service has.
int FindMethod(absl::string_view called);

// "clerk" and back; kInvalidArgument naming the value for another word.
absl::StatusOr<Role> ParseRole(absl::string_view word);
std::string RoleNames(Roles roles);  // "clerk, administrator"

}  // namespace patron::api
