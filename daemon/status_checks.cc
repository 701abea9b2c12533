#include "daemon/status_checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/forecast.h"

namespace hacored {

namespace {

using ha::Reason;
using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::string_view kStates[] = {"ok", "warn", "fail", "unknown"};

json check(const Seen& seen, std::string id, std::string label, CheckState state, std::string text,
           Reason reason = Reason::none) {
  json one = {{"id", std::move(id)},
              {"label", std::move(label)},
              {"state", kStates[static_cast<std::size_t>(state)]},
              {"text", std::move(text)}};
  if (reason == Reason::none) return one;
  one["reason"] = to_string(reason);
  one["unlocks"] = unlocks(reason);
  if (const Told* told = seen.history.since(reason)) one["since"] = utc(told->when);
  return one;
}

std::string ago(const Seen& seen, ha::Instant at) {
  const double s = std::chrono::duration<double>(seen.now - at).count();
  return s < 0.9995 ? fmt::format("{:.0f} ms ago", s * 1000) : fmt::format("{:.{}f} s ago", s, s < 100 ? 1 : 0);
}

/// Beats of mine over that path arrive at the peer, as its newest beat says.
json path_from_me(const Seen& seen, std::size_t i) {
  const std::string& name = seen.settings.paths[i].name;
  const std::string id = "path:" + name;
  if (!seen.peer_alive()) return check(seen, id, name, CheckState::unknown, "nobody there to say");
  const bool heard = (seen.state().peer.beat.hears >> i & 1) != 0;
  if (!heard) return check(seen, id, name, CheckState::fail, "beats do not arrive there", Reason::path_lost);
  return check(seen, id, name, CheckState::ok, "beats arrive");
}

json path_from_peer(const Seen& seen, std::size_t i) {
  const std::string& name = seen.settings.paths[i].name;
  const std::string id = "path:" + name;
  const ha::PathState& path = seen.state().paths[i];
  if (!path.carrier) return check(seen, id, name, CheckState::fail, "no carrier", Reason::path_lost);
  if ((seen.node.status().hears >> i & 1) == 0) {
    const std::string when =
        path.arrived_at == ha::kLongAgo ? "never heard" : "silent, heard " + ago(seen, path.arrived_at);
    return check(seen, id, name, CheckState::fail, when, Reason::path_lost);
  }
  std::string text = "heard " + ago(seen, path.arrived_at);
  if (!path.large) return check(seen, id, name, CheckState::warn, "large frames are lost", Reason::path_degraded);
  if (path.one_way_from != ha::kNever && seen.state().peer.one_way)
    return check(seen, id, name, CheckState::warn, "one direction is mute", Reason::one_way);
  if (seen.state().peer.flapping && path.flaps > 0)
    return check(seen, id, name, CheckState::warn, "comes and goes", Reason::flapping);
  const std::uint64_t forged = i < seen.beats.size() ? seen.beats[i].forged : 0;
  if (forged > 0) text += fmt::format(", {} of another key", forged);
  return check(seen, id, name, CheckState::ok, text);
}

json core_of_peer(const Seen& seen) {
  const ha::PeerState& peer = seen.state().peer;
  const bool dumps = peer.dump_at != ha::kLongAgo && seen.now - peer.dump_at < seen.node.config().warn_after;
  if (!seen.peer_alive() && dumps)
    return check(seen, "core", "core", CheckState::fail, "says that it writes a crash dump", Reason::dumping);
  if (!seen.peer_alive())
    return check(seen, "core", "core", CheckState::fail, fmt::format("is {}", to_string(peer.view)),
                 peer.mostly_dead ? Reason::mostly_dead : Reason::path_lost);
  if (peer.stuck) return check(seen, "core", "core", CheckState::fail, "decides nothing", Reason::core_stuck);
  return check(seen, "core", "core", CheckState::ok, "decided " + ago(seen, peer.progress_at));
}

json fit_of_me(const Seen& seen) {
  const ha::State& s = seen.state();
  if (s.fit == ha::Fit::fit) return check(seen, "fit", "fit", CheckState::ok, "could serve");
  const CheckState state = s.fit == ha::Fit::unfit ? CheckState::fail : CheckState::warn;
  return check(seen, "fit", "fit", state, std::string{explain(s.unfit_because)}, s.unfit_because);
}

json fit_of_peer(const Seen& seen) {
  if (!seen.peer_alive()) return check(seen, "fit", "fit", CheckState::unknown, "not known");
  const ha::Beat& beat = seen.state().peer.beat;
  for (ha::ServiceIndex i = 0; i < seen.node.config().services; ++i) {
    const Reason trouble = beat.service[i].trouble;
    if (trouble != Reason::none)
      return check(seen, "fit", "fit", CheckState::fail, std::string{explain(trouble)}, trouble);
  }
  return check(seen, "fit", "fit", CheckState::ok, "could serve");
}

/// What can be wrong with a level (core/chassis.cc).
bool is_of_fence_device(Reason reason) {
  constexpr std::array kAll{Reason::bmc_silent,   Reason::bmc_login,     Reason::bmc_lies,    Reason::bmc_swapped,
                            Reason::fence_failed, Reason::fence_unknown, Reason::cannot_fence};
  return std::find(kAll.begin(), kAll.end(), reason) != kAll.end();
}

json fence_level(const Seen& seen, std::size_t i) {
  const ha::FenceLevel& level = seen.state().chassis.level[i];
  const std::string& name = seen.settings.fence[i].name;
  const std::string id = "fence:" + name;
  const std::string label = i == 0 ? "can fence" : fmt::format("  level {}", i + 1);
  if (level.trouble != Reason::none)
    return check(seen, id, label, CheckState::fail, fmt::format("{}: {}", name, explain(level.trouble)), level.trouble);
  if (level.checked_at == ha::kLongAgo) return check(seen, id, label, CheckState::unknown, name + ", not asked yet");
  // An OFF is not sent after its slot: of a device whose login takes longer none ever leaves (PROTOCOL F6).
  const ha::Config& config = seen.node.config();
  const ha::Duration took = measured(seen.settings, seen.state()).power[i];
  if (!config.store && config.fence_delay > ha::Duration{0} && took >= shot_window(config))
    return check(seen, id, label, CheckState::warn,
                 fmt::format("{} answers in {} ms; an order must leave within {} ms, a quarter of fence_delay", name,
                             took / milliseconds{1}, shot_window(config) / milliseconds{1}));
  return check(seen, id, label, CheckState::ok, fmt::format("{}, asked {}", name, ago(seen, level.checked_at)));
}

/// Of what its beats say they say the gravest only; fence devices come last.
json fencing_of_peer(const Seen& seen) {
  const Reason unready = seen.state().peer.beat.unready;
  if (seen.settings.fence.empty()) return check(seen, "fence", "can fence", CheckState::warn, "no level is configured");
  if (!seen.peer_alive()) return check(seen, "fence", "can fence", CheckState::unknown, "not known");
  if (is_of_fence_device(unready))
    return check(seen, "fence", "can fence", CheckState::fail, std::string{explain(unready)}, unready);
  if (unready != Reason::none)
    return check(seen, "fence", "can fence", CheckState::unknown, "not known while it has graver trouble");
  return check(seen, "fence", "can fence", CheckState::ok, "as its beats say");
}

constexpr std::int64_t kDrillDays = 90;  ///< what was true longer ago may not be true any more

/// "2026-11-09 (12 d)".
std::string day_of(const Seen& seen, WallTime at) {
  return fmt::format("{} ({} d)", utc(at).get<std::string>().substr(0, 10),
                     std::chrono::duration_cast<std::chrono::hours>(seen.wall - at).count() / 24);
}

bool overdue(const Seen& seen, WallTime at) { return seen.wall - at > std::chrono::hours{24 * kDrillDays}; }

json fence_drill(const Seen& seen) {
  const Drilled::When at = seen.drilled.fence;
  if (!at) return check(seen, "drill", "  drill", CheckState::unknown, fmt::format("none by {} yet", seen.me()));
  if (!overdue(seen, *at)) return check(seen, "drill", "  drill", CheckState::ok, day_of(seen, *at));
  return check(seen, "drill", "  drill", CheckState::warn, fmt::format("{}, over {} d", day_of(seen, *at), kDrillDays),
               Reason::drill_overdue);
}

void add_fencing(const Seen& seen, json& checks) {
  if (seen.settings.fence.empty())
    checks.push_back(check(seen, "fence", "can fence", CheckState::warn, "no level is configured"));
  for (std::size_t i = 0; i < seen.settings.fence.size() && i < ha::kFenceLevelsMax; ++i)
    checks.push_back(fence_level(seen, i));
  if (!seen.settings.fence.empty()) checks.push_back(fence_drill(seen));
}

std::string seconds(ha::Duration d) { return fmt::format("{:g} s", std::chrono::duration<double>(d).count()); }

json watchdog_of_me(const Seen& seen) {
  const ha::State& s = seen.state();
  const ha::Config& c = seen.node.config();
  if (!c.watchdog) return check(seen, "watchdog", "watchdog", CheckState::unknown, "none is configured");
  if (!s.watchdog_usable)
    return check(seen, "watchdog", "watchdog", CheckState::fail, "cannot be armed", Reason::watchdog_unusable);
  const std::string text =
      fmt::format("{}, {}", s.watchdog_armed ? "armed" : "ready, not armed", seconds(c.watchdog_after));
  const Drilled& drilled = seen.drilled;
  if (drilled.watchdog_failed)
    return check(seen, "watchdog", "watchdog", CheckState::fail,
                 fmt::format("{}; did not fire in the drill of {}", text, day_of(seen, *drilled.watchdog_failed)),
                 Reason::watchdog_unusable);
  if (!drilled.watchdog) return check(seen, "watchdog", "watchdog", CheckState::ok, text + "; never drilled");
  return check(seen, "watchdog", "watchdog", CheckState::ok,
               fmt::format("{}; fired in the drill of {}", text, day_of(seen, *drilled.watchdog)));
}

json watchdog_of_peer(const Seen& seen) {
  const ha::StoreState& store = seen.state().store;
  const ha::LeaseRecord& lease = store.view.lease[1 - seen.settings.self];
  if (!store.known || !lease.holder) return check(seen, "watchdog", "watchdog", CheckState::unknown, "not known here");
  const std::string text =
      fmt::format("{}, {}; {}", lease.watchdog_armed ? "armed" : "not armed",
                  seconds(std::chrono::nanoseconds{static_cast<std::int64_t>(lease.watchdog_after)}),
                  lease.watchdog_tested ? "fired in a drill" : "never drilled");
  return check(seen, "watchdog", "watchdog", CheckState::ok, text);
}

json store_check(const Seen& seen) {
  const ha::StoreState& store = seen.state().store;
  const std::string hung = seen.stores_hung == 0 ? "" : fmt::format("; {} hacore-store hang", seen.stores_hung);
  if (!store.known) return check(seen, "store", "store", CheckState::fail, "never answered" + hung, Reason::lease_lost);
  return check(seen, "store", "store", store.silent ? CheckState::fail : CheckState::ok,
               "answered " + ago(seen, store.seen_at) + hung, store.silent ? Reason::lease_lost : Reason::none);
}

json voters_check(const Seen& seen) {
  const VotersSaid said = voters_said(seen.state());
  const int all = seen.node.config().voters;
  if (said.at == ha::kLongAgo) return check(seen, "voters", "voters", CheckState::unknown, "not asked yet");
  const Reason why = said.answered == 0        ? Reason::voters_lost
                     : 2 * said.hear_me <= all ? Reason::no_vote
                                               : Reason::none;
  return check(
      seen, "voters", "voters", why == Reason::none ? CheckState::ok : CheckState::fail,
      fmt::format("{} of {} answered {}, {} hear this head", said.answered, all, ago(seen, said.at), said.hear_me),
      why);
}

json right_check(const Seen& seen) {
  const ha::Instant end = seen.node.status().right_end;
  const double left = std::chrono::duration<double>(end - seen.now).count();
  if (left > 0) return check(seen, "right", "right to run", CheckState::ok, fmt::format("lasts {:.1f} s", left));
  return check(seen, "right", "right to run", CheckState::fail, "is over", Reason::lease_lost);
}

}  // namespace

VotersSaid voters_said(const ha::State& state) {
  const ha::Inquiry& open = state.inquiry;
  if (open.open) return {open.voters_asked_at, open.answered, open.hear_me, open.hear_peer};
  const ha::ArbiterWatch& quiet = state.arbiters;
  return {quiet.voters_at, quiet.answered, quiet.hear_me, quiet.hear_peer};
}

bool runs_by_right(const ha::Config& c) { return c.store && c.watchdog && c.watchdog_proves; }

json checks_from_me(const Seen& seen) {
  json checks = json::array();
  for (std::size_t i = 0; i < seen.settings.paths.size(); ++i) checks.push_back(path_from_me(seen, i));
  checks.push_back(check(seen, "core", "core", CheckState::ok, "decides"));
  checks.push_back(fit_of_me(seen));
  add_fencing(seen, checks);
  checks.push_back(watchdog_of_me(seen));
  return checks;
}

json checks_from_peer(const Seen& seen) {
  json checks = json::array();
  for (std::size_t i = 0; i < seen.settings.paths.size(); ++i) checks.push_back(path_from_peer(seen, i));
  checks.push_back(core_of_peer(seen));
  checks.push_back(fit_of_peer(seen));
  checks.push_back(fencing_of_peer(seen));
  checks.push_back(watchdog_of_peer(seen));
  return checks;
}

json arbiter_checks(const Seen& seen) {
  json checks = json::array();
  const ha::Config& c = seen.node.config();
  if (c.store) checks.push_back(store_check(seen));
  const auto& services = seen.state().services;
  const bool owns = std::any_of(services.begin(), services.begin() + c.services,
                                [](const ha::Service& s) { return s.role == ha::Role::owner; });
  if (runs_by_right(c) && owns) checks.push_back(right_check(seen));
  if (c.voters > 0) checks.push_back(voters_check(seen));
  return checks;
}

json resource_checks(const Seen& seen, ha::ServiceIndex service) {
  json checks = json::array();
  const ha::Service& mine = seen.state().services[service];
  if (mine.role != ha::Role::owner) return checks;
  const auto& resources = seen.settings.services[service].resources;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const std::size_t number = seen.node.config().service[service].first + i;
    const std::string id = "resource:" + resources[i].name;
    const ResourceHealth health = number < seen.resources.size() ? seen.resources[number] : ResourceHealth{};
    const bool started = (mine.run.running >> number & 1) != 0;
    if (health.late > 0) {
      const std::string seen_at =
          health.checked ? fmt::format("{} {}", health.runs ? "ran" : "did not run", ago(seen, health.at)) : "started";
      checks.push_back(check(seen, id, resources[i].name, CheckState::warn,
                             fmt::format("{}; no check has answered in time since ({})", seen_at, health.late)));
    } else if (health.checked && !health.runs) {
      const Reason reason = health.reason == Reason::none ? Reason::service_failed : health.reason;
      checks.push_back(check(seen, id, resources[i].name, CheckState::fail, "does not run", reason));
    } else if (health.checked) {
      checks.push_back(check(seen, id, resources[i].name, CheckState::ok, "runs, seen " + ago(seen, health.at)));
    } else {
      checks.push_back(check(seen, id, resources[i].name, started ? CheckState::ok : CheckState::fail,
                             started ? "started" : "is not up", started ? Reason::none : Reason::service_failed));
    }
  }
  return checks;
}

CheckState gravest(const json& checks) {
  CheckState worst = CheckState::ok;
  for (const json& one : checks) {
    if (one["state"] == "fail") return CheckState::fail;
    if (one["state"] == "warn") worst = CheckState::warn;
  }
  return worst;
}

}  // namespace hacored
