// What a fence agent does, whatever it speaks to its device: off is a command *and* a reading that says off, never a
// cycle; what may or may not have happened is said to be unknown (PROTOCOL §8).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/agents/deadline.h"
#include "daemon/agents/fence_options.h"

namespace hacored::agents {

enum class Power { off, on };

/// One conversation with the device that controls the power of one machine. A device that does not answer, or refuses
/// the login, is a Failure with the reason that says so.
class PowerDevice {
 public:
  virtual ~PowerDevice() = default;
  virtual Power read() = 0;
  /// Hard, without asking the operating system. False: the device refused it, so nothing will happen. A Failure: it may
  /// or may not have been executed.
  virtual bool command(Power wanted) = 0;
  /// Names the machine; empty where the device does not know.
  virtual std::string chassis() { return {}; }
  /// Changes when the device itself restarts; empty where it does not say.
  virtual std::string session() { return {}; }
};

/// Opens the conversation. The options are complete: `password` is set even if it came from a script.
using OpenDevice = std::function<std::unique_ptr<PowerDevice>(const FenceOptions&)>;

/// The whole of such a program: options from stdin (no arguments) or from the command line, one action, exit code 0
/// done or on, 2 off (status alone), 1 failed; then `reason=WORD` on stdout says why. SIGALRM ends it at `timeout`,
/// whatever a library is waiting for.
int run_fence_agent(const FenceAgentDescription& agent, const OpenDevice& open, int argc, const char* const* argv);

}  // namespace hacored::agents
