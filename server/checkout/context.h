// What Apply of loyalty and offers works on, beside customers::ApplyContext.
// The applying thread's own; lives as long as the engine.
#pragma once

#include "server/catalog/catalog.h"
#include "server/checkout/holdings.h"
#include "server/customers/apply_context.h"
#include "server/loyalty/accounts.h"

namespace patron::checkout {

using customers::Stamp;

struct Context {
  customers::ApplyContext& base;
  catalog::CatalogChanges& catalog;
  loyalty::AccountChanges& accounts;
  HoldingsChanges& holdings;
};

}  // namespace patron::checkout
