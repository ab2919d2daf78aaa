// A believable shop out of a seed: products, stores, people and, day by day,
// what they buy, bring back and look at. What is planted (complements, staples
// with their interval, tastes that customers share, seasons) is there to be
// found.
//
//   PATRON_ASSIGN_OR_RETURN(const auto shop, Shop::Make(options));
//   MyListener listener;              // overrides OnReceipt
//   PATRON_RETURN_IF_ERROR(shop->Play(listener));
//
// Memory: proportional to customers and products, not to the length of the log.
// Threads: fixed after Make; any number of threads may read and Play.
// Errors:  Make gives kInvalidArgument for bad options; Play what the
// listener's
//          OnDayEnd gives.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "tools/datagen/catalogue.h"
#include "tools/datagen/options.h"
#include "tools/datagen/people.h"

namespace patron::datagen {

// Amounts in cents; amount = list_amount - discount, and it contains `tax`.
struct Line {
  uint32_t product = 0;
  int quantity_milli = 1000;
  int amount = 0;
  int list_amount = 0;
  int discount = 0;
  int tax = 0;
};

struct Receipt {
  uint64_t number = 0;        // from 0, in time order
  uint32_t customer = kNone;  // kNone: anonymous
  uint32_t store = 0;
  Channel channel = Channel::kStore;
  absl::Time happened_at;
  absl::Span<const Line> lines;  // valid during the call
};

// One line of an earlier receipt, or a part of it, taken back.
struct Return {
  uint64_t number = 0;
  uint64_t receipt = 0;
  int line = 0;
  int quantity_milli = 0;
  uint32_t store = 0;
  absl::Time happened_at;
  absl::string_view reason;
};

enum class EventKind : uint8_t {
  kView,
  kClick,
  kSearch,
  kCartAdd,
  kReview,
  kVisitors,
  kSurvey,
};
absl::string_view EventKindName(EventKind kind);

struct Event {
  uint64_t number = 0;
  EventKind kind = EventKind::kView;
  uint32_t customer = kNone;
  uint32_t product = kNone;
  uint32_t store = 0;
  Channel channel = Channel::kWeb;
  absl::Time happened_at;
  std::optional<absl::Duration> dwell;
  std::optional<int> value;
  absl::string_view text, source;  // fixed words: valid for ever
};

struct Stock {
  int64_t quantity_milli = 0;
  int price = 0;
};

// Hears the log. Receipts come in time order, as do returns and events, each
// kind for itself; the three are interleaved day by day.
class ShopListener {
 public:
  virtual ~ShopListener() = default;
  virtual void OnReceipt(const Receipt&) {}
  virtual void OnReturn(const Return&) {}
  virtual void OnEvent(const Event&) {}
  // After each day; an error ends the play.
  virtual absl::Status OnDayEnd(int /*days_done*/, int /*days*/) {
    return absl::OkStatus();
  }
};

class Shop {
 public:
  static absl::StatusOr<std::unique_ptr<Shop>> Make(const ShopOptions& options);

  const ShopOptions& options() const { return options_; }
  const Catalogue& catalogue() const { return catalogue_; }
  const People& people() const { return people_; }

  absl::Status Play(ShopListener& listener) const;

  // On the shelf at the end of the log; absent where the store does not sell
  // it.
  std::optional<Stock> StockOf(uint32_t store, uint32_t product) const;
  // The end of the last day.
  absl::Time end() const;

 private:
  explicit Shop(const ShopOptions& options);

  const ShopOptions options_;
  const Catalogue catalogue_;
  const People people_;
};

// The ids in the files: "C0000001", "P0000001", "S001", "R000000001" for 0.
std::string CustomerId(uint32_t customer);
std::string ProductId(uint32_t product);
std::string StoreId(uint32_t store);
std::string ReceiptId(uint64_t receipt);

}  // namespace patron::datagen
