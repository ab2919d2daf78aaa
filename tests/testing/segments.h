// What tests ask segments about.
#pragma once

#include <string>

#include "segments_types.h"

namespace patron::testing {

inline wire::Audience OfSegment(const std::string& segment_id) {
  wire::Audience audience;
  audience.segment_id = segment_id;
  return audience;
}

inline wire::Audience OfRule(const std::string& rule) {
  wire::Audience audience;
  audience.rule = rule;
  return audience;
}

inline wire::Segment MakeSegment(const std::string& id,
                                 const std::string& rule) {
  wire::Segment segment;
  segment.id = id;
  segment.name = "Segment " + id;
  segment.meaning = "Customers of " + id + ".";
  segment.rule = rule;
  return segment;
}

}  // namespace patron::testing
