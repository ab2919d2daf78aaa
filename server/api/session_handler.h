// What the services have in common, and how every handler answers: who asks,
// the limits of a call, and how a status becomes an exception of the API.
//
// Ownership: borrows the services and the session of the connection. Threads:
// the one that answers its connection. Errors: Answer throws wire::PatronError;
// the rest answers a Status.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "Session.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "commands_types.h"
#include "server/api/services.h"
#include "server/api/session.h"

namespace patron::api {

// Elements of one call that brings many.
inline constexpr size_t kMaxElements = 10'000;

class SessionHandler : virtual public wire::SessionIf {
 public:
  // Borrows both.
  SessionHandler(Services& services, Session& session)
      : services_(services), session_(session) {}

  void authenticate(const std::string& token) override;
  void readyAnswer(wire::RecommendReply& reply, int32_t items) override;

 protected:
  // Runs `call`, which returns a Status; one that is not OK is thrown as the
  // API's exception, and so is whatever a library throws.
  template <typename Call>
  void Answer(Call&& call) {
    absl::Status status;
    try {
      status = std::forward<Call>(call)();
    } catch (const std::exception& error) {
      status = absl::InternalError(error.what());
    }
    if (!status.ok()) throw session_.Refuse(status);
  }

  // Has the caller's command executed, in his name.
  absl::StatusOr<wire::CommandReply> Execute(wire::CommandBody body,
                                             const std::string& request_id);

  Services& services_;
  Session& session_;
};

// kInvalidArgument naming `field` for more than kMaxElements.
absl::Status CheckElements(absl::string_view field, size_t count);

}  // namespace patron::api
