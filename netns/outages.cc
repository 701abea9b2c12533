// What happens to whole heads beside a loss of power: panics, and shutdowns that are ordered, or get stuck.
#include "netns/clock.h"
#include "netns/house.h"

namespace hasim::netns {
namespace {

using std::chrono::seconds;

constexpr Duration kPowersDownIn = seconds{2};  ///< from the end of its core to the end of a shutdown

}  // namespace

/// The kernel is gone, the chassis stays on. Nothing of it runs, and nothing answers; or another kernel, which dumps.
void House::panic(Head& h, Duration dumping) {
  if (!h.booted) return;
  say(EventKind::panics, h.machine->spec().id);
  (void)kernel_ends(h);
  if (dumping > Duration{0}) return begin_dump(h, dumping);
  const Duration reboots = h.machine->spec().panic_reboot;
  if (reboots == Duration{0}) return;
  later(reboots, [this, &h, life = h.life] {
    if (h.life == life) reset(h, 0);
  });
}

/// As `systemctl poweroff` and `reboot` do: the core is told to leave, and what comes afterwards takes a while.
void House::go_down(Head& h, Goal goal) {
  if (!h.booted || h.goal != Goal::none) return;
  h.goal = goal;
  h.core_wanted = false;
  if (h.machine->core() == 0) return goes_down(h);
  h.machine->end_core();
}

/// Its core has ended.
void House::goes_down(Head& h) {
  if (h.shutdown_loses_addresses > 0) h.machine->networks_down();
  if (h.shutdown_hangs > 0) return;
  later(kPowersDownIn, [this, &h, life = h.life] {
    if (h.life != life || h.shutdown_hangs > 0) return;
    h.goal == Goal::reboot ? reset(h, 0) : power_off(h);
  });
}

House::Healing House::shutdown_hangs(Head& h, bool loses_addresses) {
  ++h.shutdown_hangs;
  h.shutdown_loses_addresses += loses_addresses ? 1 : 0;
  return [this, &h, loses_addresses] {
    h.shutdown_loses_addresses -= loses_addresses ? 1 : 0;
    if (--h.shutdown_hangs == 0 && h.booted && h.goal != Goal::none && h.machine->core() == 0) goes_down(h);
  };
}

void House::bmc_supply(Head& h, bool there) {
  if (!h.bmc || h.bmc->spec().powered_apart || h.bmc_dark == !there) return;
  h.bmc_dark = !there;
  if (there) {
    ++h.bmc_lives;
    say(EventKind::bmc_restarts, h.machine->spec().id);
  }
  h.bmc->disconnect(!there);
  h.bmc->run(there);
  say(EventKind::bmc_reachable, h.machine->spec().id, h.bmc->answers() ? 1 : 0);
}

}  // namespace hasim::netns
