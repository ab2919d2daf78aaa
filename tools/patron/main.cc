// Entry of the program `patron`: hands environment, streams and clock to it.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "tools/patron/program.h"

namespace {

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  const patron::RealClock clock;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const int code = patron::cli::RunProgram(
      words,
      {Environment("PATRON_SERVER"), Environment("PATRON_TOKEN"), std::cin,
       std::cout, std::cerr, isatty(STDERR_FILENO) != 0, clock});
  std::cout.flush();
  return std::cout ? code : patron::cli::kExitFailed;
}
