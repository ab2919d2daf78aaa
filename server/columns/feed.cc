#include "server/columns/feed.h"

#include <iterator>
#include <utility>

#include "server/columns/convert.h"

namespace patron::columns {
namespace {

void Clear(Waiting& waiting) {
  waiting.rows.clear();
  waiting.lines.clear();
  waiting.events.clear();
}

}  // namespace

// ---- Feed

void Feed::Take(Waiting& taken) {
  Clear(taken);
  const absl::MutexLock lock(&mutex_);
  taken.position = waiting_.position;
  taken.customers = waiting_.customers;
  std::swap(taken.rows, waiting_.rows);
  std::swap(taken.lines, waiting_.lines);
  std::swap(taken.events, waiting_.events);
  size_.store(0, std::memory_order_relaxed);
}

void Feed::Start(LogPosition position, uint32_t customers) {
  const absl::MutexLock lock(&mutex_);
  waiting_.position = position;
  waiting_.customers = customers;
  published_.store(position.value(), std::memory_order_release);
}

// ---- FeedChanges

void FeedChanges::AddPurchase(CustomerOrdinal customer,
                              const wire::PurchaseRow& row) {
  if (customer == kAnonymous) return;
  ForEachLine(row, codes_, [&](const Line& line) {
    changes_.lines.push_back({customer, line});
  });
}

void FeedChanges::AddEvent(CustomerOrdinal customer,
                           const wire::EventRow& row) {
  if (customer == kAnonymous) return;
  changes_.events.push_back({customer, ToEvent(row, codes_)});
}

void FeedChanges::BeginPurchases(CustomerOrdinal customer) {
  Find(customer).lines_from = changes_.lines.size();
}

void FeedChanges::BeginEvents(CustomerOrdinal customer) {
  Find(customer).events_from = changes_.events.size();
}

void FeedChanges::Absorbed(CustomerOrdinal customer) {
  BeginPurchases(customer);
  BeginEvents(customer);
  Find(customer).absorbed = true;
}

RowChange& FeedChanges::Find(CustomerOrdinal customer) {
  const auto [at, fresh] = places_.try_emplace(customer, changes_.rows.size());
  if (fresh) changes_.rows.emplace_back().customer = customer;
  return changes_.rows[at->second];
}

// Places in the queue count from its own begin.
void FeedChanges::Append(Waiting& waiting) {
  for (RowChange& row : changes_.rows) {
    row.position = changes_.position.value();
    if (row.lines_from) *row.lines_from += waiting.lines.size();
    if (row.events_from) *row.events_from += waiting.events.size();
  }
  const auto move_all = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.end()));
  };
  move_all(changes_.rows, waiting.rows);
  move_all(changes_.lines, waiting.lines);
  move_all(changes_.events, waiting.events);
  waiting.position = changes_.position;
  waiting.customers = changes_.customers;
}

void FeedChanges::Collect(const facts::FactsChanges& facts,
                          const loyalty::AccountChanges& accounts) {
  facts.ForEachChanged([this](CustomerOrdinal customer,
                              std::shared_ptr<const facts::Summary> summary,
                              const auto& traits) {
    RowChange& row = Find(customer);
    row.summary = std::move(summary);
    row.traits = traits;
  });
  accounts.ForEachChanged([this](CustomerOrdinal customer,
                                 std::shared_ptr<const wire::AccountRow> row) {
    Find(customer).account = std::move(row);
  });
}

void FeedChanges::Publish(LogPosition position, uint32_t customers) {
  changes_.position = position;
  changes_.customers = customers;
  {
    const absl::MutexLock lock(&feed_.mutex_);
    Append(feed_.waiting_);
    feed_.size_.store(feed_.waiting_.size(), std::memory_order_relaxed);
    feed_.published_.store(position.value(), std::memory_order_release);
  }
  Clear(changes_);
  places_.clear();
}

}  // namespace patron::columns
