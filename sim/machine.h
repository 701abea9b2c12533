// Machines: chassis power, mains, kernel and user space of a head, from cold to up and down again.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Field x of the event `resets`.
enum class ResetBy : std::uint8_t { somebody, watchdog, itself };

/// The chassis goes on and boots; nothing without mains.
void power_on(Engine&, int head);
/// The chassis goes off, at once. Returns false if it was off.
bool power_off(Engine&, int head);
void reset_machine(Engine&, int head, ResetBy, ha::Cause cause = ha::Cause::none);
void panic(Engine&, int head, Duration dumping);
/// In good order: the core leaves first, or is cut off after `hang_max`.
void go_down(Engine&, int head, Goal);
/// The core said `Left`.
void core_left(Engine&, int head);
/// Feeds came or went: the chassis follows, and the restore policy decides what comes back.
void mains_changed(Engine&, int head);
/// Soft faults came or went.
void apply_machine_faults(Engine&, int head);

void booted(Engine&, const Due&);
void boots_again(Engine&, const Due&);
/// The crash kernel tells the other head that it dumps.
void dump_told(Engine&, const Due&);
void dump_ends(Engine&, const Due&);
void shutdown_ends(Engine&, const Due&);
void mains_return(Engine&, const Due&);

}  // namespace hasim::sim
