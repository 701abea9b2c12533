// Looking things up in a world.
#include "lang/spec.h"

#include <algorithm>

#include "core/check.h"

namespace hasim {
namespace {

const HeadSpec& head_of(const WorldSpec& world, ThingId head) {
  HA_CHECK(head < world.things.size() && world.kind_of(head) == ThingKind::head);
  return world.heads[world.things[head].index];
}

const CellSpec& cell_of(const WorldSpec& world, ThingId head) {
  return world.cells[world.things[head_of(world, head).cell].index];
}

}  // namespace

ThingId WorldSpec::find(std::string_view wanted) const {
  const auto found =
      std::find_if(things.begin(), things.end(), [&](const Thing& thing) { return thing.name == wanted; });
  return found == things.end() ? kNoThing : static_cast<ThingId>(found - things.begin());
}

const Settings& WorldSpec::settings_of(ThingId head) const {
  const auto own = settings_on.find(head);
  return own == settings_on.end() ? settings : own->second;
}

int WorldSpec::side_of(ThingId head) const { return cell_of(*this, head).heads[0] == head ? 0 : 1; }

ThingId WorldSpec::peer_of(ThingId head) const {
  const CellSpec& cell = cell_of(*this, head);
  return cell.heads[cell.heads[0] == head ? 1 : 0];
}

bool WorldSpec::has_store() const {
  return std::any_of(witnesses.begin(), witnesses.end(), [](const WitnessSpec& witness) { return witness.lease; });
}

std::size_t WorldSpec::votes() const {
  const auto vote = std::count_if(witnesses.begin(), witnesses.end(), [](const WitnessSpec& w) { return !w.lease; });
  return voters.size() + static_cast<std::size_t>(vote);
}

int WorldSpec::witness_of(const CellSpec& cell) const {
  const auto reaches = [&](const WitnessSpec& witness) {
    const ThingId on = witness.stores_on == kNoThing ? kNoThing : volumes[things[witness.stores_on].index].on;
    if (on == kNoThing || kind_of(on) != ThingKind::disk) return true;
    const std::vector<ThingId>& cabled = disks[things[on].index].heads;
    return cabled.empty() || std::all_of(cell.heads.begin(), cell.heads.end(), [&](ThingId head) {
             return std::find(cabled.begin(), cabled.end(), head) != cabled.end();
           });
  };
  const auto found = std::find_if(witnesses.begin(), witnesses.end(),
                                  [&](const WitnessSpec& witness) { return witness.lease && reaches(witness); });
  return found == witnesses.end() ? -1 : static_cast<int>(found - witnesses.begin());
}

}  // namespace hasim
