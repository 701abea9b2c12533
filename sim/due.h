// What is due in the simulated world, and the queue that brings it in total order.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "core/check.h"
#include "lang/trace.h"

namespace hasim::sim {

enum class DueKind : std::uint8_t {
  // what reaches a core, in `tell.cc`
  tick,
  frame,
  link,
  watchdog_state,
  agent_state,
  peer_dumps,
  command,
  fitness,
  staged,
  probe_answer,
  part_answer,
  part_failed,
  marker_answer,
  off_answer,
  power_answer,
  store_answer,
  voters_answer,
  ping_answer,
  // machines and their hosts
  outputs_go_on,
  host_checks,
  booted,
  watchdog_fires,
  mains_return,
  boots_again,
  dump_told,
  dump_ends,
  shutdown_ends,
  core_starts,
  stuck_core_beats,
  slice_turns,
  slot_written,
  // parts
  part_done,
  part_deadline,
  part_crashes,
  part_checked,
  intruder_checked,
  // databases, jobs, tools
  replication_measured,
  state_saved,
  scripts_run,
  tool_ends,
  twin_booted,
  twin_ticks,
  images_copied,
  provisioning_ends,
  // storage and arbiters
  marker_read,
  marker_write,
  store_arrives,
  lease_expires,
  server_back,
  nas_dies,
  // power devices
  off_sent,
  off_executes,
  power_read,
  chassis_on,
  bmc_back,
  // networks and clients
  replay,
  foreign_beats,
  flap,
  late_link_up,
  fault_ends,
  address_expires,
  write_begins,
  write_lands,
  clients_give_up,
};

constexpr bool reaches_a_core(DueKind kind) { return kind <= DueKind::ping_answer; }

/// Something that happens at `t`. `life` tells whether the one it was meant for (a boot of a machine, a start of a
/// core) is still the same; `a` and `b` are what the kind says.
struct Due {
  Time t{};
  DueKind kind{};
  std::uint8_t head = 0;
  std::uint16_t life = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};
static_assert(sizeof(Due) == 32 && std::is_trivially_copyable_v<Due>);

/// What is due, in the order of time; within one instant, in the order of scheduling. A sorted row: few things wait at
/// once, 5 to 50 in a cell of two heads, and most of what is put in comes soon. Keeps its memory; allocates only when
/// it grows.
class DueQueue {
 public:
  DueQueue() { row_.reserve(256); }

  void push(const Due& due) { push(due.t, due); }

  /// Puts in what is due at `t`, whatever `due` says of its time.
  void push(Time t, const Due& due) {
    std::size_t i = row_.size();
    row_.emplace_back();
    for (; i > 0 && row_[i - 1].t <= t; --i) row_[i] = row_[i - 1];
    row_[i] = due;
    row_[i].t = t;
  }

  bool empty() const { return row_.empty(); }
  std::size_t size() const { return row_.size(); }
  const Due& next() const { return row_.back(); }

  Due pop() {
    HA_CHECK(!row_.empty());
    const Due first = row_.back();
    row_.pop_back();
    return first;
  }

  void clear() { row_.clear(); }

 private:
  std::vector<Due> row_;  ///< the next one last
};

}  // namespace hasim::sim
