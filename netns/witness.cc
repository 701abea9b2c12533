// nfs-ganesha and what it needs.
#include "netns/witness.h"

#include <sys/mount.h>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"
#include "netns/process.h"

namespace hasim::netns {
namespace {

constexpr int kPortmapperPort = 111;

}  // namespace

Witness::Witness(const Plan& plan, const WitnessSpec& spec, const CellSpec& cell, Cables& switches, Stream& stream)
    : plan_(plan), box_(plan, spec.id, spec.networks, switches, {"/run/ganesha", "/run/rpcbind"}) {
  fail_if(::mount(disk_source().c_str(), box_.disk().c_str(), "tmpfs", 0, "mode=0755") != 0, box_.disk());
  write_file(box_.folder() + "/ganesha.conf", Plan::ganesha_conf());
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
    portmapper_ = server_ = 0;
  } else if (!box_.powered()) {
    box_.power_on();
    portmapper_ = box_.start({kPortmapper, "-w", "-f"});
  }
}

void Witness::serve(bool on) {
  serves_ = on;
  if (on || server_ == 0) return;
  box_.end(server_);
  server_ = 0;
}

/// The server registers at the portmapper, and ends if it cannot.
void Witness::look(Time at) {
  if (portmapper_ != 0 && server_ == 0 && serves_ && box_.listens(kPortmapperPort))
    server_ = box_.start({kNfsServer, "-F", "-L", box_.folder() + "/ganesha.log", "-f", box_.folder() + "/ganesha.conf",
                          "-p", "/run/ganesha/pid"});
  leases_->look(at);
}

}  // namespace hasim::netns
