#include "server/columns/table.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/columns/alone.h"

namespace patron::columns {
namespace {

// What is kept of the queue's memory between two rounds.
constexpr size_t kMostKept = 128 << 10;

// To be changed in place, once nobody else holds it. Blocks are made without
// const and are const to readers alone.
Block& MutableBlock(std::shared_ptr<const Block>& block) {
  if (!Alone(block)) block = std::make_shared<Block>(*block);
  return const_cast<Block&>(*block);
}

// What came to one block: places in the queue, in order.
struct Patch {
  std::vector<size_t> rows;
  std::vector<size_t> lines;
  std::vector<size_t> events;
};

absl::flat_hash_map<uint32_t, Patch> ByBlock(const Waiting& taken) {
  absl::flat_hash_map<uint32_t, Patch> patches;
  const auto sort = [&patches](const auto& changes,
                               std::vector<size_t> Patch::*places) {
    for (size_t at = 0; at < changes.size(); ++at)
      (patches[changes[at].customer.value() / kBlockRows].*places)
          .push_back(at);
  };
  sort(taken.rows, &Patch::rows);
  sort(taken.lines, &Patch::lines);
  sort(taken.events, &Patch::events);
  return patches;
}

uint32_t RowOf(CustomerOrdinal customer) {
  return customer.value() % kBlockRows;
}

// The lines or events of a patch that still count, and of whom all before are
// void.
template <typename Columns>
void ChangeEntries(const Waiting& taken, const Patch& patch,
                   std::optional<size_t> RowChange::*from,
                   const std::vector<Added<typename Columns::Entry>>& queue,
                   const std::vector<size_t>& places, Rows<Columns>& rows) {
  std::bitset<kBlockRows> replaced;
  std::array<size_t, kBlockRows> first;
  first.fill(0);
  for (const size_t at : patch.rows) {
    const RowChange& change = taken.rows[at];
    if (!(change.*from)) continue;
    replaced.set(RowOf(change.customer));
    first[RowOf(change.customer)] = *(change.*from);
  }
  AddedEntries<typename Columns::Entry> added;
  added.reserve(places.size());
  for (const size_t at : places) {
    const uint32_t row = RowOf(queue[at].customer);
    if (at >= first[row]) added.emplace_back(row, &queue[at].entry);
  }
  std::sort(added.begin(), added.end());
  Change(replaced, added, rows);
}

void ChangeRow(const RowChange& change, Row& row) {
  row.changed = change.position;
  if (change.summary != nullptr) row.summary = change.summary;
  if (change.traits) row.traits = *change.traits;
  if (change.account != nullptr) row.account = change.account;
  if (change.absorbed) row.is_customer = false;
}

void Apply(const Waiting& taken, const Patch& patch, Block& block,
           uint32_t& customers) {
  for (const size_t at : patch.rows) {
    const RowChange& change = taken.rows[at];
    Row& row = block.rows.Mutable(RowOf(change.customer));
    if (change.absorbed && row.is_customer) --customers;
    ChangeRow(change, row);
    block.changed = std::max(block.changed, change.position);
  }
  ChangeEntries(taken, patch, &RowChange::lines_from, taken.lines, patch.lines,
                block.lines);
  ChangeEntries(taken, patch, &RowChange::events_from, taken.events,
                patch.events, block.events);
}

// Ordinals that are known from this position on.
void Grow(const Waiting& taken, Snapshot& snapshot) {
  for (; snapshot.ordinals < taken.customers; ++snapshot.ordinals) {
    if (snapshot.ordinals % kBlockRows == 0)
      snapshot.blocks.push_back(std::make_shared<Block>());
    Block& block = MutableBlock(snapshot.blocks.back());
    Row& row = block.rows.Mutable(snapshot.ordinals % kBlockRows);
    row.is_customer = true;
    row.changed = block.changed = taken.position.value();
    ++snapshot.customers;
  }
}

void Forget(Waiting& taken) {
  if (taken.size() > kMostKept) {
    taken = Waiting();
    return;
  }
  // What rows held goes now, not with the next round.
  taken.rows.clear();
}

}  // namespace

// ---- Snapshot

const Row* Snapshot::Find(CustomerOrdinal customer) const {
  if (customer.value() >= ordinals) return nullptr;
  return &blocks[customer.value() / kBlockRows]->rows[RowOf(customer)];
}

size_t Snapshot::bytes() const {
  size_t sum = sizeof(*this) + blocks.capacity() * sizeof(blocks[0]);
  for (const auto& block : blocks) sum += block->bytes();
  return sum;
}

// ---- Table

Table::Table() : current_(std::make_shared<Snapshot>()) {}

std::shared_ptr<const Snapshot> Table::Now() {
  const absl::MutexLock lock(&mutex_);
  if (feed_.published() != current_->position) CatchUp();
  return current_;
}

void Table::Relieve() {
  if (feed_.waiting() <= kMostWaiting || !mutex_.TryLock()) return;
  CatchUp();
  mutex_.Unlock();
}

Snapshot& Table::Mutable() {
  if (!Alone(current_)) current_ = std::make_shared<Snapshot>(*current_);
  return *current_;
}

void Table::CatchUp() {
  feed_.Take(taken_);
  Snapshot& now = Mutable();
  Grow(taken_, now);
  for (const auto& [at, patch] : ByBlock(taken_))
    Apply(taken_, patch, MutableBlock(now.blocks[at]), now.customers);
  now.position = taken_.position;
  Forget(taken_);
}

}  // namespace patron::columns
