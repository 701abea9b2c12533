// A crash dump: after a panic another kernel runs on the head, which only writes, and says so on the network.
#include <unistd.h>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/house.h"

namespace hasim::netns {
namespace {

constexpr const char* kDump = "/run/state/vmcore";  ///< on the disk of the head, as seen there

}  // namespace

/// It has brought up the networks of the beats, but no direct cable: a crash kernel has no reason to.
void House::begin_dump(Head& h, Duration lasts) {
  const HeadSpec& spec = h.machine->spec();
  const ThingId peer = spec_->peer_of(spec.id);
  std::vector<ThingId> networks;
  std::vector<std::string> words{Plan::program("hasim-cell"), "dump",
                                 std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(lasts).count()),
                                 kDump};
  for (const ThingId id : spec.networks) {
    const NetworkSpec& network = spec_->networks[spec_->things[id].index];
    if (!network.beats || network.cable) continue;
    networks.push_back(id);
    words.push_back(plan_.address_of(peer, id));
  }
  (void)::unlink((h.machine->folder() + "/disk/vmcore").c_str());
  h.machine->start_crash_kernel(networks, look_at_others(h));
  changing_ = nullptr;
  h.dump = h.machine->run(words);
  say(EventKind::dumping, spec.id, 1);
}

/// Its crash kernel switches the head off when it has done what it could.
void House::look_at_dump(Head& h) {
  if (!h.dump || h.machine->runs(*h.dump)) return;
  const bool saved = ::access((h.machine->folder() + "/disk/vmcore").c_str(), F_OK) == 0;
  end_dump(h, saved);
  power_off(h);
}

/// Nothing runs on the head any more.
void House::end_dump(Head& h, bool saved) {
  if (!h.dump) return;
  h.dump.reset();
  h.machine->fall_silent();
  (void)h.machine->power_off(look_at_others(h));
  changing_ = nullptr;
  Event ended;
  ended.kind = EventKind::dumping;
  ended.who = h.machine->spec().id;
  ended.y = saved ? 1 : 0;
  stream_.saw(boottime(), ended);
}

}  // namespace hasim::netns
