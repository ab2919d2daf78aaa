// Who a token stands for. A set of roles is the sum of its members.
#pragma once

#include <cstdint>

namespace patron {

enum Role : uint32_t {
  kStorefront = 1,      // web shops, apps, tills, kiosks
  kClerk = 2,           // people who serve a customer
  kMarketing = 4,       // people who look at the shop as a whole
  kJobs = 8,            // nightly feeds and learning
  kAdministrator = 16,  // everything
};
using Roles = uint32_t;
inline constexpr Roles kAllRoles = 31;

}  // namespace patron
