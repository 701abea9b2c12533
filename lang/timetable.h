// What is due when in a run of a script, in the one order that counts: first windows close
// whose last instant is over, then windows open, then stimuli in file order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lang/trace.h"

namespace hasim {

struct Entry {
  enum class What : std::uint8_t { close, end, open, measure, await, expire, fire, deed, heal };
  Time t{};
  What what{};
  std::uint32_t line = 0;        ///< place in Script::lines
  std::uint32_t ref = 0;         ///< window, wait, stimulus, healing
  std::uint32_t occurrence = 0;  ///< of a whenever
  std::uint32_t entered = 0;     ///< the last resort: first come, first served
};

class Timetable {
 public:
  void clear() {
    entries_.clear();
    entered_ = 0;
  }
  void enter(Entry entry) {
    entry.entered = entered_++;
    entries_.push_back(entry);
    std::push_heap(entries_.begin(), entries_.end(), Later{});
  }
  bool empty() const { return entries_.empty(); }
  const Entry& next() const { return entries_.front(); }
  Entry take() {
    std::pop_heap(entries_.begin(), entries_.end(), Later{});
    const Entry entry = entries_.back();
    entries_.pop_back();
    return entry;
  }

 private:
  /// Closing before opening before all that acts; what acts goes by its line.
  static int phase(Entry::What what) {
    switch (what) {
      case Entry::What::close:
      case Entry::What::end: return 0;
      case Entry::What::open:
      case Entry::What::measure: return 1;
      default: return 2;
    }
  }
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      if (a.t != b.t) return a.t > b.t;
      if (phase(a.what) != phase(b.what)) return phase(a.what) > phase(b.what);
      if (a.line != b.line) return a.line > b.line;
      return a.entered > b.entered;
    }
  };

  std::vector<Entry> entries_;
  std::uint32_t entered_ = 0;
};

}  // namespace hasim
