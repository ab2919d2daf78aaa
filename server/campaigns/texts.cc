#include "server/campaigns/texts.h"

#include "absl/strings/str_cat.h"
#include "server/base/day.h"
#include "server/base/validate.h"

namespace patron::campaigns {
namespace {

using wire::ContactDecision;
using wire::LeftOut;
using wire::RunState;

std::string WhatWasHeard(const wire::ContactRow& row) {
  if (row.redeemed_us > 0) return "she used its offer";
  if (row.clicked_us > 0) return "she clicked";
  if (row.shown_us > 0) return "she saw it";
  if (row.sent_us > 0) return "sent";
  return "frozen to be sent";
}

std::string ContactedText(const wire::RunRow& run,
                          const wire::ContactRow& row) {
  const std::string when = absl::StrCat(" by ", run.campaign.channel, " on ",
                                        FormatDay(row.day), ".");
  if (run.state == RunState::RELEASED)
    return absl::StrCat("given back: it was planned", when);
  if (run.state == RunState::FROZEN)
    return absl::StrCat(WhatWasHeard(row), ":", when);
  return absl::StrCat("planned", when);
}

}  // namespace

const std::string& NameOf(const wire::Campaign& campaign) {
  return campaign.name.empty() ? campaign.id : campaign.name;
}

std::string Shortened(std::string text) {
  static constexpr absl::string_view kMore = "…";
  if (text.size() <= kMaxShortText) return text;
  size_t end = kMaxShortText - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return absl::StrCat(text.substr(0, end), kMore);
}

std::string LeftOutText(LeftOut::type reason, const wire::Campaign& campaign) {
  switch (reason) {
    case LeftOut::CONSENT:
      return absl::StrCat("has not agreed to ", campaign.channel, " for ",
                          campaign.purpose);
    case LeftOut::UNREACHABLE:
      return absl::StrCat("has no address for ", campaign.channel);
    case LeftOut::CAP:
      return "is contacted as often as the shop allows";
    case LeftOut::QUIET_HOURS:
      return "has nothing but quiet hours in the window";
    case LeftOut::RELEVANCE:
      return "would get nothing that is relevant enough";
    case LeftOut::MISMATCH:
      return "is suited by no product of the campaign";
    case LeftOut::HOLDOUT:
      return "is in the shop's holdout";
    case LeftOut::EXCLUDED:
      return "is excluded by a segment or rule of the campaign";
    case LeftOut::NO_OFFER:
      return "would get no offer that is worth making";
    case LeftOut::BUDGET:
      return "came when the budget was planned away";
    case LeftOut::DISPLACED:
      return "is contacted by a campaign of higher priority instead";
    case LeftOut::MERGED:
      return "became one with another customer";
  }
  return "is left out";
}

std::string StateOf(const wire::RunRow& run, const wire::ContactRow& row) {
  if (row.decision == ContactDecision::LEFT_OUT) return "left_out";
  if (row.decision == ContactDecision::HELD_OUT) return "held_out";
  if (run.state == RunState::FROZEN) return "frozen";
  return run.state == RunState::RELEASED ? "released" : "planned";
}

std::string ContactText(const wire::RunRow& run, const wire::ContactRow& row,
                        const std::string& taken_by) {
  const std::string name = absl::StrCat(NameOf(run.campaign), ": ");
  if (row.decision == ContactDecision::HELD_OUT)
    return absl::StrCat(name, "held out, to compare with those contacted.");
  if (row.decision != ContactDecision::LEFT_OUT)
    return absl::StrCat(name, ContactedText(run, row));
  if (row.reason == LeftOut::DISPLACED && !taken_by.empty())
    return absl::StrCat(name, "left out: ", taken_by,
                        ", of higher priority, took the contact.");
  return absl::StrCat(name, "left out: she ",
                      LeftOutText(row.reason, run.campaign), ".");
}

}  // namespace patron::campaigns
