// A new configuration for a hacored that runs: what of it can come into force at once, and what needs a new start.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/seal.h"
#include "daemon/settings.h"

namespace hacored {

/// What changes from `now` to `next` and would need other sockets, agents, resources or files than hacored has taken
/// hold of: as the configuration calls it, "[[fence]] bmc" or "[metrics]". Empty: everything can change while it runs.
std::vector<std::string> needs_restart(const Settings& now, const Settings& next);

/// Everything else, into what is in force.
void take_changes(Settings& now, const Settings& next);

/// A configuration that was read and found good, with the keys that it names. Nothing of it is in force yet.
struct StagedSettings {
  Settings settings;
  Seal beats;
  std::optional<Seal> voters;

  /// Reads the keys. Throws `Refused`: a key cannot be used, or the change `needs_restart`.
  StagedSettings(const Settings& now, Settings next);
};

}  // namespace hacored
