// resource-unit ACTION: a unit of systemd (docs/agents.md).
#include "daemon/agents/resource_unit.h"

int main(int argc, char** argv) { return hacored::agents::run_agent(hacored::agents::unit_actions(), argc, argv); }
