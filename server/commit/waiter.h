// Waiting that spins briefly before it sleeps: waking a thread costs more than
// a command (TOOLCHAIN: 5.6 µs), and on a busy server the answer is near.
#pragma once

#include <sched.h>

#include <atomic>

namespace patron::commit {

// About 10 and 100 µs. The longer one is for a thread that has nobody to take
// the core from: a lone caller, or the applying thread out of work.
inline constexpr int kSpinTurns = 200;
inline constexpr int kLongSpinTurns = 2000;
inline constexpr int kTurnsPerYield = 64;

// Turns while `ready()` is false, at most `turns` times; its last answer.
template <typename Ready>
bool SpinUntil(int turns, Ready ready) {
  for (int turn = 1; turn <= turns; ++turn) {
    if (ready()) return true;
    if (turn % kTurnsPerYield == 0) ::sched_yield();
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return ready();
}

// Waits until a number of things were counted down. One waiting thread.
class Waiter {
 public:
  explicit Waiter(int count) : left_(count) {}

  void CountDown() {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_one();
  }

  void Wait(int spin_turns) {
    if (SpinUntil(spin_turns, [this] {
          return left_.load(std::memory_order_acquire) == 0;
        }))
      return;
    for (int left = left_.load(std::memory_order_acquire); left != 0;
         left = left_.load(std::memory_order_acquire))
      left_.wait(left, std::memory_order_acquire);
  }

 private:
  std::atomic<int> left_;
};

}  // namespace patron::commit
