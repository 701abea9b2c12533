// What is true of the heads, asked from the kernel and read from the shared data; no daemon is asked.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/node.h"
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
  /// Under which epochs its core owns or starts the services of its cell; for the events of volumes.
  void owns(const ha::Status& status);
  /// The process of a program that runs, as seen from here; 0: it does not run.
  pid_t program_of(ThingId part) const;
  /// Since when it has run.
  Time since(ThingId part) const;

  /// The part was killed by the scenario: that it ends is a failure of it.
  void struck(ThingId part);
  /// Somebody stopped it behind the core's back: when it runs again, it was restarted.
  void stopped_by_hand(ThingId part);
  /// Its start script ended without it.
  void failed_to_start(ThingId part, Time at);

 private:
  struct Held {
    const PartSpec* spec = nullptr;
    std::uint32_t address = 0;  ///< of an address part, in network order
    Descriptor lock;            ///< of a program
    bool held = false, struck = false;
    bool lost = false;  ///< it ended, and nobody had asked its script
    Time since{0};
  };
  void hear_addresses(Time at);
  void look_at_mounts(Time at);
  void look_at_locks(Time at);
  void change(Held& part, bool held, Time at);
  const Held* find(ThingId part) const;
  const ServiceSpec& service_of(const Held& part) const;

  const Plan& plan_;
  const Machine& machine_;
  Stream& stream_;
  std::vector<Held> parts_;
  Descriptor addresses_;
  ha::PerService<std::uint64_t> epoch_{};
};

/// What reached a volume: the records that the programs of a service append to its file; and what of it is gone that
/// clients were told of.
class VolumeTruth {
 public:
  VolumeTruth(const Plan& plan, ThingId volume, Stream& stream);
  void look(Time at);
  /// A client was answered that this record, "epoch head sequence", is written.
  void told(const std::string& record);
  ThingId id() const { return volume_; }
  /// Its file is opened again at the next look: another mount will show it.
  void let_go() { file_.reset(); }

 private:
  struct Newest {
    std::uint64_t stands = 0, told = 0;  ///< sequences
  };
  Newest& newest_of(const std::string& record);
  void read(Time at);
  const WorldSpec& spec_;
  ThingId volume_;
  Stream& stream_;
  std::string path_, rest_;
  Descriptor file_;
  off_t seen_ = 0;                        ///< bytes
  std::map<std::string, Newest> newest_;  ///< by "epoch head"
};

}  // namespace hasim::netns
