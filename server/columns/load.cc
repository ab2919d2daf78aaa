// Table::Load: the whole history, read once, by two threads.
#include <algorithm>
#include <limits>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/columns/convert.h"
#include "server/columns/row_reader.h"
#include "server/columns/table.h"
#include "server/store/keys.h"

namespace patron::columns {
namespace {

using store::Family;

struct Parts {
  const store::Store& store;
  const store::Ordinals& ordinals;
  const facts::FactsTable& facts;
  const loyalty::Accounts& accounts;
  LogPosition position;
};

// Columns of one block that fill row by row.
template <typename Columns>
class Filling {
 public:
  void Add(uint32_t row, const typename Columns::Entry& entry) {
    EndRowsBelow(row);
    columns_->Add(entry);
  }
  std::shared_ptr<const Columns> Take() {
    EndRowsBelow(kBlockRows);
    columns_->ShrinkToFit();
    return std::exchange(columns_, nullptr);
  }

 private:
  void EndRowsBelow(uint32_t row) {
    for (; ended_ < row; ++ended_)
      columns_->begin[ended_ + 1] = static_cast<uint32_t>(columns_->size());
  }

  std::shared_ptr<Columns> columns_ = std::make_shared<Columns>();
  uint32_t ended_ = 0;
};

// The blocks of one range of ordinals, made by one thread.
class RangeLoader {
 public:
  RangeLoader(const Parts& parts, Codes& codes, uint32_t first_block,
              uint32_t last_block)
      : parts_(parts),
        codes_(codes),
        first_block_(first_block),
        blocks_(last_block - first_block) {}

  absl::Status Run() {
    for (auto& block : blocks_) block = std::make_shared<Block>();
    MakeRows();
    PATRON_RETURN_IF_ERROR(Fill(Family::kPurchases, &Block::lines));
    return Fill(Family::kEvents, &Block::events);
  }

  // After Run.
  void MoveInto(Snapshot& snapshot) {
    for (auto& block : blocks_) snapshot.blocks.push_back(std::move(block));
    snapshot.customers += customers_;
  }

 private:
  void MakeRows() {
    const auto begin = static_cast<uint32_t>(first_block_ * kBlockRows);
    const auto end = std::min(
        parts_.ordinals.customers.size(),
        static_cast<uint32_t>((first_block_ + blocks_.size()) * kBlockRows));
    for (uint32_t ordinal = begin; ordinal < end; ++ordinal) {
      Block& block = *blocks_[(ordinal - begin) / kBlockRows];
      block.changed = parts_.position.value();
      MakeRow(ordinal, block.rows.Mutable(ordinal % kBlockRows));
    }
  }

  void MakeRow(uint32_t ordinal, Row& row) {
    const store::OrdinalTable& customers = parts_.ordinals.customers;
    row.summary = parts_.facts.ShareSummary(CustomerOrdinal(ordinal));
    row.traits = parts_.facts.ReadTraits(CustomerOrdinal(ordinal));
    row.account = parts_.accounts.Share(CustomerOrdinal(ordinal));
    row.changed = parts_.position.value();
    row.is_customer = customers.Find(customers.IdOf(ordinal)) == ordinal;
    customers_ += row.is_customer ? 1 : 0;
  }

  absl::Status Add(absl::string_view value, uint32_t at,
                   Filling<LineColumns>& into) {
    PATRON_ASSIGN_OR_RETURN(const wire::PurchaseRow* const row,
                            reader_.Purchase(value));
    ForEachLine(*row, codes_, [&](const Line& line) { into.Add(at, line); });
    return absl::OkStatus();
  }
  absl::Status Add(absl::string_view value, uint32_t at,
                   Filling<EventColumns>& into) {
    PATRON_ASSIGN_OR_RETURN(const wire::EventRow* const row,
                            reader_.Event(value));
    into.Add(at, ToEvent(*row, codes_));
    return absl::OkStatus();
  }

  // Reads the rows of a family, which stand by ordinal, block by block.
  template <typename Columns>
  absl::Status Fill(Family family, Rows<Columns> Block::*rows) {
    for (size_t i = 0; i < blocks_.size(); ++i) {
      const auto begin = static_cast<uint32_t>((first_block_ + i) * kBlockRows);
      Filling<Columns> filling;
      PATRON_RETURN_IF_ERROR(ReadBlock(family, begin, filling));
      Rows<Columns>& into = (*blocks_[i]).*rows;
      into.base = filling.Take();
    }
    return absl::OkStatus();
  }

  template <typename Columns>
  absl::Status ReadBlock(Family family, uint32_t begin,
                         Filling<Columns>& filling) {
    absl::Status problem;
    PATRON_RETURN_IF_ERROR(parts_.store.Scan(
        family, store::CustomerKey(CustomerOrdinal(begin)),
        store::CustomerKey(
            CustomerOrdinal(begin + static_cast<uint32_t>(kBlockRows))),
        [&](absl::string_view key, absl::string_view value) {
          const auto parts = store::DecodeHistoryKey(key);
          problem = parts.ok()
                        ? Add(value, parts->customer.value() - begin, filling)
                        : parts.status();
          return problem.ok();
        }));
    return problem;
  }

  const Parts& parts_;
  CodeCache codes_;
  RowReader reader_;
  const size_t first_block_;
  std::vector<std::shared_ptr<Block>> blocks_;
  uint32_t customers_ = 0;
};

}  // namespace

absl::Status Table::Load(const store::Store& store,
                         const store::Ordinals& ordinals,
                         const facts::FactsTable& facts,
                         const loyalty::Accounts& accounts,
                         LogPosition position) {
  const Parts parts{store, ordinals, facts, accounts, position};
  auto loaded = std::make_shared<Snapshot>();
  loaded->position = position;
  loaded->ordinals = ordinals.customers.size();
  const auto blocks =
      static_cast<uint32_t>((loaded->ordinals + kBlockRows - 1) / kBlockRows);
  RangeLoader first(parts, feed_.codes(), 0, blocks / 2);
  RangeLoader second(parts, feed_.codes(), blocks / 2, blocks);
  absl::Status first_status;
  std::thread beside([&] { first_status = first.Run(); });
  const absl::Status second_status = second.Run();
  beside.join();
  PATRON_RETURN_IF_ERROR(first_status);
  PATRON_RETURN_IF_ERROR(second_status);
  first.MoveInto(*loaded);
  second.MoveInto(*loaded);
  feed_.Start(position, loaded->ordinals);
  const absl::MutexLock lock(&mutex_);
  current_ = std::move(loaded);
  return absl::OkStatus();
}

}  // namespace patron::columns
