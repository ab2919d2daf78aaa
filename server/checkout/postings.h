// The points that one command moves: accounts settled to its day before they
// are touched, entries posted once a customer at its end.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/checkout/context.h"
#include "server/loyalty/account.h"
#include "server/loyalty/programmes.h"

namespace patron::checkout {

class Postings {
 public:
  Postings(const Context& context, const Stamp& stamp)
      : context_(context), stamp_(stamp) {}

  // The account in a programme, settled to the command's logged day. The
  // reference holds until the next call for the same customer.
  wire::ProgrammeAccount& Account(CustomerOrdinal customer,
                                  const loyalty::NumberedProgramme& programme);
  // Where entries of this customer and programme go.
  loyalty::Journal& Journal(CustomerOrdinal customer,
                            const std::string& programme_id);
  // What changed in the programme so far, and how the account stands.
  wire::PointsChange ChangeOf(CustomerOrdinal customer,
                              const loyalty::NumberedProgramme& programme);

  // Must be the last thing that a command does with points.
  void Post();

 private:
  const Context& context_;
  const Stamp& stamp_;
  // Ordered: entries go out the same way on every machine.
  std::map<std::pair<CustomerOrdinal, std::string>, loyalty::Journal> journals_;
};

// The programme of an ordinal as it is defined, or a bare one that only has an
// id where it is defined no more: what was earned in it can still be reversed.
loyalty::NumberedProgramme ProgrammeOf(const Context& context,
                                       uint32_t ordinal);

}  // namespace patron::checkout
