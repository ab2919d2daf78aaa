#include "server/api/session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/api/error.h"

namespace patron::api {

Session::Session(const TokenTable* tokens) : tokens_(tokens) {
  if (tokens_ == nullptr) principal_ = {"local", kAllRoles};
}

absl::Status Session::Authenticate(const std::string& token) {
  if (tokens_ == nullptr) return absl::OkStatus();
  auto found = tokens_->Find(token);
  if (!found.has_value()) {
    ++failures_;
    principal_ = {};
    return absl::UnauthenticatedError(
        absl::StrCat("token: not known (", token.size(), " bytes were given)"));
  }
  principal_ = *std::move(found);
  return absl::OkStatus();
}

absl::Status Session::Allows(const Method& method) {
  if (method.before_authentication) return absl::OkStatus();
  if (!authenticated()) {
    ++failures_;
    return absl::UnauthenticatedError(
        absl::StrCat(method.name, ": call authenticate with a token first"));
  }
  if (method.allowed & principal_.roles) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      method.name, ": is for ", RoleNames(method.allowed), "; token ",
      principal_.name, " has ", RoleNames(principal_.roles)));
}

wire::PatronError Session::Refuse(const absl::Status& status) {
  wire::PatronError error = ToError(status);
  outcome_ = error.code;
  return error;
}

std::optional<wire::ErrorCode::type> Session::TakeOutcome() {
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace patron::api
