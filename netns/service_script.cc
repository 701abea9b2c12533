// A shell script for each service.
#include "netns/service_script.h"

#include <fmt/format.h>

#include "netns/files.h"
#include "netns/part_faults.h"

namespace hasim::netns {
namespace {

struct Steps {
  std::string starts, stops;
};

Steps steps_of(const Plan& plan, const PartSpec& part) {
  const WorldSpec& spec = plan.spec();
  if (part.kind == ThingKind::mount) {
    const std::string folder = plan.mount_point(part.id);
    return {fmt::format("mountpoint -q {0} || mount {1} {2} {0}", folder, plan.mount_words(part.volume),
                        plan.export_of(part.volume)),
            fmt::format("umount {}", folder)};
  }
  if (is_program(spec.kind_of(part.id)))
    return {Plan::script_path(part.id) + " start", Plan::script_path(part.id) + " stop"};
  const std::string interface = plan.interface_of(plan.network_of(part));
  const std::string bare = part.address.substr(0, part.address.find('/'));
  return {fmt::format("ip address replace {} dev {}\n  arping -q -U -c 3 -w 3 -I {} {} 9>&- &", part.address, interface,
                      interface, bare),
          fmt::format("ip address del {} dev {}", part.address, interface)};
}

}  // namespace

void write_service_script(const Plan& plan, const ServiceSpec& service, Addresses addresses, const std::string& file) {
  const WorldSpec& spec = plan.spec();
  std::string starts, stops;
  for (const ThingId id : service.parts) {
    const PartSpec& part = spec.parts[spec.things[id].index];
    if (part.kind == ThingKind::address && addresses == Addresses::by_system) continue;
    const Steps steps = steps_of(plan, part);
    starts += "  " + steps.starts + "\n";
    stops.insert(0, "  " + steps.stops + "\n");
  }
  const std::string& name = spec.name_of(service.id);
  write_file(file,
             fmt::format("#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nexec 9> /run/{}.lock\nflock 9\ncase $1 in\n"
                         "start)\n  set -e\n{};;\nstop)\n{};;\nesac\n",
                         name, starts, stops),
             0755);
}

}  // namespace hasim::netns
