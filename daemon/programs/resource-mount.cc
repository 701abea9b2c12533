// resource-mount ACTION: a file system and its marker (docs/agents.md).
#include "daemon/agents/resource_mount.h"

int main(int argc, char** argv) { return hacored::agents::run_agent(hacored::agents::mount_actions(), argc, argv); }
