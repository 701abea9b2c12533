// The command line of hactl.
#pragma once

namespace hactl {

/// Does what the arguments say; returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace hactl
