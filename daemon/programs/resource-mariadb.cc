// resource-mariadb ACTION: which of two replicated servers takes writes (docs/agents.md).
#include "daemon/agents/mariadb/resource_mariadb.h"

int main(int argc, char** argv) { return hacored::agents::run_agent(hacored::agents::mariadb_actions(), argc, argv); }
