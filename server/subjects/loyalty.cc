#include <algorithm>

#include "server/loyalty/account.h"
#include "server/subjects/fields.h"
#include "server/subjects/parts.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

const wire::ProgrammeAccount* Find(const wire::AccountRow* account,
                                   uint32_t programme) {
  if (account == nullptr) return nullptr;
  for (const wire::ProgrammeAccount& one : account->programmes)
    if (static_cast<uint32_t>(one.programme) == programme) return &one;
  return nullptr;
}

int RankOn(const wire::Programme& programme,
           const wire::ProgrammeAccount& account, Day today) {
  return loyalty::TierRank(programme,
                           loyalty::TierOn(programme, account, today));
}

// The definition's own text: it lives as long as the subject.
rules::Value TierOf(const wire::Programme& programme,
                    const wire::ProgrammeAccount& account, Day today) {
  const int rank = RankOn(programme, account, today);
  return rank < 0 ? Unknown() : TextOrUnknown(programme.tiers[rank].id);
}

// Without a key: the shop's first.
const loyalty::NumberedProgramme* ProgrammeOf(
    const loyalty::Programmes* programmes, absl::string_view key) {
  if (programmes == nullptr) return nullptr;
  if (!key.empty()) return programmes->ById(key);
  return programmes->all.empty() ? nullptr : &programmes->all.front();
}

}  // namespace

rules::Value LoyaltyValue(const CustomerParts& parts, int field,
                          absl::string_view key) {
  if (field == kReferred)
    return Truth(parts.account != nullptr && parts.account->referrer >= 0);
  const loyalty::NumberedProgramme* numbered =
      ProgrammeOf(parts.programmes, key);
  if (numbered == nullptr) return Unknown();
  static const auto* const kNone = new wire::ProgrammeAccount;
  const wire::ProgrammeAccount* own = Find(parts.account, numbered->ordinal);
  const wire::ProgrammeAccount& account = own == nullptr ? *kNone : *own;
  const wire::Programme& programme = numbered->programme;
  switch (field) {
    case kMember:
      return Truth(own != nullptr);
    case kTier:
      return TierOf(programme, account, parts.today);
    case kTierRank:
      return Number(RankOn(programme, account, parts.today));
    case kTierCredit:
      return Number(loyalty::CreditOf(programme, account, parts.today));
    case kPoints:
      return Number(loyalty::BalanceOf(account, parts.today).available);
    case kPendingPoints:
      return Number(loyalty::BalanceOf(account, parts.today).pending);
    default:
      return Unknown();
  }
}

}  // namespace patron::subjects
