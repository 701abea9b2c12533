#include "daemon/setup/stop_signals.h"

#include <sys/signalfd.h>

#include <csignal>

#include "daemon/refused.h"

namespace hacored::setup {

StopSignals::StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, one);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  fd_ = FileDescriptor{signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!fd_) throw Refused("signals cannot be waited for");
}

}  // namespace hacored::setup
