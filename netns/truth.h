// What is true of the heads, asked from the kernel and read from the shared data; no daemon is asked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "netns/machine.h"
#include "netns/stream.h"

namespace hasim::netns {

/// What one head holds: which addresses its kernel has, which exports are mounted, which parts hold their lock.
class HeadTruth {
 public:
  HeadTruth(const Plan& plan, const Machine& machine, Stream& stream);

  /// It has power and a kernel: begins to look.
  void begin();
  /// All of it is gone with its power.
  void end(Time at);
  void look(Time at);
  bool runs(ThingId part) const;
  bool runs_all(const ServiceSpec& service) const;
  /// Under which epoch its core owns or starts; for the events of volumes.
  void owns(std::uint64_t epoch) { epoch_ = epoch; }
  /// The part was killed by the scenario: that it ends is a failure of it.
  void struck(ThingId part);

 private:
  struct Held {
    const PartSpec* spec = nullptr;
    std::uint32_t address = 0;  ///< of an address part, in network order
    Descriptor lock;            ///< of a program
    bool held = false, struck = false;
  };
  void hear_addresses(Time at);
  void look_at_mounts(Time at);
  void look_at_locks(Time at);
  void change(Held& part, bool held, Time at);

  const Plan& plan_;
  const Machine& machine_;
  Stream& stream_;
  std::vector<Held> parts_;
  Descriptor addresses_;
  std::uint64_t epoch_ = 0;
};

/// What reached a volume: the records that the programs of a service append to its file.
class VolumeTruth {
 public:
  VolumeTruth(const Plan& plan, ThingId volume, Stream& stream);
  void look(Time at);

 private:
  const WorldSpec& spec_;
  ThingId volume_;
  Stream& stream_;
  std::string path_, rest_;
  Descriptor file_;
};

}  // namespace hasim::netns
