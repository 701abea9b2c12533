// The log of a core, which goes through a pipe as that of a service does: who reads it may stand still.
#pragma once

#include <string>

#include "netns/descriptor.h"

namespace hasim::netns {

class LogPipe {
 public:
  /// Makes the pipe at `path`; what comes out is appended to `log`. Throws `Failure`.
  LogPipe(std::string path, const std::string& log);
  const std::string& path() const { return path_; }

  /// Takes what was written, unless it is blocked.
  void drain();
  /// From now on nobody reads, and the pipe is full; or somebody reads again.
  void block(bool on);

 private:
  std::string path_;
  Descriptor pipe_, log_;
  int blocked_ = 0;         ///< by so many faults
  std::size_t filled_ = 0;  ///< bytes in it that nobody wrote
};

}  // namespace hasim::netns
