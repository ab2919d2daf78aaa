#include "server/customers/events.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::customers {
namespace {

using store::Family;

uint64_t IdentityOf(const wire::Event& event) {
  return event.event_id.empty() ? ShortDigestOf(store::Encode(event))
                                : ShortDigestOf(event.event_id);
}

// Kinds that tell what she is interested in now.
bool IsInteraction(const wire::EventRow& row) {
  if (static_cast<uint32_t>(row.product) == kNoProduct.value()) return false;
  switch (row.kind) {
    case wire::EventKind::VIEW:
    case wire::EventKind::CLICK:
    case wire::EventKind::WISH:
    case wire::EventKind::WATCH_PRICE:
    case wire::EventKind::WATCH_STOCK:
    case wire::EventKind::CART_ADD:
    case wire::EventKind::CART_REMOVE:
      return true;
    default:
      return false;
  }
}

// The source of the earliest event stays, whichever is heard of first.
void KeepFirstSource(const std::string& source, int64_t at_us,
                     facts::Summary& summary) {
  if (source.empty()) return;
  const bool earlier =
      !summary.first_source || at_us < summary.first_source_at_us ||
      (at_us == summary.first_source_at_us && source < *summary.first_source);
  if (!earlier) return;
  summary.first_source = source;
  summary.first_source_at_us = at_us;
}

void KeepFeedback(const wire::EventRow& row, int64_t at_us,
                  facts::Summary& summary) {
  facts::Told told;
  told.kind = facts::FeedbackKindOf(row.kind, row.measure);
  if (told.kind == facts::FeedbackKind::kNone) return;
  told.day = row.local_day;
  told.at_us = at_us;
  if (row.__isset.value) told.score = row.value;
  facts::AddFeedback(summary.feedback, told);
}

void AddToSummary(const wire::EventRow& row, absl::Time happened_at,
                  facts::Summary& summary) {
  const int64_t at_us = absl::ToUnixMicros(happened_at);
  ++summary.events;
  KeepFirstSource(row.source, at_us, summary);
  KeepFeedback(row, at_us, summary);
  if (IsInteraction(row))
    facts::AddInteraction(
        summary, {at_us, ProductOrdinal(static_cast<uint32_t>(row.product)),
                  static_cast<uint8_t>(row.kind)});
}

wire::EventRow ToRow(const wire::Event& event, const Stamp& stamp,
                     ApplyContext& context) {
  wire::EventRow row;
  row.kind = event.kind;
  row.product = static_cast<int32_t>(
      event.product_id.empty()
          ? kNoProduct.value()
          : context.ordinals.Product(event.product_id, context.batch).value());
  row.store = static_cast<int32_t>(
      event.store_id.empty()
          ? kNoStore.value()
          : context.ordinals.Store(event.store_id, context.batch).value());
  row.channel = event.channel;
  row.local_day = stamp.local_day;
  if (event.__isset.dwell_ms) row.__set_dwell_ms(event.dwell_ms);
  if (event.__isset.text) row.__set_text(event.text);
  if (event.__isset.value) row.__set_value(event.value);
  if (event.__isset.measure) row.__set_measure(event.measure);
  if (event.__isset.source) row.__set_source(event.source);
  if (event.__isset.impression_token)
    row.__set_impression_token(event.impression_token);
  row.attributes = event.attributes;
  row.log_position = static_cast<int64_t>(stamp.position.value());
  row.logged_at_us = absl::ToUnixMicros(stamp.logged_at);
  row.event_id = event.event_id;
  return row;
}

}  // namespace

absl::StatusOr<bool> ApplyEvent(const wire::Event& event, const Stamp& stamp,
                                ApplyContext& context) {
  const absl::Time happened_at = stamp.HappenedAt(event.happened_at_us);
  const uint64_t identity = IdentityOf(event);
  const auto known_customer =
      event.customer_id.empty()
          ? std::optional(kAnonymous)
          : context.ordinals.FindCustomer(event.customer_id);
  if (known_customer) {
    PATRON_ASSIGN_OR_RETURN(
        const auto known,
        context.batch.Get(
            Family::kEvents,
            store::HistoryKey(*known_customer, happened_at, identity)));
    if (known) return true;
  }
  const CustomerOrdinal customer =
      known_customer
          ? *known_customer
          : context.ordinals.Customer(event.customer_id, context.batch);
  const wire::EventRow row = ToRow(event, stamp, context);
  context.batch.Put(Family::kEvents,
                    store::HistoryKey(customer, happened_at, identity),
                    store::Encode(row));
  ++context.totals.Mutable().events;
  if (customer == kAnonymous) return false;

  AddToSummary(row, happened_at, context.facts.MutableSummary(customer));
  if (IsInteraction(row))
    context.facts.ForgetShowings(
        customer, ProductOrdinal(static_cast<uint32_t>(row.product)));
  context.facts.EndCommand(customer, context.batch);
  context.columns.AddEvent(customer, row);
  return false;
}

absl::Status RecountEvents(CustomerOrdinal customer, ApplyContext& context) {
  facts::Summary counted;
  absl::Status problem;
  const auto add = [&](absl::string_view key, absl::string_view bytes) {
    const auto parts = store::DecodeHistoryKey(key);
    const auto row = store::Decode<wire::EventRow>(bytes, "event");
    problem = parts.ok() ? row.status() : parts.status();
    if (!problem.ok()) return false;
    AddToSummary(*row, parts->happened_at, counted);
    context.columns.AddEvent(customer, *row);
    return true;
  };
  context.columns.BeginEvents(customer);
  PATRON_RETURN_IF_ERROR(context.batch.ScanPrefix(
      Family::kEvents, store::CustomerKey(customer), add));
  PATRON_RETURN_IF_ERROR(problem);

  facts::Summary& summary = context.facts.MutableSummary(customer);
  summary.events = counted.events;
  summary.first_source = std::move(counted.first_source);
  summary.first_source_at_us = counted.first_source_at_us;
  summary.recent = std::move(counted.recent);
  summary.feedback = std::move(counted.feedback);
  return absl::OkStatus();
}

wire::Event ToWire(const wire::EventRow& row, absl::string_view customer,
                   absl::Time happened_at, const store::Ordinals& ordinals) {
  wire::Event event;
  if (!row.event_id.empty()) event.__set_event_id(row.event_id);
  event.kind = static_cast<wire::EventKind::type>(row.kind);
  if (!customer.empty()) event.__set_customer_id(std::string(customer));
  event.happened_at_us = absl::ToUnixMicros(happened_at);
  if (const auto product = static_cast<uint32_t>(row.product);
      product != kNoProduct.value())
    event.__set_product_id(std::string(ordinals.products.IdOf(product)));
  if (const auto store = static_cast<uint32_t>(row.store);
      store != kNoStore.value())
    event.store_id = std::string(ordinals.stores.IdOf(store));
  event.channel = row.channel;
  if (row.__isset.dwell_ms) event.__set_dwell_ms(row.dwell_ms);
  if (row.__isset.text) event.__set_text(row.text);
  if (row.__isset.value) event.__set_value(row.value);
  if (row.__isset.measure)
    event.__set_measure(static_cast<wire::Measure::type>(row.measure));
  if (row.__isset.source) event.__set_source(row.source);
  if (row.__isset.impression_token)
    event.__set_impression_token(row.impression_token);
  event.attributes = row.attributes;
  return event;
}

}  // namespace patron::customers
