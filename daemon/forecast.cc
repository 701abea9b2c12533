#include "daemon/forecast.h"

#include <algorithm>

#include "daemon/rehearsal.h"

namespace hacored {

namespace {

using ha::CommandKind;
using ha::Reason;

/// How fence agents of BMCs are named: those that lose their power with the machine's cord.
bool is_bmc(const std::string& agent) {
  const auto names = {"ipmi", "redfish", "ilo", "drac", "bmc", "imm", "rsa"};
  return std::any_of(names.begin(), names.end(),
                     [&agent](std::string_view name) { return agent.find(name) != std::string::npos; });
}

/// Longer than any hold that ends by itself.
ha::Duration horizon(const ha::Config& c, const ha::Budget& b) {
  return std::max(b.by_power(), b.by_watchdog()) + c.quorum_wait + b.mounts_wait + std::chrono::minutes{1};
}

template <class Test>
bool any_here(const ha::Node& node, Test test) {
  const auto& services = node.state().services;
  return std::any_of(services.begin(), services.begin() + node.config().services, test);
}

bool owns_all(const ha::Node& node) {
  return !any_here(node, [](const ha::Service& s) { return s.role != ha::Role::owner; });
}

/// Questions to resources are under way, and their answers cannot be copied.
bool moves(const ha::Node& node) {
  return any_here(node, [](const ha::Service& s) { return s.run.phase != ha::ServicePhase::idle; });
}

/// What the core itself says about why it does not act; the gravest first.
Reason why_not(const ha::Node& node) {
  const ha::State& s = node.state();
  for (ha::ServiceIndex i = 0; i < node.config().services; ++i) {
    if (s.services[i].hold != Reason::none) return s.services[i].hold;
  }
  if (s.fencing.phase != ha::FencePhase::idle && s.fencing.reason != Reason::none) return s.fencing.reason;
  return s.unready == Reason::none ? Reason::no_proof : s.unready;
}

struct Remedy {
  CommandKind kind;
  bool force;
  const char* words;
};
constexpr Remedy kRemedies[] = {{CommandKind::maintenance_off, false, "maintenance off"},
                                {CommandKind::standby_off, false, "standby off"},
                                {CommandKind::acknowledge, false, "ack-off"},
                                {CommandKind::makeactive, true, "makeactive --force"}};

/// The first order that makes a copy of the copy serve.
std::string remedy(const Rehearsal& held, ha::Duration within) {
  for (const Remedy& one : kRemedies) {
    Rehearsal copy = held;
    copy.order(one.kind, one.force);
    if (copy.until_served(copy.now() + within)) return one.words;
  }
  return "";
}

ha::Duration bound_of(const ha::Budget& b, ha::Proof proof) {
  if (proof == ha::Proof::power_off) return b.by_power();
  return proof == ha::Proof::self_fenced && b.has_right_to_run ? b.by_watchdog() : ha::Duration{0};
}

Forecast of_peer(const ha::Node& node, ha::Instant now, Blow blow, const Settings& settings, const Answers& answers) {
  Forecast f;
  f.blow = blow;
  if (moves(node)) return f.then = Then::hold, f.reason = Reason::in_progress, f;
  const ha::Budget budget = budget_of(node.config(), settings.surroundings);
  const ha::Duration within = horizon(node.config(), budget);
  const bool owned_all = owns_all(node);
  Rehearsal copy{node, now, answers, blow == Blow::peer_power_and_bmc};
  copy.strike();
  if (owned_all) {
    copy.until_stopped(now + within);
    f.then = copy.serves_all() ? Then::stays : Then::stops;
    if (f.then == Then::stops) f.reason = why_not(copy.node());
    return f;
  }
  if (copy.until_served(now + within)) {
    f.then = Then::takeover;
    f.after = copy.now() - now;
    f.proof = copy.proof();
    f.bound = bound_of(budget, f.proof);
    for (ha::ServiceIndex i = 0; i < node.config().services; ++i)
      f.start_known &= answers.start[i] > ha::Duration{0} || node.state().services[i].role == ha::Role::owner;
    return f;
  }
  f.then = Then::hold;
  f.reason = why_not(copy.node());
  f.remedy = remedy(copy, within);
  return f;
}

/// The peer's core cannot be copied; its beat says what it would do, as far as it says anything.
Forecast of_own(const ha::Node& node, const Settings& settings) {
  Forecast f;
  f.blow = Blow::own_power;
  f.from_beat = true;
  const ha::State& s = node.state();
  const ha::Beat& beat = s.peer.beat;
  const auto hold = [&f](Reason reason, const char* words = "") {
    f.then = Then::hold;
    f.reason = reason;
    f.remedy = words;
    return f;
  };
  if (s.peer.view != ha::PeerView::alive && s.peer.view != ha::PeerView::suspect) return hold(Reason::path_lost);
  if (!beat.understood()) return hold(Reason::version_differs);
  const auto theirs_end = beat.service.begin() + node.config().services;
  const auto owns = [](const ha::ServiceBeat& theirs) { return theirs.role == ha::Role::owner; };
  if (std::all_of(beat.service.begin(), theirs_end, owns)) return f.then = Then::stays, f;
  if (beat.has(ha::kMaintenance)) return hold(Reason::maintenance, "maintenance off");
  if (s.survived.disk.maintenance) return hold(Reason::maintenance, "ack-off");
  bool waits_unadmitted = false;
  for (ha::ServiceIndex i = 0; i < node.config().services; ++i) {
    const ha::ServiceBeat& theirs = beat.service[i];
    if (owns(theirs)) continue;
    if (theirs.role == ha::Role::stopped) return hold(theirs.trouble);
    if (theirs.role != ha::Role::passive) return hold(Reason::in_progress);
    if (theirs.trouble != Reason::none) return hold(theirs.trouble);
    waits_unadmitted |= s.services[i].role == ha::Role::owner && !s.peer.was_armed;
  }
  if (beat.has(ha::kStandby)) return hold(Reason::standby, "standby off");
  if (beat.has(ha::kLeaving)) return hold(Reason::leaving);
  if (beat.digest != node.config().digest) return hold(Reason::config_differs);
  if (waits_unadmitted) return hold(Reason::no_proof, "ack-off");
  f.then = Then::takeover;
  f.reason = beat.unready;  // it would try, and says itself what is in its way
  f.bound = budget_of(node.config(), settings.surroundings).by_power();
  f.start_known = false;
  return f;
}

}  // namespace

std::string_view to_string(Blow blow) {
  switch (blow) {
    case Blow::peer_power: return "peer-power-loss";
    case Blow::peer_power_and_bmc: return "peer-and-bmc-power-loss";
    case Blow::own_power: return "own-power-loss";
  }
  return "";
}

std::string_view to_string(Then then) {
  switch (then) {
    case Then::takeover: return "takeover";
    case Then::stays: return "stays";
    case Then::hold: return "hold";
    case Then::stops: return "stops";
  }
  return "";
}

Answers measured(const Settings& settings, const ha::State& state) {
  Answers answers;
  const ha::Chassis& chassis = state.chassis;
  const bool answered = chassis.id == ha::RequestId{} && chassis.on_at > chassis.asked_at;
  for (std::size_t i = 0; i < settings.fence.size() && i < answers.power.size(); ++i) {
    answers.bmc[i] = is_bmc(settings.fence[i].agent);
    answers.power_timeout[i] = settings.fence[i].timeout;
    if (answered && chassis.asked_level == i) answers.power[i] = chassis.on_at - chassis.asked_at;
  }
  answers.arbiters = state.arbiters;
  return answers;
}

Forecast forecast(const ha::Node& node, ha::Instant now, Blow blow, const Settings& settings, const Answers& answers) {
  return blow == Blow::own_power ? of_own(node, settings) : of_peer(node, now, blow, settings, answers);
}

ha::Reply would_reply(const ha::Node& node, ha::Instant now, CommandKind kind, bool force, ha::ServiceIndex service) {
  constexpr ha::RequestId kOfThis{~std::uint64_t{0}};
  ha::Node copy = node;
  ha::Outputs out;
  copy.step(now, ha::Command{kOfThis, kind, force, service}, out);
  for (const ha::Output& output : out) {
    const auto* reply = std::get_if<ha::Reply>(&output);
    if (reply && reply->id == kOfThis) return *reply;
  }
  return {kOfThis, kind, ha::Outcome::unknown, Reason::none};
}

}  // namespace hacored
