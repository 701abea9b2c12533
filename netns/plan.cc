// Addresses and names.
#include "netns/plan.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

/// Where the hosts of each kind begin in a network.
std::uint32_t host_number(const Thing& thing) {
  switch (thing.kind) {
    case ThingKind::head: return 1U + thing.index;
    case ThingKind::bmc: return 11U + thing.index;
    case ThingKind::nas: return 21U + thing.index;
    case ThingKind::pdu: return 41U + thing.index;
    case ThingKind::witness: return 51U + thing.index;
    case ThingKind::voter: return 61U + thing.index;
    default: return 31U + thing.index;
  }
}

char letter_of(ThingKind kind) {
  switch (kind) {
    case ThingKind::head: return 'h';
    case ThingKind::nas: return 'n';
    case ThingKind::pdu: return 'p';
    case ThingKind::voter: return 'v';
    case ThingKind::witness: return 'w';
    default: return 'b';
  }
}

/// Beside hasim, and where the Debian packages have them.
std::vector<std::string> folders_of_programs() {
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::vector<std::string> folders{here};
  for (const char* beside : {"../lib/hasim", "../lib/hacore", "../sbin"})
    if (std::filesystem::is_directory(here / beside)) folders.push_back(std::filesystem::canonical(here / beside));
  return folders;
}

}  // namespace

std::uint32_t number_of(const std::string& address) {
  in_addr number{};
  return ::inet_pton(AF_INET, address.substr(0, address.find('/')).c_str(), &number) == 1 ? number.s_addr : 0;
}

Plan::Plan(const WorldSpec& spec) : spec_(spec) {}

std::string Plan::address_of(ThingId thing, ThingId network) const {
  const std::string with_prefix = address_with_prefix(thing, network);
  return with_prefix.substr(0, with_prefix.find('/'));
}

std::string Plan::address_with_prefix(ThingId thing, ThingId network) const {
  const NetworkSpec& net = spec_.networks[spec_.things[network].index];
  const std::string prefix = net.prefix.empty() ? fmt::format("10.200.{}.0/24", number(network)) : net.prefix;
  const std::size_t slash = prefix.find('/');
  in_addr base{};
  if (slash == std::string::npos || ::inet_pton(AF_INET, prefix.substr(0, slash).c_str(), &base) != 1)
    throw Failure(fmt::format("network {}: {} is no IPv4 prefix", spec_.name_of(network), prefix));
  const in_addr host{htonl(ntohl(base.s_addr) + host_number(spec_.things[thing]))};
  std::array<char, INET_ADDRSTRLEN> text{};
  return std::string{::inet_ntop(AF_INET, &host, text.data(), text.size())} + prefix.substr(slash);
}

std::string Plan::port_of(ThingId thing, ThingId network) const {
  return fmt::format("{}{}p{}", letter_of(spec_.kind_of(thing)), number(thing), number(network));
}

std::string Plan::mac_of(ThingId thing, ThingId network) const {
  return fmt::format("02:00:00:00:{:02x}:{:02x}", 0x10 + spec_.things[network].index, host_number(spec_.things[thing]));
}

std::string Plan::mount_point(ThingId part) const {
  const PartSpec& spec = spec_.parts[spec_.things[part].index];
  return "/mnt" + (spec.path.empty() ? "/" + spec_.name_of(spec.volume) : spec.path);
}

bool Plan::is_served(ThingId volume) const {
  const ThingId on = spec_.volumes[spec_.things[volume].index].on;
  return spec_.kind_of(on) == ThingKind::nas && is_server(spec_.nas[spec_.things[on].index]);
}

std::string Plan::export_of(ThingId volume) const {
  const ThingId on = spec_.volumes[spec_.things[volume].index].on;
  const std::string host =
      is_served(volume) ? address_of(on, spec_.nas[spec_.things[on].index].networks.front()) : spec_.name_of(on);
  return fmt::format("{}:/{}", host, spec_.name_of(volume));
}

std::string Plan::folder_of(ThingId volume) const {
  return fmt::format("{}/exports/{}", kFolder, spec_.name_of(volume));
}

std::string Plan::folder_of_head(ThingId head) const { return fmt::format("{}/{}", kFolder, spec_.name_of(head)); }

std::string Plan::folder_of_bmc(const BmcSpec& bmc) const {
  return fmt::format("{}/bmc-{}", kFolder, spec_.name_of(bmc.head));
}

std::string Plan::folder_of_pdu(const PduSpec& pdu) const {
  return fmt::format("{}/pdu-{}", kFolder, spec_.name_of(pdu.id));
}

ThingId Plan::network_of(const PartSpec& address) const {
  if (address.network != kNoThing) return address.network;
  const CellSpec& cell = spec_.cells[spec_.things[spec_.services[spec_.things[address.service].index].cell].index];
  return spec_.heads[spec_.things[cell.heads[0]].index].networks.front();
}

std::string Plan::program(const std::string& name) {
  for (const std::string& folder : folders_of_programs()) {
    std::string path = fmt::format("{}/{}", folder, name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return name;
}

std::string Plan::agent_folders() { return fmt::format("[\"{}\"]", fmt::join(folders_of_programs(), "\", \"")); }

}  // namespace hasim::netns
