#include "server/checkout/postings.h"

namespace patron::checkout {

wire::ProgrammeAccount& Postings::Account(
    CustomerOrdinal customer, const loyalty::NumberedProgramme& programme) {
  loyalty::Journal& journal = Journal(customer, programme.programme.id);
  wire::ProgrammeAccount& account =
      context_.accounts.Programme(customer, programme.ordinal);
  loyalty::Settle(programme.programme, stamp_.logged_day, account, journal);
  return account;
}

loyalty::Journal& Postings::Journal(CustomerOrdinal customer,
                                    const std::string& programme_id) {
  return journals_[{customer, programme_id}];
}

wire::PointsChange Postings::ChangeOf(
    CustomerOrdinal customer, const loyalty::NumberedProgramme& programme) {
  const wire::ProgrammeAccount& account = Account(customer, programme);
  const loyalty::BalanceOn balance =
      loyalty::BalanceOf(account, stamp_.logged_day);
  wire::PointsChange change;
  change.programme_id = programme.programme.id;
  for (const wire::Entry& entry :
       Journal(customer, programme.programme.id).entries)
    change.points += entry.points;
  change.balance = balance.available + balance.pending;
  change.tier_id = account.tier_id;
  if (!account.tier_id.empty())
    change.text = account.tier_id + " until " + FormatDay(account.review_day);
  return change;
}

void Postings::Post() {
  // The map is sorted by customer: her programmes follow one another.
  for (auto at = journals_.begin(); at != journals_.end();) {
    const CustomerOrdinal customer = at->first.first;
    std::vector<wire::Entry> entries;
    for (; at != journals_.end() && at->first.first == customer; ++at)
      for (wire::Entry& entry : at->second.entries) {
        entry.programme_id = at->first.second;
        entries.push_back(std::move(entry));
      }
    if (!entries.empty())
      context_.accounts.Post(customer, stamp_.position, stamp_.logged_at,
                             stamp_.actor, std::move(entries),
                             context_.base.batch);
  }
  journals_.clear();
}

loyalty::NumberedProgramme ProgrammeOf(const Context& context,
                                       uint32_t ordinal) {
  const auto& programmes = context.holdings.definitions()->programmes;
  if (const auto* found = programmes.ByOrdinal(ordinal)) return *found;
  loyalty::NumberedProgramme bare;
  bare.ordinal = ordinal;
  bare.programme.id = context.base.ordinals.ProgrammeId(ordinal);
  return bare;
}

}  // namespace patron::checkout
