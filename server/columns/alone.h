// Copy on write by the count of a shared pointer.
#pragma once

#include <memory>

namespace patron::columns {

// Whether nobody but the owner of `held` holds what it points to, which may
// then be changed in place. Only right where no other thread can copy `held`
// itself (its owner keeps it under a lock) and no weak pointer leads there: the
// count can fall meanwhile, but not rise.
//
// use_count is a relaxed load. Whoever else held it let go by a release on the
// same counter; a copy of ours that comes and goes is an acquire on it, so what
// they read was read before we write.
template <typename T>
bool Alone(const std::shared_ptr<T>& held) {
  if (held.use_count() != 1) return false;
  std::shared_ptr<T> passing = held;
  passing.reset();
  return true;
}

}  // namespace patron::columns
