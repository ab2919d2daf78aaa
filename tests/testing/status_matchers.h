// IsOk() and StatusIs(code[, message matcher]) for Status and StatusOr, under
// Abseil's names: an upgrade of Abseil deletes this file.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace patron::testing {

inline const absl::Status& ToStatus(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& ToStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << ToStatus(arg).ToString();
  return ToStatus(arg).ok();
}

MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << ToStatus(arg).ToString();
  return ToStatus(arg).code() == code;
}

MATCHER_P2(StatusIs, code, message,
           "has code " + absl::StatusCodeToString(code) +
               " and a fitting message") {
  *result_listener << ToStatus(arg).ToString();
  return ToStatus(arg).code() == code &&
         ::testing::ExplainMatchResult(::testing::Matcher<std::string>(message),
                                       std::string(ToStatus(arg).message()),
                                       result_listener);
}

}  // namespace patron::testing

#define ASSERT_OK(expression) ASSERT_THAT(expression, ::patron::testing::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT(expression, ::patron::testing::IsOk())

// ASSERT_OK_AND_ASSIGN(const auto reply, client.Call());
#define ASSERT_OK_AND_ASSIGN(declaration, expression)                  \
  ASSERT_OK_AND_ASSIGN_INNER(PATRON_TEST_CONCAT(status_or_, __LINE__), \
                             declaration, expression)
#define ASSERT_OK_AND_ASSIGN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                                       \
  ASSERT_OK(temporary);                                                \
  declaration = *std::move(temporary)
#define PATRON_TEST_CONCAT_INNER(a, b) a##b
#define PATRON_TEST_CONCAT(a, b) PATRON_TEST_CONCAT_INNER(a, b)
