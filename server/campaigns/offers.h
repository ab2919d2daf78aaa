// The offer of one row: the campaign's (or the variant's) that targeting finds
// best for her on the day of the send, or none.
//
// Each customer is weighed for herself, against what the offers' limits have
// left as published (targeting/next_best.h); what this and other runs have
// planned of them is taken off when the contact is applied. What is usual in
// the shop is learned once, from every n-th customer, and the products that
// offers cover are found once: making a chooser costs a walk over both.
//
// Ownership: borrows State. Threads: For from any. Errors: kNotFound for an
// offer that the definitions have not, kDataLoss for rows that do not decode.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/checkout/source.h"
#include "server/targeting/next_best.h"
#include "server/targeting/response.h"

namespace patron::campaigns {

struct ChosenOffer {
  std::string offer_id;  // "" = none is worth it
  std::string text;      // its name and why she gets it
  int64_t cost = 0;      // expected, minor units
};

class OfferChooser {
 public:
  // `model` may be null: chances come from counts.
  static absl::StatusOr<std::unique_ptr<OfferChooser>> Make(
      const checkout::StateParts& state, const wire::Campaign& campaign,
      checkout::CompiledPtr definitions,
      std::shared_ptr<const targeting::ResponseModel> model, Day today);

  // Whether a row of the variant (a place, -1 = none) is to have an offer.
  bool Offers(int variant) const;

  absl::StatusOr<ChosenOffer> For(CustomerOrdinal customer,
                                  const std::string& customer_id, int variant,
                                  int64_t send_us, Day send_day) const;

 private:
  OfferChooser(const checkout::StateParts& state,
               checkout::CompiledPtr definitions,
               std::shared_ptr<const targeting::ResponseModel> model);
  absl::Status AddSet(const std::vector<std::string>& offer_ids, Day today);
  const targeting::Candidates* SetOf(int variant) const;

  const checkout::StateParts state_;
  const checkout::CompiledPtr definitions_;
  const std::shared_ptr<const targeting::ResponseModel> model_;
  targeting::Population population_;
  // The campaign's own, then one a variant; null: as the campaign.
  std::vector<std::unique_ptr<targeting::Candidates>> sets_;
};

}  // namespace patron::campaigns
