#include "server/checkout/source.h"

#include <utility>

#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::checkout {
namespace {

using store::Family;

absl::StatusOr<std::optional<wire::CodeRow>> DecodeCode(
    const absl::StatusOr<std::optional<std::string>>& bytes) {
  if (!bytes.ok()) return bytes.status();
  if (!*bytes) return std::nullopt;
  auto row = store::Decode<wire::CodeRow>(**bytes, "code");
  if (!row.ok()) return row.status();
  return std::optional(*std::move(row));
}

}  // namespace

// ---- the running batch
// ---------------------------------------------------------

BatchSource::BatchSource(const Context& context) : context_(context) {}
BatchSource::~BatchSource() = default;

std::optional<CustomerOrdinal> BatchSource::FindCustomer(
    absl::string_view id) const {
  return context_.base.ordinals.FindCustomer(id);
}

std::optional<ProductOrdinal> BatchSource::FindProduct(
    absl::string_view id) const {
  return context_.base.ordinals.FindProduct(id);
}

void BatchSource::ReadFacts(CustomerOrdinal customer,
                            facts::CustomerFacts& out) const {
  context_.base.facts.ReadNow(customer, out);
}

std::shared_ptr<const facts::Traits> BatchSource::ReadTraits(
    CustomerOrdinal customer) const {
  return context_.base.facts.TraitsNow(customer);
}

void BatchSource::ReadAccount(CustomerOrdinal customer,
                              wire::AccountRow& out) const {
  out = context_.accounts.Now(customer);
}

absl::Status BatchSource::ScanPrefix(Family family, absl::string_view prefix,
                                     const store::RowVisitor& visit) const {
  return context_.base.batch.ScanPrefix(family, prefix, visit);
}

CompiledPtr BatchSource::definitions() const {
  return context_.holdings.definitions();
}

const wire::Product* BatchSource::Find(ProductOrdinal product) const {
  return context_.catalog.Now(product);
}

absl::string_view BatchSource::StoreId(uint32_t store) const {
  return context_.base.ordinals.StoreId(StoreOrdinal(store));
}

absl::string_view BatchSource::ProductId(uint32_t product) const {
  return context_.base.ordinals.ProductId(ProductOrdinal(product));
}

std::optional<uint32_t> BatchSource::FindStore(absl::string_view id) const {
  const auto store = context_.base.ordinals.FindStore(id);
  return store ? std::optional(store->value()) : std::nullopt;
}

wire::OfferCountRow BatchSource::Count(uint32_t offer) const {
  return context_.holdings.Count(offer);
}

absl::StatusOr<std::optional<wire::CodeRow>> BatchSource::Code(
    absl::string_view code) const {
  return DecodeCode(context_.base.batch.Get(Family::kCodes, code));
}

// ---- what is published
// ---------------------------------------------------------

StateSource::StateSource(const StateParts& parts)
    : parts_(parts), reader_(parts.catalog) {}

std::optional<CustomerOrdinal> StateSource::FindCustomer(
    absl::string_view id) const {
  const auto found = parts_.ordinals.customers.Find(id);
  return found ? std::optional(CustomerOrdinal(*found)) : std::nullopt;
}

std::optional<ProductOrdinal> StateSource::FindProduct(
    absl::string_view id) const {
  const auto found = parts_.ordinals.products.Find(id);
  return found ? std::optional(ProductOrdinal(*found)) : std::nullopt;
}

void StateSource::ReadFacts(CustomerOrdinal customer,
                            facts::CustomerFacts& out) const {
  parts_.facts.Read(customer, out);
}

std::shared_ptr<const facts::Traits> StateSource::ReadTraits(
    CustomerOrdinal customer) const {
  return parts_.facts.ReadTraits(customer);
}

void StateSource::ReadAccount(CustomerOrdinal customer,
                              wire::AccountRow& out) const {
  parts_.accounts.Read(customer, out);
}

absl::Status StateSource::ScanPrefix(Family family, absl::string_view prefix,
                                     const store::RowVisitor& visit) const {
  return parts_.store.ScanPrefix(family, prefix, visit);
}

CompiledPtr StateSource::definitions() const {
  return parts_.holdings.definitions();
}

const wire::Product* StateSource::Find(ProductOrdinal product) const {
  if (product == kNoProduct || product.value() >= reader_.size())
    return nullptr;
  const catalog::Entry& entry = reader_.Get(product.value());
  return entry.listed ? &entry.product : nullptr;
}

absl::string_view StateSource::StoreId(uint32_t store) const {
  return parts_.ordinals.stores.IdOf(store);
}

absl::string_view StateSource::ProductId(uint32_t product) const {
  return parts_.ordinals.products.IdOf(product);
}

std::optional<uint32_t> StateSource::FindStore(absl::string_view id) const {
  return parts_.ordinals.stores.Find(id);
}

wire::OfferCountRow StateSource::Count(uint32_t offer) const {
  return parts_.holdings.Count(offer);
}

absl::StatusOr<std::optional<wire::CodeRow>> StateSource::Code(
    absl::string_view code) const {
  return DecodeCode(parts_.store.Get(Family::kCodes, code));
}

// ---- Scene -----------------------------------------------------------------

Scene::Scene(const Source& source, std::optional<CustomerOrdinal> customer,
             std::string customer_id, int64_t now_us, Day today,
             CompiledPtr definitions)
    : definitions_(definitions != nullptr ? std::move(definitions)
                                          : source.definitions()) {
  find_product_ = [&source](absl::string_view id) {
    return source.FindProduct(id).value_or(kNoProduct);
  };
  world_.definitions = definitions_.get();
  world_.products = &source;
  world_.find_product = &find_product_;
  world_.usage = &source;
  world_.now_us = now_us;
  world_.today = today;
  world_.customer.today = today;
  world_.customer.programmes = &definitions_->programmes;
  world_.customer.prediction = definitions_->Prediction();
  world_.customer.products = &source;
  world_.customer.names = &source;
  if (customer_id.empty()) return;

  // Somebody; of a customer that is new nothing is known.
  world_.customer_id = std::move(customer_id);
  world_.customer.facts = &facts_;
  world_.customer.account = &account_;
  if (!customer) return;
  source.ReadFacts(*customer, facts_);
  traits_ = source.ReadTraits(*customer);
  source.ReadAccount(*customer, account_);
  history_.source = &source;
  history_.customer = *customer;
  world_.ordinal = *customer;
  world_.customer.traits = traits_.get();
  world_.customer.history = &history_;
}

namespace {

template <typename Row, typename Visit>
absl::Status ScanHistory(const Source& source, Family family,
                         CustomerOrdinal customer, const Visit& visit) {
  absl::Status problem;
  const absl::Status status = source.ScanPrefix(
      family, store::CustomerKey(customer),
      [&](absl::string_view key, absl::string_view value) {
        const auto parts = store::DecodeHistoryKey(key);
        auto row = store::Decode<Row>(value, "history");
        problem = parts.ok() ? row.status() : parts.status();
        return problem.ok() &&
               visit(absl::ToUnixMicros(parts->happened_at), *std::move(row));
      });
  return status.ok() ? problem : status;
}

}  // namespace

template <typename Row>
void Scene::RowHistory::Visit(
    store::Family family, absl::FunctionRef<bool(int64_t, const Row&)> visit,
    Remembered<Row>& known) const {
  size_t shown = 0;
  for (; shown < known.rows.size(); ++shown)
    if (!visit(known.rows[shown].first, known.rows[shown].second)) return;
  if (known.all) return;
  // Further back than anybody has asked so far. A condition on a row may itself
  // ask for history (an aggregate within another's `where`) and be ahead.
  size_t at = 0;
  bool stopped = false;
  const absl::Status scanned =
      ScanHistory<Row>(*source, family, customer, [&](int64_t at_us, Row row) {
        if (at == known.rows.size())
          known.rows.emplace_back(at_us, std::move(row));
        const auto& next = known.rows[at++];
        if (at <= shown) return true;
        stopped = !visit(next.first, next.second);
        return !stopped;
      });
  if (!scanned.ok()) status = scanned;
  known.all |= scanned.ok() && !stopped;
}

void Scene::RowHistory::Purchases(
    absl::FunctionRef<bool(int64_t, const wire::PurchaseRow&)> visit) const {
  Visit<wire::PurchaseRow>(Family::kPurchases, visit, purchases);
}

void Scene::RowHistory::Events(
    absl::FunctionRef<bool(int64_t, const wire::EventRow&)> visit) const {
  Visit<wire::EventRow>(Family::kEvents, visit, events);
}

}  // namespace patron::checkout
