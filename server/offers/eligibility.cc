#include "server/offers/eligibility.h"

#include <vector>

#include "server/offers/admission.h"

namespace patron::offers {

std::optional<Refusal> WhyNotHers(size_t place, const World& world) {
  const wire::QuoteRequest request;
  const Basket basket({}, world);
  const subjects::CustomerSubject customer(world.customer);
  const bool anonymous =
      world.ordinal == kAnonymous && world.customer_id.empty();
  const EarningMoment moment{world,           basket,       customer,
                             /*currency=*/{}, world.now_us, anonymous};
  std::vector<ProgrammeEarning> programmes;
  for (size_t i = 0; i < world.definitions->compiled_programmes.size(); ++i)
    programmes.emplace_back(moment, i);
  const std::vector<GivenCode> codes;
  const Admission admission(
      {request, world, basket, customer, programmes, codes, anonymous});
  return admission.RefuseCustomer(place);
}

}  // namespace patron::offers
