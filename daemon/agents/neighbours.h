// What machines on the same network are asked and told about an address: is it taken, and who has it now.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "daemon/agents/netlink.h"

namespace hacored::agents {

/// Asks by `probes` ARP probes (RFC 5227), one every `interval`, whether a foreign machine has this IPv4 address or is
/// about to take it: its MAC address, or nothing after `probes` intervals without an answer. A claim counts when a
/// later probe finds one again: an announcement may still be on its way when the head that sent it has let the address
/// go.
std::optional<Mac> foreign_owner(const Address& address, const Link& link, int probes,
                                 std::chrono::milliseconds interval);

/// Who answers for each of these IPv4 addresses when this head asks for them as it asks for any neighbour, by its own
/// address `from` on that link: a question that nobody takes for a claim. Waits for all of `wait`; each machine once.
std::vector<std::vector<Mac>> who_answers(const std::vector<Address>& asked, const Address& from, const Link& link,
                                          std::chrono::milliseconds wait);

/// Tells everybody on the network that the address is here: gratuitous ARP in both forms (some machines learn from
/// requests alone, some from replies), or an unsolicited neighbour advertisement. The address must be on the link.
void announce(const Address& address, const Link& link);

}  // namespace hacored::agents
