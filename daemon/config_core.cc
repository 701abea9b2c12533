// What the tables mean for the core, and whether the core would take it.
#include <algorithm>
#include <string>

#include "daemon/config_draft.h"
#include "daemon/config_keys.h"

namespace hacored {
namespace {

std::uint32_t folded(std::uint64_t value) {
  const auto short_value = static_cast<std::uint32_t>(value ^ (value >> 32));
  return short_value == 0 ? 1 : short_value;  // 0 means: none
}

std::uint8_t small(std::size_t n) { return static_cast<std::uint8_t>(n); }

void set_services(Draft& draft) {
  Settings& s = draft.settings;
  s.core.services = std::max<std::uint8_t>(1, small(s.services.size()));
  if (s.services.empty()) s.core.service[0].storage = ha::Storage::none;
  unsigned number = 0;
  for (std::size_t i = 0; i < s.services.size(); ++i) {
    ServiceSettings& service = s.services[i];
    ha::ServiceConfig& core = s.core.service.at(i);
    core.first = small(number);
    core.resources = small(service.resources.size());
    std::string first_mount;
    for (const ResourceSettings& resource : service.resources) {
      if (resource.type == "mount") {
        s.core.mounts |= 1U << number;
        if (first_mount.empty()) first_mount = resource.name;
      }
      ++number;
    }
    if (!draft.at("service." + std::to_string(i) + ".storage"))
      core.storage = first_mount.empty() ? ha::Storage::none : ha::Storage::shared;
    if (service.marker.empty() && core.storage == ha::Storage::shared) service.marker = first_mount;
  }
}

void set_fencing(Settings& s) {
  s.core.fence_levels = small(s.fence.size());
  for (FenceLevel& level : s.fence) {
    if (level.timeout == Duration{0}) level.timeout = s.core.fence_max / s.core.fence_levels;
    s.surroundings.fence_levels.push_back(level.name);
  }
  s.core.peer_hardware_id = s.chassis.at(s.self ^ 1U);
}

/// The keys that a message of the core names, as the file calls them.
std::vector<std::string> keys_named(std::string_view message) {
  std::vector<std::string> found;
  while (!message.empty()) {
    const std::size_t begin = std::min(message.find_first_of("abcdefghijklmnopqrstuvwxyz"), message.size());
    const std::size_t end = std::min(message.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", begin), message.size());
    const std::string_view word = message.substr(begin, end - begin);
    for (const KeyInfo& key : config_keys()) {
      const std::string part{info_of(key.part).name};
      const bool timing = key.part == Part::timing && key.name == word;
      if (timing || part + "_" + std::string(key.name) == word) found.push_back(part + "." + std::string(key.name));
    }
    message.remove_prefix(end);
  }
  return found;
}

}  // namespace

void complete(Draft& draft) {
  Settings& s = draft.settings;
  s.core.cell = folded(Fingerprint{}.add(s.cell).value());
  s.core.self = s.self;
  s.core.paths = small(s.paths.size());
  for (std::size_t i = 0; i < s.paths.size(); ++i)
    if (s.paths[i].cable) s.core.cables = static_cast<std::uint8_t>(s.core.cables | 1U << i);
  set_services(draft);
  set_fencing(s);
  s.core.store = !s.store.url.empty();
  s.core.watchdog = !s.watchdog.empty();
  s.core.ping = !s.ping.empty();
  s.core.voters = static_cast<std::uint16_t>(s.voters.addresses.size());
  if (s.core.watchdog) s.surroundings.watchdog = s.core.watchdog_after;  // hacored sets the device to it
  s.core.digest = folded(draft.agreed.value());
}

void check_safety(const Draft& draft, Report& report) {
  const auto why = ha::unsafe(draft.settings.core, draft.settings.surroundings);
  if (!why) return;
  Notes notes;
  std::optional<Place> place;
  for (const std::string& key : keys_named(*why)) {
    if (!place) place = draft.at(key);
    if (key == "watchdog.after") notes = {"watchdog_after is the key after of [watchdog]"};
  }
  if (!place) place = draft.at("timing");
  report.error(place.value_or(Place{}), *why, std::move(notes));
}

}  // namespace hacored
