// Ctrl-C: the first one asks a sweep to end and to say what it saw, the second one kills.
#pragma once

namespace hasim {

/// While it lives, SIGINT and SIGTERM are only noted.
class InterruptNoted {
 public:
  InterruptNoted();
  ~InterruptNoted();
  InterruptNoted(const InterruptNoted&) = delete;
  InterruptNoted& operator=(const InterruptNoted&) = delete;
  static bool seen();
};

}  // namespace hasim
