// The command line of mount.nfs(8), as far as it means something here.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "netns/nfsfuse/server.h"

namespace hasim::nfsfuse {

struct BadOption : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  std::string source, directory;  ///< "10.1.0.21:/home", where
  std::string host, path;         ///< of `source`
  bool hard = true, read_only = false;
  std::uint16_t port = 2049, mount_port = 20048;
  Clock::duration timeo = std::chrono::seconds{60};  ///< in tenths of a second, as in nfs(5)
  int retrans = 2;
  Clock::duration retry = std::chrono::minutes{2};  ///< so long a mount is tried, in minutes

  /// A soft mount gives up after `timeo`, once for each retransmission and once more.
  Patience patience() const { return {timeo, hard ? Clock::duration{0} : timeo * (retrans + 1)}; }
};

/// Throws `BadOption`: what is asked for and cannot be had. `text` as after -o.
Options read_options(const std::string& source, const std::string& directory, const std::string& text);

}  // namespace hasim::nfsfuse
