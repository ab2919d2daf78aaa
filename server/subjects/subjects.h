// Customers and products as the rule language sees them: the names that a rule
// may use, and where their values come from. Segments, tiers, offers and
// filters share these; a new field is one line in the table of its schema.
//
// Ownership: a subject borrows everything it is given; make it for one
// question. Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/catalog/catalog.h"
#include "server/facts/table.h"
#include "server/loyalty/programmes.h"
#include "server/prediction/prediction.h"
#include "server/rules/rules.h"

namespace patron::subjects {

// What rules over customers may name: profile (age, household, flags,
// attributes, consent …), facts (purchases, spend["EUR"], days since, stores,
// discounts …), loyalty (tier["club"], points["club"] …), and the sources lines
// (of receipts, net of what came back) and events. The tables of schema.cc have
// each with its unit. tier, points and the like without a key ask about the
// shop's first programme.
const rules::Schema& CustomerSchema();
// A rule over customers by which Apply decides: who may have points or an
// offer. Nothing predicted may stand in it: that is floating point, and another
// machine may come to another end.
absl::StatusOr<rules::Program> CompileEligible(absl::string_view text);
// What rules over products may name: product (its id), category, brand, price,
// price_tier, motive, seller, variant_of, attribute["…"], minimum_age …
const rules::Schema& ProductSchema();

// One line of the reference of everything that a rule may name.
struct FieldLine {
  std::string name;  // as a rule writes it: spend["…"], lines.amount
  std::string of;    // "customer", "lines", "events", "product"
  std::string type;  // number, money, duration, date, text, set, truth
  std::string help;
};
// In the order of the schemas.
std::vector<FieldLine> Reference();

// Where a customer's purchases and events come from: the batch that is being
// applied, or the store. Visits rows newest first; false stops.
class History {
 public:
  virtual ~History() = default;
  virtual void Purchases(
      absl::FunctionRef<bool(int64_t at_us, const wire::PurchaseRow&)> visit)
      const = 0;
  virtual void Events(
      absl::FunctionRef<bool(int64_t at_us, const wire::EventRow&)> visit)
      const = 0;
};

// What is known of a product in this place: by the catalogue, or by the batch
// that changes it. `categories` wide to narrow. Null: not listed.
class Products {
 public:
  virtual ~Products() = default;
  virtual const wire::Product* Find(ProductOrdinal product) const = 0;
};

// Names of stores and products, those that the running batch has just given
// ordinals to among them. Valid for the length of the call.
class Names {
 public:
  virtual ~Names() = default;
  virtual absl::string_view StoreId(uint32_t store) const = 0;
  virtual absl::string_view ProductId(uint32_t product) const = 0;
  virtual std::optional<uint32_t> FindStore(absl::string_view id) const = 0;
};

struct CustomerParts {
  const facts::CustomerFacts* facts = nullptr;  // null: nobody is known
  // In place of `facts` where items stand elsewhere: `bought` and
  // `distinct_products` are then their holder's to answer.
  const facts::Summary* summary = nullptr;
  const facts::Traits* traits = nullptr;      // null: no profile
  const wire::AccountRow* account = nullptr;  // null: none
  const loyalty::Programmes* programmes = nullptr;
  const prediction::Model* prediction = nullptr;  // null: nothing was learned
  const History* history = nullptr;
  const Products* products = nullptr;
  const Names* names = nullptr;
  Day today = 0;
};

// Nobody (no facts, no account): everything but `identified` is unknown. A
// customer without a profile: so is everything of the profile.
class CustomerSubject final : public rules::Subject {
 public:
  explicit CustomerSubject(const CustomerParts& parts);
  rules::Value Get(int field, absl::string_view key) const override;
  int64_t Today() const override;
  void ForEach(int source, int64_t first_day,
               absl::FunctionRef<bool(const rules::Row&)> visit) const override;

 private:
  // Sets of texts that stand nowhere as texts: made when first asked for.
  using LazyTexts = std::optional<std::vector<std::string>>;

  rules::Value FactOf(int field, absl::string_view key) const;
  absl::Span<const facts::ItemFact> Items() const;
  absl::Span<const std::string> Stores() const;
  absl::Span<const std::string> Channels() const;
  absl::Span<const std::string> Bought() const;

  const CustomerParts parts_;
  mutable LazyTexts stores_;
  mutable LazyTexts channels_;
  mutable LazyTexts bought_;
};

// One receipt line of which something was kept, net of what came back.
struct LineView {
  uint32_t product = 0;
  uint32_t store = 0;  // kNoStore: none
  Day day = 0;
  absl::string_view channel;
  absl::string_view currency;
  int64_t amount = 0;  // minor units
  int64_t list_amount = 0;
  int64_t quantity_milli = 0;
  int64_t returned_milli = 0;
};

struct EventView {
  uint32_t product = 0;  // kNoProduct: none
  uint32_t store = 0;    // kNoStore: none
  Day day = 0;
  absl::string_view channel;
  int kind = 0;     // wire::EventKind
  int measure = 0;  // wire::Measure of a survey; 0: not told
  std::optional<int64_t> value;
  std::optional<int64_t> dwell_ms;
  // Null where they stand elsewhere: text, source and attributes are then not
  // known.
  const wire::EventRow* row = nullptr;
};

// A field of SourceId kLines or kEvents, of a row that stands in another form
// than the store's. `parts` knows today, products and names.
rules::Value LineValue(const CustomerParts& parts, const LineView& line,
                       int field, absl::string_view key);
rules::Value EventValue(const CustomerParts& parts, const EventView& event,
                        int field, absl::string_view key);
LineView ToView(const wire::PurchaseRow& purchase,
                const wire::StoredLine& line);
EventView ToView(const wire::EventRow& event);

class ProductSubject final : public rules::Subject {
 public:
  // `product` null: known by its id alone.
  ProductSubject(absl::string_view id, const wire::Product* product, Day today);
  rules::Value Get(int field, absl::string_view key) const override;
  int64_t Today() const override;
  void ForEach(int source, int64_t first_day,
               absl::FunctionRef<bool(const rules::Row&)> visit) const override;

 private:
  const absl::string_view id_;
  const wire::Product* const product_;
  const Day today_;
};

}  // namespace patron::subjects
