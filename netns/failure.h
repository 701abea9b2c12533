// The harness could not do what it had to: its own failure, never the scenario's.
#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace hasim::netns {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws what `errno` says of `what`, if `failed`.
inline void fail_if(bool failed, const std::string& what) {
  if (failed) throw Failure(what + ": " + std::strerror(errno));
}

}  // namespace hasim::netns
