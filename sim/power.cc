// A request to a BMC passes its stages in their order: power, wire, session, command, delay, execution, reading, reply.
#include "sim/power.h"

#include <algorithm>

#include "lang/amount.h"
#include "sim/cpu.h"
#include "sim/faults.h"
#include "sim/machine.h"
#include "sim/pdu.h"
#include "sim/tell.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using ha::Outcome;
using ha::Reading;
using ha::Reason;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAgentStarts = milliseconds{5};
constexpr Duration kCommandTakes = milliseconds{20};
constexpr Duration kReadTakes = milliseconds{10};
constexpr Duration kClientGivesUp = seconds{4};
constexpr Duration kBmcBoots = seconds{10};
constexpr Duration kSecondTime = seconds{5};
constexpr Duration kCycleStaysOff = seconds{5};

/// What an exchange with a device comes to before its command is looked at.
struct Contact {
  bool open = false;
  Reason reason = Reason::none;
  Duration after{};         ///< when the client knows, if it is not open
  bool surely_not = false;  ///< the client knows that nothing was done
};

Bmc& bmc_of(Engine& e, int head) { return e.s.tables.bmc[static_cast<std::size_t>(head)]; }
const BmcSpec& bmc_spec(const Engine& e, int head) {
  return e.layout->spec->bmcs[static_cast<std::size_t>(e.head(head).bmc)];
}
Fault* bmc_fault(Engine& e, int target, auto... ids) {
  const ThingId who = e.id_of(target);
  return newest(e, [&](const Fault& f) { return f.thing[0] == who && ((f.id == ids) || ...); });
}
/// What a fence level of that head switches.
PowerLevel device(const Engine& e, int head, int level) { return e.head(head).levels[static_cast<std::size_t>(level)]; }
bool by_chance(Fault& f) { return f.draws.chance(fraction(f.amount[0])); }
bool is(const Fault* f, SentenceId id) { return f != nullptr && f->id == id; }

Fault* wire_fault(Engine& e, int target) {
  return bmc_fault(e, target, SentenceId::fault_bmc_silent, SentenceId::fault_bmc_refused,
                   SentenceId::fault_bmc_disconnected, SentenceId::fault_bmc_drops, SentenceId::fault_bmc_duplicates);
}
Fault* execution_fault(Engine& e, int target) {
  return bmc_fault(e, target, SentenceId::fault_bmc_ignores, SentenceId::fault_bmc_execute_late,
                   SentenceId::fault_bmc_execute_twice, SentenceId::fault_bmc_cycle_instead_of_off,
                   SentenceId::fault_bmc_stuck_powering_off, SentenceId::fault_bmc_power_on_again_later,
                   SentenceId::fault_bmc_resets, SentenceId::fault_bmc_control_head);
}
Fault* reading_fault(Engine& e, int target) {
  return bmc_fault(e, target, SentenceId::fault_bmc_says, SentenceId::fault_bmc_stale_by);
}

bool bmc_lit(Engine& e, int target) {
  return e.head(target).bmc >= 0 && bmc_of(e, target).powered && e.now() >= bmc_of(e, target).dark_until;
}

bool wedged(Engine& e, int target) {
  const Fault* f = bmc_fault(e, target, SentenceId::fault_bmc_wedge_behind_int_commands);
  return f != nullptr && static_cast<std::int64_t>(bmc_of(e, target).commands) > f->amount[0];
}

/// No session was opened, so no command was sent: the client knows at least that.
constexpr Contact kSilent{false, Reason::bmc_silent, kClientGivesUp, true};

Contact log_in(Engine& e, int sender, int target) {
  const auto trip = round_trip(e, e.id_of(sender), bmc_spec(e, target).id);
  if (!bmc_lit(e, target) || wedged(e, target) || !trip || *trip >= kClientGivesUp) return kSilent;
  // IPMI is short datagrams; the certificate of a Redfish service fills whole segments.
  const BmcSpec& spec = bmc_spec(e, target);
  if (spec.redfish && !carries_data(e, e.id_of(sender), spec.id)) return kSilent;
  Fault* wire = wire_fault(e, target);
  if (is(wire, SentenceId::fault_bmc_silent) || is(wire, SentenceId::fault_bmc_disconnected)) return kSilent;
  if (is(wire, SentenceId::fault_bmc_refused)) return {false, Reason::none, kCommandTakes, true};
  if (is(wire, SentenceId::fault_bmc_drops) && wire->pick[0] == 0 && by_chance(*wire)) return kSilent;
  const bool accepted =
      bmc_fault(e, target, SentenceId::fault_bmc_rejects, SentenceId::fault_bmc_out_of_sessions) == nullptr;
  e.emit(EventKind::bmc_login, e.id_of(target), {.with = e.id_of(sender), .x = accepted ? 1 : 0});
  if (!accepted) return {false, Reason::bmc_login, kCommandTakes, true};
  ++bmc_of(e, target).commands;
  if (bmc_fault(e, target, SentenceId::fault_bmc_answers_error) != nullptr) {
    return {false, Reason::fence_failed, kCommandTakes, true};
  }
  return {.open = true};
}

/// How long the reply takes beyond the work, or nothing if it never comes.
std::optional<Duration> reply_delay(Engine& e, int target) {
  Fault* reply = bmc_fault(e, target, SentenceId::fault_bmc_delay_replies_by, SentenceId::fault_bmc_loses_reply);
  Fault* wire = wire_fault(e, target);
  if (is(wire, SentenceId::fault_bmc_drops) && wire->pick[0] == 1 && by_chance(*wire)) return std::nullopt;
  if (is(reply, SentenceId::fault_bmc_delay_replies_by)) return Duration{reply->amount[0]};
  if (is(reply, SentenceId::fault_bmc_loses_reply)) {
    if (reply->pick[0] == 0) return std::nullopt;
    if (reply->left == 0) {
      reply->left = 1;
      return std::nullopt;
    }
  }
  return Duration{0};
}

Duration takes(Engine& e, int target, bool get) {
  const Fault* f = newest(e, [&](const Fault& each) {
    return each.id == SentenceId::fault_bmc_takes && each.thing[0] == e.id_of(target) && each.pick[0] == (get ? 1 : 0);
  });
  return f == nullptr ? Duration{0} : Duration{f->amount[0]};
}

struct Order {
  int sender = 0;
  int target = 0;
  int level = 0;
  Time deadline{};
  std::uint64_t request = 0;
  std::uint16_t core_life = 0;
};

Order order_in(const Engine& e, const Due& due) {
  const int sender = due.head;
  return {
      sender,  e.head(sender).peer, static_cast<int>(due.b & 3U), Time{static_cast<std::int64_t>(due.b >> 2)}, due.a,
      due.life};
}

void answer_off(Engine& e, const Order& order, Outcome outcome, Reason reason, Duration after) {
  if (after > kClientGivesUp) {
    after = kClientGivesUp;
    outcome = Outcome::unknown;
  }
  e.later(after, {.kind = DueKind::off_answer,
                  .head = static_cast<std::uint8_t>(order.sender),
                  .life = order.core_life,
                  .a = order.request,
                  .b = static_cast<std::uint64_t>(order.level) | static_cast<std::uint64_t>(outcome) << 8 |
                       static_cast<std::uint64_t>(reason) << 16});
}

void execute_in(Engine& e, const Order& order, int chassis, Duration after) {
  e.later(after, {.kind = DueKind::off_executes,
                  .head = static_cast<std::uint8_t>(chassis),
                  .a = static_cast<std::uint64_t>(order.sender),
                  .b = static_cast<std::uint64_t>(order.level)});
}

void bmc_restarts(Engine& e, int target, Duration in, const Fault& f) {
  // The Due says when it begins; a second one, when it is back.
  e.later(in, {.kind = DueKind::bmc_back,
               .head = static_cast<std::uint8_t>(target),
               .a = static_cast<std::uint64_t>(f.amount[1]),
               .b = f.pick[1] == 1 ? 1U + f.pick[2] : 0U});
}

/// The BMC got the command. Returns false if it never answers.
bool carry_out(Engine& e, const Order& order, Duration in) {
  const int target = order.target;
  Fault* f = execution_fault(e, target);
  const Duration drops = in + bmc_spec(e, target).power_off;
  if (f == nullptr) return execute_in(e, order, target, drops), true;
  switch (f->id) {
    case SentenceId::fault_bmc_ignores:
      if (f->pick[0] != 0) execute_in(e, order, target, drops);
      return true;
    case SentenceId::fault_bmc_execute_late: return execute_in(e, order, target, drops + Duration{f->amount[0]}), true;
    case SentenceId::fault_bmc_execute_twice:
      execute_in(e, order, target, drops);
      return execute_in(e, order, target, drops + kSecondTime), true;
    case SentenceId::fault_bmc_cycle_instead_of_off:
    case SentenceId::fault_bmc_power_on_again_later: {
      execute_in(e, order, target, drops);
      const bool cycle = f->id == SentenceId::fault_bmc_cycle_instead_of_off;
      e.later(drops + (cycle ? kCycleStaysOff : Duration{f->amount[0]}),
              {.kind = DueKind::chassis_on, .head = static_cast<std::uint8_t>(target)});
      return true;
    }
    case SentenceId::fault_bmc_stuck_powering_off: return true;
    case SentenceId::fault_bmc_resets: {
      const bool before = f->pick[0] == 0;
      if (!before) execute_in(e, order, target, drops);
      bmc_restarts(e, target, before ? in : drops + Duration{f->amount[0]}, *f);
      return !before;
    }
    case SentenceId::fault_bmc_control_head: return execute_in(e, order, e.layout->index_of(f->thing[1]), drops), true;
    default: return true;
  }
}

void off_by_bmc(Engine& e, const Order& order) {
  const Contact contact = log_in(e, order.sender, order.target);
  if (!contact.open) {
    return answer_off(e, order, contact.surely_not ? Outcome::refused : Outcome::unknown, contact.reason,
                      contact.after);
  }
  const Fault* says = reading_fault(e, order.target);
  if (is(says, SentenceId::fault_bmc_says) && says->pick[0] == 2) {  // "not supported in present state" [FE10]
    return answer_off(e, order, Outcome::refused, Reason::none, kCommandTakes);
  }
  e.emit(EventKind::power_command, e.id_of(order.target), {.with = e.id_of(order.sender), .y = order.level});
  const Duration works = takes(e, order.target, false);
  const bool answers = carry_out(e, order, works);
  const auto reply = answers ? reply_delay(e, order.target) : std::nullopt;
  if (!reply) return answer_off(e, order, Outcome::unknown, Reason::fence_unknown, kClientGivesUp);
  const Duration after = kCommandTakes + works + *reply;
  const bool in_time = after <= kClientGivesUp;
  answer_off(e, order, in_time ? Outcome::done : Outcome::unknown, in_time ? Reason::none : Reason::fence_unknown,
             after);
}

void off_by_pdu(Engine& e, const Order& order) {
  e.emit(EventKind::power_command, e.id_of(order.target), {.with = e.id_of(order.sender), .y = order.level});
  const bool all = pdus_answer(e, order.sender, order.target);
  execute_in(e, order, order.target, kCommandTakes);
  answer_off(e, order, all ? Outcome::done : Outcome::unknown, Reason::none, all ? kCommandTakes : kClientGivesUp);
}

// ---------------------------------------------------------------------------------------------------------------
// Readings

bool was_on(const Machine& m, Time then) {
  for (std::size_t back = 0; back < m.changes.size(); ++back) {
    const PowerChange& change = m.changes[(m.change + m.changes.size() - back) % m.changes.size()];
    if (change.t <= then) return change.on;
  }
  return m.power;
}

/// The machine that the BMC of `target` is wired to.
int chassis_behind(Engine& e, int target) {
  const Fault* wired = execution_fault(e, target);
  return is(wired, SentenceId::fault_bmc_control_head) ? e.layout->index_of(wired->thing[1]) : target;
}

Reading read_bmc(Engine& e, int target) {
  const Fault* wired = execution_fault(e, target);
  const Machine& m = e.machine(chassis_behind(e, target));
  const Fault* f = reading_fault(e, target);
  if (is(f, SentenceId::fault_bmc_says) && f->pick[0] < 2) return f->pick[0] == 0 ? Reading::off : Reading::on;
  if (is(f, SentenceId::fault_bmc_stale_by))
    return was_on(m, e.now() - Duration{f->amount[0]}) ? Reading::on : Reading::off;
  if (is(wired, SentenceId::fault_bmc_stuck_powering_off) && bmc_of(e, target).commands > 0 && m.power)
    return Reading::unknown;
  return m.power ? Reading::on : Reading::off;
}

struct Question {
  int sender = 0;
  int level = 0;
  std::uint64_t request = 0;
  std::uint16_t core_life = 0;
};

void answer_reading(Engine& e, const Question& q, Reading reading, Reason reason, Duration after) {
  const int target = e.head(q.sender).peer;
  const bool by_bmc = device(e, q.sender, q.level) == PowerLevel::bmc;
  const std::uint64_t session = by_bmc ? bmc_of(e, target).session : 1;
  // A BMC that answers tells whose it is; outlets cannot.
  const bool tells = by_bmc && reading != Reading::unknown;
  const std::uint64_t chassis = tells ? static_cast<std::uint64_t>(chassis_behind(e, target) + 1) : 0;
  e.core(q.sender).saw_power = true;
  e.emit(EventKind::bmc_reading, e.id_of(target),
         {.with = e.id_of(q.sender),
          .x = static_cast<int>(reading),
          .y = q.level,
          .value = e.machine(target).power ? 1U : 0U,
          .reason = reason});
  e.later(after, {.kind = DueKind::power_answer,
                  .head = static_cast<std::uint8_t>(q.sender),
                  .life = q.core_life,
                  .a = q.request,
                  .b = chassis << 48 | (session & 0xffffU) << 32 | static_cast<std::uint64_t>(reason) << 16 |
                       static_cast<std::uint64_t>(reading) << 8 | static_cast<std::uint64_t>(q.level)});
}

}  // namespace

bool agent_keeps_delay(Engine& e, int head) {
  const Fault* ignores = fault_on(e, SentenceId::fault_fence_agent_ignores, e.id_of(head));
  return ignores == nullptr || ignores->pick[0] != 0;
}

void order_off(Engine& e, int head, const ha::PowerOff& out, Time deadline) {
  const std::uint64_t until = static_cast<std::uint64_t>(std::min(deadline, kNever).count());
  e.later(stretched(e, head, kAgentStarts), {.kind = DueKind::off_sent,
                                             .head = static_cast<std::uint8_t>(head),
                                             .life = e.core(head).life,
                                             .a = value(out.id),
                                             .b = until << 2 | out.level});
}

void order_on(Engine& e, int head, int level) {
  const int target = e.head(head).peer;
  if (device(e, head, level) == PowerLevel::pdu) {
    e.s.tables.outlet_off[static_cast<std::size_t>(target)] = {};
    mains_changed(e, target);
  } else if (!log_in(e, head, target).open) {
    return;
  }
  e.later(kAgentStarts + kCommandTakes,
          {.kind = DueKind::chassis_on, .head = static_cast<std::uint8_t>(chassis_behind(e, target))});
}

void off_sent(Engine& e, const Due& due) {
  const Order order = order_in(e, due);
  if (!e.core(order.sender).runs() || e.core(order.sender).life != order.core_life) return;  // killed with its core
  if (!e.machine(order.sender).user_space_runs()) return wait_for(e, due);
  const ThingId sender = e.id_of(order.sender);
  const Fault* agent = fault_on(e, SentenceId::fault_fence_agent_fails, sender);
  const Fault* ignores = fault_on(e, SentenceId::fault_fence_agent_ignores, sender);
  e.because = e.core(order.sender).reported;
  if (agent != nullptr && agent->pick[0] == 0)
    return answer_off(e, order, Outcome::unknown, Reason::fence_unknown, kNever);
  if (agent != nullptr) {
    return answer_off(e, order, agent->pick[0] == 1 ? Outcome::refused : Outcome::done, Reason::cannot_fence,
                      kCommandTakes);
  }
  const bool too_late = e.now() >= order.deadline && !(ignores != nullptr && ignores->pick[0] == 1);
  if (too_late || order.level >= static_cast<int>(e.head(order.sender).levels.size())) {
    return answer_off(e, order, Outcome::refused, Reason::none, Duration{0});
  }
  e.because = e.emit(EventKind::fence_sent, e.id_of(order.target), {.with = sender, .y = order.level});
  e.core(order.sender).fence_sent = e.because;
  if (device(e, order.sender, order.level) == PowerLevel::bmc) {
    off_by_bmc(e, order);
  } else {
    off_by_pdu(e, order);
  }
}

void off_executes(Engine& e, const Due& due) {
  const int sender = static_cast<int>(due.a);
  const bool by_pdu = device(e, sender, static_cast<int>(due.b)) == PowerLevel::pdu;
  if (!by_pdu && !bmc_lit(e, due.head)) return;
  std::array<bool, kHeads> was{};
  for (int h = 0; h < e.heads(); ++h) was[static_cast<std::size_t>(h)] = e.machine(h).power;
  e.because = e.core(sender).fence_sent;
  if (by_pdu) {
    outlets_off(e, sender, due.head);
  } else {
    power_off(e, due.head);
  }
  for (int h = 0; h < e.heads(); ++h) {
    if (!was[static_cast<std::size_t>(h)] || e.machine(h).power) continue;
    e.emit(EventKind::fence_executed, e.id_of(h), {.with = e.id_of(sender), .also_because = e.core(sender).fence_sent});
  }
}

void chassis_on(Engine& e, const Due& due) {
  e.because = e.machine(due.head).last_event;
  power_on(e, due.head);
}

void ask_power(Engine& e, int head, const ha::ReadPower& out) {
  const Question q{head, out.level, value(out.id), e.core(head).life};
  const int target = e.head(head).peer;
  HA_CHECK(q.level < static_cast<int>(e.head(head).levels.size()));
  const Due due{.kind = DueKind::power_read,
                .head = static_cast<std::uint8_t>(head),
                .life = q.core_life,
                .a = q.request,
                .b = static_cast<std::uint64_t>(q.level)};
  if (device(e, head, q.level) == PowerLevel::pdu) return e.later(kReadTakes / 2, due);
  const Contact contact = log_in(e, head, target);
  if (!contact.open) return answer_reading(e, q, Reading::unknown, contact.reason, contact.after);
  const Duration works = takes(e, target, true);
  const auto reply = reply_delay(e, target);
  if (!reply || works + *reply >= kClientGivesUp)
    return answer_reading(e, q, Reading::unknown, Reason::none, kClientGivesUp);
  e.later(kReadTakes / 2 + works + *reply, due);
}

void power_read(Engine& e, const Due& due) {
  const Question q{due.head, static_cast<int>(due.b), due.a, due.life};
  const int target = e.head(q.sender).peer;
  e.because = e.core(q.sender).reported;
  if (device(e, q.sender, q.level) == PowerLevel::pdu) {
    const Reading reading = read_outlets(e, q.sender, target);
    const bool silent = reading == Reading::unknown;
    return answer_reading(e, q, reading, Reason::none, silent ? kClientGivesUp : kReadTakes / 2);
  }
  if (!bmc_lit(e, target)) return answer_reading(e, q, Reading::unknown, Reason::none, kClientGivesUp);
  answer_reading(e, q, read_bmc(e, target), Reason::none, kReadTakes / 2);
}

void bmc_back(Engine& e, const Due& due) {
  Bmc& bmc = bmc_of(e, due.head);
  if (due.a == 0) {  // it has booted
    e.emit(EventKind::bmc_restarts, e.id_of(due.head));
    if (due.b == 1) power_on(e, due.head);
    if (due.b == 2) power_off(e, due.head);
    return bmc_supply_changed(e, due.head);
  }
  e.emit(EventKind::bmc_restarts, e.id_of(due.head), {.x = 1});
  ++bmc.session;
  bmc.commands = 0;
  bmc.dark_until = e.now() + Duration{static_cast<std::int64_t>(due.a)};
  e.later(Duration{static_cast<std::int64_t>(due.a)}, {.kind = DueKind::bmc_back, .head = due.head, .b = due.b});
  bmc_supply_changed(e, due.head);
}

void bmc_supply_changed(Engine& e, int head) {
  if (e.head(head).bmc < 0) return;
  Bmc& bmc = bmc_of(e, head);
  const bool supplied = bmc_spec(e, head).powered_apart || e.machine(head).mains;
  const bool powered = supplied && bmc_fault(e, head, SentenceId::fault_bmc_lose_power) == nullptr;
  if (powered && !bmc.powered && e.now() > Time{0}) {
    ++bmc.session;
    bmc.dark_until = e.now() + kBmcBoots;
    e.later(kBmcBoots, {.kind = DueKind::bmc_back, .head = static_cast<std::uint8_t>(head)});
  }
  bmc.powered = powered;
  const Fault* wire = wire_fault(e, head);
  const bool answers =
      is(wire, SentenceId::fault_bmc_drops) || is(wire, SentenceId::fault_bmc_duplicates) || wire == nullptr;
  const bool reachable = bmc_lit(e, head) && answers;
  if (reachable == bmc.reachable) return;
  bmc.reachable = reachable;
  e.emit(EventKind::bmc_reachable, e.id_of(head), {.x = reachable ? 1 : 0});
}

}  // namespace hasim::sim
