// A network namespace with one cable.
#include "netns/stranger.h"

#include <fmt/format.h>

#include "netns/process.h"

namespace hasim::netns {

Stranger::Stranger(const Plan& plan, ThingId network, const PartSpec& address, Cables& switches)
    : switches_(switches), port_(fmt::format("s{}p{}", address.id, network)) {
  Apart holder{{"/bin/sleep", "infinity"}, "/", "/dev/null"};
  holder_ = holder.pid();
  switches_.add_cable(port_, "eth0", holder_);
  Cables inside = Cables::of(holder_);
  inside.add_address("eth0", address.address);
  inside.set_up("eth0", true);
  switches_.plug(port_, plan.bridge_of(network));
  switches_.set_up(port_, true);
  holder.go();
}

Stranger::~Stranger() {
  switches_.remove(port_);
  end_process(holder_);
}

}  // namespace hasim::netns
