// resource-address ACTION: a virtual address (docs/agents.md).
#include "daemon/agents/resource_address.h"

int main(int argc, char** argv) { return hacored::run_agent(hacored::address_actions(), argc, argv); }
