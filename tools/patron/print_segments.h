// Segments, memberships and comparisons as tables for people.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "segments_types.h"

namespace patron::cli {

// Without the column of counts unless `counted`.
void PrintSegments(std::ostream& out,
                   const std::vector<wire::SegmentInfo>& segments,
                   bool counted);
void PrintSegment(std::ostream& out, const wire::SegmentInfo& segment);
void PrintCount(std::ostream& out, const wire::SegmentCount& count);
void PrintMembership(std::ostream& out, const std::string& customer_id,
                     const wire::Membership& membership);
// `first` and `second` are how the two are called.
void PrintComparison(std::ostream& out, const std::string& first,
                     const std::string& second,
                     const wire::SegmentComparison& comparison);
void PrintRuleFields(std::ostream& out,
                     const std::vector<wire::RuleField>& fields);

}  // namespace patron::cli
