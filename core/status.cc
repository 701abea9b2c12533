// What a head says of itself to people: what it is, what it waits for, and what would unlock it.
#include <fmt/format.h>

#include "core/node.h"

namespace ha {
namespace {

std::string_view doing(const Status& s, Role role) {
  switch (role) {
    case Role::init: return "listens before it does anything";
    case Role::passive: return s.armed ? "is ready to take over" : "waits to be admitted by the owner";
    case Role::claiming: return "asks for the right to act against its peer";
    case Role::fencing: return "powers its peer off and verifies it";
    case Role::starting: return "starts the service";
    case Role::owner: return "runs the service";
    case Role::stopping: return "stops the service";
    case Role::stopped: return "has stopped the service and waits for its peer to take it";
    case Role::dead: return "cannot stop the service and resets itself";
  }
  return "";
}

}  // namespace

std::string sentence(const Status& s, int service) {
  const ServiceStatus& of = s.service[static_cast<std::size_t>(service)];
  std::string text{doing(s, of.role)};
  if (s.leaving) text += " and shuts down";
  if (of.hold != Reason::none) {
    text += fmt::format("; holds because {} ({}), until: {}", explain(of.hold), to_string(of.hold), unlocks(of.hold));
  } else if (s.unready != Reason::none) {
    text += fmt::format("; a failover to it would fail because {} ({}), until: {}", explain(s.unready),
                        to_string(s.unready), unlocks(s.unready));
  } else if (s.maintenance || s.standby) {
    const Reason why = s.maintenance ? Reason::maintenance : Reason::standby;
    text += fmt::format("; takes nothing over because {}, until: {}", explain(why), unlocks(why));
  }
  return text;
}

}  // namespace ha
