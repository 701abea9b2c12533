// How a world of the language is built on this machine: which address, interface and port belongs to what, and the
// files that its programs read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lang/spec.h"

namespace hasim::netns {

/// Of "10.1.0.1", or "10.1.0.1/16", in network byte order; 0: none.
std::uint32_t number_of(const std::string& address);

class Plan {
 public:
  static constexpr const char *kBmcUser = "admin", *kBmcPassword = "hasim-cell";

  explicit Plan(const WorldSpec& spec);

  /// Of heads: .1, .2, …; BMCs, servers and clients come behind them.
  std::string address_of(ThingId thing, ThingId network) const;                        ///< "10.1.0.1"
  std::string address_with_prefix(ThingId thing, ThingId network) const;               ///< "10.1.0.1/16"
  std::string interface_of(ThingId network) const { return "eth" + number(network); }  ///< on every head
  std::string bridge_of(ThingId network) const { return "net" + number(network); }
  /// The outer end of the cable of a head, BMC, NAS, voter or witness.
  std::string port_of(ThingId thing, ThingId network) const;
  std::string mac_of(ThingId thing, ThingId network) const;  ///< also after a boot
  /// The port on which the program of a part answers clients.
  int udp_port(ThingId part) const { return 7000 + part; }
  /// "10.1.255.1:7003", where the program of a service answers its clients; empty: it has no address, or no program.
  std::string place_of_clients(ThingId service) const;
  /// Where the heads mount it; on a private /mnt, so that nothing of the machine is covered.
  std::string mount_point(ThingId part) const;
  /// Its NAS is a machine with an NFS server; otherwise a bind mount stands for it.
  bool is_served(ThingId volume) const;
  bool is_server(const NasSpec& nas) const { return nas.says_protocol; }
  /// "10.1.0.21:/home", or "nas:/home" if nobody serves it.
  std::string export_of(ThingId volume) const;
  /// "-t TYPE -o OPTIONS", as somebody tells mount(8) who mounts it by a script.
  std::string mount_words(ThingId volume) const;
  /// What lies there, for the harness alone.
  std::string folder_of(ThingId volume) const;
  std::string folder_of_head(ThingId head) const;
  /// The network of an address part.
  ThingId network_of(const PartSpec& address) const;
  const WorldSpec& spec() const { return spec_; }

  /// The configuration of a head; both of a cell have the same, unless somebody edits one.
  std::string hacore_toml(ThingId head) const;
  std::string config_file(ThingId head) const;
  /// The script of a part, which calls hasim-cell, and where it lies.
  std::string script_of(ThingId part) const;
  static std::string script_path(ThingId part);
  /// What the emulator that stands for a BMC reads and writes.
  std::string folder_of_bmc(const BmcSpec& bmc) const;
  std::string folder_of_pdu(const PduSpec& pdu) const;
  /// The configuration of an IPMI emulator, and of its controller.
  std::string lan_conf(const BmcSpec& bmc, bool password_changed = false) const;
  static std::string controller();
  /// [store] and [voters] of its heads, and the key that voters and heads share.
  std::string arbiters_toml(const CellSpec& cell) const;
  static std::string voter_key();
  /// Where a program lies that a run starts: beside hasim, or where the Debian packages have it; bare if nowhere.
  static std::string program(const std::string& name);
  /// The folders of the agents, as a list of TOML.
  static std::string agent_folders();
  /// Writes what does not depend on the system that runs on the heads.
  void write_files() const;

 private:
  std::string number(ThingId thing) const { return std::to_string(spec_.things[thing].index); }
  std::string resources(const ServiceSpec& service) const;
  std::string fence_by_bmc(const CellSpec& cell) const;
  std::string fence_by_pdus(const CellSpec& cell) const;
  const WorldSpec& spec_;
};

}  // namespace hasim::netns
