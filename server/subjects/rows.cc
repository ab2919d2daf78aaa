#include <algorithm>
#include <array>

#include "server/subjects/fields.h"
#include "server/subjects/parts.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

constexpr int64_t kDayUs = 86'400'000'000;

// By wire::EventKind.
constexpr std::array<absl::string_view, 18> kKinds = {
    "",         "view",        "click",       "search",
    "wish",     "watch_price", "watch_stock", "inquiry",
    "cart_add", "cart_remove", "exchange",    "review",
    "survey",   "contact",     "delivery",    "technical_failure",
    "visitors", "complaint"};

// Whether every row from here on is older than the window: rows come newest
// first, and no shop's day is more than one ahead of the day of UTC.
bool Past(int64_t at_us, int64_t first_day) {
  return at_us / kDayUs + 1 < first_day;
}

// What lines and events have in common.
rules::Value PlaceValue(const CustomerParts& parts, uint32_t product,
                        uint32_t store, Day day, int field,
                        absl::string_view key) {
  switch (field) {
    case kDay:
      return Number(day);
    case kDaysAgo:
      return Number(parts.today - day);
    case kRowStore:
      return parts.names == nullptr || store == kNoStore.value()
                 ? Unknown()
                 : TextOrUnknown(parts.names->StoreId(store));
    case kRowProduct:
      return parts.names == nullptr || product == kNoProduct.value()
                 ? Unknown()
                 : TextOrUnknown(parts.names->ProductId(product));
    default:
      break;
  }
  const wire::Product* listed =
      parts.products == nullptr || product == kNoProduct.value()
          ? nullptr
          : parts.products->Find(ProductOrdinal(product));
  if (listed == nullptr) return Unknown();
  switch (field) {
    case kRowCategory:
      return ProductValue(*listed, kCategory, key);
    case kRowBrand:
      return ProductValue(*listed, kBrand, key);
    case kRowSeller:
      return ProductValue(*listed, kSeller, key);
    case kRowPriceTier:
      return ProductValue(*listed, kPriceTier, key);
    case kRowMotive:
      return ProductValue(*listed, kMotive, key);
    case kRowAttribute:
      return ProductValue(*listed, kProductAttribute, key);
    default:
      return Unknown();
  }
}

// The part of `amount` for goods that were kept.
int64_t Kept(int64_t amount, const wire::StoredLine& line) {
  if (line.returned_milli == 0) return amount;
  const auto returned =
      static_cast<int64_t>(static_cast<__int128>(amount) * line.returned_milli /
                           line.quantity_milli);
  return amount - returned;
}

absl::string_view KindOf(int kind) {
  return kind > 0 && static_cast<size_t>(kind) < kKinds.size() ? kKinds[kind]
                                                               : "";
}

class LineRow final : public rules::Row {
 public:
  LineRow(const CustomerParts& parts, const LineView& line)
      : parts_(parts), line_(line) {}

  rules::Value Get(int field, absl::string_view key) const override {
    return LineValue(parts_, line_, field, key);
  }

 private:
  const CustomerParts& parts_;
  const LineView line_;
};

class EventRow final : public rules::Row {
 public:
  EventRow(const CustomerParts& parts, const EventView& event)
      : parts_(parts), event_(event) {}

  rules::Value Get(int field, absl::string_view key) const override {
    return EventValue(parts_, event_, field, key);
  }

 private:
  const CustomerParts& parts_;
  const EventView event_;
};

}  // namespace

LineView ToView(const wire::PurchaseRow& purchase,
                const wire::StoredLine& line) {
  return {.product = static_cast<uint32_t>(line.product),
          .store = static_cast<uint32_t>(purchase.store),
          .day = purchase.local_day,
          .channel = purchase.channel,
          .currency = purchase.currency,
          .amount = line.amount - line.refunded,
          .list_amount = Kept(line.list_amount, line),
          .quantity_milli = line.quantity_milli - line.returned_milli,
          .returned_milli = line.returned_milli};
}

EventView ToView(const wire::EventRow& event) {
  EventView view;
  view.product = static_cast<uint32_t>(event.product);
  view.store = static_cast<uint32_t>(event.store);
  view.day = event.local_day;
  view.channel = event.channel;
  view.kind = event.kind;
  view.measure = event.measure;
  if (event.__isset.value) view.value = event.value;
  if (event.__isset.dwell_ms) view.dwell_ms = event.dwell_ms;
  view.row = &event;
  return view;
}

rules::Value LineValue(const CustomerParts& parts, const LineView& line,
                       int field, absl::string_view key) {
  switch (field) {
    case kAmount:
      return Number(line.amount);
    case kListAmount:
      return Number(line.list_amount);
    case kDiscount:
      return Number(std::max<int64_t>(line.list_amount - line.amount, 0));
    case kQuantity:
      return Number(line.quantity_milli);
    case kReturnedQuantity:
      return Number(line.returned_milli);
    case kRowCurrency:
      return TextOrUnknown(line.currency);
    case kRowChannel:
      return TextOrUnknown(line.channel);
    default:
      return PlaceValue(parts, line.product, line.store, line.day, field, key);
  }
}

rules::Value EventValue(const CustomerParts& parts, const EventView& event,
                        int field, absl::string_view key) {
  const wire::EventRow* const row = event.row;
  switch (field) {
    case kKind:
      return TextOrUnknown(KindOf(event.kind));
    case kRowFeedback:
      return TextOrUnknown(
          facts::NameOf(facts::FeedbackKindOf(event.kind, event.measure)));
    case kEventValue:
      return NumberIf(event.value.has_value(), event.value.value_or(0));
    case kDwell:
      return NumberIf(event.dwell_ms.has_value(), event.dwell_ms.value_or(0));
    case kQueryText:
      return row == nullptr ? Unknown() : TextOrUnknown(row->text);
    case kEventSource:
      return row == nullptr ? Unknown() : TextOrUnknown(row->source);
    case kRowAttribute:
      return row == nullptr ? Unknown() : Attribute(row->attributes, key);
    case kRowChannel:
      return TextOrUnknown(event.channel);
    default:
      return PlaceValue(parts, event.product, event.store, event.day, field,
                        key);
  }
}

void ForEachLine(const CustomerParts& parts, int64_t first_day,
                 absl::FunctionRef<bool(const rules::Row&)> visit) {
  if (parts.history == nullptr) return;
  parts.history->Purchases([&](int64_t at_us, const wire::PurchaseRow& row) {
    if (Past(at_us, first_day)) return false;
    if (row.local_day < first_day) return true;
    for (const wire::StoredLine& line : row.lines) {
      if (line.quantity_milli <= line.returned_milli) continue;
      if (!visit(LineRow(parts, ToView(row, line)))) return false;
    }
    return true;
  });
}

void ForEachEvent(const CustomerParts& parts, int64_t first_day,
                  absl::FunctionRef<bool(const rules::Row&)> visit) {
  if (parts.history == nullptr) return;
  parts.history->Events([&](int64_t at_us, const wire::EventRow& row) {
    if (Past(at_us, first_day)) return false;
    return row.local_day < first_day || visit(EventRow(parts, ToView(row)));
  });
}

}  // namespace patron::subjects
