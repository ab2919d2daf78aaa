// What tills, clerks and marketing are answered about points and offers:
// decisions, which change nothing.
//
// Ownership: borrows everything; it outlives the desk. Threads: any.
// Errors: kInvalidArgument for a wrong request, kNotFound for an unknown
// customer, receipt or version.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "loyalty_types.h"
#include "marketing_types.h"
#include "server/base/clock.h"
#include "server/checkout/source.h"

namespace patron::checkout {

class Desk {
 public:
  Desk(const StateParts& parts, const Clock& clock, absl::TimeZone zone)
      : parts_(parts), clock_(clock), zone_(zone) {}

  // Without token and validity, which the API adds. A customer who is not
  // known yet is quoted as nobody, as a reservation would, and a note says so.
  absl::StatusOr<wire::Quote> Quote(const wire::QuoteRequest& request) const;

  absl::StatusOr<std::vector<wire::Balance>> Balances(
      const std::string& customer_id) const;
  absl::StatusOr<wire::EntriesPage> Entries(const std::string& customer_id,
                                            int limit,
                                            absl::string_view cursor) const;
  // Her personal offers.
  absl::StatusOr<std::vector<wire::IssuedOffer>> Issued(
      const std::string& customer_id) const;
  absl::StatusOr<wire::LoyaltyPicture> Picture(
      const std::string& customer_id) const;
  absl::StatusOr<std::vector<std::string>> ExplainReceipt(
      const std::string& receipt_id) const;

  std::vector<wire::OfferStatus> Offers() const;
  std::vector<wire::Liability> Liability() const;
  // Reads all of `still`, a checkpoint of the store: nobody may write to it
  // meanwhile.
  absl::StatusOr<wire::BooksReport> CheckBooks(const store::Store& still) const;

  // Version 0 = the present one.
  absl::StatusOr<wire::DefinitionsVersion> Definitions(int64_t version) const;
  // Newest first, without their content.
  absl::StatusOr<std::vector<wire::DefinitionsVersion>> DefinitionsHistory(
      int limit) const;

  // What the baskets of the last `days` would have cost and given: every
  // receipt with list prices, quoted under the definitions that stand and under
  // `candidate`, by the code that quotes. Customers and time are looked at as
  // they are today, and what starts later as if it had started; codes, points
  // to pay with and budgets are left out. A currency each. Reads every purchase
  // once, one at a time.
  absl::StatusOr<std::vector<wire::Replay>> ReplayBaskets(
      const wire::Definitions& candidate, int days) const;

  // Customers for whom a rule holds today, their ids in order of bytes.
  absl::StatusOr<std::vector<std::string>> Matching(
      absl::string_view eligible) const;

  // Answers `draw` from its seed: entrants in order of bytes, tickets
  // SHA-256(seed + "\n" + customer id) as hex, smallest first.
  static wire::Draw DrawAmong(const std::vector<std::string>& entrants,
                              const std::string& draw_id,
                              const std::string& seed, int winners);

  Day Today() const { return DayOf(clock_.Now(), zone_); }
  const absl::TimeZone& zone() const { return zone_; }

 private:
  absl::StatusOr<CustomerOrdinal> FindCustomer(const std::string& id) const;

  const StateParts parts_;
  const Clock& clock_;
  const absl::TimeZone zone_;
};

}  // namespace patron::checkout
