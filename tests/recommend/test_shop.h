// A small shop whose every purchase goes through the commit path, with
// knowledge learned from those purchases: what the recommender's tests ask.
//
//   TestShop shop;
//   shop.OpenWithHabits();   // catalogue, 60 customers, half a year, an index
//   const auto answer = shop.Ask(Home("anna", 10));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/training_log.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"
#include "server/recommend/recommender.h"
#include "tests/testing/temp_dir.h"

namespace patron::recommend {

class TestShop {
 public:
  TestShop();
  ~TestShop();

  // Groups of customers with habits of their own:
  //   breakfast-0..19   bread + jam and coffee + filters, every 14 days
  //   tea-0..19         tea + honey, every 10 days; soap now and then
  //   dinner-0..19      rice + beans, every 14 days; wine now and then
  // and a catalogue of 24 products in 8 categories (see the source), then
  // learns.
  void OpenWithHabits();

  static wire::Product Product(const std::string& id,
                               const std::vector<std::string>& path,
                               const std::string& brand, int64_t price);
  void Put(const wire::Product& product);
  void Put(const wire::Customer& customer);
  // Bought so many days before now, in store "north" unless told otherwise.
  void Buy(const std::string& customer,
           const std::vector<std::string>& products, int days_ago,
           const std::string& store = "north");
  void Do(const std::string& customer, wire::EventKind::type kind,
          const std::string& product, absl::Duration ago = absl::Minutes(1));
  void Stock(const std::string& product, const std::string& store,
             std::optional<int64_t> quantity_milli,
             std::optional<int64_t> price, absl::Duration age = absl::Hours(1));
  // As if an answer had shown the products to her now, best first.
  void Show(const std::string& customer,
            const std::vector<std::string>& products);
  // From all purchases so far; publishes.
  void Learn();

  absl::StatusOr<Answer> TryAsk(const wire::RecommendRequest& request) const;
  // The items of an answer that must be OK.
  std::vector<wire::RecommendedItem> Ask(
      const wire::RecommendRequest& request) const;
  std::vector<std::string> AskIds(const wire::RecommendRequest& request) const;

  const commit::State& state() const { return *state_; }
  SimulatedClock& clock() { return clock_; }
  IndexHolder& index() { return index_; }
  const Recommender& recommender() const { return *recommender_; }

 private:
  struct Sale {
    std::string customer;
    std::string store;
    std::vector<std::string> products;
    Day day;
  };

  wire::CommandReply Execute(wire::CommandBody body);
  index::TrainingLog LogOfSales() const;

  testing::TempDir directory_;
  SimulatedClock clock_;
  std::unique_ptr<commit::State> state_;
  std::unique_ptr<commit::Engine> engine_;
  std::vector<Sale> sales_;
  IndexHolder index_;
  std::unique_ptr<Recommender> recommender_;
};

wire::RecommendRequest Ask(wire::Placement::type placement, int k);
wire::RecommendRequest Home(const std::string& customer, int k);
wire::RecommendRequest About(wire::Placement::type placement,
                             const std::vector<std::string>& products, int k);

// The item of `id`; null if it is not there.
const wire::RecommendedItem* Find(
    const std::vector<wire::RecommendedItem>& items, const std::string& id);
std::vector<std::string> IdsOf(const std::vector<wire::RecommendedItem>& items);

}  // namespace patron::recommend
