#include "tools/bench/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "server/base/status_macros.h"
#include "tools/bench/stop.h"

namespace patron::bench {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(10);
constexpr size_t kToldBytes = 2000;

// Between fork and exec: only what is safe there.
[[noreturn]] void Become(char* const* words, const char* out, const char* err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  const int out_file = open(out, kFlags, 0600);
  const int err_file = open(err, kFlags, 0600);
  if (out_file >= 0) dup2(out_file, STDOUT_FILENO);
  if (err_file >= 0) dup2(err_file, STDERR_FILENO);
  ReleaseStopSignals();
  execv(words[0], words);
  _exit(127);
}

}  // namespace

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

absl::Duration CpuTimeOf(pid_t pid) {
  const std::string stat = Contents(absl::StrCat("/proc/", pid, "/stat"));
  // Behind the name, which may hold anything, field 3 is the first.
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return absl::ZeroDuration();
  const std::vector<std::string> fields =
      absl::StrSplit(stat.substr(name_end + 2), ' ');
  constexpr size_t kUser = 14 - 3, kSystem = 15 - 3;
  int64_t user = 0, system = 0;
  if (fields.size() <= kSystem || !absl::SimpleAtoi(fields[kUser], &user) ||
      !absl::SimpleAtoi(fields[kSystem], &system))
    return absl::ZeroDuration();
  return absl::Seconds(1) * (user + system) / sysconf(_SC_CLK_TCK);
}

Child::Child(pid_t pid, std::string name, std::filesystem::path err)
    : pid_(pid), name_(std::move(name)), err_(std::move(err)) {}

Child::~Child() {
  if (HasEnded()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, &status_, 0);
}

absl::StatusOr<std::unique_ptr<Child>> Child::Start(
    const std::vector<std::string>& words, const std::filesystem::path& out,
    const std::filesystem::path& err) {
  if (access(words[0].c_str(), X_OK) != 0)
    return absl::NotFoundError(
        absl::StrCat(words[0], ": ", strerror(errno), "; build it first"));
  std::vector<char*> pointers;
  for (const std::string& word : words)
    pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) Become(pointers.data(), out.c_str(), err.c_str());
  if (pid < 0)
    return absl::InternalError(
        absl::StrCat(words[0], ": fork: ", strerror(errno)));
  std::string name = std::filesystem::path(words[0]).filename();
  if (words.size() > 1) absl::StrAppend(&name, " ", words[1]);
  return std::unique_ptr<Child>(new Child(pid, std::move(name), err));
}

bool Child::HasEnded() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return ended_;
}

absl::Status Child::Failure(const std::string& how) const {
  std::string told = Contents(err_);
  if (told.size() > kToldBytes) told.erase(0, told.size() - kToldBytes);
  return absl::InternalError(
      absl::StrCat(name_, ": ", how, ": ", absl::StripAsciiWhitespace(told)));
}

absl::Status Child::Outcome() const {
  if (WIFSIGNALED(status_))
    return Failure(absl::StrCat("ended by signal ", WTERMSIG(status_)));
  if (WEXITSTATUS(status_) != 0)
    return Failure(absl::StrCat("exit code ", WEXITSTATUS(status_)));
  return absl::OkStatus();
}

absl::Status Child::CheckRuns() {
  if (!HasEnded()) return absl::OkStatus();
  PATRON_RETURN_IF_ERROR(Outcome());
  return Failure("ended too early");
}

absl::Status Child::Wait(absl::Duration timeout) {
  for (absl::Duration waited; !HasEnded(); waited += kPoll) {
    PATRON_RETURN_IF_ERROR(CheckStop());
    if (waited > timeout)
      return absl::DeadlineExceededError(absl::StrCat(
          name_, ": still runs after ", absl::FormatDuration(timeout)));
    absl::SleepFor(kPoll);
  }
  return Outcome();
}

absl::Status Child::Stop(absl::Duration timeout) {
  if (!HasEnded()) kill(pid_, SIGTERM);
  return Wait(timeout);
}

}  // namespace patron::bench
