// Bridges, cables and addresses through the kernel's route netlink (libnl).
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "netns/descriptor.h"

struct nl_sock;

namespace hasim::netns {

/// A conversation with one network namespace. Every function throws `Failure`.
class Cables {
 public:
  /// With the namespace of this thread.
  Cables();
  /// With the namespace of that process.
  static Cables of(pid_t pid);

  /// A switch; its MAC is its own, for otherwise it changes with its ports.
  void add_bridge(const std::string& name, int number);
  /// A cable from `name` here to `inside`, a new interface in the network namespace of that process.
  void add_cable(const std::string& name, const std::string& inside, pid_t pid);
  /// Plugs it into the bridge, or pulls it out; nothing happens to the carrier.
  void plug(const std::string& name, const std::string& bridge);
  void pull(const std::string& name);
  /// The port of the bridge forwards nothing any more, and what was learnt at it is forgotten; at once, while to pull a
  /// cable takes the kernel a while. Or it forwards again.
  void mute(const std::string& name, bool on = true);
  void set_up(const std::string& name, bool up);
  /// Takes the cable away, if it is still there.
  void remove(const std::string& name);
  /// "02:00:00:00:00:01"; the link must be down.
  void set_mac(const std::string& name, const std::string& mac);
  /// `address` with the length of its prefix: "10.1.0.1/16".
  void add_address(const std::string& name, const std::string& address);
  void remove_address(const std::string& name, const std::string& address);

 private:
  struct Close {
    void operator()(nl_sock* socket) const;
  };
  int index_of(const std::string& name) const;
  std::unique_ptr<nl_sock, Close> socket_;
};

/// Whatever comes from that address, or goes to it, is dropped in the network namespace of that process, or no more.
void drop_address(pid_t pid, const std::string& address, bool dropped);

/// A socket that hears of every IPv4 address that is added or removed in the network namespace of that process.
Descriptor address_watch(pid_t pid);

}  // namespace hasim::netns
