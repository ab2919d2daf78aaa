// Keeps the happy path straight where a Status or StatusOr is passed on.
//
//   PATRON_RETURN_IF_ERROR(store.Sync());
//   PATRON_ASSIGN_OR_RETURN(const Row row, store.Get(key));
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define PATRON_CONCAT_INNER(a, b) a##b
#define PATRON_CONCAT(a, b) PATRON_CONCAT_INNER(a, b)

#define PATRON_RETURN_IF_ERROR(expression)                              \
  do {                                                                  \
    if (absl::Status patron_status = (expression); !patron_status.ok()) \
      return patron_status;                                             \
  } while (false)

#define PATRON_ASSIGN_OR_RETURN(declaration, expression)             \
  PATRON_ASSIGN_OR_RETURN_INNER(PATRON_CONCAT(patron_or_, __LINE__), \
                                declaration, expression)

#define PATRON_ASSIGN_OR_RETURN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                                          \
  if (!temporary.ok()) return std::move(temporary).status();              \
  declaration = *std::move(temporary)
