// Parameters whose names only an agent knows: of the devices of a fence level, and of OCF agents.
#pragma once

#include "daemon/fingerprint.h"
#include "daemon/secrets.h"
#include "daemon/settings.h"
#include "daemon/toml_tree.h"

namespace hacored {

struct DeviceReading {
  Fingerprint& agreed;  ///< secrets do not go in, their names do
  Secrets& secrets;
  Report& report;
};

/// The device, or the list of devices, that switches `head`; into the newest fence level.
void read_devices(const Entry&, std::size_t head, Settings&, DeviceReading);

/// The table `param`: each under its name with "param_" before it.
void read_agent_parameters(const Entry&, Parameters&, DeviceReading);

}  // namespace hacored
