#include "server/api/session_handler.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/validate.h"

namespace patron::api {

void SessionHandler::authenticate(const std::string& token) {
  Answer([&] { return session_.Authenticate(token); });
}

void SessionHandler::readyAnswer(wire::RecommendReply& reply, int32_t items) {
  Answer([&] {
    absl::Status status = CheckRange("items", items, 0, recommend::kMaxItems);
    if (status.ok()) services_.ready_answer.Fill(items, reply);
    return status;
  });
}

absl::StatusOr<wire::CommandReply> SessionHandler::Execute(
    wire::CommandBody body, const std::string& request_id) {
  return services_.engine.Execute(
      std::move(body), {request_id, session_.actor(), session_.roles()});
}

absl::Status CheckElements(absl::string_view field, size_t count) {
  if (count <= kMaxElements) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", count, " elements in one call, at most ",
                   kMaxElements, " are taken"));
}

}  // namespace patron::api
