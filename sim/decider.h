// What decides on a head: the core, or a model of another system's published rules. The same inputs go in, the same
// outputs come out; the host and the world do not know the difference.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "core/node.h"
#include "sim/rules/bcm.h"
#include "sim/rules/bull.h"
#include "sim/rules/slurm.h"
#include "sim/rules/xcat.h"

namespace hasim::sim {

enum class System : std::uint8_t { hacore, bcm_rules, bull_rules, slurm_rules, xcat_rules };

/// The system of that name, if this simulator has it.
std::optional<System> system_named(std::string_view);
/// Why that system does not run here; nothing if it does.
std::optional<std::string> system_refused(std::string_view);

/// What the host says of a head after each step, if it has changed.
struct Modes {
  bool armed = false;
  bool leaving = false;
  bool maintenance = false;
  bool standby = false;
  bool operator==(const Modes&) const = default;
};

/// A value, as each of its kinds is.
class Decider {
 public:
  Decider(System, const ha::Config&, const ha::Durable& survived, ha::Incarnation boot);

  void step(ha::Instant now, const ha::Input& in, ha::Outputs& out) {
    if (auto* core = std::get_if<ha::Node>(&which_)) [[likely]]
      return core->step(now, in, out);
    step_rules(now, in, out);
  }
  /// Only the core takes a new configuration while it runs.
  void reconfigure(const ha::Config& config) { std::get<ha::Node>(which_).reconfigure(config); }
  ha::Instant deadline() const {
    if (const auto* core = std::get_if<ha::Node>(&which_)) [[likely]]
      return core->deadline();
    return rules_deadline();
  }
  Modes modes() const {
    if (const auto* core = std::get_if<ha::Node>(&which_)) [[likely]] {
      const ha::State& s = core->state();
      return {s.armed != 0, s.leaving != 0, s.survived.disk.maintenance != 0, s.survived.disk.standby != 0};
    }
    return rules_modes();
  }

 private:
  using Which = std::variant<ha::Node, rules::Bcm, rules::Bull, rules::Slurm, rules::Xcat>;
  static Which made(System, const ha::Config&, const ha::Durable&, ha::Incarnation);
  void step_rules(ha::Instant now, const ha::Input&, ha::Outputs&);
  ha::Instant rules_deadline() const;
  Modes rules_modes() const;

  Which which_;
};

}  // namespace hasim::sim
