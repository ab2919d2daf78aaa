#include "tools/patron/importer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"

namespace patron::cli {
namespace {

std::string LeftOut(const char* what, const std::string& id, size_t lines,
                    const std::string& reason) {
  return absl::StrCat(reason, " (", what, " ", Quoted(id), " with its ", lines,
                      lines == 1 ? " line" : " lines", " was left out)");
}

}  // namespace

std::string RefusalText(const wire::Purchase& purchase,
                        const std::string& reason) {
  return LeftOut("receipt", purchase.receipt_id, purchase.lines.size(), reason);
}

std::string RefusalText(const wire::PurchaseReturn& back,
                        const std::string& reason) {
  return LeftOut("return", back.return_id, back.lines.size(), reason);
}

// About a minute in all: a server that restarts is back by then.
std::vector<absl::Duration> ImportOptions::DefaultRetryWaits() {
  std::vector<absl::Duration> waits;
  absl::Duration wait = absl::Milliseconds(50);
  for (int i = 0; i < 20; ++i) {
    waits.push_back(wait);
    wait = std::min(wait * 2, absl::Seconds(5));
  }
  return waits;
}

bool IsRetryable(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

bool IsRetryable(const wire::PatronError& error) {
  return error.retryable || error.code == wire::ErrorCode::OVERLOADED ||
         error.code == wire::ErrorCode::UNAVAILABLE;
}

}  // namespace patron::cli
