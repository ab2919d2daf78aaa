// The seed of a random test: PATRON_TEST_SEED where it is set, else `fallback`.
// Printed, and recorded with the test's result, so that a failure can be had
// again.
#pragma once

#include <cstdint>

namespace patron::testing {

uint64_t TestSeed(uint64_t fallback);

}  // namespace patron::testing
