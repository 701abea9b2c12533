// Start probes before it adds, stop looks again after it has removed.
#include "daemon/agents/resource_address.h"

#include <fmt/core.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include "daemon/agents/deadline.h"
#include "daemon/agents/neighbours.h"
#include "daemon/agents/netlink.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void failed(std::string text) {
  throw Failure{AgentExit::failed, ha::Reason::address_failed, std::move(text)};
}

Address wanted_address(const Parameters& parameters) {
  const std::string& text = parameters.required("address");
  const std::optional<Address> address = Address::parse(text);
  if (!address)
    throw Failure{AgentExit::wrong_configuration, ha::Reason::none, fmt::format("\"{}\" is no address", text)};
  return *address;
}

Link working_link(const Netlink& netlink, const std::string& name) {
  const std::optional<Link> link = netlink.link(name);
  if (!link) failed(fmt::format("there is no interface {}", name));
  if (!link->up || !link->carrier) failed(fmt::format("{} has no carrier", name));
  return *link;
}

std::vector<AssignedAddress> places_of(const Netlink& netlink, const Address& address) {
  std::vector<AssignedAddress> all = netlink.addresses();
  std::erase_if(all, [&](const AssignedAddress& assigned) { return !assigned.address.same_host(address); });
  return all;
}

/// The address is one more of a network that the interface is in already: that network's route is there.
bool network_known(const Netlink& netlink, const Address& address, const Link& link) {
  const std::vector<AssignedAddress> all = netlink.addresses();
  return std::any_of(all.begin(), all.end(), [&](const AssignedAddress& assigned) {
    return assigned.interface == link.index && assigned.address.same_network(address);
  });
}

/// `bond0:ha`, as ifconfig shows it and as cmha names it; left out where the kernel has no room for it.
std::string label_of(const Parameters& parameters, const Link& link) {
  const std::string label = link.name + ":" + parameters.text("label", "ha");
  return label.size() < IFNAMSIZ ? label : "";
}

void refuse_second_owner(const Parameters& parameters, const Address& address, const Link& link) {
  if (address.family != AF_INET || !link.resolves) return;
  const auto probes = static_cast<int>(std::min<std::uint64_t>(parameters.number("probes", 3), 100));
  const std::optional<Mac> owner =
      foreign_owner(address, link, probes, parameters.seconds("probe_interval", milliseconds{200}));
  if (owner)
    throw Failure{AgentExit::failed, ha::Reason::address_taken,
                  fmt::format("{} answers for {} on {}", to_string(*owner), address.to_string(), link.name)};
}

/// Waits until the kernel has finished its test for a second owner of an IPv6 address, and takes the address back if
/// there is one.
void await_uniqueness(Netlink& netlink, const Parameters& parameters, const Address& address) {
  constexpr int kLookAgain = 10;  // ms
  const Deadline deadline{parameters.seconds("probe_max", milliseconds{3000})};
  while (true) {
    const std::vector<AssignedAddress> places = places_of(netlink, address);
    if (places.empty()) failed(fmt::format("{} disappeared", address.to_string()));
    if (places.front().duplicate) {
      netlink.remove(places.front());
      throw Failure{AgentExit::failed, ha::Reason::address_taken,
                    fmt::format("another machine answers for {}", address.to_string())};
    }
    if (!places.front().tentative) return;
    if (deadline.passed()) {
      netlink.remove(places.front());
      failed(fmt::format("{} is still being probed for a second owner", address.to_string()));
    }
    ::poll(nullptr, 0, kLookAgain);
  }
}

AgentExit start(const Parameters& parameters) {
  const Address address = wanted_address(parameters);
  Netlink netlink;
  const Link link = working_link(netlink, parameters.required("interface"));
  const std::vector<AssignedAddress> places = places_of(netlink, address);
  for (const AssignedAddress& place : places)
    if (place.interface != link.index)
      failed(fmt::format("{} is on another interface of this head", address.to_string()));
  if (places.empty()) {
    refuse_second_owner(parameters, address, link);
    netlink.add(address, link, label_of(parameters, link), !network_known(netlink, address, link));
  }
  if (address.family == AF_INET6) await_uniqueness(netlink, parameters, address);
  announce(address, link);
  return AgentExit::done;
}

AgentExit stop(const Parameters& parameters) {
  const Address address = wanted_address(parameters);
  Netlink netlink;
  // Wherever it is: after a stop this head must not answer for it on any interface.
  for (const AssignedAddress& place : places_of(netlink, address)) netlink.remove(place);
  if (!places_of(netlink, address).empty()) failed(fmt::format("{} is still there", address.to_string()));
  return AgentExit::done;
}

/// Asks whether the address is free, and adds nothing: what a set-up wants to know.
AgentExit probe(const Parameters& parameters) {
  const Address address = wanted_address(parameters);
  const Netlink netlink;
  const Link link = working_link(netlink, parameters.required("interface"));
  if (!places_of(netlink, address).empty()) return AgentExit::done;
  if (address.family != AF_INET) failed("an IPv6 address is tested when it is added, not before");
  refuse_second_owner(parameters, address, link);
  return AgentExit::not_running;
}

/// The fixed IPv4 address of this head by which it asks on that network.
std::optional<Address> own_address(const Netlink& netlink, const Address& wanted, const Link& link) {
  for (const AssignedAddress& assigned : netlink.addresses())
    if (assigned.interface == link.index && assigned.address.same_network(wanted) &&
        !assigned.address.same_host(wanted))
      return assigned.address;
  return std::nullopt;
}

/// A machine that answers for the address and is not the other head. That one is known by what it answers for besides:
/// its own addresses, by whatever card. Where it has none on this network it may be one of those who answer.
std::optional<Mac> stranger(const Parameters& parameters, const Address& address, const Link& link,
                            const Address& from) {
  constexpr milliseconds kAnswersMax{200};
  std::vector<Address> asked{address};
  std::istringstream of_peer{parameters.text("peer_addresses")};
  for (std::string one; of_peer >> one;) {
    const std::optional<Address> parsed = Address::parse(one);
    if (parsed && parsed->family == AF_INET) asked.push_back(*parsed);
  }
  const std::vector<std::vector<Mac>> answers = who_answers(asked, from, link, kAnswersMax);
  std::vector<Mac> peer;
  for (std::size_t i = 1; i < answers.size(); ++i) peer.insert(peer.end(), answers[i].begin(), answers[i].end());
  const std::vector<Mac>& owners = answers.front();
  if (peer.empty()) return owners.size() > 1 ? std::optional{owners[1]} : std::nullopt;
  const auto other = std::find_if(owners.begin(), owners.end(), [&peer](const Mac& owner) {
    return std::find(peer.begin(), peer.end(), owner) == peer.end();
  });
  return other == owners.end() ? std::nullopt : std::optional{*other};
}

/// On a head that does not serve, while the other one may: whether a stranger would be in the way of a start.
AgentExit ready(const Parameters& parameters) {
  const Address address = wanted_address(parameters);
  const Netlink netlink;
  const std::optional<Link> link = netlink.link(parameters.required("interface"));
  if (address.family != AF_INET || !link || !link->up || !link->carrier || !link->resolves) return AgentExit::done;
  const std::optional<Address> from = own_address(netlink, address, *link);
  const std::optional<Mac> owner = from ? stranger(parameters, address, *link, *from) : std::nullopt;
  if (!owner) return AgentExit::done;
  throw Failure{AgentExit::failed, ha::Reason::address_taken,
                fmt::format("{} answers for {} on {}", to_string(*owner), address.to_string(), link->name)};
}

AgentExit status(const Parameters& parameters) {
  const Address address = wanted_address(parameters);
  Netlink netlink;
  const std::vector<AssignedAddress> places = places_of(netlink, address);
  if (places.empty()) return AgentExit::not_running;
  const Link link = working_link(netlink, parameters.required("interface"));
  if (places.front().interface != link.index)
    failed(fmt::format("{} is on another interface of this head", address.to_string()));
  if (places.front().duplicate)
    throw Failure{AgentExit::failed, ha::Reason::address_taken,
                  fmt::format("another machine answers for {}", address.to_string())};
  if (places.front().tentative) failed(fmt::format("{} is not usable yet", address.to_string()));
  return AgentExit::done;
}

/// Again and again, because the first ones may be lost, and switches learn slowly after a link came up.
AgentExit announce_again(const Parameters& parameters) {
  const Address address = wanted_address(parameters);
  Netlink netlink;
  const Link link = working_link(netlink, parameters.required("interface"));
  const std::uint64_t count = std::min<std::uint64_t>(parameters.number("announce_count", 3), 100);
  const milliseconds interval = parameters.seconds("announce_interval", milliseconds{100});
  for (std::uint64_t sent = 0; sent < count; ++sent) {
    if (sent > 0) ::poll(nullptr, 0, static_cast<int>(interval.count()));
    // It may have moved meanwhile: what is announced after that is taken for a second owner by the head that got it.
    if (places_of(netlink, address).empty()) return AgentExit::not_running;
    announce(address, link);
  }
  return AgentExit::done;
}

}  // namespace

std::span<const Action> address_actions() {
  static const std::array actions{Action{"start", start},
                                  Action{"stop", stop},
                                  Action{"kill", stop},
                                  Action{"probe", probe},
                                  Action{"ready", ready},
                                  Action{"status", status},
                                  Action{"announce", announce_again}};
  return actions;
}

}  // namespace hacored::agents
