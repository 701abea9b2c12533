// keepalived: VRRP between two routers. It sets the addresses itself, and a notify script starts and stops all else.
#include <algorithm>

#include <fmt/format.h>

#include "netns/files.h"
#include "netns/sandbox.h"
#include "netns/service_script.h"
#include "netns/system.h"

namespace hasim::netns {
namespace {

constexpr const char* kKeepalived = "/usr/sbin/keepalived";
constexpr int kPreferred = 150, kOther = 140;  ///< priorities

std::string keepalived_conf(const std::string& head) { return fmt::format("{}/{}.keepalived", kFolder, head); }
std::string script_of(const std::string& service) { return fmt::format("{}/keepalived-{}", kFolder, service); }
std::string notify_of(const std::string& service) { return script_of(service) + "-notify"; }

bool is_address(const WorldSpec& spec, ThingId part) { return spec.kind_of(part) == ThingKind::address; }

bool is_preferred(const WorldSpec& spec, const ServiceSpec& service, ThingId head) {
  return service.prefers == kNoThing ? spec.side_of(head) == 0 : service.prefers == head;
}

/// Where nobody preempts, the first one to start has it: a head that no service prefers waits a second, so that a cell
/// that boots begins as its world says.
std::string globals(const WorldSpec& spec, const CellSpec& cell, ThingId head) {
  const bool waits = std::none_of(cell.services.begin(), cell.services.end(), [&](ThingId service) {
    return is_preferred(spec, spec.services[spec.things[service].index], head);
  });
  return fmt::format(
      "global_defs {{\n  router_id {}\n  vrrp_version 3\n  script_user root\n  enable_script_security\n{}}}\n",
      spec.name_of(head), waits ? "  vrrp_startup_delay 1\n" : "");
}

/// One virtual router for each service, which moves all addresses of it. Nobody preempts: a service stays where it is,
/// as under hacored.
std::string instance(const Plan& plan, const ServiceSpec& service, ThingId head) {
  const WorldSpec& spec = plan.spec();
  const std::string& name = spec.name_of(service.id);
  std::string addresses, interface;
  for (const ThingId id : service.parts) {
    if (!is_address(spec, id)) continue;
    const PartSpec& part = spec.parts[spec.things[id].index];
    const std::string on = plan.interface_of(plan.network_of(part));
    if (interface.empty()) interface = on;
    addresses += fmt::format("    {} dev {}\n", part.address, on);
  }
  const Duration interval = spec.settings.duration("keep_alive");
  return fmt::format(
      "vrrp_instance {} {{\n  state BACKUP\n  interface {}\n  virtual_router_id {}\n  priority {}\n"
      "  advert_int {:.2f}\n  nopreempt\n  virtual_ipaddress {{\n{}  }}\n  notify {}\n}}\n",
      name, interface, 1 + spec.things[service.id].index, is_preferred(spec, service, head) ? kPreferred : kOther,
      std::chrono::duration<double>(interval).count(), addresses, notify_of(name));
}

class Keepalived final : public System {
 public:
  std::string_view name() const override { return "keepalived"; }
  std::vector<Needed> needs() const override { return {{kKeepalived, "keepalived"}}; }

  std::optional<std::string> cannot_serve(const WorldSpec& spec) const override {
    if (!spec.voters.empty() || !spec.witnesses.empty()) return "keepalived asks no arbiters";
    for (const ServiceSpec& service : spec.services) {
      const auto one = [&](ThingId part) { return is_address(spec, part); };
      if (std::none_of(service.parts.begin(), service.parts.end(), one))
        return fmt::format("keepalived moves addresses, and {} has none", spec.name_of(service.id));
    }
    return std::nullopt;
  }

  void write_files(const Plan& plan) const override {
    const WorldSpec& spec = plan.spec();
    for (const HeadSpec& head : spec.heads) {
      const CellSpec& cell = spec.cells[spec.things[head.cell].index];
      std::string text = globals(spec, cell, head.id);
      for (const ThingId service : cell.services)
        text += instance(plan, spec.services[spec.things[service].index], head.id);
      write_file(keepalived_conf(spec.name_of(head.id)), text);
    }
    for (const ServiceSpec& service : spec.services) {
      const std::string& name = spec.name_of(service.id);
      write_service_script(plan, service, Addresses::by_system, script_of(name));
      write_file(
          notify_of(name),
          fmt::format("#!/bin/sh\n# TYPE NAME STATE\ncase $3 in\nMASTER) exec {0} start ;;\n*) exec {0} stop ;;\n"
                      "esac\n",
                      script_of(name)),
          0755);
    }
  }

  std::vector<std::string> program(const Plan& plan, ThingId head) const override {
    return {kKeepalived,
            "--dont-fork",
            "--log-console",
            "--log-detail",
            "--vrrp",
            "--use-file",
            keepalived_conf(plan.spec().name_of(head)),
            "--pid",
            "/run/keepalived.pid",
            "--vrrp_pid",
            "/run/vrrp.pid"};
  }
  bool starts_again() const override { return false; }
};

}  // namespace

const System& keepalived() {
  static const Keepalived system;
  return system;
}

}  // namespace hasim::netns
