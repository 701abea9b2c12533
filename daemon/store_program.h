// Starts hacore-store, and no more of them than may hang: a process that waits in the kernel for a server that is gone
// (`dir:` on a hard mount, a path to a disk that is lost) cannot be ended by anybody.
#pragma once

#include <set>

#include "daemon/runner.h"
#include "daemon/settings.h"

namespace hacored {

class StoreProgram {
 public:
  /// So many may hang; then none is started until one of them has gone.
  static constexpr std::size_t kHungMax = 3;

  StoreProgram(const Settings& settings, Runner& runner) : settings_{settings}, runner_{runner} {}

  /// Starts one, which talks over its standard input and output. Returns our end of that, or -1. Whatever was started
  /// before was given up by whoever calls this.
  int start();

  /// Those that were given up and have not ended.
  std::size_t hung() const { return living_.size() - living_.count(current_); }

 private:
  void ended(std::uint64_t which, const Ended& how);

  const Settings& settings_;
  Runner& runner_;
  std::set<std::uint64_t> living_;
  std::uint64_t newest_ = 0;
  std::uint64_t current_ = 0;  ///< 0: none
  bool told_ = false;
};

}  // namespace hacored
