// The systems that run in namespaces.
#include "netns/system.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/onlooker.h"

namespace hasim::netns {

std::unique_ptr<Listener> System::listener(const Plan& plan, const Machine& machine, Stream& stream) const {
  return std::make_unique<Onlooker>(plan.spec(), machine, stream);
}

std::vector<const System*> systems() { return {&hacored(), &keepalived(), &pacemaker(), &slurmctld()}; }

const System* system_named(std::string_view name) {
  if (name == "slurm_rules") return &slurmctld();
  const std::vector<const System*> all = systems();
  const auto found = std::find_if(all.begin(), all.end(), [name](const System* s) { return s->name() == name; });
  return found == all.end() ? nullptr : *found;
}

std::string missing_of(const System& system) {
  std::string missing, packages;
  for (const Needed& needed : system.needs()) {
    if (::access(needed.path.c_str(), X_OK) == 0) continue;
    if (missing.empty()) missing = needed.path;
    if (packages.find(needed.package) == std::string::npos) packages += " " + needed.package;
  }
  return missing.empty() ? "" : fmt::format("{} is missing: apt-get install{}", missing, packages);
}

}  // namespace hasim::netns
