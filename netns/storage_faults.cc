// A server that is killed or stands still, disks that fill up or fail, a machine that is off, deaf or far away.
#include "netns/storage_faults.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/amount.h"
#include "netns/house.h"
#include "netns/sentence.h"

namespace hasim::netns {
namespace {

using Why = std::optional<std::string>;

/// The NAS that a sentence is about: itself, or that of a volume. kNoThing: the volume is on no NAS.
const NasSpec* nas_of(ThingId store, const WorldSpec& spec) {
  const ThingId id = spec.kind_of(store) == ThingKind::volume ? spec.volumes[spec.things[store].index].on : store;
  return spec.kind_of(id) == ThingKind::nas ? &spec.nas[spec.things[id].index] : nullptr;
}

std::vector<ThingId> volumes_of(ThingId store, const WorldSpec& spec) {
  if (spec.kind_of(store) == ThingKind::volume) return {store};
  return nas_of(store, spec)->exports;
}

/// What happens to a whole machine cannot happen to one of its volumes.
Why concerns_others(ThingId store, const WorldSpec& spec) {
  if (volumes_of(store, spec).size() == nas_of(store, spec)->exports.size()) return std::nullopt;
  return fmt::format("{} is one volume of a server that has others: say that of {}", spec.name_of(store),
                     spec.name_of(nas_of(store, spec)->id));
}

}  // namespace

bool on_storage(SentenceId id) {
  switch (id) {
    case SentenceId::fault_store_unreachable_from_place:
    case SentenceId::fault_store_hang:
    case SentenceId::fault_nas_down:
    case SentenceId::fault_nas_restart_taking_without_grace:
    case SentenceId::fault_nas_dies_unanswered:
    case SentenceId::fault_store_full:
    case SentenceId::fault_store_readonly:
    case SentenceId::fault_store_slow_by:
    case SentenceId::fault_fsync_of_store_takes:
    case SentenceId::fault_store_fails:
    case SentenceId::fault_volume_stale:
    case SentenceId::fault_volume_renumbered:
    case SentenceId::fault_store_lose_locks: return true;
    default: return false;
  }
}

Why cannot_on_storage(const Sentence& s, const WorldSpec& spec) {
  const ThingId store = thing_at(s, 0);
  const NasSpec* const nas = nas_of(store, spec);
  if (nas == nullptr) return fmt::format("{} is on no NAS", spec.name_of(store));
  if (!Plan{spec}.is_server(*nas))
    return fmt::format("{} is a bind mount here: a world whose NAS \"speaks nfs3\" has a server",
                       spec.name_of(nas->id));
  switch (s.id) {
    case SentenceId::fault_store_unreachable_from_place:
      if (spec.kind_of(thing_at(s, 1)) != ThingKind::head) return "only heads mount what a NAS exports";
      return concerns_others(store, spec);
    case SentenceId::fault_store_hang:
    case SentenceId::fault_store_slow_by: return concerns_others(store, spec);
    case SentenceId::fault_store_fails: {
      const bool all = std::any_of(s.values.begin(), s.values.end(), [](const Value& value) {
        return value.slot == Slot::PCT && value.number.lo == kHundredPercent;
      });
      return all ? std::nullopt : Why{"a disk here fails for everything or not at all"};
    }
    case SentenceId::fault_nas_dies_unanswered:
      return "a server that dies between a write and its answer cannot be had";
    case SentenceId::fault_fsync_of_store_takes: return "nothing between the server and its disk could be slow";
    case SentenceId::fault_volume_renumbered: return "the client of the heads tells nobody the fsid of a volume";
    case SentenceId::fault_store_lose_locks: return "no head has locks: its client refuses them";
    default: return std::nullopt;
  }
}

House::Healing House::begin_on_storage(const Deed& deed) {
  const Sentence& s = *deed.sentence;
  const ThingId store = thing_at(s, 0);
  Nas& nas = *nas_.at(nas_of(store, *spec_)->id);
  const auto lasts = [](auto change) -> Healing {
    change(true);
    return [change] { change(false); };
  };
  const auto of_each = [&](auto change) {
    return lasts([volumes = volumes_of(store, *spec_), change](bool begins) {
      for (const ThingId volume : volumes) change(volume, begins);
    });
  };
  switch (s.id) {
    case SentenceId::fault_store_unreachable_from_place:
      return lasts([&nas, head = thing_at(s, 1)](bool begins) { nas.unreachable_from(head, begins); });
    case SentenceId::fault_store_hang: return lasts([&nas](bool begins) { nas.hang(begins); });
    case SentenceId::fault_nas_down: return lasts([&nas](bool begins) { nas.serve(!begins); });
    case SentenceId::fault_nas_restart_taking_without_grace:
      restart_nas(store, s.picks.at(0) == 1 ? duration_in(s, kNasBoots) : kNasBoots);
      return nullptr;
    case SentenceId::fault_store_full:
      return of_each([&nas](ThingId volume, bool begins) { nas.full(volume, begins); });
    case SentenceId::fault_store_readonly:
    case SentenceId::fault_store_fails: {
      const auto how = s.id == SentenceId::fault_store_fails ? Nas::Fails::everything : Nas::Fails::writes;
      return of_each([this, &nas, how](ThingId volume, bool begins) {
        begins ? nas.fail(volume, how) : nas.repair(volume, [this, volume] { let_go(volume); });
      });
    }
    case SentenceId::fault_store_slow_by: return far_away(deed, *nas_of(store, *spec_));
    case SentenceId::fault_volume_stale: nas.renumber(store); return [] {};  // new mounts have new handles
    default: ha::check_failed("a fault of storage that nobody carries out", __FILE__, __LINE__);
  }
}

/// What comes to it is late; its answers are not.
House::Healing House::far_away(const Deed& deed, const NasSpec& nas) {
  LineFault fault;
  fault.id = SentenceId::fault_net_delays;
  fault.delay = duration_in(*deed.sentence, Duration{0});
  fault.on = {nas.networks.front(), {Scope::Kind::into, nas.id, kNoThing}};
  return begin_on_lines(deed, fault);
}

/// Whoever looks at a volume past its server must not keep it from being unmounted.
void House::let_go(ThingId volume) {
  for (VolumeTruth& one : volumes_)
    if (one.id() == volume) one.let_go();
}

void House::restart_nas(ThingId id, Duration taking) {
  const auto serve = [this, id](bool on) {
    nas_.at(id)->serve(on);
    say(EventKind::server, id, on ? 1 : 0);
  };
  serve(false);
  later(taking, [serve] { serve(true); });
}

/// Switched on, it boots before it serves.
void House::power_nas(ThingId id, bool on) {
  Nas& nas = *nas_.at(id);
  if (nas_switched_off_.contains(id) != on) return;
  if (!on) {
    nas_switched_off_.insert(id);
    nas.off(true);
    return say(EventKind::server, id, 0);
  }
  nas_switched_off_.erase(id);
  nas.serve(false);
  nas.off(false);
  later(kNasBoots, [this, id, &nas] {
    nas.serve(true);
    say(EventKind::server, id, 1);
  });
}

}  // namespace hasim::netns
