#include "daemon/metrics.h"

#include "core/journal.h"
#include "daemon/beat_watch.h"
#include "daemon/figures.h"
#include "daemon/status_checks.h"

namespace hacored {
namespace {

using ha::Reason;

double seconds(ha::Duration d) { return std::chrono::duration<double>(d).count(); }

Reason reason(int i) { return static_cast<Reason>(i); }

void about_build(const Seen& seen, Figures& out) {
  out.family("build_info", "gauge", "Version of hacored and digest of its core; always 1.");
  out.sample(1, {{"version", HACORE_VERSION}, {"core", ha::digest()}});
  out.family("head_info", "gauge", "Which head of which cell this is; always 1.");
  out.sample(1, {{"cell", seen.settings.cell}, {"head", seen.me()}, {"peer", seen.peer()}});
}

void about_services(const Seen& seen, Figures& out) {
  const auto& services = seen.settings.services;
  const ha::Status status = seen.node.status();
  const Tally& tally = seen.history.tally();
  out.family("role", "gauge", "1 at the role that this head has for the service.");
  for (std::size_t i = 0; i < services.size(); ++i)
    for (int role = 0; role <= static_cast<int>(ha::Role::dead); ++role)
      out.sample(status.service[i].role == static_cast<ha::Role>(role),
                 {{"service", services[i].name}, {"role", to_string(static_cast<ha::Role>(role))}});
  out.family("epoch", "gauge", "Epoch of the service that this head owns or acts on; 0: none.");
  for (std::size_t i = 0; i < services.size(); ++i)
    out.sample(ha::value(status.service[i].epoch), {{"service", services[i].name}});
  out.family("hold", "gauge", "1 at the reason for which this head does not act for the service, although it would.");
  for (std::size_t i = 0; i < services.size(); ++i)
    for (int r = 1; r < ha::kReasons; ++r)
      out.sample(status.service[i].hold == reason(r),
                 {{"service", services[i].name}, {"reason", to_string(reason(r))}});
  out.family("role_changes_total", "counter", "Changes of the role of this head.");
  for (std::size_t i = 0; i < services.size(); ++i) out.sample(tally.role_changes[i], {{"service", services[i].name}});
  out.family("takeovers_total", "counter", "Takeovers that this head began.");
  for (std::size_t i = 0; i < services.size(); ++i) out.sample(tally.takeovers[i], {{"service", services[i].name}});
}

void about_resources(const Seen& seen, Figures& out) {
  const auto each = [&](auto figure) {
    for (std::size_t i = 0; i < seen.settings.services.size(); ++i) {
      const ServiceSettings& service = seen.settings.services[i];
      for (std::size_t r = 0; r < service.resources.size(); ++r) {
        const std::size_t number = seen.node.config().service[i].first + r;
        if (number < seen.resources.size() && seen.resources[number].checked)
          out.sample(figure(seen.resources[number]),
                     {{"service", service.name}, {"resource", service.resources[r].name}});
      }
    }
  };
  out.family("resource_runs", "gauge",
             "1: the newest check found the resource running. Absent before the first check.");
  each([](const ResourceHealth& health) { return health.runs; });
  out.family("resource_check_age_seconds", "gauge", "Time since that check.");
  each([&](const ResourceHealth& health) { return seconds(seen.now - health.at); });
}

void about_head(const Seen& seen, Figures& out) {
  const ha::Status status = seen.node.status();
  const ha::PeerState& peer = seen.state().peer;
  out.family("peer_view", "gauge", "1 at how this head sees its peer.");
  for (int view = 0; view <= static_cast<int>(ha::PeerView::off); ++view)
    out.sample(peer.view == static_cast<ha::PeerView>(view), {{"view", to_string(static_cast<ha::PeerView>(view))}});
  out.family("peer_beat_age_seconds", "gauge", "Time since the newest beat of the peer. Absent before the first one.");
  if (peer.beat_at != ha::kLongAgo) out.sample(seconds(seen.now - peer.beat_at));
  out.family("unready", "gauge", "1 at the reason for which a failover to this head would fail.");
  for (int r = 1; r < ha::kReasons; ++r) out.sample(status.unready == reason(r), {{"reason", to_string(reason(r))}});
  out.family("admitted", "gauge", "1: the owner has admitted this head, so it may take over later.");
  out.sample(status.armed);
  out.family("maintenance", "gauge", "1: maintenance is on.");
  out.sample(status.maintenance);
  out.family("standby", "gauge", "1: this head is in standby.");
  out.sample(status.standby);
}

void about_paths(const Seen& seen, Figures& out) {
  const auto& paths = seen.settings.paths;
  const auto each = [&](auto figure) {
    for (std::size_t i = 0; i < paths.size(); ++i) out.sample(figure(i), {{"path", paths[i].name}});
  };
  out.family("path_heard", "gauge", "1: beats of the peer arrive over the path.");
  each([&, hears = seen.node.status().hears](std::size_t i) { return (hears >> i & 1) != 0; });
  out.family("path_carrier", "gauge", "1: the interface of the path has a carrier.");
  each([&](std::size_t i) { return seen.state().paths[i].carrier != 0; });
  out.family("path_large_frames", "gauge", "0: of frames to the peer and back only short ones arrive.");
  each([&](std::size_t i) { return seen.state().paths[i].large != 0; });
  out.family("path_beat_age_seconds", "gauge",
             "Time since the newest beat over the path. Absent before the first one.");
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (const ha::Instant at = seen.state().paths[i].arrived_at; at != ha::kLongAgo)
      out.sample(seconds(seen.now - at), {{"path", paths[i].name}});
  if (seen.beats.size() != paths.size()) return;
  out.family("beats_sent_total", "counter", "Beats sent.");
  each([&](std::size_t i) { return seen.beats[i].sent; });
  out.family("beats_send_errors_total", "counter", "Beats that the kernel did not take.");
  each([&](std::size_t i) { return seen.beats[i].send_errors; });
  out.family("beats_received_total", "counter", "Beats received and told to the core.");
  each([&](std::size_t i) { return seen.beats[i].received; });
  out.family("beats_dropped_total", "counter", "Datagrams at the beat port that were dropped, by kind.");
  for (const DropKind& kind : kDropKinds)
    for (std::size_t i = 0; i < paths.size(); ++i)
      out.sample(seen.beats[i].*kind.count, {{"path", paths[i].name}, {"kind", kind.name}});
}

void about_fencing(const Seen& seen, Figures& out) {
  const auto& levels = seen.settings.fence;
  const auto& states = seen.state().chassis.level;
  out.family("fence_level_usable", "gauge", "1: nothing is known against the level.");
  for (std::size_t i = 0; i < levels.size(); ++i)
    out.sample(states[i].trouble == Reason::none, {{"level", levels[i].name}});
  out.family("fence_level_trouble", "gauge", "1 at what is wrong with the level. Absent while nothing is.");
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (const Reason trouble = states[i].trouble; trouble != Reason::none)
      out.sample(1, {{"level", levels[i].name}, {"reason", to_string(trouble)}});
  out.family("fence_level_check_age_seconds", "gauge", "Time since the level was asked. Absent before that.");
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (const ha::Instant at = states[i].checked_at; at != ha::kLongAgo)
      out.sample(seconds(seen.now - at), {{"level", levels[i].name}});
  out.family("fence_steps_total", "counter", "Steps of fencing the peer, over all levels.");
  const Tally& tally = seen.history.tally();
  for (std::size_t i = 0; i < tally.fence_steps.size(); ++i)
    out.sample(tally.fence_steps[i], {{"step", to_string(static_cast<ha::FenceStep>(i))}});
}

/// An age is absent before the first time.
void age(const Seen& seen, ha::Instant at, Figures& out) {
  if (at != ha::kLongAgo) out.sample(seconds(seen.now - at));
}

void about_arbiters(const Seen& seen, Figures& out) {
  const ha::Config& config = seen.node.config();
  if (config.store) {
    const ha::StoreState& store = seen.state().store;
    out.family("store_answers", "gauge", "1: the store answered what it was asked last.");
    out.sample(store.known != 0 && store.silent == 0);
    out.family("store_answer_age_seconds", "gauge", "Time since it was asked what it answered last.");
    age(seen, store.seen_at, out);
  }
  if (runs_by_right(config)) {
    out.family("right_seconds", "gauge",
               "What is left of the right to run; negative once it is over. Absent without one.");
    if (const ha::Instant end = seen.node.status().right_end; end != ha::kLongAgo) out.sample(seconds(end - seen.now));
  }
  if (config.voters == 0) return;
  const VotersSaid said = voters_said(seen.state());
  out.family("voters", "gauge", "Voters of the cell, and of these in the newest round.");
  out.sample(config.voters, {{"are", "configured"}});
  out.sample(said.answered, {{"are", "answering"}});
  out.sample(said.hear_me, {{"are", "hearing_this_head"}});
  out.sample(said.hear_peer, {{"are", "hearing_the_peer"}});
  out.family("voters_asked_age_seconds", "gauge", "Time since that round.");
  age(seen, said.at, out);
}

void about_watchdog(const Seen& seen, Figures& out) {
  if (!seen.node.config().watchdog) return;
  out.family("watchdog_armed", "gauge", "1: the watchdog resets this head if its core does not go on.");
  out.sample(seen.state().watchdog_armed);
  out.family("watchdog_tested", "gauge", "1: it fired in a drill, as it is configured now.");
  out.sample(seen.state().watchdog_tested);
}

void about_drills(const Seen& seen, Figures& out) {
  if (seen.settings.fence.empty()) return;
  out.family("fence_drill_age_seconds", "gauge",
             "Time since this head powered its peer off and on by every level. Absent: never.");
  if (const auto at = seen.drilled.fence) out.sample(std::chrono::duration<double>(seen.wall - *at).count());
}

void about_dumps(const Seen& seen, Figures& out) {
  if (!seen.dumps) return;
  out.family("dump_messages_total", "counter",
             "Datagrams at the port where the peer's crash kernel is heard, by kind.");
  out.sample(seen.dumps->heard, {{"kind", "heard"}});
  out.sample(seen.dumps->foreign, {{"kind", "foreign"}});
  out.sample(seen.dumps->malformed, {{"kind", "malformed"}});
}

void about_alerts(const Seen& seen, Figures& out) {
  out.family("alerts_total", "counter", "Alerts.");
  for (int r = 1; r < ha::kReasons; ++r)
    out.sample(seen.history.tally().alerts[static_cast<std::size_t>(r)], {{"reason", to_string(reason(r))}});
  const Workings& own = seen.workings;
  out.family("alert_hook_calls_total", "counter", "Calls of the alert hook that have ended.");
  out.sample(own.hook_calls);
  out.family("alert_hook_failures_total", "counter", "Calls of the alert hook that failed or took too long.");
  out.sample(own.hook_failures);
  out.family("alert_hook_dropped_total", "counter", "Reports that the alert hook was not called for: too many waited.");
  out.sample(own.hook_dropped);
}

void about_ticks(const Seen& seen, Figures& out) {
  const Lateness& ticks = seen.workings.ticks;
  out.family("tick_lateness_seconds", "histogram", "How long after its time the core was called.");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < Lateness::kBounds.size(); ++i) {
    count += ticks.counts()[i];
    out.sample(count, {{"le", fmt::format("{}", Lateness::kBounds[i])}}, "_bucket");
  }
  count += ticks.counts().back();
  out.sample(count, {{"le", "+Inf"}}, "_bucket");
  out.sample(ticks.sum_seconds(), {}, "_sum");
  out.sample(count, {}, "_count");
}

}  // namespace

std::string metrics(const Seen& seen) {
  Figures out;
  for (const auto about : {about_build, about_services, about_resources, about_head, about_paths, about_fencing,
                           about_arbiters, about_watchdog, about_drills, about_dumps, about_alerts, about_ticks})
    about(seen, out);
  return out.text();
}

}  // namespace hacored
