// When a message may go out to one customer.
//
//   const auto window = FindSendWindow({starts, ends}, quiet, zone);
//   if (!window) …  // QUIET_HOURS: no allowed moment in the whole window
//
// A moment is allowed when the clock on her wall shows none of the quiet
// minutes. Quiet hours may wrap midnight (19:00 to 09:00) and are as long as
// the clock makes them: the hour that a change of the clock skips ends them at
// the change, the hour that it shows twice is quiet both times.
//
// Threads: any. Errors: none.
#pragma once

#include <optional>

#include "absl/time/time.h"

namespace patron::campaigns {

// Minutes of the local day, from 0 to 1440; equal ones: no hour is quiet.
struct QuietHours {
  int from = 0;
  int until = 0;
};

// From `begin` on, before `end`.
struct Span {
  absl::Time begin;
  absl::Time end;

  friend bool operator==(const Span&, const Span&) = default;
};

// An opening is allowed time without a gap: it ends where it becomes quiet,
// else with the window. A sender needs time to work through a list, which an
// opening of minutes (planned at 18:59) does not leave: shorter ones than this
// are passed over while there are longer ones.
inline constexpr absl::Duration kShortOpening = absl::Hours(2);

// The first opening of `window` that is not short; where all are, the longest,
// of equal ones the first. nullopt: there is none. Without quiet hours the
// window is one opening, however short.
std::optional<Span> FindSendWindow(const Span& window, const QuietHours& quiet,
                                   const absl::TimeZone& zone);

}  // namespace patron::campaigns
