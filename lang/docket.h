// All windows of a run: opens, judges and closes them, and writes the verdicts of their lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lang/program.h"
#include "lang/run.h"

namespace hasim {

class Docket {
 public:
  /// A claim in a window.
  struct Window {
    Property property;
    std::size_t verdict = 0;   ///< place in RunResult::lines
    std::optional<Time> mark;  ///< what its times were written against; nothing: instant 0
    Time from{}, to{};
    bool to_end = false;  ///< `to` becomes the end of the run
    bool by_whenever = false;
    std::optional<Monitor> monitor;
  };

  void reset(Program&, RunResult&, const Picture&);

  std::size_t add(Window window);
  /// The world is at `from` of the window, or within that instant.
  void open(std::size_t window);
  /// Everything of the instant t happened.
  void settle(Time t);
  /// Everything of the last instant of the window happened.
  void close(std::size_t window);
  /// The run ends at `end`: closes the windows that reach there.
  void close_all(Time end);
  /// A whenever came after the end.
  void not_judged(std::size_t verdict) { ++skipped_[verdict]; }
  /// A line failed without a window: what it waited for never came, or it cannot be done.
  void fail(std::size_t verdict, Time t, std::string message);
  void pass(std::size_t verdict, Time t);
  /// Writes the remarks; nothing is judged any more.
  void finish(Time end);

  const Window& window(std::size_t i) const { return windows_[i]; }
  /// Windows whose verdict is still open, opened or not.
  std::size_t undecided() const { return undecided_; }
  /// Verdicts fallen since the last call, as events for the trace (without a time).
  std::vector<Event>& fresh() { return fresh_; }

 private:
  /// Broken, but worth watching: for how long it lasted, or how late it came.
  struct Aftermath {
    std::size_t broken = 0, window = 0;
    std::int64_t hits = 0;
  };
  void decided(std::size_t window);
  void breaks(std::size_t window);
  void remark_all_along(const Window&, LineVerdict&);
  void watch_aftermath(Time t);
  void tell(const Monitor&, int line, bool holds);

  Program* program_ = nullptr;
  RunResult* result_ = nullptr;
  const Picture* picture_ = nullptr;
  std::vector<Window> windows_;
  std::vector<std::size_t> open_;
  std::vector<Aftermath> aftermath_;
  std::vector<int> skipped_;  ///< for each verdict: windows not judged
  std::vector<Event> fresh_;
  std::size_t undecided_ = 0;
};

}  // namespace hasim
