// Sets of customers as bytes: the portable Roaring format
// (https://github.com/RoaringBitmap/RoaringFormatSpec), from rows of ours and
// from callers.
//
// Threads: any. Errors: kInvalidArgument naming the field and the place for
// bytes that are not exactly one well-formed bitmap; the library's own reader
// looks at lengths alone, and what is wrong inside a container would break it
// later.
#pragma once

#include <roaring/roaring.hh>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::contacts {

absl::StatusOr<Roaring> ReadBitmap(absl::string_view field,
                                   absl::string_view bytes);

// Equal sets give equal bytes, whatever made them.
std::string BitmapBytes(Roaring bitmap);

}  // namespace patron::contacts
