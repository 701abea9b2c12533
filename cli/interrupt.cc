// The signal handler sets a flag and steps back, so that a second signal ends the program at once.
#include "cli/interrupt.h"

#include <csignal>

namespace hasim {
namespace {

volatile std::sig_atomic_t g_seen = 0;

void note(int) { g_seen = 1; }

void set_handler(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

InterruptNoted::InterruptNoted() {
  g_seen = 0;
  set_handler(note);
}

InterruptNoted::~InterruptNoted() { set_handler(SIG_DFL); }

bool InterruptNoted::seen() { return g_seen != 0; }

}  // namespace hasim
