// Waiting that spins briefly before it sleeps: waking a thread costs more than
// a command (TOOLCHAIN: 5.6 µs), and on a busy server the answer is near.
#pragma once

#include <sched.h>

#include <atomic>

namespace patron::commit {

inline constexpr int kSpinTurns = 200;
inline constexpr int kTurnsPerYield = 64;

// Turns while `ready()` is false, at most kSpinTurns times; its last answer.
template <typename Ready>
bool SpinUntil(Ready ready) {
  for (int turn = 1; turn <= kSpinTurns; ++turn) {
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

  void Wait() {
    if (SpinUntil(
            [this] { return left_.load(std::memory_order_acquire) == 0; }))
      return;
    for (int left = left_.load(std::memory_order_acquire); left != 0;
         left = left_.load(std::memory_order_acquire))
      left_.wait(left, std::memory_order_acquire);
  }

 private:
  std::atomic<int> left_;
};

}  // namespace patron::commit
