// hactl: asks hacored on this head, and gives it orders.
#include "daemon/hactl/program.h"

int main(int argc, char** argv) { return hactl::run(argc, argv); }
