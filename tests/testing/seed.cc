#include "tests/testing/seed.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace patron::testing {

uint64_t TestSeed(uint64_t fallback) {
  const char* given = std::getenv("PATRON_TEST_SEED");
  const uint64_t seed =
      given == nullptr ? fallback : std::strtoull(given, nullptr, 10);
  std::cout << "seed: " << seed << " (set PATRON_TEST_SEED to repeat)\n";
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  return seed;
}

}  // namespace patron::testing
