// What campaigns read: State, segments and Knowledge. Everything is borrowed
// and outlives what is made of it.
#pragma once

#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/campaigns/knowledge.h"
#include "server/checkout/source.h"
#include "server/contacts/diary.h"
#include "server/contacts/runs.h"
#include "server/segments/desk.h"
#include "server/segments/live.h"

namespace patron::campaigns {

struct Parts {
  checkout::StateParts state;
  const contacts::Runs& runs;
  const contacts::Diary& diary;
  const segments::Live& live;
  segments::Desk& segments;
  const Knowledge& knowledge;
  const Clock& clock;
  absl::TimeZone zone;  // the shop's
};

}  // namespace patron::campaigns
