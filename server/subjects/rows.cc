#include <algorithm>
#include <array>

#include "server/subjects/fields.h"
#include "server/subjects/parts.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

constexpr int64_t kDayUs = 86'400'000'000;

// By wire::EventKind.
constexpr std::array<absl::string_view, 17> kKinds = {
    "",         "view",        "click",       "search",
    "wish",     "watch_price", "watch_stock", "inquiry",
    "cart_add", "cart_remove", "exchange",    "review",
    "survey",   "contact",     "delivery",    "technical_failure",
    "visitors"};

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

class LineRow final : public rules::Row {
 public:
  LineRow(const CustomerParts& parts, const wire::PurchaseRow& purchase,
          const wire::StoredLine& line)
      : parts_(parts), purchase_(purchase), line_(line) {}

  rules::Value Get(int field, absl::string_view key) const override {
    switch (field) {
      case kAmount:
        return Number(line_.amount - line_.refunded);
      case kListAmount:
        return Number(Kept(line_.list_amount, line_));
      case kDiscount:
        return Number(std::max<int64_t>(
            Kept(line_.list_amount, line_) - (line_.amount - line_.refunded),
            0));
      case kQuantity:
        return Number(line_.quantity_milli - line_.returned_milli);
      case kReturnedQuantity:
        return Number(line_.returned_milli);
      case kRowCurrency:
        return TextOrUnknown(purchase_.currency);
      case kRowChannel:
        return TextOrUnknown(purchase_.channel);
      default:
        return PlaceValue(parts_, static_cast<uint32_t>(line_.product),
                          static_cast<uint32_t>(purchase_.store),
                          purchase_.local_day, field, key);
    }
  }

 private:
  const CustomerParts& parts_;
  const wire::PurchaseRow& purchase_;
  const wire::StoredLine& line_;
};

class EventRow final : public rules::Row {
 public:
  EventRow(const CustomerParts& parts, const wire::EventRow& event)
      : parts_(parts), event_(event) {}

  rules::Value Get(int field, absl::string_view key) const override {
    switch (field) {
      case kKind:
        return KindOf(event_.kind);
      case kEventValue:
        return NumberIf(event_.__isset.value, event_.value);
      case kDwell:
        return NumberIf(event_.__isset.dwell_ms, event_.dwell_ms);
      case kQueryText:
        return TextOrUnknown(event_.text);
      case kEventSource:
        return TextOrUnknown(event_.source);
      case kRowAttribute:
        return Attribute(event_.attributes, key);
      case kRowChannel:
        return TextOrUnknown(event_.channel);
      default:
        return PlaceValue(parts_, static_cast<uint32_t>(event_.product),
                          static_cast<uint32_t>(event_.store), event_.local_day,
                          field, key);
    }
  }

 private:
  static rules::Value KindOf(int32_t kind) {
    return kind > 0 && static_cast<size_t>(kind) < kKinds.size()
               ? TextOrUnknown(kKinds[kind])
               : Unknown();
  }

  const CustomerParts& parts_;
  const wire::EventRow& event_;
};

}  // namespace

void ForEachLine(const CustomerParts& parts, int64_t first_day,
                 absl::FunctionRef<bool(const rules::Row&)> visit) {
  if (parts.history == nullptr) return;
  parts.history->Purchases([&](int64_t at_us, const wire::PurchaseRow& row) {
    if (Past(at_us, first_day)) return false;
    if (row.local_day < first_day) return true;
    for (const wire::StoredLine& line : row.lines) {
      if (line.quantity_milli <= line.returned_milli) continue;
      if (!visit(LineRow(parts, row, line))) return false;
    }
    return true;
  });
}

void ForEachEvent(const CustomerParts& parts, int64_t first_day,
                  absl::FunctionRef<bool(const rules::Row&)> visit) {
  if (parts.history == nullptr) return;
  parts.history->Events([&](int64_t at_us, const wire::EventRow& row) {
    if (Past(at_us, first_day)) return false;
    return row.local_day < first_day || visit(EventRow(parts, row));
  });
}

}  // namespace patron::subjects
