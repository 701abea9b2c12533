// An instant by which a program has to be done with something.
#pragma once

#include <algorithm>
#include <chrono>

namespace hacored::agents {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(std::chrono::milliseconds from_now) : at_(Clock::now() + from_now) {}

  bool passed() const { return Clock::now() >= at_; }
  /// Time that is left, rounded up, never negative: as poll(2) wants it.
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::milliseconds{0}, std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()));
  }
  int poll_timeout() const { return static_cast<int>(left().count()); }
  Clock::time_point at() const { return at_; }

 private:
  Clock::time_point at_;
};

}  // namespace hacored::agents
