// What strangers send. The host of a core knows their beats by the wrong key or by the wrong cell; it counts them and
// says so once a minute, whatever their number (HB13).
#include "sim/strangers.h"

#include <algorithm>

#include "sim/carrier.h"
#include "sim/faults.h"
#include "sim/network.h"
#include "sim/tell.h"

namespace hasim::sim {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kSaysAgainIn = minutes{1};
constexpr std::uint64_t kForeignBoot = 0xf0f0'0001;

ha::Beat beat_of_stranger(const Engine& e, int head) {
  ha::Beat beat;
  beat.sender = {kForeignBoot, 1};
  beat.seq = static_cast<std::uint64_t>(e.now().count());
  beat.cell = kForeignCell;
  beat.from = static_cast<std::uint8_t>(1 - e.head(head).side);
  beat.flags = ha::kArms;
  beat.service[0].flags = ha::kHealthy;
  beat.service[0].role = ha::Role::owner;
  return beat;
}

void say(Engine& e, int head, std::uint32_t because) {
  Core& core = e.core(head);
  if (e.now() - core.stranger_told < kSaysAgainIn) return;
  core.stranger_told = e.now();
  e.because = because;
  e.emit(EventKind::alert, e.id_of(head), {.reason = ha::Reason::foreign_cell});
}

}  // namespace

bool is_foreign(const Engine& e, int head, const ha::Beat& beat) {
  return beat.cell == kForeignCell && e.head(head).config.cell != kForeignCell;
}

void foreign_beats(Engine& e, const Due& due) {
  const Fault* fault = newest(e, [&](const Fault& f) { return f.number == due.a; });
  if (fault == nullptr) return;
  const bool our_key = fault->pick[0] == 1;
  const int n = e.layout->index_of(fault->thing[0]);
  for (int h = 0; h < e.heads(); ++h) {
    const int path = path_on(e, h, n);
    if (path < 0 || !has_carrier(e, n, h) || !core_runs(e, h)) continue;
    say(e, h, fault->event);
    // Only what carries the right key gets as far as the core.
    if (our_key) deliver(e, beat_of_stranger(e, h), h, path);
  }
  e.later(seconds{1}, due);
}

bool foreign_owner(Engine& e, int part) {
  const PartLayout& address = e.part_layout(part);
  const ThingId network = e.layout->spec->networks[static_cast<std::size_t>(address.network)].id;
  return newest(e, [&](const Fault& f) {
           return f.id == SentenceId::fault_net_foreign_owner && f.thing[0] == network && f.thing[1] == address.id;
         }) != nullptr;
}

bool address_taken(Engine& e, int head, int part) {
  return has_carrier(e, e.part_layout(part).network, head) && foreign_owner(e, part);
}

}  // namespace hasim::sim
