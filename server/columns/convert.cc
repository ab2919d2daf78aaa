#include "server/columns/convert.h"

namespace patron::columns {
namespace {

// The part of `amount` for goods that were kept.
int64_t Kept(int64_t amount, const wire::StoredLine& line) {
  if (line.returned_milli == 0) return amount;
  return amount -
         static_cast<int64_t>(static_cast<__int128>(amount) *
                              line.returned_milli / line.quantity_milli);
}

}  // namespace

void ForEachLine(const wire::PurchaseRow& row, CodeCache& codes,
                 absl::FunctionRef<void(const Line&)> visit) {
  Line line;
  line.store = static_cast<uint32_t>(row.store);
  line.day = static_cast<uint16_t>(row.local_day);
  line.channel = codes.Of(row.channel);
  line.currency = codes.Of(row.currency);
  for (const wire::StoredLine& stored : row.lines) {
    if (stored.quantity_milli <= stored.returned_milli) continue;
    line.product = static_cast<uint32_t>(stored.product);
    line.amount = stored.amount - stored.refunded;
    line.list_amount = Kept(stored.list_amount, stored);
    line.quantity_milli = stored.quantity_milli - stored.returned_milli;
    line.returned_milli = stored.returned_milli;
    visit(line);
  }
}

Event ToEvent(const wire::EventRow& row, CodeCache& codes) {
  Event event;
  event.product = static_cast<uint32_t>(row.product);
  event.store = static_cast<uint32_t>(row.store);
  event.day = static_cast<uint16_t>(row.local_day);
  event.channel = codes.Of(row.channel);
  event.what = WhatOf(row.kind, row.measure);
  event.has_value = row.__isset.value;
  event.has_dwell = row.__isset.dwell_ms;
  if (event.has_value) event.value = row.value;
  if (event.has_dwell) event.dwell_ms = row.dwell_ms;
  return event;
}

}  // namespace patron::columns
