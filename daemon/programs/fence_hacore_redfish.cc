// fence_hacore_redfish: FenceAgentAPI for BMCs that speak Redfish (docs/agents.md).
#include "daemon/agents/redfish_device.h"

int main(int argc, char** argv) {
  return hacored::agents::run_fence_agent(hacored::agents::redfish_agent(), hacored::agents::open_redfish, argc, argv);
}
