// What a local disk does with the records of a core. A write is durable or it has not happened: the slots alternate and
// carry checksums, so whatever is cut off leaves one of them whole.
#include "sim/disk.h"

#include "sim/faults.h"
#include "sim/tell.h"

namespace hasim::sim {

namespace {

constexpr std::uint64_t kSlotStream = 0x736c6f74;

bool disk_is(Engine& e, SentenceId fault, int head) { return fault_on(e, fault, e.id_of(head)) != nullptr; }
bool hangs(Engine& e, int head) { return disk_is(e, SentenceId::fault_disk_hang, head); }

}  // namespace

bool slots_usable(Engine& e, int head) {
  return !disk_is(e, SentenceId::fault_disk_dead, head) && !disk_is(e, SentenceId::fault_disk_readonly, head) &&
         !hangs(e, head);
}

bool takes_files(Engine& e, int head) {
  return slots_usable(e, head) && !disk_is(e, SentenceId::fault_disk_full, head);
}

bool waits_for_slot(Engine& e, int head) {
  Core& core = e.core(head);
  if (core.slot == SlotWrite::done) {
    core.slot = SlotWrite::none;
    return false;
  }
  const Fault* slow = fault_on(e, SentenceId::fault_disk_slow_by, e.id_of(head));
  if (!hangs(e, head) && slow == nullptr) return false;
  core.slot = SlotWrite::under_way;
  if (!hangs(e, head)) {
    e.later(Duration{slow->amount[0]},
            {.kind = DueKind::slot_written, .head = static_cast<std::uint8_t>(head), .life = core.life});
  }
  return true;
}

void slot_written(Engine& e, const Due& due) {
  Core& core = e.core(due.head);
  if (core.life != due.life || core.slot != SlotWrite::under_way || hangs(e, due.head)) return;
  core.slot = SlotWrite::done;
  wake(e, due.head);
}

void apply_disk_faults(Engine& e, int head) {
  Core& core = e.core(head);
  const bool slow = disk_is(e, SentenceId::fault_disk_slow_by, head);
  if (core.slot == SlotWrite::under_way && !hangs(e, head) && !slow)
    slot_written(e, {.head = static_cast<std::uint8_t>(head), .life = core.life});
}

void settle_slot(Engine& e, int head) {
  Core& core = e.core(head);
  const Engine::Stalled& stalled = e.stalled[static_cast<std::size_t>(head)];
  if (core.slot != SlotWrite::under_way || !stalled.waits) return;
  const bool takes = slots_usable(e, head) && !disk_is(e, SentenceId::fault_disk_lose_unsynced_writes, head);
  Draws draws(e.seed, stream_key(kSlotStream, head, core.life));
  if (!takes || draws.chance(0.5)) return;
  if (const auto* record = std::get_if<ha::Persist>(&stalled.outputs[stalled.output])) {
    core.durable.disk = record->record;
  }
}

}  // namespace hasim::sim
