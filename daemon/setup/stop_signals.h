// SIGINT, SIGTERM and SIGHUP as something that can be waited for beside everything else, so that a set-up that is told
// to end unwinds as any other and leaves nothing behind.
#pragma once

#include "daemon/file_descriptor.h"

namespace hacored::setup {

class StopSignals {
 public:
  /// From now on they end nothing by themselves. Throws `Refused`.
  StopSignals();
  /// Readable once one of them has come.
  int fd() const { return fd_.get(); }

 private:
  FileDescriptor fd_;
};

}  // namespace hacored::setup
