// The world before instant 0.
#include "sim/settle.h"

#include <fmt/format.h>

#include "sim/faults.h"
#include "sim/parts.h"

namespace hasim::sim {

namespace {

constexpr std::uint32_t kBootsBefore = 1000;  ///< so that there is an old boot whose beats somebody can play back

/// The preferred head of each service was its last owner, at epoch 1.
ha::Durable disk_of(const Engine& e, int head) {
  const ha::Config& config = e.head(head).config;
  ha::Durable durable;
  durable.disk.hardware_id = config.hardware_id;
  for (std::size_t i = 0; i < config.services; ++i) {
    const std::uint8_t preferred = config.service[i].preferred;
    durable.disk.promised[i] = ha::epoch_of(1, preferred);
    if (config.self == preferred) durable.disk.owned[i] = durable.disk.promised[i];
  }
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
  beat.flags = ha::kArms;
  beat.services = config.services;
  for (ha::ServiceBeat& service : beat.service) {
    service.flags = ha::kHealthy;
    service.role = ha::Role::owner;
  }
  return beat;
}

/// One service: its preferred head serves it, and has admitted the other one.
std::string service_unsettled(Engine& e, const CellLayout& cell, std::size_t number) {
  const int owner = cell.head[e.head(cell.head[0]).config.service[number].preferred];
  const int passive = e.head(owner).peer;
  const auto name = [&](ThingId id) -> const std::string& { return e.layout->spec->name_of(id); };
  if (e.core(owner).role[number] != ha::Role::owner || !runs_all(e, cell.service[number], owner)) {
    return fmt::format("{} does not serve in {}", name(e.id_of(owner)), name(cell.id));
  }
  const bool admits = e.layout->system == System::hacore;  // and looks at the power of its peer: the others do not
  if (e.core(passive).role[number] != ha::Role::passive || (admits && !e.core(passive).modes.armed))
    return name(e.id_of(passive)) + " was not admitted as passive";
  return "";
}

std::string cell_unsettled(Engine& e, const CellLayout& cell) {
  for (int i = 0; i < cell.services; ++i) {
    if (std::string why = service_unsettled(e, cell, static_cast<std::size_t>(i)); !why.empty()) return why;
  }
  if (cell.services == 0) return "";
  for (const int head : cell.head) {
    if (e.core(head).under_way() != 0) return "an operation is under way in " + e.layout->spec->name_of(cell.id);
  }
  for (const int head : cell.head) {
    const bool looks = e.layout->system == System::hacore && !e.head(head).levels.empty();
    if (looks && !e.core(head).saw_power) {
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
    for (std::size_t i = 0; i < static_cast<std::size_t>(cell.services); ++i) {
      const std::uint8_t preferred = e.head(cell.head[0]).config.service[i].preferred;
      s.tables.marker[static_cast<std::size_t>(cell.service[i])].epoch = value(ha::epoch_of(1, preferred));
    }
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
