// resource-address ACTION: a virtual address (docs/agents.md).
#include "daemon/agents/resource_address.h"

int main(int argc, char** argv) { return hacored::agents::run_agent(hacored::agents::address_actions(), argc, argv); }
