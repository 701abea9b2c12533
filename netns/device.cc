// Its cable, its program, and what keeps it from answering.
#include "netns/device.h"

#include <signal.h>

#include "netns/process.h"

namespace hasim::netns {

Device::Device(const Plan& plan, ThingId thing, ThingId network, Cables& switches)
    : plan_(plan), thing_(thing), network_(network), switches_(switches) {
  Apart holder{{"/bin/sleep", "infinity"}, "/", "/dev/null"};
  holder_ = holder.pid();
  switches_.add_cable(port(), "eth0", holder_);
  Cables inside = Cables::of(holder_);
  inside.add_address("eth0", plan_.address_with_prefix(thing, network));
  inside.set_up("lo", true);
  inside.set_up("eth0", true);
  switches_.plug(port(), plan_.bridge_of(network));
  switches_.set_up(port(), true);
  holder.go();
}

Device::~Device() {
  end_process(program_);
  end_process(holder_);
}

void Device::begin(std::vector<std::string> words, const std::string& folder) {
  words_ = std::move(words);
  folder_ = folder;
  start();
}

void Device::start() {
  program_ = start_in_network_of(holder_, words_, folder_, folder_ + "/log");
  if (silent_ > 0) ::kill(program_, SIGSTOP);
}

void Device::restart() {
  if (program_ == 0) return;
  end_process(program_);
  start();
}

void Device::run(bool on) {
  ended_ += on ? -1 : 1;
  if (ended_ > 0 && program_ != 0) {
    end_process(program_);
    program_ = 0;
  }
  if (ended_ == 0 && program_ == 0) start();
}

void Device::silent(bool on) {
  silent_ += on ? 1 : -1;
  if (program_ != 0) ::kill(program_, silent_ > 0 ? SIGSTOP : SIGCONT);
}

void Device::disconnect(bool on) {
  const bool was = pulled_ > 0;
  pulled_ += on ? 1 : -1;
  if (!was && pulled_ > 0) switches_.pull(port());
  if (was && pulled_ == 0) switches_.plug(port(), plan_.bridge_of(network_));
}

}  // namespace hasim::netns
