#include "server/campaigns/send_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace patron::campaigns {
namespace {

constexpr QuietHours kEvenings = {19 * 60, 9 * 60};
constexpr QuietHours kNights = {0, 6 * 60};
constexpr QuietHours kButAnHour = {11 * 60, 10 * 60};
constexpr QuietHours kNone = {0, 0};
constexpr QuietHours kAlways = {0, 24 * 60};

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%M%Ez", text, &time, &error))
      << text << ": " << error;
  return time;
}

std::string Text(const std::optional<Span>& span, const absl::TimeZone& zone) {
  if (!span) return "never";
  return absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M%Ez", span->begin, zone),
                      " to ",
                      absl::FormatTime("%Y-%m-%dT%H:%M%Ez", span->end, zone));
}

struct Case {
  const char* what;
  const char* zone;
  QuietHours quiet;
  const char* begin;
  const char* end;
  const char* found;
};

TEST(SendWindowTest, TheFirstAllowedTimeOfTheWindowIsFound) {
  const std::vector<Case> cases = {
      {"by day: from the window's begin to the evening", "UTC", kEvenings,
       "2026-03-02T10:00+00:00", "2026-03-16T00:00+00:00",
       "2026-03-02T10:00+00:00 to 2026-03-02T19:00+00:00"},
      {"by night: from nine on", "UTC", kEvenings, "2026-03-02T23:30+00:00",
       "2026-03-16T00:00+00:00",
       "2026-03-03T09:00+00:00 to 2026-03-03T19:00+00:00"},
      {"after midnight: from nine on the same day", "UTC", kEvenings,
       "2026-03-03T03:00+00:00", "2026-03-16T00:00+00:00",
       "2026-03-03T09:00+00:00 to 2026-03-03T19:00+00:00"},
      {"the window ends before the evening", "UTC", kEvenings,
       "2026-03-02T10:00+00:00", "2026-03-02T12:00+00:00",
       "2026-03-02T10:00+00:00 to 2026-03-02T12:00+00:00"},
      {"exactly when it becomes quiet is too late", "UTC", kEvenings,
       "2026-03-02T19:00+00:00", "2026-03-03T09:00+00:00", "never"},
      {"exactly when quiet ends is allowed", "UTC", kEvenings,
       "2026-03-02T19:00+00:00", "2026-03-03T09:01+00:00",
       "2026-03-03T09:00+00:00 to 2026-03-03T09:01+00:00"},
      {"the window lies in the night", "UTC", kEvenings,
       "2026-03-02T20:00+00:00", "2026-03-03T08:00+00:00", "never"},
      {"ten in UTC is five in New York", "America/New_York", kEvenings,
       "2026-03-02T10:00+00:00", "2026-03-16T00:00+00:00",
       "2026-03-02T09:00-05:00 to 2026-03-02T19:00-05:00"},
      {"ten in UTC is evening in Auckland", "Pacific/Auckland", kEvenings,
       "2026-03-02T10:00+00:00", "2026-03-16T00:00+00:00",
       "2026-03-03T09:00+13:00 to 2026-03-03T19:00+13:00"},
      {"half hours of Kolkata", "Asia/Kolkata", kEvenings,
       "2026-03-02T15:00+00:00", "2026-03-16T00:00+00:00",
       "2026-03-03T09:00+05:30 to 2026-03-03T19:00+05:30"},
      {"quiet hours that do not wrap", "UTC", kNights, "2026-03-02T02:00+00:00",
       "2026-03-16T00:00+00:00",
       "2026-03-02T06:00+00:00 to 2026-03-03T00:00+00:00"},
      {"no quiet hours: the whole window", "UTC", kNone,
       "2026-03-02T23:00+00:00", "2026-03-05T00:00+00:00",
       "2026-03-02T23:00+00:00 to 2026-03-05T00:00+00:00"},
      {"quiet all day", "UTC", kAlways, "2026-03-02T10:00+00:00",
       "2026-03-16T00:00+00:00", "never"},
      {"an empty window", "UTC", kNone, "2026-03-02T10:00+00:00",
       "2026-03-02T10:00+00:00", "never"},
      {"the clock is put forward in the night", "Europe/Vienna", kEvenings,
       "2026-03-28T22:00+01:00", "2026-04-05T00:00+02:00",
       "2026-03-29T09:00+02:00 to 2026-03-29T19:00+02:00"},
      {"quiet ends in the hour that is skipped",
       "Europe/Vienna",
       {0, 150},
       "2026-03-29T01:00+01:00",
       "2026-04-05T00:00+02:00",
       "2026-03-29T03:00+02:00 to 2026-03-30T00:00+02:00"},
      {"it becomes quiet in the hour that is skipped",
       "Europe/Vienna",
       {150, 540},
       "2026-03-29T01:00+01:00",
       "2026-03-29T08:00+02:00",
       "2026-03-29T01:00+01:00 to 2026-03-29T03:00+02:00"},
      {"the clock is put back in the night", "Europe/Vienna", kEvenings,
       "2026-10-24T22:00+02:00", "2026-11-01T00:00+01:00",
       "2026-10-25T09:00+01:00 to 2026-10-25T19:00+01:00"},
      {"the clock is put back later in the window", "Europe/Vienna", kEvenings,
       "2026-10-05T10:00+02:00", "2026-11-01T00:00+01:00",
       "2026-10-05T10:00+02:00 to 2026-10-05T19:00+02:00"},
      {"the clock shows an hour of quiet once more",
       "Europe/Vienna",
       {130, 179},
       "2026-10-25T02:59+02:00",
       "2026-10-25T02:50+01:00",
       "2026-10-25T02:59+02:00 to 2026-10-25T02:10+01:00"},
      {"quiet begins anew in the hour that comes twice",
       "Europe/Vienna",
       {0, 150},
       "2026-10-25T01:00+02:00",
       "2026-10-25T02:20+01:00",
       "2026-10-25T02:30+02:00 to 2026-10-25T02:00+01:00"},
      {"one minute of the day is left: the next day", "UTC", kEvenings,
       "2026-03-02T18:59+00:00", "2026-03-16T00:00+00:00",
       "2026-03-03T09:00+00:00 to 2026-03-03T19:00+00:00"},
      {"two hours of the day are left: that day", "UTC", kEvenings,
       "2026-03-02T17:00+00:00", "2026-03-16T00:00+00:00",
       "2026-03-02T17:00+00:00 to 2026-03-02T19:00+00:00"},
      {"less than two hours are left: the next day", "UTC", kEvenings,
       "2026-03-02T17:01+00:00", "2026-03-16T00:00+00:00",
       "2026-03-03T09:00+00:00 to 2026-03-03T19:00+00:00"},
      {"one minute is left of the whole window", "UTC", kEvenings,
       "2026-03-02T18:59+00:00", "2026-03-03T09:00+00:00",
       "2026-03-02T18:59+00:00 to 2026-03-02T19:00+00:00"},
      {"all are short: the longest", "UTC", kEvenings, "2026-03-02T18:59+00:00",
       "2026-03-03T09:30+00:00",
       "2026-03-03T09:00+00:00 to 2026-03-03T09:30+00:00"},
      {"an hour every day: the first whole one", "UTC", kButAnHour,
       "2026-03-02T10:30+00:00", "2026-03-16T00:00+00:00",
       "2026-03-03T10:00+00:00 to 2026-03-03T11:00+00:00"},
      {"no quiet hours: a short window is not passed over", "UTC", kNone,
       "2026-03-02T18:59+00:00", "2026-03-02T19:00+00:00",
       "2026-03-02T18:59+00:00 to 2026-03-02T19:00+00:00"},
  };
  for (const Case& one : cases) {
    const absl::TimeZone zone = Zone(one.zone);
    EXPECT_EQ(
        Text(FindSendWindow({At(one.begin), At(one.end)}, one.quiet, zone),
             zone),
        one.found)
        << one.what;
  }
}

// Minute by minute over a whole year, where clocks are changed twice.
TEST(SendWindowTest, NoMinuteOfTheFoundTimeIsQuietAndFewBeforeAreNot) {
  const absl::TimeZone zone = Zone("Europe/Vienna");
  const auto quiet_at = [&](absl::Time at) {
    const auto local = absl::ToCivilMinute(at, zone);
    const int minute = local.hour() * 60 + local.minute();
    return minute >= kEvenings.from || minute < kEvenings.until;
  };
  const absl::Time year_end = At("2027-01-01T00:00+01:00");
  for (absl::Time begin = At("2026-01-01T00:00+01:00"); begin < year_end;
       begin += absl::Minutes(397)) {
    const auto found =
        FindSendWindow({begin, begin + absl::Hours(72)}, kEvenings, zone);
    ASSERT_TRUE(found.has_value());
    int passed_over = 0;
    for (absl::Time at = begin; at < found->begin; at += absl::Minutes(1))
      if (!quiet_at(at)) ++passed_over;
    ASSERT_LT(passed_over, 120) << absl::FormatTime(begin, zone);
    ASSERT_GE(found->end - found->begin, absl::Hours(2));
    for (absl::Time at = found->begin; at < found->end; at += absl::Minutes(1))
      ASSERT_FALSE(quiet_at(at)) << absl::FormatTime(at, zone);
    ASSERT_TRUE(quiet_at(found->end)) << absl::FormatTime(found->end, zone);
  }
}

}  // namespace
}  // namespace patron::campaigns
