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
  std::uint32_t order = 0;  ///< set by the queue: events of one instant happen in the order of their scheduling
  DueKind kind{};
  std::uint8_t head = 0;
  std::uint16_t life = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};
static_assert(sizeof(Due) == 32 && std::is_trivially_copyable_v<Due>);

/// A 4-ary heap in total order (time, order of scheduling). Keeps its memory; allocates only when it grows.
class DueQueue {
 public:
  DueQueue() { heap_.reserve(256); }

  void push(Due due) {
    due.order = ++ordered_;
    heap_.push_back(due);
    std::size_t i = heap_.size() - 1;
    while (i > 0) {
      const std::size_t parent = (i - 1) / 4;
      if (!earlier(due, heap_[parent])) break;
      heap_[i] = heap_[parent];
      i = parent;
    }
    heap_[i] = due;
  }

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  const Due& next() const { return heap_.front(); }

  Due pop() {
    HA_CHECK(!heap_.empty());
    const Due first = heap_.front();
    const Due last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(last);
    return first;
  }

  void clear() {
    heap_.clear();
    ordered_ = 0;
  }

 private:
  static bool earlier(const Due& a, const Due& b) { return a.t != b.t ? a.t < b.t : a.order < b.order; }

  void sink(const Due& due) {
    const std::size_t count = heap_.size();
    std::size_t i = 0;
    for (;;) {
      const std::size_t first = 4 * i + 1;
      if (first >= count) break;
      std::size_t least = first;
      const std::size_t end = first + 4 < count ? first + 4 : count;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (earlier(heap_[child], heap_[least])) least = child;
      }
      if (!earlier(heap_[least], due)) break;
      heap_[i] = heap_[least];
      i = least;
    }
    heap_[i] = due;
  }

  std::vector<Due> heap_;
  std::uint32_t ordered_ = 0;
};

}  // namespace hasim::sim
