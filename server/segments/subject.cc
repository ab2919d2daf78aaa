#include "server/segments/subject.h"

#include <algorithm>
#include <utility>

#include "server/store/codec.h"
#include "server/store/keys.h"
#include "server/subjects/fields.h"
#include "server/subjects/habits.h"

namespace patron::segments {
namespace {

using columns::kBlockRows;

const columns::Row& RowOf(const Surroundings& around,
                          CustomerOrdinal customer) {
  const uint32_t at = customer.value();
  return around.snapshot.blocks[at / kBlockRows]->rows[at % kBlockRows];
}

subjects::CustomerParts PartsOf(const Surroundings& around,
                                CustomerOrdinal customer) {
  static const auto* const kNoSummary = new facts::Summary;
  static const auto* const kNoAccount = new wire::AccountRow;
  const columns::Row& row = RowOf(around, customer);
  subjects::CustomerParts parts;
  parts.summary = row.summary == nullptr ? kNoSummary : row.summary.get();
  parts.traits = row.traits.get();
  parts.account = row.account == nullptr ? kNoAccount : row.account.get();
  parts.programmes = &around.programmes;
  parts.prediction = around.prediction;
  parts.products = &around.place;
  parts.names = &around.place;
  parts.today = around.today;
  return parts;
}

bool IsEventText(int field) {
  return field == subjects::kQueryText || field == subjects::kEventSource ||
         field == subjects::kRowAttribute;
}

}  // namespace

const wire::Product* Place::Find(ProductOrdinal product) const {
  if (product == kNoProduct) return nullptr;
  if (!reader_) reader_.emplace(catalog_);
  if (product.value() >= reader_->size()) return nullptr;
  const catalog::Entry& entry = reader_->Get(product.value());
  return entry.listed ? &entry.product : nullptr;
}

absl::string_view Place::StoreId(uint32_t store) const {
  return ordinals_.stores.IdOf(store);
}

absl::string_view Place::ProductId(uint32_t product) const {
  return ordinals_.products.IdOf(product);
}

std::optional<uint32_t> Place::FindStore(absl::string_view id) const {
  return ordinals_.stores.Find(id);
}

std::optional<uint32_t> Place::FindProduct(absl::string_view id) const {
  return ordinals_.products.Find(id);
}

bool ReadsEventTexts(const rules::Code& code, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    const rules::Node& node = code.nodes[i];
    if (node.op != rules::Op::kAggregate || node.source != subjects::kEvents)
      continue;
    if (node.aggregate != rules::Aggregate::kCount && IsEventText(node.field))
      return true;
    for (size_t j = i + 1; j < node.end; ++j)
      if (code.nodes[j].op == rules::Op::kRowField &&
          IsEventText(code.nodes[j].field))
        return true;
  }
  return false;
}

bool ReadsEventTexts(const rules::Program& rule) {
  return !rule.empty() &&
         ReadsEventTexts(*rule.code(), 0, rule.code()->nodes.size());
}

RowSubject::RowSubject(const Surroundings& around, CustomerOrdinal customer)
    : around_(around),
      customer_(customer),
      block_(*around.snapshot.blocks[customer.value() / kBlockRows]),
      row_(customer.value() % kBlockRows),
      parts_(PartsOf(around, customer)),
      fields_(parts_) {}

rules::Value RowSubject::Get(int field, absl::string_view key) const {
  if (field == subjects::kBought)
    return absl::Span<const std::string>(Bought());
  if (field == subjects::kDistinctProducts)
    return static_cast<int64_t>(Bought().size());
  if (field == subjects::kDueProducts) return DueProducts();
  if (subjects::IsHabit(field)) return subjects::HabitValue(*this, field);
  return fields_.Get(field, key);
}

const std::vector<std::string>& RowSubject::Bought() const {
  if (bought_) return *bought_;
  std::vector<uint32_t> products;
  ForEachRange(block_.lines, row_,
               [&](const columns::LineColumns& part, size_t from, size_t to) {
                 products.insert(products.end(), part.product.begin() + from,
                                 part.product.begin() + to);
               });
  std::sort(products.begin(), products.end());
  products.erase(std::unique(products.begin(), products.end()), products.end());
  bought_.emplace();
  for (const uint32_t product : products)
    bought_->emplace_back(around_.place.ProductId(product));
  return *bought_;
}

bool RowSubject::HasBought(absl::string_view product) const {
  const std::optional<uint32_t> ordinal = around_.place.FindProduct(product);
  bool found = false;
  ForEachRange(block_.lines, row_,
               [&](const columns::LineColumns& part, size_t from, size_t to) {
                 const auto end = part.product.begin() + to;
                 found |= ordinal.has_value() &&
                          std::find(part.product.begin() + from, end,
                                    *ordinal) != end;
               });
  return found;
}

// What she bought, each of a product's days once.
std::vector<facts::ItemFact> RowSubject::Items() const {
  std::vector<std::pair<uint32_t, uint16_t>> days;
  ForEachRange(block_.lines, row_,
               [&](const columns::LineColumns& part, size_t from, size_t to) {
                 for (size_t i = from; i < to; ++i)
                   days.emplace_back(part.product[i], part.day[i]);
               });
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  std::vector<facts::ItemFact> items;
  for (const auto& [product, day] : days) {
    if (items.empty() || items.back().product.value() != product)
      items.push_back({ProductOrdinal(product)});
    facts::AddReceipt(items.back(), day);
  }
  return items;
}

int64_t RowSubject::DueProducts() const {
  const std::vector<facts::ItemFact> items = Items();
  return std::count_if(items.begin(), items.end(),
                       [this](const facts::ItemFact& item) {
                         return subjects::IsDue(item, around_.today);
                       });
}

Day RowSubject::DueUntil() const {
  Day until = kMaxDay;
  for (const facts::ItemFact& item : Items())
    if (const auto day = subjects::DueChanges(item, around_.today))
      until = std::min(until, *day);
  return until;
}

void RowSubject::ForEach(
    int source, int64_t first_day,
    absl::FunctionRef<bool(const rules::Row&)> visit) const {
  if (source == subjects::kEvents && around_.events_from_store)
    return ForEachStoredEvent(first_day, visit);
  bool more = true;
  const auto show = [&](auto& row) {
    return [&](const auto& part, size_t from, size_t to) {
      for (size_t i = from; more && i < to; ++i) {
        if (part.day[i] < first_day) continue;
        row.Show(part, i);
        more = visit(row);
      }
    };
  };
  if (source == subjects::kLines) {
    LineRow row(parts_, around_.table);
    ForEachRange(block_.lines, row_, show(row));
  } else if (source == subjects::kEvents) {
    EventRow row(parts_, around_.table);
    ForEachRange(block_.events, row_, show(row));
  }
}

namespace {

class StoredEvent final : public rules::Row {
 public:
  StoredEvent(const subjects::CustomerParts& parts, const wire::EventRow& row)
      : parts_(parts), view_(subjects::ToView(row)) {}
  rules::Value Get(int field, absl::string_view key) const override {
    return subjects::EventValue(parts_, view_, field, key);
  }

 private:
  const subjects::CustomerParts& parts_;
  const subjects::EventView view_;
};

}  // namespace

// A row that the store cannot give is left out: whoever keeps the store finds
// damage when it loads, and a rule has no way to answer "not known why".
void RowSubject::ForEachStoredEvent(
    int64_t first_day, absl::FunctionRef<bool(const rules::Row&)> visit) const {
  const auto last = static_cast<int64_t>(around_.snapshot.position.value());
  around_.store
      .ScanPrefix(store::Family::kEvents, store::CustomerKey(customer_),
                  [&](absl::string_view, absl::string_view value) {
                    const auto row =
                        store::Decode<wire::EventRow>(value, "event");
                    if (!row.ok() || row->log_position > last ||
                        row->local_day < first_day)
                      return true;
                    return visit(StoredEvent(parts_, *row));
                  })
      .IgnoreError();
}

void CodeText::Show(columns::Code code, const columns::Table& table) {
  if (code == code_) return;
  code_ = code;
  text_ = table.TextOf(code);
}

void LineRow::Show(const columns::LineColumns& lines, size_t at) {
  channel_.Show(lines.channel[at], table_);
  currency_.Show(lines.currency[at], table_);
  view_ = {.product = lines.product[at],
           .store = lines.store[at],
           .day = lines.day[at],
           .channel = channel_.text(),
           .currency = currency_.text(),
           .amount = lines.amount[at],
           .list_amount = lines.list_amount[at],
           .quantity_milli = lines.quantity_milli[at],
           .returned_milli = lines.returned_milli[at]};
}

void EventRow::Show(const columns::EventColumns& events, size_t at) {
  channel_.Show(events.channel[at], table_);
  view_.product = events.product[at];
  view_.store = events.store[at];
  view_.day = events.day[at];
  view_.channel = channel_.text();
  view_.kind = columns::KindOf(events.what[at]);
  view_.measure = columns::MeasureOf(events.what[at]);
  view_.value.reset();
  view_.dwell_ms.reset();
  if (events.has_value[at]) view_.value = events.value[at];
  if (events.has_dwell[at]) view_.dwell_ms = events.dwell_ms[at];
}

}  // namespace patron::segments
