// The core's one door: takes an input, lets the rooms judge, says when it wants to be called again.
#include "core/node.h"

#include <cstring>

#include "core/rooms.h"

namespace ha {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

/// A gap longer than this in my own life is a stall of mine, not a silence of the peer (D1).
Duration stall_max(const Config& c) { return 2 * c.keep_alive; }

void wake_up(Turn& t) {
  State& s = t.s;
  s.started_at = t.now();
  for (Service& service : s.services) service.listens_from = t.now();
  s.peer.judged_from = t.now();
  s.next_beat_at = t.now();
  // How long ago these happened is not known after a restart; the full time counts again from here.
  if (t.disk().off_out) s.off_out_until = t.now() + t.config.late_max;
  if (t.disk().fences) s.fences_from = t.now();
  if (t.disk().failovers) s.failovers_from = t.now();
  s.reminded_at = t.now();
  each_service(t, [](ServiceTurn& of) {
    of.report(ReportKind::role, static_cast<int>(Role::init), static_cast<int>(Role::init), Cause::boot, Reason::none,
              of.owned());
  });
  if (t.disk().hardware_id != 0 && t.disk().hardware_id != t.config.hardware_id) {
    t.alert(Reason::cloned);  // A6: this disk belongs to another machine; nothing is probed, promised or claimed
    return each_service(t, [](ServiceTurn& of) { of.hold(Reason::cloned); });
  }
  t.disk().hardware_id = t.config.hardware_id;
  each_service(t, [](ServiceTurn& of) { of.begin(Operation::boot, Cause::boot); });
  s.probe_id = t.ask();
  t.out.push(Probe{s.probe_id});
}

void set_watchdog(Turn& t, const WatchdogState& in) {
  if (!in.usable && t.config.watchdog && (t.s.watchdog_usable || t.s.kick_at == kNever)) {
    t.report(ReportKind::condition, 1, 0, Cause::none, Reason::watchdog_unusable);
  }
  t.s.watchdog_usable = in.usable ? 1 : 0;
  t.s.watchdog_tested = in.tested ? 1 : 0;
  if (in.usable || !t.s.watchdog_armed) return;
  t.s.watchdog_armed = 0;  // the peer must not count on it (A2)
  t.boot().watchdog_armed = 0;
  t.persist_boot();
}

/// The last words of a leaving head have been sent with this step's beat.
void go_if_left(Turn& t) {
  if (t.s.leaving != 2) return;
  t.s.leaving = 3;
  if (t.s.watchdog_armed) t.out.push(DisarmWatchdog{});
  t.s.watchdog_armed = 0;
  t.s.watchdog_usable = 0;
  t.out.push(Left{});
}

/// Safety first: what must stop is looked at before what could start.
void judge(Turn& t) {
  judge_peer(t);
  judge_readiness(t);
  judge_right(t);
  each_service(t, judge_service);
  judge_fencing(t);
  each_service(t, grant_if_asked);
  each_service(t, judge_join);
  judge_inquiry(t);
  judge_claim(t);
  each_service(t, judge_handover);
  judge_leaving(t);
  judge_drill(t);
  judge_reload(t);
  remind_of_maintenance(t);
  each_service(t, grant_if_asked);  // a source that has just stopped gives its word in the same step
  each_service(t, renumber_if_overtaken);
  watch_chassis(t);
  watch_arbiters(t);
  use_store(t);
  kick_if_due(t);
  send_beat_if_due(t);
  go_if_left(t);
}

/// False: nothing follows from it.
bool take(Turn& t, const Input& input) {
  if (const auto* beat = std::get_if<BeatReceived>(&input)) return on_beat(t, *beat);
  std::visit(
      Overloaded{
          [](const Tick&) {},
          [](const BeatReceived&) {},
          [&](const LinkChanged& in) { on_link(t, in); },
          [&](const Probed& in) { on_probed(t, in); },
          [&](const ResourceAnswer& in) { each_service(t, [&](ServiceTurn& of) { on_resource(of, in); }); },
          [&](const ResourceFailed& in) { each_service(t, [&](ServiceTurn& of) { on_resource_failed(of, in); }); },
          [&](const MarkerAnswer& in) { each_service(t, [&](ServiceTurn& of) { on_marker(of, in); }); },
          [&](const PowerOffAnswer& in) { on_power_off(t, in); },
          [&](const PowerReading& in) { on_power_reading(t, in); },
          [&](const StoreAnswer& in) { on_store_answer(t, in); },
          [&](const VoterTally& in) { on_watched_voters(t, in), on_voters(t, in); },
          [&](const PingAnswer& in) { on_watched_ping(t, in), on_ping(t, in); },
          [&](const PeerDumps&) { on_peer_dumps(t); },
          [&](const Command& in) { on_command(t, in); },
          [&](const Fitness& in) { on_fitness(t, in); },
          [&](const Staged& in) { on_staged(t, in); },
          [&](const WatchdogState& in) { set_watchdog(t, in); },
          [&](const AgentState& in) { t.s.delay_ignored = in.keeps_delay ? 0 : 1; },
      },
      input);
  return true;
}

Instant next_due(const Config& c, const State& s) {
  Instant due = s.next_beat_at;
  due = earliest(due, detection_due(c, s));
  due = earliest(due, right_due(c, s));
  due = earliest(due, join_due(c, s));
  due = earliest(due, inquiry_due(c, s));
  due = earliest(due, arbiters_due(c, s));
  due = earliest(due, claim_due(c, s));
  due = earliest(due, chassis_due(c, s));
  due = earliest(due, fencing_due(s));
  due = earliest(due, service_due(c, s));
  due = earliest(due, handover_due(c, s));
  due = earliest(due, readiness_due(c, s));
  due = earliest(due, drill_due(s));
  due = earliest(due, reload_due(s));
  due = earliest(due, reminder_due(s));
  // A deadline that has passed without a change waits for something else; it is looked at again soon, not at once.
  return due > s.now ? due : s.now + c.keep_alive / 16;
}

}  // namespace

Node::Node(const Config& config, const Durable& survived, Incarnation boot) : config_(config) {
  HA_CHECK(static_cast<bool>(boot));
  HA_CHECK(config.self < 2 && config.paths <= kPathsMax && config.resources() <= kResourcesMax &&
           config.fence_levels <= kFenceLevelsMax && config.services >= 1 && config.services <= kServicesMax);
  state_.me = boot;
  state_.survived = survived;
}

void Node::reconfigure(const Config& config) {
  HA_CHECK(config.self == config_.self && config.cell == config_.cell && config.services == config_.services &&
           config.resources() == config_.resources());
  config_ = config;
  state_.reload = Reload{};
  state_.beat_now = 1;
  state_.settled = 0;
}

void Node::step(Instant now, const Input& input, Outputs& out) {
  State& s = state_;
  const bool first = s.now == kLongAgo;
  HA_CHECK(first || now >= s.now);
  const bool stalled = !first && s.due != kNever && now - s.due > stall_max(config_);
  s.now = now;
  ++s.progress;
  Turn t{config_, s, out};
  if (first) wake_up(t);
  if (stalled) resume_after_stall(t);
  const int said = out.size();
  if (!take(t, input) && s.settled && now < s.due) return;
  judge(t);
  s.settled = out.size() == said ? 1 : 0;
  s.due = next_due(config_, s);
}

Instant Node::deadline() const { return state_.due; }

Status Node::status() const {
  const State& s = state_;
  Status status;
  status.services = config_.services;
  for (ServiceIndex i = 0; i < config_.services; ++i) {
    const Service& service = s.services[i];
    status.service[i] = {.role = service.role,
                         .epoch = owns_something(service.role) ? service.epoch : Epoch{},
                         .promised = s.survived.disk.promised[i],
                         .proof = service.proof,
                         .hold = service.hold,
                         .operation = service.operation};
  }
  status.peer = s.peer.view;
  status.unready = s.unready;
  status.armed = s.armed != 0;
  status.leaving = s.leaving != 0;
  status.maintenance = s.survived.disk.maintenance != 0;
  status.standby = s.survived.disk.standby != 0;
  status.fit = s.fit;
  for (int i = 0; i < config_.paths; ++i)
    status.hears |= static_cast<std::uint8_t>(s.paths[static_cast<std::size_t>(i)].heard << i);
  status.right_end = right_end(config_, s);
  return status;
}

bool Node::operator==(const Node& other) const { return std::memcmp(&state_, &other.state_, sizeof state_) == 0; }

std::uint64_t Node::hash() const {
  static_assert(sizeof(State) % 8 == 0);
  std::array<std::uint64_t, sizeof(State) / 8> words;
  std::memcpy(words.data(), &state_, sizeof state_);
  std::uint64_t h = 0x9e3779b97f4a7c15ULL;
  for (const std::uint64_t w : words) {
    h = (h ^ w) * 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
  }
  return h;
}

}  // namespace ha
