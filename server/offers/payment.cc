#include "server/offers/payment.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/loyalty/account.h"
#include "server/offers/shares.h"

namespace patron::offers {
namespace {

absl::Status Refused(absl::string_view programme_id, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("points: ", programme_id, ": ", why));
}

absl::StatusOr<const ProgrammeEarning*> FindProgramme(
    const std::string& id, const std::vector<ProgrammeEarning>& programmes) {
  for (const ProgrammeEarning& each : programmes)
    if (each.programme().id == id) return &each;
  return absl::InvalidArgumentError(
      absl::StrCat("points: no programme ", Quoted(id)));
}

absl::Status CheckCanPay(const ProgrammeEarning& earning,
                         const std::string& currency) {
  const wire::Programme& programme = earning.programme();
  if (earning.would_be()) return Refused(programme.id, "no customer is given");
  if (!earning.member()) return Refused(programme.id, "not a member");
  if (programme.redeem_points <= 0 || programme.redeem_amount <= 0)
    return Refused(programme.id, "its points pay nothing");
  if (programme.currency != currency)
    return Refused(programme.id, absl::StrCat("pays in ", programme.currency,
                                              ", the basket is in ", currency));
  return absl::OkStatus();
}

int64_t AvailableIn(const ProgrammeEarning& earning, Day today) {
  if (earning.account() == nullptr) return 0;
  return loyalty::BalanceOf(*earning.account(), today).available;
}

// How many points pay, at most `offered`, and how much: at most `most`, of
// `left` to pay.
Paid Pay(const wire::Programme& programme, int64_t offered, int64_t most,
         int64_t left) {
  Paid paid;
  paid.programme_id = programme.id;
  if (most <= 0 || offered <= 0) return paid;
  paid.points = std::min(offered, loyalty::PointsToPay(programme, most));
  if (most < left && loyalty::AmountOf(programme, paid.points) > most)
    --paid.points;
  paid.amount = std::min(most, loyalty::AmountOf(programme, paid.points));
  paid.points =
      std::min(paid.points, loyalty::PointsToPay(programme, paid.amount));
  return paid;
}

void TakeOff(int64_t amount, std::vector<int64_t>& lines) {
  if (amount == 0) return;
  std::vector<int64_t> shares(lines.size());
  ShareOut(amount, lines, absl::MakeSpan(shares));
  for (size_t at = 0; at < lines.size(); ++at) lines[at] -= shares[at];
}

}  // namespace

absl::StatusOr<std::vector<Paid>> PayByPoints(
    const wire::QuoteRequest& request,
    const std::vector<ProgrammeEarning>& programmes, Day today,
    std::vector<int64_t>& lines) {
  const int64_t whole = std::accumulate(lines.begin(), lines.end(), int64_t{0});
  int64_t left = whole;
  std::vector<Paid> all;
  for (const wire::PointsToPay& wanted : request.points) {
    PATRON_ASSIGN_OR_RETURN(const ProgrammeEarning* earning,
                            FindProgramme(wanted.programme_id, programmes));
    PATRON_RETURN_IF_ERROR(CheckCanPay(*earning, request.currency));
    const int64_t available = AvailableIn(*earning, today);
    if (wanted.points > std::max<int64_t>(0, available))
      return Refused(
          wanted.programme_id,
          absl::StrCat("available ", available, ", wanted ", wanted.points));
    const wire::Programme& programme = earning->programme();
    const int64_t most =
        std::min(left, ShareOf(whole, programme.redeem_most_bp, 10'000));
    all.push_back(Pay(programme, wanted.points < 0 ? available : wanted.points,
                      most, left));
    TakeOff(all.back().amount, lines);
    left -= all.back().amount;
  }
  return all;
}

}  // namespace patron::offers
