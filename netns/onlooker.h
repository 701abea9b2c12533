// Who follows a system that tells nobody what it decides: its programs run or not, and its role is what its head holds.
#pragma once

#include "netns/listener.h"
#include "netns/machine.h"

namespace hasim::netns {

class Onlooker final : public Listener {
 public:
  Onlooker(const WorldSpec& spec, const Machine& machine, Stream& stream);

  void look() override;
  /// The owner of a service is who holds all of it. What was done had been decided just before.
  void holds(const HeadTruth& truth, Time at) override;
  void end(Time at) override;

 private:
  void become(const ServiceSpec& service, ha::Role role, Time at);
  void say_runs(Time at, bool runs);

  const WorldSpec& spec_;
  const Machine& machine_;
  Stream& stream_;
  CoreNames names_;
  std::uint64_t starts_ = 0;
};

}  // namespace hasim::netns
