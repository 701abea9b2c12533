// How far a sweep has come, on stderr: one line repainted on a terminal, one line a minute elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "report/style.h"

namespace hasim {

class Progress {
 public:
  /// `total` units are to be made. Silent if `quiet`.
  Progress(std::uint64_t total, bool quiet, const Style& style);
  ~Progress();

  /// Repaints at most ten times a second (a line a minute off a terminal). `first_broken` is a seed or a run name.
  void show(std::uint64_t made, std::uint64_t broken, const std::string& first_broken);
  /// Removes the status line, so that other text can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::string painted(std::uint64_t made, std::uint64_t broken, const std::string& first_broken, double elapsed) const;

  const std::uint64_t total_;
  const bool repaints_;
  const bool quiet_;
  const Style style_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
  bool on_screen_ = false;
};

/// "48213 of 100000, 31400/s, 2 s left, broken 1": the line off a terminal.
std::string progress_line(std::uint64_t made, std::uint64_t total, double elapsed_seconds, std::uint64_t broken);

}  // namespace hasim
