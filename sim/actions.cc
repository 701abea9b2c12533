// Operators' orders to cores, and hands on machines.
#include "sim/actions.h"

#include "sim/clients.h"
#include "sim/configs.h"
#include "sim/faults.h"
#include "sim/host.h"
#include "sim/keys.h"
#include "sim/machine.h"
#include "sim/parts.h"
#include "sim/storage.h"
#include "sim/tools.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kCoreRestarts = milliseconds{100};
constexpr Duration kNasBoots = seconds{10};

/// As `tell.cc` unpacks it: the number of the service counts from 1, and 0 means all of them.
std::uint64_t packed_order(const Engine& e, ha::CommandKind kind, bool force, ThingId service) {
  const std::size_t number = service == kNoThing ? 0 : e.layout->number_of(e.layout->index_of(service)) + 1;
  return static_cast<std::uint64_t>(kind) | (force ? 1U << 8 : 0U) | static_cast<std::uint64_t>(number) << 16;
}

bool picked(const Sentence& sentence, std::size_t at) { return at < sentence.picks.size() && sentence.picks[at] == 1; }

/// An order of an operator at that head, about one service or (-1) all of its cell. Without a core there nobody takes
/// it, and nobody answers.
void order(Engine& e, int head, ha::CommandKind kind, bool force, std::uint16_t line, int service = kAllServices) {
  const std::uint64_t request = ++e.s.tables.requests;
  const ThingId named = service < 0 ? kNoThing : e.layout->named(head, e.layout->number_of(service));
  e.because = 0;
  e.because = e.s.tables.last_fault = e.emit(
      EventKind::action, e.id_of(head), {.with = named, .x = static_cast<int>(kind), .value = request, .line = line});
  if (!e.core(head).runs()) return;
  const bool waits = kind == ha::CommandKind::makeactive && script_hangs(e, head, service);
  e.later(Duration{0}, {.kind = waits ? DueKind::scripts_run : DueKind::command,
                        .head = static_cast<std::uint8_t>(head),
                        .a = request,
                        .b = packed_order(e, kind, force, named)});
}

void restore_outlets(Engine& e, int head) {
  e.s.tables.outlet_off[static_cast<std::size_t>(head)] = {};
  mains_changed(e, head);
}

void core_order(Engine& e, int head, std::uint8_t what) {
  Machine& m = e.machine(head);
  if (m.kernel != Kernel::up) return;
  const Due starts{.kind = DueKind::core_starts, .head = static_cast<std::uint8_t>(head), .life = m.life};
  switch (what) {
    case 0: return go_down(e, head, Goal::stop_core);
    case 1: m.core_wanted = true; return e.later(kCoreRestarts, starts);
    case 2:
      end_core(e, head);
      m.core_wanted = true;
      return e.later(kCoreRestarts, starts);
    default: return crash_core(e, head);
  }
}

/// A new release is installed and the core restarted; an incompatible one speaks another protocol.
void upgrade_core(Engine& e, int head, bool incompatible) {
  e.core(head).speaks_another = incompatible;
  core_order(e, head, 2);
}

void order_all(Engine& e, ha::CommandKind kind, std::uint16_t line) {
  for (int h = 0; h < e.heads(); ++h) order(e, h, kind, false, line);
}

/// The part that a sentence names, by itself or by the volume that it mounts; -1: none.
int part_named(const Engine& e, ThingId id) {
  if (!e.layout->is(id, ThingKind::volume)) return e.layout->part_of(id);
  for (std::size_t i = 0; i < e.layout->parts.size(); ++i) {
    if (e.layout->parts[i].volume == e.layout->index_of(id)) return static_cast<int>(i);
  }
  return -1;
}

void part_by_hand(Engine& e, const Sentence& sentence, bool start) {
  const int part = part_named(e, thing_at(sentence, 0));
  const int head = e.layout->index_of(thing_at(sentence, 1));
  // A head of another cell has nothing to start or stop of it.
  if (part < 0 || e.part_layout(part).cell != e.head(head).cell) return;
  start ? start_by_hand(e, head, part) : stop_by_hand(e, head, part);
}

void flush_addresses(Engine& e, int head) {
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    const PartLayout& laid = e.part_layout(part);
    if (laid.kind == ThingKind::address && laid.cell == e.head(head).cell) stop_by_hand(e, head, part);
  }
}

void power_thing(Engine& e, ThingId id, bool on) {
  const int index = e.layout->index_of(id);
  if (!e.layout->is(id, ThingKind::nas)) {
    e.s.tables.voters_off.set(static_cast<std::size_t>(index), !on);
    return;
  }
  Nas& nas = e.s.tables.nas[static_cast<std::size_t>(index)];
  if (nas.off && on) restart_nas(e, index, kNasBoots, true);
  nas.off = !on;
}

void power_things(Engine& e, const Sentence& sentence) {
  for (const Value& value : sentence.values) {
    for (const ThingId id : value.things) power_thing(e, id, sentence.picks[0] == 0);
  }
  e.clients_look = true;
}

}  // namespace

ThingId thing_at(const Sentence& sentence, std::size_t n) {
  for (const Value& value : sentence.values) {
    if (value.things.empty()) continue;
    if (n-- == 0) return value.things.front();
  }
  return kNoThing;
}

void by_hand(Engine& e, ThingId who, std::uint16_t line) {
  e.because = 0;
  e.because = e.s.tables.last_fault = e.emit(EventKind::action, who, {.x = 0xff, .line = line});
}

bool script_hangs(Engine& e, int head, int service) {
  return newest(e, [&](const Fault& f) {
           if (f.id != SentenceId::fault_script_of_service_hangs) return false;
           const int hangs = e.layout->index_of(f.thing[0]);
           if (service != kAllServices && hangs != service) return false;
           return e.layout->services[static_cast<std::size_t>(hangs)].cell == e.head(head).cell;
         }) != nullptr;
}

void order_move(Engine& e, int head, bool force, std::uint16_t line, int service) {
  e.s.tables.forced[static_cast<std::size_t>(head)] = force;
  order(e, head, ha::CommandKind::makeactive, force, line, service);
}

void act(Engine& e, const Deed& deed) {
  const Sentence& sentence = *deed.sentence;
  const ThingId first = thing_at(sentence, 0);
  const int head = e.layout->is(first, ThingKind::head) ? e.layout->index_of(first) : -1;
  const auto by = [&] { by_hand(e, first, deed.line); };
  switch (sentence.id) {
    case SentenceId::do_makeactive: return order_move(e, head, picked(sentence, 0), deed.line);
    case SentenceId::do_acknowledge_off:
      return order(e, e.layout->index_of(thing_at(sentence, 1)), ha::CommandKind::acknowledge, picked(sentence, 0),
                   deed.line);
    case SentenceId::do_maintenance: {
      const auto kind = picked(sentence, 0) ? ha::CommandKind::maintenance_off : ha::CommandKind::maintenance_on;
      return head >= 0 ? order(e, head, kind, false, deed.line) : order_all(e, kind, deed.line);
    }
    case SentenceId::do_standby:
      return order(e, head, picked(sentence, 0) ? ha::CommandKind::standby_off : ha::CommandKind::standby_on, false,
                   deed.line);
    case SentenceId::do_drill: return order(e, head, ha::CommandKind::drill, false, deed.line);
    case SentenceId::do_reload: return order(e, head, ha::CommandKind::reload, false, deed.line);
    case SentenceId::do_change_setting: {
      const int at = e.layout->index_of(thing_at(sentence, 0));
      by_hand(e, e.id_of(at), deed.line);
      return edit_config(e, at, sentence);
    }
    case SentenceId::do_upgrade_core: return by(), upgrade_core(e, head, picked(sentence, 0));
    case SentenceId::do_cancel: return order(e, head, ha::CommandKind::cancel, false, deed.line);
    case SentenceId::do_power_head:
      by();
      if (picked(sentence, 0)) {
        power_off(e, head);
        return;
      }
      restore_outlets(e, head);
      return power_on(e, head);
    case SentenceId::do_reset_head: return by(), reset_machine(e, head, ResetBy::somebody);
    case SentenceId::do_reboot_head: return by(), go_down(e, head, Goal::reboot);
    case SentenceId::do_shut_down_head: return by(), go_down(e, head, Goal::power_off);
    case SentenceId::do_core: by(); return core_order(e, head, sentence.picks[0]);
    case SentenceId::do_restart_cores: return by(), core_order(e, head, 2);
    case SentenceId::do_rotate_key: return by(), rotate_key(e, head);
    case SentenceId::do_part:
    case SentenceId::do_address: return by(), part_by_hand(e, sentence, !picked(sentence, 0));
    case SentenceId::do_mount: return by(), part_by_hand(e, sentence, true);
    case SentenceId::do_flush_addresses: return by(), flush_addresses(e, head);
    case SentenceId::do_power_things: return by(), power_things(e, sentence);
    case SentenceId::do_restart_nas: by(); return restart_nas(e, e.layout->index_of(first), kNasBoots, true);
    default:
      if (act_with_tool(e, deed)) return;
      ha::check_failed("an action that nobody carries out", __FILE__, __LINE__);
  }
}

}  // namespace hasim::sim
