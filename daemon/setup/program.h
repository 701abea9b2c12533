// hacore-setup as a program: its arguments, and which set-up they ask for.
#pragma once

namespace hacored::setup {

/// Returns the exit status.
int run(int argc, const char* const* argv);

}  // namespace hacored::setup
