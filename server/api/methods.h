// Every method of the services, and who may call it: the one table.
//
// Method names are unique over all services, so that a plain client and
// one that multiplexes ("Admin:stats") reach the same method.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/base/roles.h"

namespace patron::api {

enum class Service { kSession, kStorefront, kAdmin, kLoyalty, kMarketing };

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
