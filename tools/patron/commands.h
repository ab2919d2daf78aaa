// What each command does; main.cc has the table of their names. Each returns
// the exit code, or the error that ends it.
#pragma once

#include "absl/status/statusor.h"
#include "tools/patron/args.h"

namespace patron::cli {

absl::StatusOr<int> RunImport(Context& context, const Args& args);
absl::StatusOr<int> RunExport(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerGet(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerHistory(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerContext(Context& context, const Args& args);
absl::StatusOr<int> RunRecommend(Context& context, const Args& args);
absl::StatusOr<int> RunImpressionExplain(Context& context, const Args& args);
absl::StatusOr<int> RunPurchaseRecord(Context& context, const Args& args);
absl::StatusOr<int> RunPurchaseReturn(Context& context, const Args& args);
absl::StatusOr<int> RunEventRecord(Context& context, const Args& args);
absl::StatusOr<int> RunIndexList(Context& context, const Args& args);
absl::StatusOr<int> RunIndexPublish(Context& context, const Args& args);
absl::StatusOr<int> RunIndexRollback(Context& context, const Args& args);
absl::StatusOr<int> RunCheckpointCreate(Context& context, const Args& args);
absl::StatusOr<int> RunCheckpointDrop(Context& context, const Args& args);
absl::StatusOr<int> RunStats(Context& context, const Args& args);

}  // namespace patron::cli
