// Who is in, now: rules over all customers, on columns.
//
//   segments::Live live(parts, clock, zone);
//   const segments::View now = live.Now();
//   PATRON_ASSIGN_OR_RETURN(const Roaring in, now.Members(program));
//   in.cardinality(), at now.position()
//
// A view is State at one log position and one day of the shop: every answer of
// one view holds for both, however long it is kept; what a rule says of
// products is answered by the catalogue as it is when asked. Fields and what
// saved rules count over windows are kept as columns (kept.h), brought up to
// date when a view is taken; what is only tried out is counted over the lines
// of the columns (scan.h). Both answer as Program::Holds does on the same
// customer.
//
// Ownership: borrows its parts; a view keeps what it looks at alive. Threads:
// any; what is asked of everybody is worked out by threads of its own, below
// all other work (workers.h); what is asked of one customer by who asks.
// Errors: none but kInvalidArgument for a rule that cannot be answered here.
#pragma once

#include <cstdint>
#include <memory>
#include <roaring/roaring.hh>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/catalog/catalog.h"
#include "server/checkout/holdings.h"
#include "server/columns/table.h"
#include "server/rules/rules.h"
#include "server/segments/workers.h"
#include "server/store/ordinals.h"

namespace patron::segments {

struct LiveParts {
  columns::Table& columns;
  const store::Store& store;  // texts of events stand there alone
  const store::Ordinals& ordinals;
  const catalog::Catalog& catalog;
  const checkout::Holdings& holdings;  // programmes, for loyalty fields
};

struct LiveOptions {
  WorkersOptions workers;
  // Keyed fields (spend["EUR"]) that somebody asked for once are kept as
  // columns, so many of them.
  size_t keyed_columns = 64;
};

class View;

class Live {
 public:
  Live(const LiveParts& parts, const Clock& clock, absl::TimeZone zone,
       LiveOptions options = {});
  ~Live();

  View Now() const;
  // At a day of the caller's choice: campaigns look at their own moment.
  View On(Day today) const;

  // The rules of saved segments and campaigns: their fields and windows are
  // kept as columns from here on, those of rules named before are dropped.
  void Keep(const std::vector<rules::Program>& rules);

  // Brings every kept column up to now: what the first question after a start
  // or after Keep would otherwise wait for.
  void Warm() const;

  // Bytes of kept columns; for metrics and benchmarks.
  size_t kept_bytes() const;

 private:
  friend class View;
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

class View {
 public:
  ~View();
  View(View&&) noexcept;
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  LogPosition position() const;
  Day today() const;
  uint32_t customers() const;

  // Ordinals of the customers for whom the rule holds.
  Roaring Members(const rules::Program& rule) const;
  Roaring Everybody() const;
  // The members among ordinals from `first` on, until `most` are found; `next`
  // is where to go on: snapshot().ordinals or above when all were looked at.
  // For pages.
  Roaring MembersFrom(const rules::Program& rule, uint32_t first, size_t most,
                      uint32_t& next) const;
  // False for an ordinal that is no customer's.
  bool Holds(const rules::Program& rule, CustomerOrdinal customer) const;
  std::vector<rules::Clause> Explain(const rules::Program& rule,
                                     CustomerOrdinal customer) const;

  // Shows one customer to `look` as a rule's subject. False: no customer.
  bool With(CustomerOrdinal customer,
            absl::FunctionRef<void(const rules::Subject&)> look) const;
  const columns::Snapshot& snapshot() const;

  // Calls `work` with parts of 0 … size on the threads that answer what is
  // asked of everybody (workers.h); returns when all is done.
  void Share(size_t size, size_t grain, Workers::Work work) const;

 private:
  friend class Live;
  struct Impl;
  explicit View(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace patron::segments
