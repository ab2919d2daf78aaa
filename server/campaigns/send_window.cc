#include "server/campaigns/send_window.h"

#include <algorithm>
#include <vector>

#include "absl/time/civil_time.h"

namespace patron::campaigns {
namespace {

absl::Duration LengthOf(const Span& span) { return span.end - span.begin; }

bool IsQuiet(absl::Time at, const QuietHours& quiet,
             const absl::TimeZone& zone) {
  const absl::CivilMinute local = absl::ToCivilMinute(at, zone);
  const int minute = local.hour() * 60 + local.minute();
  if (quiet.from < quiet.until)
    return minute >= quiet.from && minute < quiet.until;
  return minute >= quiet.from || minute < quiet.until;
}

// Moments at which quiet may begin or end on a local day: where the clock shows
// one of the two minutes, and where it is changed.
std::vector<absl::Time> BoundariesOf(absl::CivilDay day,
                                     const QuietHours& quiet,
                                     const absl::TimeZone& zone) {
  std::vector<absl::Time> moments;
  for (const int minute : {quiet.from, quiet.until}) {
    const auto info =
        zone.At(absl::CivilSecond(absl::CivilMinute(day) + minute));
    moments.insert(moments.end(), {info.pre, info.trans, info.post});
  }
  absl::TimeZone::CivilTransition change;
  if (zone.NextTransition(absl::FromCivil(day, zone), &change) &&
      absl::CivilDay(change.to) == day)
    moments.push_back(zone.At(change.to).trans);
  std::sort(moments.begin(), moments.end());
  return moments;
}

// The first boundary after `from` and before `end` at which it is quiet, or is
// not; nullopt if there is none.
std::optional<absl::Time> FirstChange(absl::Time from, absl::Time end,
                                      bool to_quiet, const QuietHours& quiet,
                                      const absl::TimeZone& zone) {
  const absl::CivilDay last = absl::ToCivilDay(end, zone) + 1;
  for (absl::CivilDay day = absl::ToCivilDay(from, zone) - 1; day <= last;
       ++day)
    for (const absl::Time moment : BoundariesOf(day, quiet, zone))
      if (moment > from && moment < end &&
          IsQuiet(moment, quiet, zone) == to_quiet)
        return moment;
  return std::nullopt;
}

// The first opening of `window`, which is not empty.
std::optional<Span> FirstOpening(const Span& window, const QuietHours& quiet,
                                 const absl::TimeZone& zone) {
  Span found = window;
  if (IsQuiet(window.begin, quiet, zone)) {
    const auto begin =
        FirstChange(window.begin, window.end, false, quiet, zone);
    if (!begin) return std::nullopt;
    found.begin = *begin;
  }
  found.end = FirstChange(found.begin, window.end, true, quiet, zone)
                  .value_or(window.end);
  return found;
}

}  // namespace

std::optional<Span> FindSendWindow(const Span& window, const QuietHours& quiet,
                                   const absl::TimeZone& zone) {
  if (window.begin >= window.end) return std::nullopt;
  if (quiet.from == quiet.until) return window;
  std::optional<Span> longest;
  for (Span rest = window; rest.begin < rest.end;) {
    const auto found = FirstOpening(rest, quiet, zone);
    if (!found) break;
    if (!longest || LengthOf(*found) > LengthOf(*longest)) longest = found;
    if (LengthOf(*found) >= kShortOpening) break;
    rest.begin = found->end;
  }
  return longest;
}

}  // namespace patron::campaigns
