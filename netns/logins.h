// Logins at a BMC, as they are seen on its cable: neither the BMC nor who logs in is asked.
#pragma once

#include "netns/descriptor.h"
#include "netns/plan.h"
#include "netns/stream.h"

namespace hasim::netns {

class Logins {
 public:
  /// Listens at the port of the switch that the BMC is plugged into. Throws `Failure`.
  Logins(const Plan& plan, const BmcSpec& bmc, Stream& stream);
  void look(Time at);

 private:
  void hear(const unsigned char* frame, std::size_t size, Time at);
  void say(ThingId asker, bool accepted, Time at);

  const Plan& plan_;
  const BmcSpec& bmc_;
  Stream& stream_;
  Descriptor cable_;
  struct Begun {
    ThingId asker = kNoThing;
    std::uint32_t session = 0;  ///< as the asker numbers it
    Time at{};
  };
  std::vector<Begun> begun_;  ///< the BMC has answered with its own proof; the asker's is not there yet
};

}  // namespace hasim::netns
