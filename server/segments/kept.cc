#include "server/segments/kept.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace patron::segments {
namespace {

// Blocks that one thread works out at a time, and for which the catalogue is
// held still.
constexpr size_t kBlocksAtOnce = 8;

uint16_t ShortDay(Day day) {
  return static_cast<uint16_t>(std::clamp<Day>(day, 0, kMaxDay));
}

TableParts PartsOf(const LiveParts& parts) {
  return {parts.catalog, parts.ordinals, parts.columns};
}

using rules::Op;

}  // namespace

Surroundings AroundOf(const LiveParts& parts, const Moment& moment,
                      const Place& place, bool events_from_store) {
  return {*moment.snapshot,
          parts.columns,
          parts.store,
          place,
          moment.definitions->programmes,
          moment.definitions->Prediction(),
          moment.today,
          events_from_store};
}

// ---- KeptBlock

void KeptBlock::Put(const Mask& changed, const Numbers& stored,
                    const Mask& known,
                    const std::array<Day, kBlockRows>& until_of) {
  bool fits = true;
  for (size_t i = 0; fits && i < kBlockRows; ++i)
    if (changed[i])
      fits = values.Set(i, known[i] ? std::optional(stored[i]) : std::nullopt);
  if (!fits) {
    Numbers all;
    Mask all_known;
    values.Unpack(all, all_known);
    for (size_t i = 0; i < kBlockRows; ++i) {
      if (!changed[i]) continue;
      all[i] = stored[i];
      all_known[i] = known[i];
    }
    values = Packed(all, all_known);
  }
  uint16_t first = kMaxDay;
  for (size_t i = 0; i < kBlockRows; ++i) {
    if (changed[i]) {
      const uint16_t day = ShortDay(until_of[i]);
      if (day != kMaxDay && untils.empty()) untils.assign(kBlockRows, kMaxDay);
      if (!untils.empty()) untils[i] = day;
    }
    if (!untils.empty()) first = std::min(first, untils[i]);
  }
  if (first == kMaxDay) std::vector<uint16_t>().swap(untils);
  until = first == kMaxDay ? kNever : first;
}

size_t KeptBlock::bytes() const {
  return sizeof(*this) + values.bytes() + untils.capacity() * sizeof(uint16_t);
}

// ---- Column

std::shared_ptr<const Version> Column::Before(const Moment& moment) const {
  const absl::MutexLock lock(&mutex_);
  std::shared_ptr<const Version> best;
  for (const auto& version : versions_) {
    if (version == nullptr || !Follows(*version, moment)) continue;
    if (best == nullptr || std::pair(best->position, best->today) <
                               std::pair(version->position, version->today))
      best = version;
  }
  return best;
}

// In the place of its own day, else of the one that is further behind.
void Column::Remember(std::shared_ptr<const Version> version) {
  const absl::MutexLock lock(&mutex_);
  auto& [first, second] = versions_;
  for (auto& place : versions_) {
    if (place == nullptr || place->today != version->today) continue;
    if (place->position <= version->position) place = std::move(version);
    return;
  }
  const bool into_first =
      first == nullptr ||
      (second != nullptr && first->position < second->position);
  (into_first ? first : second) = std::move(version);
}

size_t Column::bytes() const {
  const absl::MutexLock lock(&mutex_);
  absl::flat_hash_set<const KeptBlock*> counted;
  size_t sum = sizeof(*this);
  for (const auto& version : versions_) {
    if (version == nullptr) continue;
    sum += version->blocks.capacity() * sizeof(version->blocks[0]);
    for (const auto& block : version->blocks)
      if (counted.insert(block.get()).second) sum += block->bytes();
  }
  return sum;
}

bool Column::IsAt(const Version& version, const Moment& moment) const {
  return version.position == moment.snapshot->position &&
         version.today == moment.today &&
         version.definitions == moment.definitions &&
         (!leaf_->reads_products() ||
          version.catalog == parts_.catalog.version());
}

bool Column::Follows(const Version& version, const Moment& moment) const {
  return version.position <= moment.snapshot->position &&
         (version.today <= moment.today || !leaf_->knows_days()) &&
         (version.definitions == moment.definitions ||
          !leaf_->reads_definitions());
}

bool Column::Covers(const Version& version, const Moment& moment,
                    CustomerOrdinal customer) const {
  const size_t at = customer.value() / kBlockRows;
  const size_t row = customer.value() % kBlockRows;
  if (!Follows(version, moment) || at >= version.blocks.size()) return false;
  if (leaf_->reads_products() && version.catalog != parts_.catalog.version())
    return false;
  if (version.position == moment.snapshot->position &&
      version.today == moment.today)
    return true;
  const KeptBlock& kept = *version.blocks[at];
  return moment.snapshot->blocks[at]->rows[row].changed <=
             version.position.value() &&
         (kept.untils.empty() || kept.untils[row] == kMaxDay ||
          kept.untils[row] > moment.today);
}

std::shared_ptr<const Version> Column::At(const Moment& moment,
                                          Workers& workers) {
  const absl::MutexLock filling(&filling_);
  std::shared_ptr<const Version> from = Before(moment);
  if (from != nullptr && IsAt(*from, moment)) return from;
  auto next = std::make_shared<Version>();
  next->position = moment.snapshot->position;
  next->today = moment.today;
  next->definitions = moment.definitions;
  if (TakeTables(from.get(), *next)) from = nullptr;
  // Texts that nobody has any more go when most have gone.
  const bool crowded =
      from != nullptr &&
      from->dictionary->size() > 2 * size_t{moment.snapshot->ordinals} + 1024;
  if (crowded) from = nullptr;
  next->dictionary =
      from == nullptr ? std::make_shared<Dictionary>() : from->dictionary;
  Fill(from.get(), moment, workers, *next);
  Remember(next);
  return next;
}

bool Column::TakeTables(const Version* from, Version& next) const {
  next.catalog = parts_.catalog.version();
  const Counting* const counting = leaf_->counting();
  const bool moved = from != nullptr && from->catalog != next.catalog;
  if (counting == nullptr || counting->by_subject())
    return moved && leaf_->reads_products();
  next.ordinals = KnownOrdinals(PartsOf(parts_));
  if (from != nullptr && from->ordinals == next.ordinals &&
      (!moved || !leaf_->reads_products())) {
    next.tables = from->tables;
    return false;
  }
  next.tables =
      std::make_shared<const Tables>(MakeTables(*counting, PartsOf(parts_)));
  if (from == nullptr) return false;
  return (moved && counting->asks() && leaf_->reads_products()) ||
         !SaysTheSame(*from->tables, *next.tables);
}

// Most blocks are as they were: only the others are worked out.
void Column::Fill(const Version* from, const Moment& moment, Workers& workers,
                  Version& next) const {
  const auto& blocks = moment.snapshot->blocks;
  if (from != nullptr) next.blocks = from->blocks;
  next.blocks.resize(blocks.size());
  std::vector<size_t> work;
  for (size_t at = 0; at < blocks.size(); ++at)
    if (from == nullptr || next.blocks[at] == nullptr ||
        blocks[at]->changed > from->position.value() ||
        next.blocks[at]->until <= moment.today)
      work.push_back(at);
  workers.Share(work.size(), kBlocksAtOnce, [&](size_t first, size_t last) {
    FillBlocks(from, moment, work, first, last, next);
  });
}

namespace {

// The rows of a block that must be worked out.
Mask Outdated(const Version* from, const columns::Block& block,
              const KeptBlock* kept, Day today) {
  Mask outdated;
  outdated.fill(kept == nullptr);
  if (kept == nullptr) return outdated;
  if (block.changed > from->position.value())
    for (size_t i = 0; i < kBlockRows; ++i)
      outdated[i] = block.rows[i].changed > from->position.value();
  if (kept->until <= today)
    for (size_t i = 0; i < kBlockRows; ++i)
      outdated[i] |= kept->untils[i] <= today;
  return outdated;
}

}  // namespace

void Column::FillBlocks(const Version* from, const Moment& moment,
                        const std::vector<size_t>& work, size_t first,
                        size_t last, Version& next) const {
  const Counting* const counting = leaf_->counting();
  const Place place(parts_.catalog, parts_.ordinals);
  const Surroundings around = AroundOf(
      parts_, moment, place,
      counting != nullptr &&
          ReadsEventTexts(leaf_->code(), 0, leaf_->code().nodes.size()));
  std::optional<Counter> counter;
  static const auto* const kNoTables = new Tables;
  if (counting != nullptr)
    counter.emplace(*counting, next.tables ? *next.tables : *kNoTables, around);
  for (size_t i = first; i < last; ++i) {
    const size_t at = work[i];
    const columns::Block& block = *moment.snapshot->blocks[at];
    const KeptBlock* const kept = next.blocks[at].get();
    const Mask outdated = Outdated(from, block, kept, moment.today);
    Numbers stored{};
    Mask known{};
    std::array<Day, kBlockRows> until;
    until.fill(kNever);
    for (size_t row = 0; row < kBlockRows; ++row) {
      if (!outdated[row] || !block.rows[row].is_customer) continue;
      const auto reading =
          Read(around, counter ? &*counter : nullptr, *next.dictionary,
               CustomerOrdinal(static_cast<uint32_t>(at * kBlockRows + row)));
      known[row] = reading.stored.has_value();
      stored[row] = reading.stored.value_or(0);
      until[row] = reading.until;
    }
    auto filled = kept == nullptr ? std::make_shared<KeptBlock>()
                                  : std::make_shared<KeptBlock>(*kept);
    filled->Put(outdated, stored, known, until);
    next.blocks[at] = std::move(filled);
  }
}

Leaf::Reading Column::Read(const Surroundings& around, Counter* counter,
                           Dictionary& dictionary,
                           CustomerOrdinal customer) const {
  if (leaf_->kind() == Leaf::Kind::kIsCustomer) return {1, kNever};
  if (counter == nullptr)
    return leaf_->Read(RowSubject(around, customer), dictionary);
  const Counted counted = counter->Count(
      *around.snapshot.blocks[customer.value() / kBlockRows], customer);
  return {counted.value, counted.until};
}

// ---- Kept

Kept::Kept(const LiveParts& parts, size_t most)
    : parts_(parts),
      most_(most),
      customers_(
          std::make_shared<Column>(std::make_unique<const Leaf>(), parts)) {}

uint64_t Kept::generation() const {
  const absl::MutexLock lock(&mutex_);
  return generation_;
}

std::vector<std::shared_ptr<Column>> Kept::All() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<Column>> all = {customers_};
  for (const auto& [signature, slot] : slots_) all.push_back(slot.column);
  return all;
}

Kept::Slot& Kept::FindOrMake(const rules::Code& code, size_t index) {
  Slot& slot = slots_[SignatureOf(code, index)];
  slot.asked = ++asked_;
  if (slot.column == nullptr)
    slot.column = std::make_shared<Column>(
        std::make_unique<const Leaf>(code, index), parts_);
  const rules::Node& node = code.nodes[index];
  slot.stays |= node.op == Op::kField && !node.keyed;
  return slot;
}

std::shared_ptr<Column> Kept::Find(const rules::Code& code, size_t index) {
  const absl::MutexLock lock(&mutex_);
  if (code.nodes[index].op == Op::kAggregate) {
    const auto at = slots_.find(SignatureOf(code, index));
    return at == slots_.end() ? nullptr : at->second.column;
  }
  std::shared_ptr<Column> column = FindOrMake(code, index).column;
  DropOldest();
  return column;
}

void Kept::DropOldest() {
  using Place = decltype(slots_)::iterator;
  std::vector<Place> loose;
  for (auto at = slots_.begin(); at != slots_.end(); ++at)
    if (!at->second.stays) loose.push_back(at);
  if (loose.size() <= most_) return;
  std::sort(loose.begin(), loose.end(), [](const Place& a, const Place& b) {
    return a->second.asked < b->second.asked;
  });
  for (size_t i = 0; i + most_ < loose.size(); ++i) slots_.erase(loose[i]);
  ++generation_;
}

namespace {

// The leaves of a rule; those below an aggregate are its own.
std::vector<size_t> LeavesOf(const rules::Code& code) {
  std::vector<size_t> leaves;
  for (size_t i = 0; i < code.nodes.size();) {
    if (!IsLeaf(code, i)) {
      ++i;
      continue;
    }
    leaves.push_back(i);
    i = code.nodes[i].end;
  }
  return leaves;
}

}  // namespace

void Kept::Keep(const std::vector<rules::Program>& rules) {
  const absl::MutexLock lock(&mutex_);
  for (auto& [signature, slot] : slots_) {
    const rules::Node& node = slot.column->leaf().code().nodes[0];
    slot.stays = node.op == Op::kField && !node.keyed;
  }
  for (const rules::Program& rule : rules) {
    if (rule.empty()) continue;
    for (const size_t leaf : LeavesOf(*rule.code()))
      FindOrMake(*rule.code(), leaf).stays = true;
  }
  // An aggregate that no rule names is not kept for those who try it out.
  absl::erase_if(slots_, [](const auto& slot) {
    return !slot.second.stays && slot.second.column->leaf().counting();
  });
  ++generation_;
}

}  // namespace patron::segments
