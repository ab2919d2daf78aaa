// The program `patron`: finds the command that the words name and runs it.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "tools/patron/args.h"

namespace patron::cli {

// Every command, in the order of the help.
absl::Span<const Command> Commands();

// What the environment says, and where things go. Borrows all.
struct Surroundings {
  std::string env_server;  // PATRON_SERVER
  std::string env_token;   // PATRON_TOKEN
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
  const Clock& clock;
};

// `words` without the program's name. The exit code.
int RunProgram(absl::Span<const std::string> words,
               const Surroundings& surroundings);

}  // namespace patron::cli
