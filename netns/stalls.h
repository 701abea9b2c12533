// How long this machine itself lets an urgent program wait. A virtual machine may lose a processor for a while,
// whatever runs in it; times that were taken meanwhile say nothing.
#pragma once

#include <sys/types.h>

#include <vector>

#include "lang/trace.h"

namespace hasim::netns {

/// A meter on every processor, above everything else that runs. They end with this object and with this process.
class Stalls {
 public:
  /// Throws `Failure` if they cannot be started.
  Stalls();
  ~Stalls();
  Stalls(const Stalls&) = delete;
  Stalls& operator=(const Stalls&) = delete;

  /// The longest wait that ended since then (boottime); what is shorter than 5 ms is none.
  Duration worst_since(Time since) const;

 private:
  struct Seen;
  Seen* seen_ = nullptr;  ///< shared with the meters, one for each
  std::size_t count_ = 0;
  std::vector<pid_t> meters_;
};

}  // namespace hasim::netns
