// A machine, a store and its server.
#include "netns/witness.h"

#include <sys/mount.h>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"
#include "netns/process.h"

namespace hasim::netns {
namespace {

constexpr const char* kStore = "/run/state";  ///< on the witness itself, and for its clients

}  // namespace

Witness::Witness(const Plan& plan, const WitnessSpec& spec, const CellSpec& cell, Cables& switches, Stream& stream)
    : plan_(plan),
      box_(plan, spec.id, spec.networks, switches, {"/run/ganesha", "/run/rpcbind"}),
      server_(box_, {{kStore, kStore}}) {
  fail_if(::mount(disk_source().c_str(), box_.disk().c_str(), "tmpfs", 0, "mode=0755") != 0, box_.disk());
  run_to_its_end(
      {Plan::program("hacore-store"), "--init", "dir:" + box_.disk(), "--cell", plan.spec().name_of(cell.id)},
      box_.folder() + "/log");
  leases_ = std::make_unique<LeaseTruth>(plan, spec.id, cell, box_.disk(), stream);
  down(false);
}

Witness::~Witness() {
  leases_.reset();
  ::umount2(box_.disk().c_str(), MNT_DETACH);
}

std::string Witness::disk_source() const { return plan_.spec().name_of(box_.thing()); }

void Witness::down(bool down) {
  down_ = std::max(down_ + (down ? 1 : -1), 0);
  if (down_ > 0) {
    box_.power_off();
    server_.die();
  } else if (!box_.powered()) {
    box_.power_on();
    server_.boot();
  }
}

void Witness::look(Time at) {
  server_.look();
  leases_->look(at);
}

}  // namespace hasim::netns
