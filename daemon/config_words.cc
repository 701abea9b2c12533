// The table, from the configurations of BCM, Heartbeat, Corosync, Pacemaker and keepalived.
#include "daemon/config_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hacored {
namespace {

struct OtherWord {
  std::string_view theirs, ours;
};

constexpr std::array kOtherWords{
    OtherWord{"deadtime", "dead_after in [timing]"},
    OtherWord{"dead_time", "dead_after in [timing]"},
    OtherWord{"warntime", "warn_after in [timing]"},
    OtherWord{"warn_time", "warn_after in [timing]"},
    OtherWord{"initdead", "init_dead in [timing]"},
    OtherWord{"keepalive", "keep_alive in [timing]"},
    OtherWord{"token", "dead_after in [timing]"},
    OtherWord{"advert_int", "keep_alive in [timing]"},
    OtherWord{"interval", "keep_alive in [timing]; of a resource check_every"},
    OtherWord{"node", "heads, at the top of the file"},
    OtherWord{"nodes", "heads, at the top of the file"},
    OtherWord{"nodelist", "heads, at the top of the file"},
    OtherWord{"cluster", "cell, at the top of the file"},
    OtherWord{"cluster_name", "cell, at the top of the file"},
    OtherWord{"ring", "[[path]]"},
    OtherWord{"network", "[[path]]"},
    OtherWord{"networks", "[[path]]"},
    OtherWord{"link", "[[path]]"},
    OtherWord{"bcast", "interface of a [[path]]"},
    OtherWord{"ucast", "interface and address of a [[path]]"},
    OtherWord{"stonith", "[[fence]]"},
    OtherWord{"fencing", "[[fence]]"},
    OtherWord{"ipmi", "a [[fence]] with agent = \"fence_hacore_ipmi\""},
    OtherWord{"redfish", "a [[fence]] with agent = \"fence_hacore_redfish\""},
    OtherWord{"pdu", "a [[fence]] with the agent of the PDU"},
    OtherWord{"vip", "a [[service.resource]] of type = \"address\""},
    OtherWord{"virtual_ipaddress", "a [[service.resource]] of type = \"address\""},
    OtherWord{"filesystem", "a [[service.resource]] of type = \"mount\""},
    OtherWord{"mountpoint", "directory"},
    OtherWord{"mount_point", "directory"},
    OtherWord{"dev", "device of a mount, interface of an address"},
    OtherWord{"nic", "interface"},
    OtherWord{"group", "[[service]]; of users: group in [control]"},
    OtherWord{"primitive", "[[service.resource]]"},
    OtherWord{"quorum", "[voters] or [store]"},
    OtherWord{"witness", "[store]"},
    OtherWord{"lease", "[store]"},
    OtherWord{"deadping", "[ping]"},
    OtherWord{"ping_group", "[ping]"},
    OtherWord{"failback", "nothing: it never moves a service back by itself"},
    OtherWord{"auto_failback", "nothing: it never moves a service back by itself"},
    OtherWord{"preferred", "prefers"},
    OtherWord{"authkeys", "file in [keys]"},
    OtherWord{"authkey", "file in [keys]"},
    OtherWord{"prometheus", "[metrics]"},
    OtherWord{"notify", "hook in [alerts]"},
};

}  // namespace

std::string said_here(std::string_view word) {
  const auto known =
      std::find_if(kOtherWords.begin(), kOtherWords.end(), [&](const OtherWord& o) { return o.theirs == word; });
  return known == kOtherWords.end() ? std::string{} : fmt::format("hacored says: {}", known->ours);
}

}  // namespace hacored
