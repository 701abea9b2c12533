// The clients of a cell: they ask every address of a service who has it, and its program whether it serves, again and
// again. They trust nobody's word about it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "netns/descriptor.h"
#include "netns/plan.h"
#include "netns/stream.h"

namespace hasim::netns {

class Users {
 public:
  /// `told`: the volume and the record of which a client was answered that it is written.
  using Told = std::function<void(ThingId volume, const std::string& record)>;
  Users(const Plan& plan, Stream& stream, Told told);

  /// Reads what was answered, and asks again when it is time to.
  void look(Time at);

 private:
  struct Asked {
    const PartSpec* address = nullptr;
    int port = 0;               ///< of the program behind it; 0: its service has none
    ThingId volume = kNoThing;  ///< on which it writes
    Descriptor arp, clients;    ///< packet socket of its network; UDP
    int link = 0;
    std::uint32_t number = 0, watcher = 0;  ///< IPv4 addresses: what is asked for, and who asks by ARP
    std::vector<Time> heard;                ///< by head: when its MAC answered last
    Time served_at = Time::min();
    Time heard_stranger = Time::min();
    std::uint64_t answered = 0;
    bool served = false;
  };
  void hear(Asked& asked, Time at);
  void ask(Asked& asked) const;
  void judge(Asked& asked, Time at);
  void say_served(const ServiceSpec& service, bool served, Time at);

  const Plan& plan_;
  Stream& stream_;
  Told told_;
  std::vector<Asked> asked_;
  Time next_{0};
};

}  // namespace hasim::netns
