// What people and tools do beside the cores: copying databases and disks, putting an old disk in, writing files,
// moving clients, provisioning nodes.
#pragma once

#include "lang/world.h"
#include "sim/engine.h"

namespace hasim::sim {

/// Does the action, if it is one of these.
bool act_with_tool(Engine&, const Deed&);
/// A copy is made, or its target is gone.
void tool_ends(Engine&, const Due&);
/// An order to move the service waits for the scripts that must run before it; after start_max they abort it.
void order_when_scripts_ran(Engine&, const Due&);

}  // namespace hasim::sim
