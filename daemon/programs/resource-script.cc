// resource-script ACTION: what a script looks after (docs/agents.md).
#include "daemon/agents/resource_script.h"

int main(int argc, char** argv) { return hacored::agents::run_agent(hacored::agents::script_actions(), argc, argv); }
