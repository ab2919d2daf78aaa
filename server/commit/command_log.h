// The one order of all changes: append, then hear every command in order.
//
// LocalLog is a queue in this process; RocksDB's write-ahead log makes its
// commands durable together with their effects. A distributed log would let
// every replica hear the same commands in the same order. Threads: Append and
// Close from any; Hear from the applying thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "commands_types.h"
#include "server/base/digest.h"
#include "server/base/ids.h"

namespace patron::commit {

class Waiter;

// A command on its way. The log stamps it; the engine answers it.
struct PendingCommand {
  wire::Command command;
  Digest128 body_digest;     // of the body alone; set where a request id is
  LogPosition position;      // set when it is heard
  wire::CommandReply reply;  // set when it was applied and synced
  std::shared_ptr<Waiter> waiter;  // told when `reply` stands
};

class CommandLog {
 public:
  virtual ~CommandLog() = default;

  // Puts commands into the order. They are borrowed until they are answered.
  // kUnavailable after Close.
  virtual absl::Status Append(const std::vector<PendingCommand*>& commands) = 0;

  // Waits for commands and fills `heard` with the next ones in order, at most
  // `most`; false after Close when all were heard.
  virtual bool Hear(size_t most, std::vector<PendingCommand*>& heard) = 0;

  virtual void Close() = 0;
};

}  // namespace patron::commit
