// Where a quote reads State: the batch that is being applied, or what is
// published. One face for both, so that a reservation judges by the very code
// that quoted.
//
// Threads: BatchSource from the applying thread; StateSource from any, one a
// request: it holds the catalogue still for as long as it lives.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/catalog/catalog.h"
#include "server/checkout/context.h"
#include "server/checkout/holdings.h"
#include "server/facts/table.h"
#include "server/loyalty/accounts.h"
#include "server/offers/quote.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"
#include "server/subjects/subjects.h"

namespace patron::checkout {

class Source : public subjects::Products,
               public subjects::Names,
               public offers::Usage {
 public:
  virtual std::optional<CustomerOrdinal> FindCustomer(
      absl::string_view id) const = 0;
  virtual std::optional<ProductOrdinal> FindProduct(
      absl::string_view id) const = 0;
  virtual void ReadFacts(CustomerOrdinal customer,
                         facts::CustomerFacts& out) const = 0;
  virtual std::shared_ptr<const facts::Traits> ReadTraits(
      CustomerOrdinal customer) const = 0;
  virtual void ReadAccount(CustomerOrdinal customer,
                           wire::AccountRow& out) const = 0;
  virtual absl::Status ScanPrefix(store::Family family,
                                  absl::string_view prefix,
                                  const store::RowVisitor& visit) const = 0;
  virtual CompiledPtr definitions() const = 0;
};

class BatchSource final : public Source {
 public:
  explicit BatchSource(const Context& context);
  ~BatchSource() override;

  std::optional<CustomerOrdinal> FindCustomer(
      absl::string_view id) const override;
  std::optional<ProductOrdinal> FindProduct(
      absl::string_view id) const override;
  void ReadFacts(CustomerOrdinal customer,
                 facts::CustomerFacts& out) const override;
  std::shared_ptr<const facts::Traits> ReadTraits(
      CustomerOrdinal customer) const override;
  void ReadAccount(CustomerOrdinal customer,
                   wire::AccountRow& out) const override;
  absl::Status ScanPrefix(store::Family family, absl::string_view prefix,
                          const store::RowVisitor& visit) const override;
  CompiledPtr definitions() const override;
  const wire::Product* Find(ProductOrdinal product) const override;
  absl::string_view StoreId(uint32_t store) const override;
  absl::string_view ProductId(uint32_t product) const override;
  std::optional<uint32_t> FindStore(absl::string_view id) const override;
  wire::OfferCountRow Count(uint32_t offer) const override;
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view code) const override;

 private:
  const Context& context_;
};

// What StateSource reads; borrowed.
struct StateParts {
  const store::Store& store;
  const store::Ordinals& ordinals;
  const catalog::Catalog& catalog;
  const facts::FactsTable& facts;
  const loyalty::Accounts& accounts;
  const Holdings& holdings;
};

class StateSource final : public Source {
 public:
  explicit StateSource(const StateParts& parts);

  std::optional<CustomerOrdinal> FindCustomer(
      absl::string_view id) const override;
  std::optional<ProductOrdinal> FindProduct(
      absl::string_view id) const override;
  void ReadFacts(CustomerOrdinal customer,
                 facts::CustomerFacts& out) const override;
  std::shared_ptr<const facts::Traits> ReadTraits(
      CustomerOrdinal customer) const override;
  void ReadAccount(CustomerOrdinal customer,
                   wire::AccountRow& out) const override;
  absl::Status ScanPrefix(store::Family family, absl::string_view prefix,
                          const store::RowVisitor& visit) const override;
  CompiledPtr definitions() const override;
  const wire::Product* Find(ProductOrdinal product) const override;
  absl::string_view StoreId(uint32_t store) const override;
  absl::string_view ProductId(uint32_t product) const override;
  std::optional<uint32_t> FindStore(absl::string_view id) const override;
  wire::OfferCountRow Count(uint32_t offer) const override;
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view code) const override;

 private:
  const StateParts parts_;
  const catalog::Catalog::Reader reader_;
};

// Everything that a quote for one customer looks at, read out of a source.
// Neither copied nor moved: World points into it.
class Scene {
 public:
  // `customer_id` "": anonymous; `customer` nullopt: a new one. `definitions`
  // null: those that stand.
  Scene(const Source& source, std::optional<CustomerOrdinal> customer,
        std::string customer_id, int64_t now_us, Day today,
        CompiledPtr definitions = nullptr);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  const offers::World& world() const { return world_; }
  const offers::Compiled& definitions() const { return *definitions_; }
  const wire::AccountRow& account() const { return account_; }
  // Of the last ForEach over history; kDataLoss for rows that do not decode.
  absl::Status status() const { return history_.status; }

 private:
  // Rows newest first, kept as far as they were asked for: the rules of many
  // offers ask for the same ones. A deque: a row stays where it is while more
  // are read.
  template <typename Row>
  struct Remembered {
    std::deque<std::pair<int64_t, Row>> rows;
    bool all = false;
  };

  struct RowHistory final : subjects::History {
    const Source* source = nullptr;
    CustomerOrdinal customer = kAnonymous;
    mutable absl::Status status;
    mutable Remembered<wire::PurchaseRow> purchases;
    mutable Remembered<wire::EventRow> events;

    void Purchases(absl::FunctionRef<bool(int64_t, const wire::PurchaseRow&)>
                       visit) const override;
    void Events(absl::FunctionRef<bool(int64_t, const wire::EventRow&)> visit)
        const override;
    template <typename Row>
    void Visit(store::Family family,
               absl::FunctionRef<bool(int64_t, const Row&)> visit,
               Remembered<Row>& known) const;
  };

  CompiledPtr definitions_;
  facts::CustomerFacts facts_;
  std::shared_ptr<const facts::Traits> traits_;
  wire::AccountRow account_;
  RowHistory history_;
  std::function<ProductOrdinal(absl::string_view)> find_product_;
  offers::World world_;
};

}  // namespace patron::checkout
