// ipmi_sim or hasim-redfish, and its configuration.
#include "netns/bmc.h"

#include <fmt/format.h>

#include "netns/files.h"
#include "netns/process.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

std::vector<std::string> emulator(const Plan& plan, const BmcSpec& spec) {
  if (!spec.redfish)
    return {kIpmiEmulator, "-c", "lan.conf", "-f", std::string{kFolder} + "/bmc.emu", "-s", "state", "-n"};
  return {Plan::program(kRedfishEmulator), "serve", plan.folder_of_bmc(spec), plan.address_of(spec.id, spec.network),
          plan.spec().name_of(spec.head)};
}

}  // namespace

Bmc::Bmc(const Plan& plan, const BmcSpec& spec, Cables& switches)
    : Device(plan, spec.id, spec.network, switches), plan_(plan), spec_(spec) {
  const std::string here = plan.folder_of_bmc(spec);
  if (spec.redfish)
    run_to_its_end({Plan::program(kRedfishEmulator), "certificate", here, plan.address_of(spec.id, spec.network)},
                   here + "/log");
  begin(emulator(plan, spec), here);
}

void Bmc::reject_password(bool on) {
  other_password_ += on ? 1 : -1;
  write_file(plan_.folder_of_bmc(spec_) + "/lan.conf", plan_.lan_conf(spec_, other_password_ > 0), 0600);
  restart();
}

}  // namespace hasim::netns
