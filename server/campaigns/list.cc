#include "server/campaigns/list.h"

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/catalog/catalog.h"
#include "server/contacts/read.h"
#include "server/recommend/reasons.h"
#include "server/segments/audience.h"
#include "server/store/keys.h"

namespace patron::campaigns {
namespace {

constexpr char kLineEnd[] = "\r\n";

const wire::Variant* VariantOf(const wire::PlannedContact& contact,
                               const wire::Campaign& campaign) {
  const auto place = static_cast<size_t>(contact.variant);
  return contact.variant >= 0 && place < campaign.variants.size()
             ? &campaign.variants[place]
             : nullptr;
}

std::string LocalTime(int64_t unix_us, const absl::TimeZone& zone) {
  return absl::FormatTime(absl::RFC3339_sec, absl::FromUnixMicros(unix_us),
                          zone);
}

void AppendCsv(absl::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) {
    out.append(text.data(), text.size());
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

void AppendJson(absl::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

// What a row says, as text.
struct Fields {
  std::string channel, variant, creative, not_before, not_after;
};

Fields FieldsOf(const wire::PlannedContact& contact,
                const wire::Campaign& campaign) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(contact.time_zone, &zone);
  Fields fields;
  fields.channel = campaign.channel;
  if (const wire::Variant* variant = VariantOf(contact, campaign)) {
    fields.variant = variant->id;
    fields.creative = variant->creative;
  }
  fields.not_before = LocalTime(contact.not_before_us, zone);
  fields.not_after = LocalTime(contact.not_after_us, zone);
  return fields;
}

absl::string_view IdOf(const wire::PlannedProduct& product,
                       const store::Ordinals& ordinals) {
  return ordinals.products.IdOf(static_cast<uint32_t>(product.product));
}

void AppendCsvRow(const wire::PlannedContact& contact,
                  const std::string& customer_id, const Fields& fields,
                  const store::Ordinals& ordinals, std::string& out) {
  std::string ids, texts;
  for (const wire::PlannedProduct& product : contact.products) {
    absl::StrAppend(&ids, ids.empty() ? "" : ";", IdOf(product, ordinals));
    absl::StrAppend(&texts, texts.empty() ? "" : " | ", product.reason_text);
  }
  for (const absl::string_view text :
       {absl::string_view(customer_id), absl::string_view(fields.channel),
        absl::string_view(fields.variant), absl::string_view(fields.creative),
        absl::string_view(fields.not_before),
        absl::string_view(fields.not_after), absl::string_view(ids),
        absl::string_view(texts), absl::string_view(contact.offer_id),
        absl::string_view(contact.offer_text)}) {
    AppendCsv(text, out);
    out.push_back(',');
  }
  absl::StrAppend(&out, contact.relevance, ",", contact.cost, kLineEnd);
}

void AppendJsonField(absl::string_view name, absl::string_view value,
                     std::string& out) {
  AppendJson(name, out);
  out.push_back(':');
  AppendJson(value, out);
  out.push_back(',');
}

void AppendJsonRow(const wire::PlannedContact& contact,
                   const std::string& customer_id, const Fields& fields,
                   const store::Ordinals& ordinals, std::string& out) {
  out.push_back('{');
  AppendJsonField("customer_id", customer_id, out);
  AppendJsonField("channel", fields.channel, out);
  AppendJsonField("variant", fields.variant, out);
  AppendJsonField("creative", fields.creative, out);
  AppendJsonField("not_before", fields.not_before, out);
  AppendJsonField("not_after", fields.not_after, out);
  out.append("\"products\":[");
  for (size_t i = 0; i < contact.products.size(); ++i) {
    out.append(i == 0 ? "{" : ",{");
    AppendJsonField("product_id", IdOf(contact.products[i], ordinals), out);
    out.append("\"reason_text\":");
    AppendJson(contact.products[i].reason_text, out);
    out.push_back('}');
  }
  out.append("],");
  AppendJsonField("offer_id", contact.offer_id, out);
  AppendJsonField("offer_text", contact.offer_text, out);
  absl::StrAppend(&out, "\"relevance\":", contact.relevance,
                  ",\"cost\":", contact.cost, "}\n");
}

uint32_t CustomerOf(const wire::PlannedContact& contact) {
  return static_cast<uint32_t>(contact.customer);
}

// Who the customer of a row is now, by the number that is hers.
uint32_t NowOf(uint32_t customer, const store::Ordinals& ordinals) {
  return ordinals.customers.Find(ordinals.customers.IdOf(customer))
      .value_or(customer);
}

// Which rows of a run's list stand for customers whom other rows stand for:
// merges made one of several. Answers for rows before `end`.
class Doubles {
 public:
  Doubles(const checkout::StateParts& state, uint32_t run_number, uint32_t end)
      : state_(state), run_number_(run_number), end_(end) {}

  // `now` is whom `listed` leads to.
  absl::StatusOr<bool> IsOne(uint32_t listed, uint32_t now) {
    if (listed == now) return false;
    PATRON_ASSIGN_OR_RETURN(
        const auto own,
        state_.store.Get(store::Family::kRunRows,
                         store::RunRowKey(run_number_, CustomerOrdinal(now))));
    if (own.has_value()) return true;
    if (first_.empty()) PATRON_RETURN_IF_ERROR(Look());
    const auto first = first_.find(now);
    return first != first_.end() && first->second < listed;
  }

 private:
  // Merges are rare, and those whose kept one has no row rarer still.
  absl::Status Look() {
    absl::Status problem;
    const absl::Status status =
        state_.store.Scan(store::Family::kRunRows, store::RunKey(run_number_),
                          store::RunRowKey(run_number_, CustomerOrdinal(end_)),
                          [&](absl::string_view key, absl::string_view) {
                            const auto parts = store::DecodeRunRowKey(key);
                            problem = parts.status();
                            if (!problem.ok()) return false;
                            const uint32_t listed = parts->customer.value();
                            const uint32_t now = NowOf(listed, state_.ordinals);
                            if (now != listed) first_.emplace(now, listed);
                            return true;
                          });
    PATRON_RETURN_IF_ERROR(status);
    return problem;
  }

  const checkout::StateParts& state_;
  const uint32_t run_number_;
  const uint32_t end_;
  // By who they are now, the first row of each whose customer was absorbed.
  absl::flat_hash_map<uint32_t, uint32_t> first_;
};

}  // namespace

wire::ListRow ToListRow(const wire::PlannedContact& contact,
                        const wire::Campaign& campaign,
                        const checkout::StateParts& state) {
  wire::ListRow row;
  row.customer_id = std::string(
      state.ordinals.customers.IdOf(static_cast<uint32_t>(contact.customer)));
  row.channel = campaign.channel;
  if (const wire::Variant* variant = VariantOf(contact, campaign)) {
    row.variant_id = variant->id;
    row.creative = variant->creative;
  }
  const catalog::Catalog::Reader catalog(state.catalog);
  for (const wire::PlannedProduct& planned : contact.products) {
    const catalog::Entry& entry =
        catalog.Get(static_cast<uint32_t>(planned.product));
    wire::ListProduct& product = row.products.emplace_back();
    product.product_id = std::string(IdOf(planned, state.ordinals));
    product.name = recommend::NameOf(entry);
    product.reason_text = planned.reason_text;
    if (entry.product.__isset.price) product.__set_price(entry.product.price);
    if (entry.product.__isset.currency)
      product.__set_currency(entry.product.currency);
  }
  row.offer_id = contact.offer_id;
  row.offer_text = contact.offer_text;
  row.not_before_us = contact.not_before_us;
  row.not_after_us = contact.not_after_us;
  row.time_zone = contact.time_zone;
  row.relevance = contact.relevance;
  row.cost = contact.cost;
  return row;
}

absl::StatusOr<ListFormat> ListFormatOf(absl::string_view name) {
  if (name == "csv" || name.empty()) return ListFormat::kCsv;
  if (name == "jsonl") return ListFormat::kJsonLines;
  return absl::InvalidArgumentError(
      absl::StrCat("format: ", Quoted(name), " is not csv or jsonl"));
}

std::string CsvHeader() {
  return absl::StrCat(
      "customer_id,channel,variant,creative,not_before,not_after,products,"
      "texts,offer_id,offer_text,relevance,cost",
      kLineEnd);
}

void AppendRow(const wire::PlannedContact& contact,
               const std::string& customer_id, const wire::Campaign& campaign,
               const store::Ordinals& ordinals, ListFormat format,
               std::string& out) {
  const Fields fields = FieldsOf(contact, campaign);
  if (format == ListFormat::kCsv)
    AppendCsvRow(contact, customer_id, fields, ordinals, out);
  else
    AppendJsonRow(contact, customer_id, fields, ordinals, out);
}

absl::StatusOr<wire::ExportPage> ExportRun(const checkout::StateParts& state,
                                           uint32_t run_number,
                                           const wire::RunRow& run,
                                           ListFormat format, int limit,
                                           const std::string& cursor,
                                           size_t most_bytes) {
  const uint64_t digest = ShortDigestOf(run.run_id);
  PATRON_ASSIGN_OR_RETURN(const uint32_t from,
                          segments::ReadCursor(cursor, digest));
  PATRON_ASSIGN_OR_RETURN(const contacts::RunPage rows,
                          contacts::ReadRunPage(state.store, run_number, from,
                                                static_cast<size_t>(limit)));
  wire::ExportPage page;
  page.log_position = run.log_position;
  if (format == ListFormat::kCsv && cursor.empty()) page.rows = CsvHeader();
  std::optional<uint32_t> next = rows.next;
  const uint32_t end = rows.rows.empty() ? from : CustomerOf(rows.rows.back());
  Doubles doubles(state, run_number, end);
  for (const wire::PlannedContact& contact : rows.rows) {
    const uint32_t listed = CustomerOf(contact);
    if (page.rows.size() >= most_bytes) {
      next = listed;
      break;
    }
    const uint32_t now = NowOf(listed, state.ordinals);
    PATRON_ASSIGN_OR_RETURN(const bool twice, doubles.IsOne(listed, now));
    if (twice) continue;
    AppendRow(contact, std::string(state.ordinals.customers.IdOf(now)),
              run.campaign, state.ordinals, format, page.rows);
    ++page.count;
  }
  if (next) page.next_cursor = segments::MakeCursor(*next, digest);
  return page;
}

}  // namespace patron::campaigns
