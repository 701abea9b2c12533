// ipmi_sim or hasim-redfish, its configuration and its cable.
#include "netns/bmc.h"

#include <signal.h>

#include <fmt/format.h>

#include "netns/files.h"
#include "netns/process.h"
#include "netns/sandbox.h"

namespace hasim::netns {
Bmc::Bmc(const Plan& plan, const BmcSpec& spec, Cables& switches) : plan_(plan), spec_(spec), switches_(switches) {
  Apart holder{{"/bin/sleep", "infinity"}, "/", "/dev/null"};
  holder_ = holder.pid();
  const std::string port = plan_.port_of(spec_.id, spec_.network);
  switches_.add_cable(port, "eth0", holder_);
  Cables inside = Cables::of(holder_);
  inside.add_address("eth0", plan_.address_with_prefix(spec_.id, spec_.network));
  inside.set_up("lo", true);
  inside.set_up("eth0", true);
  switches_.plug(port, plan_.bridge_of(spec_.network));
  switches_.set_up(port, true);
  holder.go();
  const std::string here = plan_.folder_of_bmc(spec_);
  if (spec_.redfish)
    run_to_its_end({Plan::program(kRedfishEmulator), "certificate", here, plan_.address_of(spec_.id, spec_.network)},
                   here + "/log");
  start();
}

Bmc::~Bmc() {
  end_process(emulator_);
  end_process(holder_);
}

void Bmc::start() {
  const std::string here = plan_.folder_of_bmc(spec_);
  const std::vector<std::string> ipmi{kIpmiEmulator, "-c",    "lan.conf", "-f", std::string{kFolder} + "/bmc.emu",
                                      "-s",          "state", "-n"};
  const std::vector<std::string> redfish{Plan::program(kRedfishEmulator), "serve", here,
                                         plan_.address_of(spec_.id, spec_.network), plan_.spec().name_of(spec_.head)};
  emulator_ = start_in_network_of(holder_, spec_.redfish ? redfish : ipmi, here, here + "/log");
}

void Bmc::run(bool on) {
  ended_ += on ? -1 : 1;
  if (ended_ > 0 && emulator_ != 0) {
    end_process(emulator_);
    emulator_ = 0;
  }
  if (ended_ == 0 && emulator_ == 0) start();
}

void Bmc::silent(bool on) {
  silent_ += on ? 1 : -1;
  if (emulator_ != 0) ::kill(emulator_, silent_ > 0 ? SIGSTOP : SIGCONT);
}

void Bmc::reject_password(bool on) {
  other_password_ += on ? 1 : -1;
  write_file(plan_.folder_of_bmc(spec_) + "/lan.conf", plan_.lan_conf(spec_, other_password_ > 0), 0600);
  if (emulator_ == 0) return;
  end_process(emulator_);
  start();
  if (silent_ > 0) ::kill(emulator_, SIGSTOP);
}

void Bmc::disconnect(bool on) {
  const bool was = pulled_ > 0;
  pulled_ += on ? 1 : -1;
  const std::string port = plan_.port_of(spec_.id, spec_.network);
  if (!was && pulled_ > 0) switches_.pull(port);
  if (was && pulled_ == 0) switches_.plug(port, plan_.bridge_of(spec_.network));
}

}  // namespace hasim::netns
