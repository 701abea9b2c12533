// A machine, its disks and its server.
#include "netns/nas.h"

#include <filesystem>

#include "netns/failure.h"

namespace hasim::netns {

Nas::Nas(const Plan& plan, const NasSpec& spec, Cables& switches)
    : plan_(plan),
      box_(plan, spec.id, spec.networks, switches, {"/run/ganesha", "/run/rpcbind"}, spec.exports),
      server_(box_, exports(plan, spec)) {
  box_.power_on();
  server_.boot();
}

Nas::~Nas() {
  box_.power_off();
  box_.await_end();
}

std::vector<Export> Nas::exports(const Plan& plan, const NasSpec& spec) {
  std::vector<Export> all;
  for (const ThingId volume : spec.exports) {
    const std::string folder = plan.folder_of(volume);
    std::filesystem::create_directories(std::filesystem::path{folder}.parent_path());
    volumes_[volume].disk = std::make_unique<Disk>(folder);
    all.push_back({folder, "/" + plan.spec().name_of(volume)});
  }
  return all;
}

void Nas::off(bool off) {
  off_ += off ? 1 : -1;
  if (off_ > 0) {
    box_.power_off();
    server_.die();
  } else if (!box_.powered()) {
    box_.power_on();
    server_.boot();
  }
}

void Nas::full(ThingId volume, bool full) {
  Volume& that = volumes_.at(volume);
  that.full += full ? 1 : -1;
  that.disk->full(that.full > 0);
}

void Nas::fail(ThingId volume, Fails how) {
  Volume& that = volumes_.at(volume);
  ++that.failed;
  how == Fails::writes ? that.disk->turn_readonly() : that.disk->die();
}

void Nas::repair(ThingId volume, const std::function<void()>& let_go) {
  Volume& that = volumes_.at(volume);
  if (--that.failed > 0) return;
  off(true);
  box_.await_end();
  let_go();
  that.disk->renew();
  off(false);
}

void Nas::renumber(ThingId volume) { server_.renumber("/" + plan_.spec().name_of(volume)); }

}  // namespace hasim::netns
