#include "server/facts/codec.h"

#include "absl/strings/str_cat.h"

namespace patron::facts {
namespace {

constexpr size_t kInteractionBytes = 13;
constexpr size_t kShowingBytes = 7;

template <typename Integer>
void Append(std::string& out, Integer value) {
  for (size_t i = 0; i < sizeof(Integer); ++i)
    out.push_back(static_cast<char>(value >> (8 * i)));
}

template <typename Integer>
Integer Take(absl::string_view& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i)
    value |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  bytes.remove_prefix(sizeof(Integer));
  return static_cast<Integer>(value);
}

absl::Status CheckWhole(absl::string_view what, absl::string_view bytes,
                        size_t each) {
  if (bytes.size() % each == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      what, ": ", bytes.size(), " bytes are not a multiple of ", each));
}

absl::StatusOr<std::vector<Interaction>> DecodeRecent(absl::string_view bytes) {
  if (absl::Status s = CheckWhole("recent", bytes, kInteractionBytes); !s.ok())
    return s;
  std::vector<Interaction> recent;
  while (!bytes.empty()) {
    Interaction one;
    one.at_us = static_cast<int64_t>(Take<uint64_t>(bytes));
    one.product = ProductOrdinal(Take<uint32_t>(bytes));
    one.kind = Take<uint8_t>(bytes);
    recent.push_back(one);
  }
  return recent;
}

// What stays away when it is zero: most customers' rows carry none of it.
void DiscountsToRow(const Summary& summary, wire::FactsRow& row) {
  size_t end = kDiscountBands;
  while (end > 1 && summary.discount_bands[end - 1] == 0) --end;
  if (end > 1)
    row.__set_discounted({summary.discount_bands.begin() + 1,
                          summary.discount_bands.begin() + end});
  if (summary.coupon_purchases == 0) return;
  row.__set_coupon_lines(summary.coupon_lines);
  row.__set_coupon_purchases(summary.coupon_purchases);
  row.__isset.coupon_days = true;
  for (const uint16_t day : summary.coupon_days)
    if (day != 0) row.coupon_days.push_back(day);
}

absl::Status DiscountsFromRow(const wire::FactsRow& row, Summary& summary) {
  if (row.discounted.size() >= kDiscountBands ||
      row.coupon_days.size() > summary.coupon_days.size())
    return absl::DataLossError(absl::StrCat(
        "discounts: ", row.discounted.size(), " bands of ", kDiscountBands - 1,
        ", ", row.coupon_days.size(), " days of ", summary.coupon_days.size()));
  summary.discount_bands[0] = row.lines;
  for (size_t i = 0; i < row.discounted.size(); ++i) {
    summary.discount_bands[i + 1] = row.discounted[i];
    summary.discount_bands[0] -= row.discounted[i];
  }
  summary.coupon_lines = row.coupon_lines;
  summary.coupon_purchases = row.coupon_purchases;
  for (size_t i = 0; i < row.coupon_days.size(); ++i)
    summary.coupon_days[i] = static_cast<uint16_t>(row.coupon_days[i]);
  return absl::OkStatus();
}

void FeedbackToRow(const Summary& summary, wire::FactsRow& row) {
  if (summary.feedback.empty()) return;
  row.__isset.feedback = true;
  for (const Feedback& one : summary.feedback) {
    wire::FeedbackRow& to = row.feedback.emplace_back();
    to.kind = static_cast<int32_t>(one.kind);
    to.count = one.count;
    to.scored = one.scored;
    to.sum = one.sum;
    to.first_day = one.first_day;
    to.last_day = one.last_day;
    to.first_at_us = one.first_at_us;
    to.first_score = one.first_score;
    to.last_at_us = one.last_at_us;
    to.last_score = one.last_score;
  }
}

absl::Status FeedbackFromRow(const wire::FactsRow& row, Summary& summary) {
  int32_t before = 0;
  for (const wire::FeedbackRow& one : row.feedback) {
    if (one.kind <= before ||
        one.kind > static_cast<int32_t>(FeedbackKind::kCsi))
      return absl::DataLossError(absl::StrCat("feedback: kind ", one.kind,
                                              " stands behind kind ", before));
    before = one.kind;
    summary.feedback.push_back({.kind = static_cast<FeedbackKind>(one.kind),
                                .count = one.count,
                                .scored = one.scored,
                                .sum = one.sum,
                                .first_day = one.first_day,
                                .last_day = one.last_day,
                                .first_at_us = one.first_at_us,
                                .first_score = one.first_score,
                                .last_at_us = one.last_at_us,
                                .last_score = one.last_score});
  }
  return absl::OkStatus();
}

}  // namespace

void AppendItem(std::string& out, const ItemFact& item) {
  Append(out, item.product.value());
  Append(out, item.times);
  Append(out, item.first_day);
  for (const uint16_t day : item.days) Append(out, day);
}

absl::StatusOr<std::vector<ItemFact>> DecodeItems(absl::string_view bytes) {
  if (absl::Status s = CheckWhole("items", bytes, kItemBytes); !s.ok())
    return s;
  std::vector<ItemFact> items;
  items.reserve(bytes.size() / kItemBytes);
  while (!bytes.empty()) {
    ItemFact item;
    item.product = ProductOrdinal(Take<uint32_t>(bytes));
    item.times = Take<uint16_t>(bytes);
    item.first_day = Take<uint16_t>(bytes);
    for (uint16_t& day : item.days) day = Take<uint16_t>(bytes);
    items.push_back(item);
  }
  return items;
}

std::string EncodeShown(const std::vector<Showing>& shown) {
  std::string out;
  out.reserve(shown.size() * kShowingBytes);
  for (const Showing& one : shown) {
    Append(out, one.product.value());
    Append(out, one.day);
    Append(out, one.times);
  }
  return out;
}

absl::StatusOr<std::vector<Showing>> DecodeShown(absl::string_view bytes) {
  if (absl::Status s = CheckWhole("shown", bytes, kShowingBytes); !s.ok())
    return s;
  std::vector<Showing> shown;
  shown.reserve(bytes.size() / kShowingBytes);
  while (!bytes.empty()) {
    Showing one;
    one.product = ProductOrdinal(Take<uint32_t>(bytes));
    one.day = Take<uint16_t>(bytes);
    one.times = Take<uint8_t>(bytes);
    shown.push_back(one);
  }
  return shown;
}

wire::FactsRow ToRow(const Summary& summary, std::string changed,
                     uint32_t chunks) {
  wire::FactsRow row;
  row.purchases = summary.purchases;
  row.lines = summary.lines;
  row.returns = summary.returns;
  row.events = summary.events;
  row.first_day = summary.first_day;
  row.last_day = summary.last_day;
  row.spend.insert(summary.spend.begin(), summary.spend.end());
  row.returned.insert(summary.returned.begin(), summary.returned.end());
  row.stores.insert(summary.stores.begin(), summary.stores.end());
  row.channels.insert(summary.channels.begin(), summary.channels.end());
  if (summary.first_source) row.__set_first_source(*summary.first_source);
  row.first_source_at_us = summary.first_source_at_us;
  for (const Interaction& one : summary.recent) {
    Append(row.recent, static_cast<uint64_t>(one.at_us));
    Append(row.recent, one.product.value());
    Append(row.recent, one.kind);
  }
  row.latest_at_us = summary.latest_at_us;
  row.latest_digest = static_cast<int64_t>(summary.latest_digest);
  for (const ProductOrdinal product : summary.latest)
    row.latest.push_back(static_cast<int32_t>(product.value()));
  row.priorities = summary.priorities;
  DiscountsToRow(summary, row);
  FeedbackToRow(summary, row);
  row.changed = std::move(changed);
  row.chunks = static_cast<int32_t>(chunks);
  return row;
}

absl::StatusOr<Summary> FromRow(const wire::FactsRow& row) {
  Summary summary;
  summary.purchases = row.purchases;
  summary.lines = row.lines;
  summary.returns = row.returns;
  summary.events = row.events;
  summary.first_day = row.first_day;
  summary.last_day = row.last_day;
  summary.spend.assign(row.spend.begin(), row.spend.end());
  summary.returned.assign(row.returned.begin(), row.returned.end());
  summary.stores.assign(row.stores.begin(), row.stores.end());
  summary.channels.assign(row.channels.begin(), row.channels.end());
  if (row.__isset.first_source) summary.first_source = row.first_source;
  summary.first_source_at_us = row.first_source_at_us;
  summary.priorities = row.priorities;
  summary.latest_at_us = row.latest_at_us;
  summary.latest_digest = static_cast<uint64_t>(row.latest_digest);
  for (const int32_t product : row.latest)
    summary.latest.emplace_back(static_cast<uint32_t>(product));
  if (absl::Status s = DiscountsFromRow(row, summary); !s.ok()) return s;
  if (absl::Status s = FeedbackFromRow(row, summary); !s.ok()) return s;
  absl::StatusOr<std::vector<Interaction>> recent = DecodeRecent(row.recent);
  if (!recent.ok()) return recent.status();
  summary.recent = *std::move(recent);
  return summary;
}

}  // namespace patron::facts
