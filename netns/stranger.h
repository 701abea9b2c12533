// A machine that is nobody's and has an address of ours: a printer, say. Its kernel answers for it as any would.
#pragma once

#include <sys/types.h>

#include "netns/cables.h"
#include "netns/plan.h"

namespace hasim::netns {

class Stranger {
 public:
  /// Comes onto that network with the address of that part.
  Stranger(const Plan& plan, ThingId network, const PartSpec& address, Cables& switches);
  ~Stranger();
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

 private:
  Cables& switches_;
  std::string port_;
  pid_t holder_ = 0;  ///< keeps its network namespace
};

}  // namespace hasim::netns
