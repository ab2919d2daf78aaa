#include "server/customers/purchases.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::customers {
namespace {

using store::Family;

int64_t OwnDiscounts(const wire::PurchaseLine& line) {
  int64_t sum = 0;
  for (const wire::Discount& discount : line.discounts)
    if (!discount.third_party) sum += discount.amount;
  return sum;
}

wire::StoredLine ToStored(const wire::PurchaseLine& line,
                          ProductOrdinal product) {
  wire::StoredLine stored;
  stored.product = static_cast<int32_t>(product.value());
  stored.quantity_milli = line.quantity_milli;
  stored.amount = line.amount;
  stored.list_amount = line.__isset.list_amount
                           ? line.list_amount
                           : line.amount + OwnDiscounts(line);
  stored.tax = line.tax;
  for (const wire::Discount& discount : line.discounts) {
    wire::StoredDiscount kept;
    kept.cause = discount.cause;
    kept.amount = discount.amount;
    kept.third_party = discount.third_party;
    stored.discounts.push_back(std::move(kept));
  }
  return stored;
}

// The order in which a till names discounts is not content.
bool SameDiscounts(const std::vector<wire::StoredDiscount>& a,
                   const std::vector<wire::StoredDiscount>& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

bool SameContent(const wire::StoredLine& a, const wire::StoredLine& b) {
  return a.product == b.product && a.quantity_milli == b.quantity_milli &&
         a.amount == b.amount && a.list_amount == b.list_amount &&
         SameDiscounts(a.discounts, b.discounts) && a.tax == b.tax;
}

int64_t AmountOf(const std::vector<wire::StoredLine>& lines) {
  int64_t sum = 0;
  for (const wire::StoredLine& line : lines) sum += line.amount;
  return sum;
}

// A coupon of the shop, one that somebody else paid, or an offer.
bool HasCoupon(const wire::StoredLine& line) {
  return std::any_of(line.discounts.begin(), line.discounts.end(),
                     [](const wire::StoredDiscount& discount) {
                       return discount.third_party ||
                              absl::StartsWith(discount.cause, "coupon") ||
                              absl::StartsWith(discount.cause, "offer:");
                     });
}

// What the receipt stands for now, returned goods left out.
facts::PurchaseFacts FactsOf(const wire::PurchaseRow& row,
                             absl::Time happened_at) {
  facts::PurchaseFacts out;
  out.day = row.local_day;
  out.store = StoreOrdinal(static_cast<uint32_t>(row.store));
  out.channel = row.channel;
  out.at_us = absl::ToUnixMicros(happened_at);
  out.receipt_digest = ShortDigestOf(row.receipt_id);
  for (const wire::StoredLine& line : row.lines) {
    if (line.quantity_milli <= line.returned_milli) continue;
    ++out.lines;
    ++out.discount_bands[facts::DiscountBandOf(line.list_amount, line.amount)];
    out.coupon_lines += HasCoupon(line);
    out.products.emplace_back(static_cast<uint32_t>(line.product));
  }
  for (const ProductOrdinal product : out.products) {
    auto& first = out.first_products;
    if (first.size() < facts::kLatestKept &&
        std::find(first.begin(), first.end(), product) == first.end())
      first.push_back(product);
  }
  std::sort(out.products.begin(), out.products.end());
  out.products.erase(std::unique(out.products.begin(), out.products.end()),
                     out.products.end());
  return out;
}

// Whether the id of a request, "" for none, is the one that was recorded.
template <typename Ordinal>
bool SameId(const std::string& id, const std::optional<Ordinal>& found,
            Ordinal none, Ordinal recorded) {
  return id.empty() ? recorded == none : found == recorded;
}

bool SameReceipt(const wire::Purchase& purchase, const FoundReceipt& found,
                 const store::OrdinalChanges& ordinals) {
  const wire::PurchaseRow& row = found.row;
  if (!SameId(purchase.customer_id, ordinals.FindCustomer(purchase.customer_id),
              kAnonymous, found.place.customer) ||
      !SameId(purchase.store_id, ordinals.FindStore(purchase.store_id),
              kNoStore, StoreOrdinal(static_cast<uint32_t>(row.store))) ||
      purchase.channel != row.channel || purchase.currency != row.currency ||
      purchase.lines.size() != row.lines.size())
    return false;
  if (purchase.happened_at_us != 0 &&
      purchase.happened_at_us != absl::ToUnixMicros(found.place.happened_at))
    return false;
  for (size_t at = 0; at < row.lines.size(); ++at) {
    const auto product = ordinals.FindProduct(purchase.lines[at].product_id);
    if (!product ||
        !SameContent(ToStored(purchase.lines[at], *product), row.lines[at]))
      return false;
  }
  return true;
}

absl::StatusOr<wire::PurchaseReply> AnswerKnownReceipt(
    const wire::Purchase& purchase, const FoundReceipt& found,
    const store::OrdinalChanges& ordinals) {
  if (!SameReceipt(purchase, found, ordinals)) {
    int64_t amount = 0;
    for (const wire::PurchaseLine& line : purchase.lines) amount += line.amount;
    return absl::AlreadyExistsError(absl::StrCat(
        "receipt_id: ", Quoted(purchase.receipt_id),
        " was recorded with other content: ", found.row.lines.size(),
        " lines, ", AmountOf(found.row.lines), " ", found.row.currency,
        "; now ", purchase.lines.size(), " lines, ", amount, " ",
        purchase.currency));
  }
  wire::PurchaseReply reply;
  reply.receipt_id = purchase.receipt_id;
  reply.duplicate = true;
  reply.log_position = found.row.log_position;
  reply.earned = EarnedOf(found.row, ordinals);
  return reply;
}

void AddToTotals(const wire::PurchaseRow& row, TotalsChanges& changes) {
  wire::TotalsRow& totals = changes.Mutable();
  ++totals.purchases;
  totals.lines += static_cast<int64_t>(row.lines.size());
  totals.amounts[row.currency] += AmountOf(row.lines);
  int64_t discounts = 0;
  for (const wire::StoredLine& line : row.lines)
    for (const wire::StoredDiscount& discount : line.discounts)
      discounts += discount.amount;
  if (discounts != 0) totals.discounts[row.currency] += discounts;
}

void AddToFacts(CustomerOrdinal customer, const wire::PurchaseRow& row,
                absl::Time happened_at, ApplyContext& context) {
  if (customer == kAnonymous) return;
  const facts::PurchaseFacts purchase = FactsOf(row, happened_at);
  facts::Summary& summary = context.facts.MutableSummary(customer);
  facts::AddAmount(summary.spend, row.currency, AmountOf(row.lines));
  if (purchase.lines > 0) facts::AddPurchase(summary, purchase);
  for (const ProductOrdinal product : purchase.products) {
    facts::AddReceipt(context.facts.MutableItem(customer, product),
                      purchase.day);
    context.facts.ForgetShowings(customer, product);
  }
  context.facts.EndCommand(customer, context.batch);
}

// ---- returns
// -------------------------------------------------------------------

wire::ReturnReply ReplyOf(const wire::StoredReturn& stored,
                          const wire::PurchaseRow& row, bool duplicate) {
  wire::ReturnReply reply;
  reply.receipt_id = row.receipt_id;
  reply.refund = stored.refund;
  reply.currency = row.currency;
  reply.line_refunds = stored.line_refunds;
  reply.duplicate = duplicate;
  reply.log_position = stored.log_position;
  reply.programmes = stored.programmes;
  reply.offers = stored.offers;
  return reply;
}

absl::StatusOr<wire::ReturnReply> AnswerKnownReturn(
    const wire::PurchaseReturn& asked, const wire::StoredReturn& stored,
    const wire::PurchaseRow& row) {
  if (asked.lines != stored.lines)
    return absl::AlreadyExistsError(absl::StrCat(
        "return_id: ", Quoted(asked.return_id), " of receipt ",
        Quoted(asked.receipt_id), " was recorded with other lines: ",
        stored.lines.size(), ", now ", asked.lines.size()));
  return ReplyOf(stored, row, /*duplicate=*/true);
}

// Checks one line of a return against what is left of it.
absl::Status CheckReturnLine(const wire::ReturnLine& asked,
                             const wire::PurchaseRow& row) {
  if (asked.line < 0 || asked.line >= static_cast<int32_t>(row.lines.size()))
    return absl::InvalidArgumentError(
        absl::StrCat("line: ", asked.line, "; receipt ", Quoted(row.receipt_id),
                     " has lines 0 to ", row.lines.size() - 1));
  const wire::StoredLine& line = row.lines[asked.line];
  const int64_t left = line.quantity_milli - line.returned_milli;
  if (asked.quantity_milli > left)
    return absl::FailedPreconditionError(
        absl::StrCat("quantity_milli: line ", asked.line, " of receipt ",
                     Quoted(row.receipt_id), ": ", left,
                     " left to return, wanted ", asked.quantity_milli));
  return absl::OkStatus();
}

// Takes the quantity back and answers the refund of the line.
int64_t TakeBack(const wire::ReturnLine& asked, wire::StoredLine& line) {
  line.returned_milli += asked.quantity_milli;
  const int64_t refunded =
      ShareOf(line.amount, line.returned_milli, line.quantity_milli);
  const int64_t refund = refunded - line.refunded;
  line.refunded = refunded;
  return refund;
}

// Adds one kept purchase to facts that are counted from nothing.
void AddTo(facts::CustomerFacts& counted,
           const facts::PurchaseFacts& purchase) {
  if (purchase.lines == 0) return;
  facts::AddPurchase(counted.summary, purchase);
  for (const ProductOrdinal product : purchase.products) {
    auto at = std::lower_bound(
        counted.items.begin(), counted.items.end(), product,
        [](const facts::ItemFact& item, ProductOrdinal wanted) {
          return item.product < wanted;
        });
    if (at == counted.items.end() || at->product != product)
      at = counted.items.insert(at, {product});
    facts::AddReceipt(*at, purchase.day);
  }
}

}  // namespace

absl::StatusOr<std::optional<FoundReceipt>> FindReceipt(
    const std::string& receipt_id, const store::Batch& batch) {
  PATRON_ASSIGN_OR_RETURN(const auto place,
                          batch.Get(Family::kReceipts, receipt_id));
  if (!place) return std::nullopt;
  FoundReceipt found;
  PATRON_ASSIGN_OR_RETURN(found.place, store::DecodeReceiptValue(*place));
  found.key = store::HistoryKey(found.place.customer, found.place.happened_at,
                                ShortDigestOf(receipt_id));
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          batch.Get(Family::kPurchases, found.key));
  if (!bytes)
    return absl::DataLossError(
        absl::StrCat("receipt ", Quoted(receipt_id), " has no purchase row"));
  PATRON_ASSIGN_OR_RETURN(
      found.row, store::Decode<wire::PurchaseRow>(
                     *bytes, absl::StrCat("receipt ", Quoted(receipt_id))));
  return found;
}

std::vector<wire::EarnedIn> EarnedOf(const wire::PurchaseRow& row,
                                     const store::OrdinalChanges& ordinals) {
  std::vector<wire::EarnedIn> earned;
  for (const wire::EarnedRow& one : row.effects.earned) {
    wire::EarnedIn in;
    in.programme_id =
        ordinals.ProgrammeId(static_cast<uint32_t>(one.programme));
    for (const int64_t points : one.by_line) in.points += points;
    earned.push_back(std::move(in));
  }
  return earned;
}

int64_t ShareOf(int64_t amount, int64_t part, int64_t whole) {
  PATRON_CHECK(whole > 0 && part >= 0 && part <= whole && amount >= 0);
  return static_cast<int64_t>(static_cast<__int128>(amount) * part / whole);
}

absl::Status RecountPurchases(CustomerOrdinal customer, ApplyContext& context) {
  facts::CustomerFacts counted;
  absl::Status problem;
  const auto add = [&](absl::string_view key, absl::string_view bytes) {
    const auto parts = store::DecodeHistoryKey(key);
    const auto row = store::Decode<wire::PurchaseRow>(bytes, "purchase");
    problem = parts.ok() ? row.status() : parts.status();
    if (!problem.ok()) return false;
    AddTo(counted, FactsOf(*row, parts->happened_at));
    context.columns.AddPurchase(customer, *row);
    return true;
  };
  context.columns.BeginPurchases(customer);
  PATRON_RETURN_IF_ERROR(context.batch.ScanPrefix(
      Family::kPurchases, store::CustomerKey(customer), add));
  PATRON_RETURN_IF_ERROR(problem);

  facts::Summary& summary = context.facts.MutableSummary(customer);
  summary.purchases = counted.summary.purchases;
  summary.lines = counted.summary.lines;
  summary.first_day = counted.summary.first_day;
  summary.last_day = counted.summary.last_day;
  summary.latest_at_us = counted.summary.latest_at_us;
  summary.latest_digest = counted.summary.latest_digest;
  summary.latest = std::move(counted.summary.latest);
  summary.stores = std::move(counted.summary.stores);
  summary.channels = std::move(counted.summary.channels);
  summary.discount_bands = counted.summary.discount_bands;
  summary.coupon_lines = counted.summary.coupon_lines;
  summary.coupon_purchases = counted.summary.coupon_purchases;
  summary.coupon_days = counted.summary.coupon_days;
  context.facts.ReplaceItems(customer, counted.items);
  return absl::OkStatus();
}

facts::CustomerFacts FactsBefore(
    absl::Time moment,
    const std::vector<std::pair<absl::Time, wire::PurchaseRow>>& rows) {
  facts::CustomerFacts counted;
  for (const auto& [happened_at, stored] : rows) {
    if (happened_at >= moment) continue;
    wire::PurchaseRow row = stored;
    int64_t kept = AmountOf(row.lines);
    for (const wire::StoredReturn& back : row.returns) {
      if (back.happened_at_us >= absl::ToUnixMicros(moment)) {
        for (const wire::ReturnLine& line : back.lines)
          row.lines[line.line].returned_milli -= line.quantity_milli;
        continue;
      }
      ++counted.summary.returns;
      for (const int64_t refund : back.line_refunds) kept -= refund;
    }
    facts::AddAmount(counted.summary.spend, row.currency, kept);
    AddTo(counted, FactsOf(row, happened_at));
  }
  return counted;
}

absl::StatusOr<wire::PurchaseReply> ApplyPurchase(
    const wire::Purchase& purchase, const Stamp& stamp, ApplyContext& context,
    CompletePurchase complete) {
  PATRON_ASSIGN_OR_RETURN(const auto known,
                          FindReceipt(purchase.receipt_id, context.batch));
  if (known) return AnswerKnownReceipt(purchase, *known, context.ordinals);

  const CustomerOrdinal customer =
      purchase.customer_id.empty()
          ? kAnonymous
          : context.ordinals.Customer(purchase.customer_id, context.batch);
  wire::PurchaseRow row;
  row.receipt_id = purchase.receipt_id;
  row.store = static_cast<int32_t>(
      (purchase.store_id.empty()
           ? kNoStore
           : context.ordinals.Store(purchase.store_id, context.batch))
          .value());
  row.channel = purchase.channel;
  row.currency = purchase.currency;
  row.local_day = stamp.local_day;
  row.lines.reserve(purchase.lines.size());
  for (const wire::PurchaseLine& line : purchase.lines)
    row.lines.push_back(ToStored(
        line, context.ordinals.Product(line.product_id, context.batch)));
  row.log_position = static_cast<int64_t>(stamp.position.value());
  row.logged_at_us = absl::ToUnixMicros(stamp.logged_at);
  if (!purchase.impression_token.empty())
    row.__set_impression_token(purchase.impression_token);
  row.actor = stamp.actor;

  const absl::Time happened_at = stamp.HappenedAt(purchase.happened_at_us);
  complete(customer, happened_at, row);
  context.batch.Put(Family::kReceipts, purchase.receipt_id,
                    store::ReceiptValue(customer, happened_at));
  context.batch.Put(Family::kPurchases,
                    store::HistoryKey(customer, happened_at,
                                      ShortDigestOf(purchase.receipt_id)),
                    store::Encode(row));
  AddToTotals(row, context.totals);
  AddToFacts(customer, row, happened_at, context);
  context.columns.AddPurchase(customer, row);

  wire::PurchaseReply reply;
  reply.receipt_id = purchase.receipt_id;
  reply.duplicate = false;
  reply.log_position = row.log_position;
  reply.earned = EarnedOf(row, context.ordinals);
  return reply;
}

absl::StatusOr<wire::ReturnReply> ApplyReturn(
    const wire::PurchaseReturn& purchase_return, const Stamp& stamp,
    ApplyContext& context, CompleteReturn complete) {
  PATRON_ASSIGN_OR_RETURN(
      auto found, FindReceipt(purchase_return.receipt_id, context.batch));
  if (!found)
    return absl::NotFoundError(absl::StrCat(
        "receipt_id: no receipt ", Quoted(purchase_return.receipt_id)));
  wire::PurchaseRow& row = found->row;
  for (const wire::StoredReturn& stored : row.returns)
    if (stored.return_id == purchase_return.return_id)
      return AnswerKnownReturn(purchase_return, stored, row);
  for (const wire::ReturnLine& asked : purchase_return.lines)
    PATRON_RETURN_IF_ERROR(CheckReturnLine(asked, row));

  wire::StoredReturn stored;
  stored.return_id = purchase_return.return_id;
  stored.happened_at_us =
      absl::ToUnixMicros(stamp.HappenedAt(purchase_return.happened_at_us));
  stored.local_day = stamp.local_day;
  stored.lines = purchase_return.lines;
  stored.store_id = purchase_return.store_id;
  stored.reason = purchase_return.reason;
  stored.log_position = static_cast<int64_t>(stamp.position.value());
  std::vector<int64_t> returned_before;
  for (const wire::StoredLine& line : row.lines)
    returned_before.push_back(line.returned_milli);
  int64_t worth = 0;  // of the goods: what spend loses
  for (const wire::ReturnLine& asked : purchase_return.lines) {
    stored.line_refunds.push_back(TakeBack(asked, row.lines[asked.line]));
    worth += stored.line_refunds.back();
  }
  stored.refund = worth;
  const CustomerOrdinal customer = found->place.customer;
  PATRON_RETURN_IF_ERROR(complete(customer, returned_before, row, stored));
  row.returns.push_back(stored);
  context.batch.Put(Family::kPurchases, found->key, store::Encode(row));
  ++context.totals.Mutable().returns;

  if (customer != kAnonymous) {
    facts::Summary& summary = context.facts.MutableSummary(customer);
    ++summary.returns;
    facts::AddAmount(summary.returned, row.currency, worth);
    facts::AddAmount(summary.spend, row.currency, -worth);
    PATRON_RETURN_IF_ERROR(RecountPurchases(customer, context));
    context.facts.EndCommand(customer, context.batch);
  }
  return ReplyOf(stored, row, /*duplicate=*/false);
}

wire::HistoryPurchase ToWire(const wire::PurchaseRow& row,
                             absl::string_view customer, absl::Time happened_at,
                             const store::Ordinals& ordinals) {
  wire::HistoryPurchase out;
  wire::Purchase& purchase = out.purchase;
  purchase.receipt_id = row.receipt_id;
  if (!customer.empty()) purchase.__set_customer_id(std::string(customer));
  const auto store = static_cast<uint32_t>(row.store);
  if (store != kNoStore.value())
    purchase.store_id = std::string(ordinals.stores.IdOf(store));
  purchase.channel = row.channel;
  purchase.currency = row.currency;
  purchase.happened_at_us = absl::ToUnixMicros(happened_at);
  if (row.__isset.impression_token)
    purchase.__set_impression_token(row.impression_token);
  for (const wire::StoredLine& stored : row.lines) {
    wire::PurchaseLine line;
    line.product_id = std::string(
        ordinals.products.IdOf(static_cast<uint32_t>(stored.product)));
    line.quantity_milli = stored.quantity_milli;
    line.amount = stored.amount;
    line.__set_list_amount(stored.list_amount);
    line.tax = stored.tax;
    for (const wire::StoredDiscount& discount : stored.discounts) {
      wire::Discount shown;
      shown.cause = discount.cause;
      shown.amount = discount.amount;
      shown.third_party = discount.third_party;
      line.discounts.push_back(std::move(shown));
    }
    purchase.lines.push_back(std::move(line));
  }
  for (const wire::StoredReturn& stored : row.returns) {
    wire::PurchaseReturn shown;
    shown.return_id = stored.return_id;
    shown.receipt_id = row.receipt_id;
    shown.lines = stored.lines;
    shown.happened_at_us = stored.happened_at_us;
    shown.store_id = stored.store_id;
    if (!stored.reason.empty()) shown.__set_reason(stored.reason);
    out.returns.push_back(std::move(shown));
  }
  return out;
}

}  // namespace patron::customers
