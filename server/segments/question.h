// One rule asked of one customer after another, at one moment.
//
// What a step reads of kept columns it takes from there, where they hold for
// this customer at the moment: those that a count brought there, or the nearest
// ones that are there already. The rest is asked of the customer's subject,
// which is only made then.
//
// Ownership: borrows the parts and the moment. Threads: fixed once made; Holds
// from any.
#pragma once

#include <memory>
#include <vector>

#include "server/base/ids.h"
#include "server/rules/rules.h"
#include "server/segments/kept.h"
#include "server/segments/scan.h"

namespace patron::segments {

class Question {
 public:
  // `bound`: what was worked out for everybody at this moment; null: nothing.
  Question(std::shared_ptr<const Plan> plan, const LiveParts& parts,
           const Moment& moment, const Bound* bound);

  bool Holds(CustomerOrdinal customer) const;

 private:
  class Asked;

  const std::shared_ptr<const Plan> plan_;
  const LiveParts& parts_;
  const Moment& moment_;
  const std::vector<std::shared_ptr<const Version>> leaves_;
  const std::vector<std::shared_ptr<const TruthTable>> tables_;
};

}  // namespace patron::segments
