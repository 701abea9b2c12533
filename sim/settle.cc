// The world before instant 0.
#include "sim/settle.h"

#include <fmt/format.h>

#include "sim/faults.h"
#include "sim/parts.h"

namespace hasim::sim {

namespace {

constexpr std::uint32_t kBootsBefore = 1000;  ///< so that there is an old boot whose beats somebody can play back

/// The preferred head was the last owner, at epoch 1.
ha::Durable disk_of(const Engine& e, int head) {
  const ha::Config& config = e.head(head).config;
  ha::Durable durable;
  durable.disk.hardware_id = config.hardware_id;
  durable.disk.promised = ha::epoch_of(1, config.preferred);
  if (config.self == config.preferred) durable.disk.owned = durable.disk.promised;
  return durable;
}

ha::Beat old_beat(const Engine& e, int head) {
  const ha::Config& config = e.head(head).config;
  ha::Beat beat;
  beat.sender = {static_cast<std::uint64_t>(head) + 1, 1};
  beat.peer = {static_cast<std::uint64_t>(e.head(head).peer) + 1, 1};
  beat.seq = 100'000;
  beat.echo = 100'000;
  beat.cell = config.cell;
  beat.digest = config.digest;
  beat.from = config.self;
  beat.flags = ha::kArms | ha::kHealthy;
  beat.role = ha::Role::owner;
  return beat;
}

std::string cell_unsettled(Engine& e, const CellLayout& cell) {
  const std::string& name = e.layout->spec->name_of(cell.id);
  if (cell.service < 0) return "";
  const int owner = cell.head[e.head(cell.head[0]).config.preferred];
  const int passive = e.head(owner).peer;
  const std::string& owner_name = e.layout->spec->name_of(e.id_of(owner));
  const std::string& passive_name = e.layout->spec->name_of(e.id_of(passive));
  if (e.core(owner).role != ha::Role::owner || !runs_all(e, cell.service, owner)) {
    return fmt::format("{} does not serve in {}", owner_name, name);
  }
  const bool admits = e.layout->system == System::hacore;  // and looks at the power of its peer: the others do not
  if (e.core(passive).role != ha::Role::passive || (admits && !e.core(passive).armed))
    return passive_name + " was not admitted as passive";
  if (e.core(owner).operations != 0 || e.core(passive).operations != 0) return "an operation is under way in " + name;
  for (const int head : cell.head) {
    if (admits && !e.head(head).levels.empty() && !e.core(head).saw_power) {
      return fmt::format("{} has not looked at the power of its peer", e.layout->spec->name_of(e.id_of(head)));
    }
  }
  return "";
}

}  // namespace

ha::Durable first_disk(const Engine& e, int head) { return disk_of(e, head); }

void begin_world(Engine& e) {
  State& s = e.s;
  s.tables = Tables{};
  s.queue.clear();
  s.frames.clear();
  s.frames.reserve(kFrames);
  s.free_frame = kNoFrame;
  s.asleep.clear();
  s.edits.clear();
  s.asleep.reserve(kAsleep);
  s.frozen.clear();
  s.faults.clear();
  s.faults.reserve(kFaults);
  s.now = Time{0};
  s.twin = {};
  s.tables.incarnations = kBootsBefore;
  for (int h = 0; h < e.heads(); ++h) {
    const auto at = static_cast<std::size_t>(h);
    s.past[at].clear();
    s.past[at].reserve(kPast);
    s.old_boot[at] = {Time{0}, old_beat(e, h)};
    e.core(h).durable = disk_of(e, h);
    s.tables.beat_sent[at].fill(kLongAgo);
  }
  for (const CellLayout& cell : e.layout->cells) {
    if (cell.service < 0) continue;
    const std::uint8_t preferred = e.head(cell.head[0]).config.preferred;
    s.tables.marker[static_cast<std::size_t>(cell.service)].epoch = value(ha::epoch_of(1, preferred));
  }
  e.outputs.clear();
  e.output = 0;
  e.held.clear();
  for (Engine::Stalled& stalled : e.stalled) stalled.waits = false;
  e.announced_answer = false;
  e.lines_faulty = false;
  e.clients_look = true;
  e.because = 0;
  e.zero = Time{0};
  apply_faults(e);
}

std::string unsettled(Engine& e) {
  for (const CellLayout& cell : e.layout->cells) {
    if (std::string why = cell_unsettled(e, cell); !why.empty()) return why;
  }
  return "";
}

}  // namespace hasim::sim
