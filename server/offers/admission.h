// Which offers a basket may have, and why it may not have the others.
//
// Checks come in this order, and the first that fails names the reason: state,
// window, currency, channel, store, code, customer, membership, scope,
// occasion, eligibility, limits, minimum. The minimum is last, so that who is
// told what is missing can really have the offer.
//
// A tier's early start holds for that tier and those above it.
//
// Ownership: borrows everything it is given. Threads: one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/offers/benefits.h"
#include "server/offers/codes.h"
#include "server/offers/earning.h"
#include "server/offers/refusal.h"

namespace patron::offers {

class Admission {
 public:
  struct Parts {
    const wire::QuoteRequest& request;
    const World& world;
    const Basket& basket;
    const rules::Subject& customer;
    const std::vector<ProgrammeEarning>& programmes;
    const std::vector<GivenCode>& codes;
    bool anonymous = false;
  };
  explicit Admission(const Parts& parts) : parts_(parts) {}

  // Fills `candidate` where the answer is nullopt. `place`: of the offer in the
  // definitions.
  std::optional<Refusal> Refuse(size_t place, Candidate& candidate) const;

  // Of these checks, those that need no basket and no code; a PERSONAL offer
  // is taken as issued, but who is in the holdout is made none.
  std::optional<Refusal> RefuseCustomer(size_t place) const;

 private:
  using Check = std::optional<Refusal> (Admission::*)(size_t, Candidate&) const;
  static const Check kChecks[];

  std::optional<Refusal> State(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Window(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Place(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Code(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Customer(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Holdout(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Membership(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Scope(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Set(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Occasion(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Eligible(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Limits(size_t place, Candidate& candidate) const;
  std::optional<Refusal> Minimum(size_t place, Candidate& candidate) const;

  const ProgrammeEarning* ProgrammeOf(absl::string_view id) const;
  int64_t HoursEarlier(const wire::Offer& offer) const;
  int64_t WorthOfGift(const wire::Offer& offer) const;

  const Parts parts_;
};

}  // namespace patron::offers
