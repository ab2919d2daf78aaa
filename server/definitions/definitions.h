// The shop's definitions as files that people read and review: TOML to
// wire::Definitions and back, checked, compared.
//
//   PATRON_ASSIGN_OR_RETURN(auto read, ReadFiles({{"offers.toml", text}},
//   zone)); PATRON_RETURN_IF_ERROR(Validate(read)); for (const std::string&
//   line : Differences(present, read)) …
//
// A folder of a shop holds any number of *.toml files; the name of a file means
// nothing, every table ([[programmes]], [[offers]], [[code_batches]],
// [[segments]], [[campaigns]], [[stores]], [shop], [contact], [holdout],
// [segment_thresholds], [prediction]) may stand in any of them. Amounts are
// decimals as text in the currency ("5.00"), percentages are text or numbers
// ("15%", "12.5%"), times are TOML dates or date-times; a local one is the
// shop's. Unknown keys are errors. tools/demo_shop shows every key that a
// marketer needs; describe.cc and describe_marketing.cc have them all. Threads:
// any. Errors: kInvalidArgument naming file, line, key and value, one line a
// mistake.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "definitions_types.h"

namespace patron::definitions {

using Files = std::map<std::string, std::string>;  // name -> text

absl::StatusOr<wire::Definitions> ReadFiles(const Files& files,
                                            const absl::TimeZone& zone);

// shop.toml, programmes.toml, offers.toml, code_batches.toml, segments.toml,
// campaigns.toml, prediction.toml: what ReadFiles reads back to the same
// definitions. Values that are the default are left out.
Files WriteFiles(const wire::Definitions& definitions,
                 const absl::TimeZone& zone);

// Everything that must hold whatever State says: ids unique, references known,
// rules compile, numbers in range, benefits complete, tiers rising. One line a
// fault: the offer or programme, its field in the words of the files, the
// value: `offers "spring".percent: 0% is not between 0.01% and 100%`.
absl::Status Validate(const wire::Definitions& definitions);

// What campaigns name in `segments` and `exclude_segments` but Validate cannot
// know: each is a segment of `definitions`, or `is_other_segment` says so (a
// ready-made one, an uploaded list).
absl::Status CheckSegmentReferences(
    const wire::Definitions& definitions,
    const std::function<bool(absl::string_view)>& is_other_segment);

// `known`: the thresholds that ready-made segments have.
absl::Status CheckThresholdNames(const wire::Definitions& definitions,
                                 const std::vector<std::string>& known);

// A line for each change, for people: "+ offer spring", "- programme old",
// "~ offer spring: percent 10% -> 15%". Empty: the same.
std::vector<std::string> Differences(const wire::Definitions& from,
                                     const wire::Definitions& to,
                                     const absl::TimeZone& zone);

}  // namespace patron::definitions
