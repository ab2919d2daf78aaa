// One customer of a snapshot as a rule sees her.
//
// Profile, facts and loyalty come from her row, lines and events from the
// columns. What columns lack of events (their text, source and attributes) is
// read from the store, for rules that name it: only there may a change after
// the snapshot's position be seen, that of a merge.
//
// Ownership: borrows everything; make it for one question. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/catalog/catalog.h"
#include "server/columns/table.h"
#include "server/loyalty/programmes.h"
#include "server/rules/code.h"
#include "server/rules/rules.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"
#include "server/subjects/subjects.h"

namespace patron::segments {

// Names and products as they now are. The catalogue is held still from the
// first product that is looked at on, for as long as it lives: keep it for one
// question. Threads: one.
class Place final : public subjects::Products, public subjects::Names {
 public:
  Place(const catalog::Catalog& catalog, const store::Ordinals& ordinals)
      : catalog_(catalog), ordinals_(ordinals) {}

  const wire::Product* Find(ProductOrdinal product) const override;
  absl::string_view StoreId(uint32_t store) const override;
  absl::string_view ProductId(uint32_t product) const override;
  std::optional<uint32_t> FindStore(absl::string_view id) const override;
  std::optional<uint32_t> FindProduct(absl::string_view id) const;

  // Ordinals below these may be asked for.
  uint32_t products() const { return ordinals_.products.size(); }
  uint32_t stores() const { return ordinals_.stores.size(); }

 private:
  const catalog::Catalog& catalog_;
  mutable std::optional<catalog::Catalog::Reader> reader_;
  const store::Ordinals& ordinals_;
};

// What the subjects of one question share.
struct Surroundings {
  const columns::Snapshot& snapshot;
  const columns::Table& table;  // for the texts of codes
  const store::Store& store;
  const Place& place;
  const loyalty::Programmes& programmes;
  const prediction::Model* prediction = nullptr;
  Day today = 0;
  bool events_from_store = false;  // ReadsEventTexts of the rule that asks
};

// Whether any of nodes [begin, end) names what columns lack of events.
bool ReadsEventTexts(const rules::Code& code, size_t begin, size_t end);
bool ReadsEventTexts(const rules::Program& rule);

// Calls `visit` with the columns and the places in them of what row `row` of a
// block has: at most twice.
template <typename Columns, typename Visit>
void ForEachRange(const columns::Rows<Columns>& rows, size_t row,
                  const Visit& visit) {
  const auto range = [&](const Columns& part) {
    if (part.begin[row] < part.begin[row + 1])
      visit(part, part.begin[row], part.begin[row + 1]);
  };
  if (!rows.replaced[row]) range(*rows.base);
  range(*rows.tail);
}

class RowSubject final : public rules::Subject {
 public:
  // `customer` is one that the snapshot knows.
  RowSubject(const Surroundings& around, CustomerOrdinal customer);
  RowSubject(const RowSubject&) = delete;
  RowSubject& operator=(const RowSubject&) = delete;

  rules::Value Get(int field, absl::string_view key) const override;
  int64_t Today() const override { return around_.today; }
  void ForEach(int source, int64_t first_day,
               absl::FunctionRef<bool(const rules::Row&)> visit) const override;

  const subjects::CustomerParts& parts() const { return parts_; }
  // As `bought has` asks, without the texts of all that she bought.
  bool HasBought(absl::string_view product) const;
  // The first day after today on which another number of products is due;
  // kMaxDay where none is.
  Day DueUntil() const;

 private:
  void ForEachStoredEvent(
      int64_t first_day,
      absl::FunctionRef<bool(const rules::Row&)> visit) const;
  const std::vector<std::string>& Bought() const;
  std::vector<facts::ItemFact> Items() const;
  int64_t DueProducts() const;

  const Surroundings& around_;
  const CustomerOrdinal customer_;
  const columns::Block& block_;
  const size_t row_;
  const subjects::CustomerParts parts_;
  const subjects::CustomerSubject fields_;
  mutable std::optional<std::vector<std::string>> bought_;
};

// The text of the code that was shown last; most rows have the one before's.
class CodeText {
 public:
  void Show(columns::Code code, const columns::Table& table);
  absl::string_view text() const { return text_; }

 private:
  columns::Code code_ = 0;
  std::string text_;
};

// Rows of the columns as a rule sees them, one after another.
class LineRow final : public rules::Row {
 public:
  LineRow(const subjects::CustomerParts& parts, const columns::Table& table)
      : parts_(parts), table_(table) {}
  void Show(const columns::LineColumns& lines, size_t at);
  rules::Value Get(int field, absl::string_view key) const override {
    return subjects::LineValue(parts_, view_, field, key);
  }
  Day day() const { return view_.day; }

 private:
  const subjects::CustomerParts& parts_;
  const columns::Table& table_;
  subjects::LineView view_;
  CodeText channel_;
  CodeText currency_;
};

class EventRow final : public rules::Row {
 public:
  EventRow(const subjects::CustomerParts& parts, const columns::Table& table)
      : parts_(parts), table_(table) {}
  void Show(const columns::EventColumns& events, size_t at);
  rules::Value Get(int field, absl::string_view key) const override {
    return subjects::EventValue(parts_, view_, field, key);
  }
  Day day() const { return view_.day; }

 private:
  const subjects::CustomerParts& parts_;
  const columns::Table& table_;
  subjects::EventView view_;
  CodeText channel_;
};

}  // namespace patron::segments
