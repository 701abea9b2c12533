// Which system decides.
#include "sim/decider.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace hasim::sim {

namespace {

constexpr std::array<std::string_view, 5> kNames{"hacore", "bcm_rules", "bull_rules", "slurm_rules", "xcat_rules"};

}  // namespace

std::optional<System> system_named(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) return std::nullopt;
  return static_cast<System>(at - kNames.begin());
}

std::optional<std::string> system_refused(std::string_view name) {
  if (system_named(name)) return std::nullopt;
  return fmt::format("{} is a real system and runs in namespaces only; sim has {}", name, fmt::join(kNames, ", "));
}

Decider::Decider(System system, const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot)
    : which_{made(system, config, survived, boot)} {}

Decider::Which Decider::made(System system, const ha::Config& config, const ha::Durable& survived,
                             ha::Incarnation boot) {
  switch (system) {
    case System::hacore: return ha::Node{config, survived, boot};
    case System::bcm_rules: return rules::Bcm{config, survived, boot};
    case System::bull_rules: return rules::Bull{config, survived, boot};
    case System::slurm_rules: return rules::Slurm{config, survived, boot};
    case System::xcat_rules: return rules::Xcat{config, survived, boot};
  }
  ha::check_failed("a system", __FILE__, __LINE__);
}

void Decider::step_rules(ha::Instant now, const ha::Input& in, ha::Outputs& out) {
  std::visit([&](auto& which) { which.step(now, in, out); }, which_);
}

ha::Instant Decider::rules_deadline() const {
  return std::visit([](const auto& which) { return which.deadline(); }, which_);
}

Modes Decider::rules_modes() const {
  const ha::Status status = std::visit([](const auto& which) { return which.status(); }, which_);
  return {status.armed, status.leaving, status.maintenance, status.standby};
}

}  // namespace hasim::sim
