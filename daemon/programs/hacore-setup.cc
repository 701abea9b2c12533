// hacore-setup: the set-up of two head nodes, asked at a terminal or answered by a file.
#include "daemon/setup/program.h"

int main(int argc, char** argv) { return hacored::setup::run(argc, argv); }
