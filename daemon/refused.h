// What stops hacored from starting: said to a person, with what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace hacored {

/// Thrown while things are set up, never while the core runs. `what()` is one sentence that names the file or device
/// and the fix.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace hacored
