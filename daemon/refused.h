// What stops hacored from starting: said to a person, with what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace hacored {

/// Thrown while things are set up, never while the core runs. `what()` is one sentence that names the file or device
/// and the fix. The next start may find it mended: an interface that comes up late, a server that boots.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Only a person mends it: a configuration that is wrong, a file that others may write, the state of another head.
struct NeedsPerson : Refused {
  using Refused::Refused;
};

}  // namespace hacored
