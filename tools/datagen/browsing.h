// What customers do around their purchases: look, search, click, review; and
// the visitors counted at the door.
#pragma once

#include <array>
#include <vector>

#include "tools/datagen/people.h"
#include "tools/datagen/shop.h"

namespace patron::datagen {

// Collects the events of a day while its receipts pass, and hands them out in
// time order. Borrows catalogue. One thread at a time.
class Browsing {
 public:
  Browsing(const ShopOptions& options, const Catalogue& catalogue);

  void OnReceipt(const Receipt& receipt, int day);
  // Tells `listener` the events of `day`, which starts at `start`.
  void EndDay(int day, absl::Time start, ShopListener& listener);

 private:
  static constexpr int kRing = 16;  // days that an event may lie ahead

  void AddSession(const Receipt& receipt, Random& random);
  void AddLaterVisit(const Receipt& receipt, int day, Random& random);
  void AddReviews(const Receipt& receipt, int day, Random& random);
  void AddSurvey(const Receipt& receipt, int day);
  void AddVisitors(int day, absl::Time start);

  const ShopOptions options_;
  const Catalogue& catalogue_;
  uint64_t next_number_ = 0;
  std::vector<Event> today_;
  std::array<std::vector<Event>, kRing> later_;
  std::vector<int> receipts_in_store_;
};

}  // namespace patron::datagen
