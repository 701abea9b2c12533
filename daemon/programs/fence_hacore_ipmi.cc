// fence_hacore_ipmi: FenceAgentAPI for BMCs that speak IPMI 2.0 (docs/agents.md). Linked with libfreeipmi, this program
// is under GPL-3+.
#include "daemon/agents/ipmi/ipmi_device.h"

int main(int argc, char** argv) {
  return hacored::agents::run_fence_agent(hacored::agents::ipmi_agent(), hacored::agents::open_ipmi, argc, argv);
}
