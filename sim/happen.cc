// The one loop of the simulator takes its steps here.
#include "sim/happen.h"

#include "sim/carrier.h"
#include "sim/clients.h"
#include "sim/cpu.h"
#include "sim/databases.h"
#include "sim/disk.h"
#include "sim/faults.h"
#include "sim/fitness.h"
#include "sim/host.h"
#include "sim/images.h"
#include "sim/jobs.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "sim/parts.h"
#include "sim/power.h"
#include "sim/storage.h"
#include "sim/store.h"
#include "sim/strangers.h"
#include "sim/tell.h"
#include "sim/tools.h"
#include "sim/twin.h"
#include "sim/watchdog.h"

namespace hasim::sim {

namespace {

void happen(Engine& e, const Due& due) {
  if (reaches_a_core(due.kind)) return tell(e, due);
  switch (due.kind) {
    case DueKind::outputs_go_on: return outputs_go_on(e, due);
    case DueKind::booted: return booted(e, due);
    case DueKind::watchdog_fires: return watchdog_fires(e, due);
    case DueKind::mains_return: return mains_return(e, due);
    case DueKind::boots_again: return boots_again(e, due);
    case DueKind::dump_told: return dump_told(e, due);
    case DueKind::dump_ends: return dump_ends(e, due);
    case DueKind::shutdown_ends: return shutdown_ends(e, due);
    case DueKind::core_starts: return core_starts(e, due);
    case DueKind::stuck_core_beats: return stuck_core_beats(e, due);
    case DueKind::slice_turns: return slice_turns(e, due);
    case DueKind::slot_written: return slot_written(e, due);
    case DueKind::part_done: return part_done(e, due);
    case DueKind::part_deadline: return part_deadline(e, due);
    case DueKind::part_crashes: return part_crashes(e, due);
    case DueKind::part_checked: return part_checked(e, due);
    case DueKind::host_checks: return check_fitness(e, due);
    case DueKind::intruder_checked: return intruder_checked(e, due);
    case DueKind::replication_measured: return replication_measured(e, due);
    case DueKind::state_saved: return state_saved(e, due);
    case DueKind::scripts_run: return order_when_scripts_ran(e, due);
    case DueKind::tool_ends: return tool_ends(e, due);
    case DueKind::twin_booted: return twin_booted(e, due);
    case DueKind::twin_ticks: return twin_ticks(e, due);
    case DueKind::images_copied: return images_copied(e, due);
    case DueKind::provisioning_ends: return provisioning_ends(e, due);
    case DueKind::marker_read: return marker_read_due(e, due);
    case DueKind::marker_write: return marker_write_due(e, due);
    case DueKind::store_arrives: return store_arrives(e, due);
    case DueKind::lease_expires: return lease_expires(e, due);
    case DueKind::server_back: return server_back(e, due);
    case DueKind::nas_dies: return nas_dies(e, due);
    case DueKind::off_sent: return off_sent(e, due);
    case DueKind::off_executes: return off_executes(e, due);
    case DueKind::power_read: return power_read(e, due);
    case DueKind::chassis_on: return chassis_on(e, due);
    case DueKind::bmc_back: return bmc_back(e, due);
    case DueKind::replay: return replay(e, due);
    case DueKind::foreign_beats: return foreign_beats(e, due);
    case DueKind::flap: return flap(e, due);
    case DueKind::late_link_up: return late_link_up(e, due);
    case DueKind::fault_ends: return fault_ends(e, due);
    case DueKind::address_expires: return address_expires(e, due);
    case DueKind::write_begins: return write_begins(e, due);
    case DueKind::write_lands: return write_lands(e, due);
    case DueKind::clients_give_up: return clients_give_up(e, due);
    default: ha::check_failed("a kind of what is due", __FILE__, __LINE__);
  }
}

}  // namespace

bool work(Engine& e, Time until) {
  if (e.outputs_wait()) {
    perform_next(e);
  } else if (!e.held.empty()) {
    const Due due = e.held.back();
    e.held.pop_back();
    happen(e, due);
  } else if (e.clients_look) {
    look(e);
  } else if (!e.s.queue.empty() && e.s.queue.next().t < until) {
    const Due due = e.s.queue.pop();
    e.s.now = due.t;
    happen(e, due);
  } else {
    return false;
  }
  return true;
}

}  // namespace hasim::sim
