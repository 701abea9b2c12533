// What a site's own script does to start and stop the parts of a service, for systems that call one when they change
// their role. As such scripts are written: each step in its order, and what fails ends a start but no stop.
#pragma once

#include <string>

#include "netns/plan.h"

namespace hasim::netns {

/// Who sets the virtual addresses: the script, or the system itself.
enum class Addresses : std::uint8_t { by_script, by_system };

/// "start" and "stop" as its only word; calls of it wait for one another. `file` is where it lies.
void write_service_script(const Plan& plan, const ServiceSpec& service, Addresses addresses, const std::string& file);

}  // namespace hasim::netns
