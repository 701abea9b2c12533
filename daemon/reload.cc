#include "daemon/reload.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/refused.h"

namespace hacored {
namespace {

/// The parts of a list that are not what they were, or not where they were: the order counts.
template <class Part>
void add_changed(std::vector<std::string>& all, std::string_view table, const std::vector<Part>& now,
                 const std::vector<Part>& next) {
  for (std::size_t i = 0; i < std::max(now.size(), next.size()); ++i) {
    if (i < now.size() && i < next.size() && now[i] == next[i]) continue;
    all.push_back(fmt::format("{} {}", table, i < next.size() ? next[i].name : now[i].name));
  }
}

/// The key that they sign with can change.
bool same_voters(const VoterSettings& now, VoterSettings next) {
  next.key_file = now.key_file;
  return now == next;
}

bool same_watchdog(const Settings& now, const Settings& next) {
  return now.watchdog == next.watchdog && now.core.watchdog_proves == next.core.watchdog_proves &&
         now.core.watchdog_after == next.core.watchdog_after;
}

}  // namespace

std::vector<std::string> needs_restart(const Settings& now, const Settings& next) {
  std::vector<std::string> all;
  const auto add = [&](bool same, const char* name) {
    if (!same) all.emplace_back(name);
  };
  add(now.cell == next.cell, "cell");
  add(now.heads == next.heads && now.self == next.self, "heads");
  add_changed(all, "[[path]]", now.paths, next.paths);
  add_changed(all, "[[fence]]", now.fence, next.fence);
  add(now.chassis == next.chassis, "[[fence]] (which machine a device belongs to)");
  add_changed(all, "[[service]]", now.services, next.services);
  add(now.services != next.services || now.core.mounts == next.core.mounts, "[[service.resource]] of type mount");
  add(now.store == next.store, "[store]");
  add(same_voters(now.voters, next.voters), "[voters]");
  add(now.ping == next.ping, "[ping]");
  add(now.dumps == next.dumps, "[kdump]");
  add(same_watchdog(now, next), "[watchdog]");
  add(now.control_group == next.control_group, "[control] group");
  add(now.control_viewers == next.control_viewers, "[control] viewers");
  add(now.metrics == next.metrics, "[metrics] listen");
  add(now.state_dir == next.state_dir, "[daemon] state_dir");
  add(now.state_in_memory == next.state_in_memory, "[daemon] state_in_memory");
  add(now.run_dir == next.run_dir, "[daemon] run_dir");
  add(now.agent_dirs == next.agent_dirs, "[daemon] agent_dirs");
  add(now.reset_program == next.reset_program, "[daemon] reset_program");
  add(now.black_box_bytes == next.black_box_bytes, "[daemon] black_box");
  add(now.realtime_priority == next.realtime_priority, "[daemon] realtime_priority");
  return all;
}

void take_changes(Settings& now, const Settings& next) {
  const std::uint64_t hardware_id = now.core.hardware_id;
  now.core = next.core;
  now.core.hardware_id = hardware_id;
  now.surroundings = next.surroundings;
  now.key_file = next.key_file;
  now.next_key_file = next.next_key_file;
  now.secrets_file = next.secrets_file;
  now.voters.key_file = next.voters.key_file;
  now.alert_hook = next.alert_hook;
}

StagedSettings::StagedSettings(const Settings& now, Settings next)
    : settings{std::move(next)}, beats{Seal::load(settings.key_file, settings.next_key_file)} {
  if (settings.core.voters > 0) voters = Seal::load(settings.voters.key_file);
  const std::vector<std::string> parts = needs_restart(now, settings);
  if (parts.empty()) return;
  throw Refused(fmt::format("{}: a change there needs a restart of hacored on this head, which leaves services alone",
                            fmt::join(parts, ", ")));
}

}  // namespace hacored
