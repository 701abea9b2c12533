// resource-ocf ACTION: what an OCF agent looks after (docs/agents.md).
#include "daemon/agents/resource_ocf.h"

int main(int argc, char** argv) { return hacored::agents::run_agent(hacored::agents::ocf_actions(), argc, argv); }
