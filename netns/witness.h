// A witness that keeps leases: a machine with an NFS server, on which hacored's own store lies.
#pragma once

#include <memory>

#include "netns/leases.h"
#include "netns/nfs_server.h"

namespace hasim::netns {

class Witness {
 public:
  /// Makes an empty store; it serves a moment later. Throws `Failure`.
  Witness(const Plan& plan, const WitnessSpec& spec, const CellSpec& cell, Cables& switches, Stream& stream);
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  /// Its power; what was stored stays. Counted, as the other one.
  void down(bool down);
  void unreachable_from(ThingId head, bool away) { box_.deaf_to(head, away); }
  /// Its server ends, or begins.
  void serve(bool on) { server_.serve(on); }
  /// Goes on with a start that is under way, and reads the store.
  void look(Time at);

  const LeaseTruth& leases() const { return *leases_; }

 private:
  std::string disk_source() const;

  const Plan& plan_;
  Box box_;
  NfsServer server_;
  std::unique_ptr<LeaseTruth> leases_;
  int down_ = 0;
};

}  // namespace hasim::netns
