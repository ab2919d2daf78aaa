// A snapshot as plain values: what two of them must agree on, however their
// lines are packed and their codes numbered.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "server/columns/table.h"

namespace patron::columns {

struct PlainCustomer {
  bool is_customer = false;
  std::optional<facts::Summary> summary;
  std::optional<facts::Traits> traits;
  std::optional<wire::AccountRow> account;
  // With codes 0; the texts beside them. Sorted.
  std::vector<std::tuple<Line, std::string, std::string>> lines;
  std::vector<std::pair<Event, std::string>> events;

  bool operator==(const PlainCustomer& other) const;
};
void PrintTo(const PlainCustomer& customer, std::ostream* out);

// One a known ordinal. `table`: whose codes the snapshot has; null: codes as
// numbers, for a snapshot that outlived its table.
std::vector<PlainCustomer> Plain(const Snapshot& snapshot, const Table* table);

}  // namespace patron::columns
