// Looking faults of parts up, from the part's side.
#include "sim/part_faults.h"

#include "sim/cpu.h"
#include "sim/faults.h"

namespace hasim::sim {

const Fault* part_fault(Engine& e, SentenceId id, int part, int head) {
  return newest(e, [&](const Fault& f) {
    return f.id == id && f.thing[0] == e.part_layout(part).id &&
           (f.thing[1] == kNoThing || f.thing[1] == e.id_of(head));
  });
}

const Fault* turn_fault(Engine& e, SentenceId id, int part, int head, bool stop) {
  return newest(e, [&](const Fault& f) {
    return f.id == id && f.pick[0] == (stop ? 1 : 0) && f.thing[0] == e.part_layout(part).id &&
           (f.thing[1] == kNoThing || f.thing[1] == e.id_of(head));
  });
}

int mount_fault(Engine& e, SentenceId id, int part, int head) {
  const int volume = e.part_layout(part).volume;
  if (volume < 0) return -1;
  const Fault* fault = newest(e, [&](const Fault& f) {
    return f.id == id && f.thing[0] == e.layout->volumes[static_cast<std::size_t>(volume)].id &&
           f.thing[1] == e.id_of(head);
  });
  return fault == nullptr ? -1 : fault->pick[0];
}

bool is_program(ThingKind kind) { return kind != ThingKind::address && kind != ThingKind::mount; }

bool cannot_be_called(Engine& e, int head, int part) {
  return is_program(e.part_layout(part).kind) && !can_fork(e, head);
}

Reach storage_of(Engine& e, int part, int head) {
  const PartLayout& laid = e.part_layout(part);
  if (laid.kind == ThingKind::address) return Reach::works;
  if (laid.volume >= 0) return reach(e, laid.volume, head);
  const bool starts = e.part(part, e.head(head).side).run == Run::starting;
  for (int v = 0; v < static_cast<int>(e.layout->volumes.size()); ++v) {
    const bool mounted = e.s.tables.volume[static_cast<std::size_t>(v)].mounted[static_cast<std::size_t>(head)];
    if (e.layout->volumes[static_cast<std::size_t>(v)].service != laid.service || !mounted) continue;
    // Who starts reads its files; who stops may leave what it cannot write any more.
    if (const Reach got = starts ? reach_files(e, v, head) : reach(e, v, head); got != Reach::works) return got;
  }
  return Reach::works;
}

bool wrong_identity(Engine& e, int part, int head) {
  const int volume = e.part_layout(part).volume;
  if (volume < 0) return false;
  return mount_fault(e, SentenceId::fault_mount_fails, part, head) == 2 ||
         mount_fault(e, SentenceId::fault_volume_renumbered, part, head) >= 0;
}

bool stale_mount(Engine& e, int part, int head) {
  const int volume = e.part_layout(part).volume;
  return volume >= 0 && e.s.tables.volume[static_cast<std::size_t>(volume)].stale[static_cast<std::size_t>(head)];
}

ha::Reason reason_of(Reach reach) {
  switch (reach) {
    case Reach::works: return ha::Reason::none;
    case Reach::hangs: return ha::Reason::storage_hung;
    case Reach::refuses:
    case Reach::lost: return ha::Reason::storage_lost;
  }
  return ha::Reason::none;
}

ha::Reason failed_start(ThingKind kind) {
  if (kind == ThingKind::mount) return ha::Reason::mount_failed;
  return kind == ThingKind::address ? ha::Reason::address_failed : ha::Reason::start_failed;
}

bool keeps_locks(const Engine& e, int service, ThingId store) {
  for (const VolumeLayout& v : e.layout->volumes) {
    if (v.service != service || v.nas < 0) continue;
    const NasSpec& nas = e.layout->spec->nas[static_cast<std::size_t>(v.nas)];
    if (nas.nfs4 && (v.id == store || nas.id == store)) return true;
  }
  return false;
}

}  // namespace hasim::sim
