#include "server/offers/quote.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/offers/admission.h"
#include "server/offers/basket.h"
#include "server/offers/codes.h"
#include "server/offers/combination.h"
#include "server/offers/decisions.h"
#include "server/offers/earning.h"
#include "server/offers/payment.h"
#include "server/offers/shares.h"
#include "server/offers/texts.h"

namespace patron::offers {
namespace {

bool IsAnonymous(const World& world) {
  return world.ordinal == kAnonymous && world.customer_id.empty();
}

std::vector<Line> LinesOf(const wire::QuoteRequest& request) {
  std::vector<Line> lines;
  lines.reserve(request.lines.size());
  for (const wire::BasketLine& line : request.lines) {
    lines.push_back(
        {line.product_id, line.quantity_milli, line.list_amount, std::nullopt});
    if (line.__isset.match_amount)
      lines.back().match_amount = line.match_amount;
  }
  return lines;
}

bool IsEarlyAccess(const CompiledOffer& offer) {
  return offer.offer.benefit == wire::Benefit::EARLY_ACCESS;
}

// One quote on its way: the steps of MakeQuote over what they share.
class Quoting {
 public:
  Quoting(const wire::QuoteRequest& request, const World& world)
      : request_(request),
        world_(world),
        customer_(world.customer),
        basket_(LinesOf(request), world),
        programmes_(EarningsOf({world_, basket_, customer_, request.currency,
                                world.now_us, IsAnonymous(world)})),
        start_(RemainingOf(basket_, request.delivery)),
        remaining_(start_) {}

  absl::StatusOr<wire::Quote> Make() {
    PATRON_ASSIGN_OR_RETURN(codes_, ReadCodes(request_.codes, world_));
    StartLines();
    Admit();
    Discount();
    BlockLines();
    PATRON_RETURN_IF_ERROR(Pay());
    EarnPoints();
    Explain();
    Total();
    return std::move(quote_);
  }

 private:
  void StartLines() {
    for (const wire::BasketLine& line : request_.lines) {
      wire::QuoteLine& out = quote_.lines.emplace_back();
      out.product_id = line.product_id;
      out.quantity_milli = line.quantity_milli;
      out.list_amount = line.list_amount;
    }
  }

  // Sorts the offers into those that may apply and those refused.
  void Admit() {
    const Admission admission({request_, world_, basket_, customer_,
                               programmes_, codes_, IsAnonymous(world_)});
    const auto& offers = world_.definitions->offers;
    refusals_.resize(offers.size());
    for (size_t place = 0; place < offers.size(); ++place) {
      Candidate candidate;
      refusals_[place] = admission.Refuse(place, candidate);
      if (refusals_[place]) continue;
      (IsEarlyAccess(offers[place]) ? early_ : candidates_)
          .push_back(std::move(candidate));
    }
    const auto before = [](const Candidate& a, const Candidate& b) {
      return AppliesBefore(a.offer->offer, b.offer->offer);
    };
    std::sort(candidates_.begin(), candidates_.end(), before);
    std::sort(early_.begin(), early_.end(), before);
  }

  int64_t PointsUnder(absl::Span<const Candidate* const> applied,
                      const std::vector<int64_t>& amounts) const {
    int64_t points = 0;
    std::vector<int64_t> ignored;
    for (const ProgrammeEarning& programme : programmes_)
      if (programme.member())
        points += programme.Points(amounts, applied, ignored);
    return points;
  }

  void Discount() {
    combination_ =
        BestCombination(candidates_, basket_, request_.delivery,
                        [this](absl::Span<const Candidate* const> applied,
                               const std::vector<int64_t>& amounts) {
                          return PointsUnder(applied, amounts);
                        });
    laid_ = LayAll(combination_, basket_, remaining_);
    for (const Laid& laid : laid_)
      for (size_t at = 0; at < laid.by_line.size(); ++at)
        if (laid.by_line[at] > 0) AddShare(laid, at);
  }

  void AddShare(const Laid& laid, size_t at) {
    wire::OfferShare& share = quote_.lines[at].discounts.emplace_back();
    share.offer_id = laid.candidate->offer->offer.id;
    share.amount = laid.by_line[at];
  }

  // Lines that are not open to everybody yet, nor to this customer.
  void BlockLines() {
    for (const CompiledOffer& offer : world_.definitions->offers) {
      if (!IsEarlyAccess(offer) || world_.now_us >= offer.offer.opens_us ||
          offer.offer.state == wire::OfferState::EXPIRED)
        continue;
      for (const uint32_t at : basket_.Covered(offer.scope_number))
        quote_.lines[at].blocked =
            absl::StrCat("opens ", MomentText(offer.offer.opens_us));
    }
    for (const Candidate& admitted : early_)
      for (const uint32_t at : admitted.lines) quote_.lines[at].blocked.clear();
  }

  absl::Status Pay() {
    std::vector<int64_t>& amounts = remaining_.lines;
    const std::vector<int64_t> before = amounts;
    PATRON_ASSIGN_OR_RETURN(
        paid_, PayByPoints(request_, programmes_, world_.today, amounts));
    for (size_t at = 0; at < amounts.size(); ++at) {
      wire::QuoteLine& line = quote_.lines[at];
      line.paid_by_points = before[at] - amounts[at];
      line.amount = amounts[at];
      line.tax = ShareOf(request_.lines[at].tax, line.amount, line.list_amount);
    }
    return absl::OkStatus();
  }

  void EarnPoints() {
    for (const ProgrammeEarning& programme : programmes_)
      if (programme.member() || programme.would_be())
        quote_.points.push_back(programme.Decide(
            remaining_.lines, combination_.applied, world_.today));
    for (const Paid& paid : paid_)
      for (wire::PointsDecision& decision : quote_.points)
        if (decision.programme_id == paid.programme_id) {
          decision.spent = paid.points;
          decision.paid = paid.amount;
        }
    for (Laid& laid : laid_) laid.points = AddedPoints(*laid.candidate);
  }

  // What an applied offer adds to the points of its programme.
  int64_t AddedPoints(const Candidate& candidate) const {
    if (!GivesPoints(candidate.offer->offer)) return 0;
    std::vector<int64_t> ignored;
    for (const ProgrammeEarning& programme : programmes_)
      if (programme.programme().id == candidate.offer->offer.programme_id)
        return programme.Points(remaining_.lines, combination_.applied,
                                ignored) -
               programme.Points(remaining_.lines, combination_.applied, ignored,
                                {-1, &candidate});
    return 0;
  }

  void Explain() {
    const auto points = [this](absl::Span<const Candidate* const> applied,
                               const std::vector<int64_t>& amounts) {
      return PointsUnder(applied, amounts);
    };
    quote_.offers.reserve(refusals_.size());
    for (const Laid& laid : laid_)
      DecideApplied(laid, request_.currency, quote_.offers.emplace_back());
    for (const Candidate& candidate : candidates_)
      if (std::find(combination_.applied.begin(), combination_.applied.end(),
                    &candidate) == combination_.applied.end())
        refusals_[PlaceOf(candidate)] =
            WhyLeftOut(candidate, combination_, basket_, start_,
                       request_.currency, points);
    for (const Candidate& admitted : early_) ExplainEarly(admitted);
    for (size_t place = 0; place < refusals_.size(); ++place)
      if (refusals_[place])
        DecideRefused(world_.definitions->offers[place].offer,
                      *std::move(refusals_[place]),
                      quote_.offers.emplace_back());
    quote_.codes = DecideCodes(codes_, quote_.offers, world_);
  }

  void ExplainEarly(const Candidate& admitted) {
    const int64_t opens_us = admitted.offer->offer.opens_us;
    if (world_.now_us < opens_us) {
      Laid laid;
      laid.candidate = &admitted;
      DecideApplied(laid, request_.currency, quote_.offers.emplace_back());
    } else {
      refusals_[PlaceOf(admitted)] =
          Refusal{wire::OfferReason::NO_GAIN,
                  absl::StrCat("open to all since ", MomentText(opens_us))};
    }
  }

  size_t PlaceOf(const Candidate& candidate) const {
    return static_cast<size_t>(candidate.offer -
                               world_.definitions->offers.data());
  }

  void Total() {
    for (const wire::QuoteLine& line : quote_.lines) {
      quote_.list_total += line.list_amount;
      quote_.points_total += line.paid_by_points;
      quote_.total += line.amount;
    }
    quote_.discount_total =
        quote_.list_total - quote_.points_total - quote_.total;
    quote_.delivery = remaining_.delivery;
    quote_.total += quote_.delivery;
    quote_.exhaustive = combination_.exhaustive;
    quote_.definitions_version = world_.definitions->version.version;
    if (!quote_.exhaustive)
      quote_.notes.push_back(absl::StrCat(
          candidates_.size(), " offers may apply, more than ",
          kExhaustiveOffers, ": the best were taken one after another"));
  }

  const wire::QuoteRequest& request_;
  const World& world_;
  const subjects::CustomerSubject customer_;
  const Basket basket_;
  const std::vector<ProgrammeEarning> programmes_;
  const Remaining start_;

  std::vector<GivenCode> codes_;
  std::vector<Candidate> candidates_;             // in order of application
  std::vector<Candidate> early_;                  // EARLY_ACCESS
  std::vector<std::optional<Refusal>> refusals_;  // by place of the offer
  Combination combination_;
  std::vector<Laid> laid_;
  std::vector<Paid> paid_;
  Remaining remaining_;
  wire::Quote quote_;
};

}  // namespace

absl::StatusOr<wire::Quote> MakeQuote(const wire::QuoteRequest& request,
                                      const World& world) {
  PATRON_RETURN_IF_ERROR(Validate(request));
  return Quoting(request, world).Make();
}

std::vector<wire::PointsDecision> EarningOf(const std::vector<PaidLine>& paid,
                                            const std::string& currency,
                                            int64_t happened_at_us,
                                            const World& world) {
  std::vector<wire::PointsDecision> decisions;
  if (IsAnonymous(world)) return decisions;
  std::vector<Line> lines;
  std::vector<int64_t> amounts;
  for (const PaidLine& line : paid) {
    lines.push_back({line.product_id, 0, line.list_amount, std::nullopt});
    amounts.push_back(line.amount);
  }
  const subjects::CustomerSubject customer(world.customer);
  const Basket basket(std::move(lines), world);
  for (const ProgrammeEarning& programme :
       EarningsOf({world, basket, customer, currency, happened_at_us, false}))
    if (programme.member())
      decisions.push_back(programme.Decide(amounts, {}, world.today));
  return decisions;
}

}  // namespace patron::offers
