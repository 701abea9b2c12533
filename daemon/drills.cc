// One small file of JSON, replaced as a whole.
#include "daemon/drills.h"

#include <fstream>

#include <nlohmann/json.hpp>

namespace hacored {

using nlohmann::json;

namespace {

Drilled::When when(const json& file, const char* name) {
  const auto found = file.find(name);
  if (found == file.end() || !found->is_number_unsigned()) return std::nullopt;
  return Drilled::When{std::chrono::seconds{found->get<std::uint32_t>()}};
}

void put(json& file, const char* name, Drilled::When at) {
  if (!at) return;
  file[name] = static_cast<std::uint32_t>(std::chrono::system_clock::to_time_t(*at));
}

}  // namespace

Boot this_boot(std::uint64_t id) {
  std::ifstream kernel{"/proc/stat"};
  std::string word;
  std::int64_t seconds = 0;
  while (kernel >> word) {
    if (word == "btime") kernel >> seconds;
  }
  return {id, Drills::When{std::chrono::seconds{seconds}}};
}

Drills::Drills(const std::string& path, WatchdogKind watchdog, Boot boot)
    : watchdog_{std::move(watchdog)}, boot_{boot} {
  std::ifstream in{path};
  const json file = json::parse(in, nullptr, false);
  if (file.is_object()) read(file);
}

void Drills::read(const json& file) {
  known_.fence = when(file, "fence_unix");
  if (!same_watchdog(file)) return;
  known_.watchdog = when(file, "fired_unix");
  known_.watchdog_failed = when(file, "failed_unix");
  const Drilled::When begun = when(file, "begun_unix");
  if (!begun || file.value("boot", json{}) == boot_.id) return;  // in this very boot: hacored did not see its end
  if (boot_.began < *begun || boot_.began > *begun + watchdog_.after + kFirmwareMax) return;
  known_.watchdog = begun;
  known_.watchdog_failed.reset();
}

bool Drills::same_watchdog(const json& other) const {
  return !watchdog_.device.empty() && other.value("device", json{}) == watchdog_.device &&
         other.value("after_ns", json{}) == watchdog_.after.count() &&
         other.value("machine", json{}) == watchdog_.machine;
}

void Drills::watchdog_begins(When now) {
  known_.watchdog.reset();
  known_.watchdog_failed.reset();
  under_way_ = now;
}

void Drills::watchdog_fails(When now) {
  under_way_.reset();
  known_.watchdog_failed = now;
}

std::string Drills::text() const {
  json file = {{"device", watchdog_.device},
               {"after_ns", watchdog_.after.count()},
               {"machine", watchdog_.machine},
               {"boot", boot_.id}};
  put(file, "fired_unix", known_.watchdog);
  put(file, "failed_unix", known_.watchdog_failed);
  put(file, "begun_unix", under_way_);
  put(file, "fence_unix", known_.fence);
  return file.dump(1) + "\n";
}

}  // namespace hacored
