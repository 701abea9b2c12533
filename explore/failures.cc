// The list of what breaks: heads first, then what they see each other by, then what proves, then what they serve from.
#include "explore/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hasim {
namespace {

using Words = std::vector<std::string>;

class FailureList {
 public:
  FailureList(const WorldSpec& world, const CellSpec& cell)
      : world_(world), cell_(cell), owner_(owner_of(world, cell)), peer_(world.peer_of(owner_)) {}

  std::vector<Failure> take() {
    heads();
    beats();
    power();
    arbiters();
    storage();
    service();
    return std::move(list_);
  }

 private:
  const std::string& name(ThingId id) const { return world_.name_of(id); }
  const HeadSpec& head(ThingId id) const { return world_.heads[world_.things[id].index]; }

  /// A fault of `thing` that lasts: what heals it is said in its own words.
  void lasts(const std::string& thing, const std::string& what, Words rows) {
    const std::string sentence = thing + " " + what;
    list_.push_back({sentence, {sentence}, "heal " + sentence, "repair " + thing, std::move(rows)});
  }
  /// A head that is gone once and for all: somebody has to press its button.
  void once(ThingId who, const std::string& what, Words rows) {
    const std::string sentence = name(who) + " " + what, button = "power on " + name(who);
    list_.push_back({sentence, {sentence}, "do " + button, button, std::move(rows)});
  }

  void heads() {
    once(owner_, "loses power", {});
    lasts(name(owner_), "unplugged", {"BM02"});
    once(owner_, "panics", {"ND01"});
    lasts(name(owner_), "hangs", {"ND02"});
    lasts(name(owner_), "isolated", {"SB02"});
    lasts("core of " + name(owner_), "gone", {"PR06"});
    lasts("disk of " + name(owner_), "dead", {"ND11"});
    once(peer_, "loses power", {});
    if (head(owner_).watchdog > Duration{0}) {
      lasts("watchdog of " + name(owner_), "busy", {"FE18"});
      list_.back().latent = true;
    }
  }

  void beats() {
    std::vector<const NetworkSpec*> paths;
    for (const NetworkSpec& network : world_.networks) {
      if (network.beats && attached(owner_, network.id)) paths.push_back(&network);
    }
    for (const NetworkSpec* path : paths) lasts(name(path->id), "dead", {path->cable ? "HB02" : "NW07"});
    if (paths.size() < 2) return;
    lasts("paths", fmt::format("cut between {} and {}", name(owner_), name(peer_)), {"HB01"});
  }

  void power() {
    std::vector<ThingId> wires;
    for (const ThingId who : {owner_, peer_}) {
      if (head(who).bmc == kNoThing) continue;
      lasts("bmc of " + name(who), "silent", {"BM01"});
      wires.push_back(world_.bmcs[world_.things[head(who).bmc].index].network);
    }
    for (const PduSpec& pdu : world_.pdus) {
      if (feeds(pdu.id)) lasts(name(pdu.id), "silent", {"FE12"});
    }
    std::sort(wires.begin(), wires.end());
    wires.erase(std::unique(wires.begin(), wires.end()), wires.end());
    for (const ThingId wire : wires) {
      if (wire != kNoThing && !world_.networks[world_.things[wire].index].beats) lasts(name(wire), "dead", {"BM10"});
    }
  }

  void arbiters() {
    for (const WitnessSpec& witness : world_.witnesses) lasts(name(witness.id), "down", {"ST18"});
    if (!world_.voters.empty()) lasts("voters", "silent", {"SB09"});
  }

  void storage() {
    for (const NasSpec& nas : world_.nas) lasts(name(nas.id), "down", {"ST01"});
    for (const DiskSpec& disk : world_.disks) {
      Failure failure{name(disk.id) + " lost", {}, "", "repair " + name(disk.id), {"ST13"}};
      for (const ThingId volume : disk.volumes) failure.sentences.push_back(name(volume) + " hangs");
      if (failure.sentences.empty()) continue;
      failure.repair = "heal " + failure.sentences.front();
      list_.push_back(std::move(failure));
    }
  }

  void service() {
    for (const ServiceSpec& service : world_.services) {
      if (service.cell != cell_.id) continue;
      const auto daemon = std::find_if(service.parts.rbegin(), service.parts.rend(),
                                       [&](ThingId part) { return world_.kind_of(part) == ThingKind::daemon; });
      if (daemon == service.parts.rend()) continue;
      lasts(name(*daemon), "crashes on " + name(owner_), {"PR01"});
      lasts(name(*daemon), "fails to start on " + name(peer_), {"NW15"});
    }
  }

  bool attached(ThingId who, ThingId network) const {
    const auto& networks = head(who).networks;
    return std::find(networks.begin(), networks.end(), network) != networks.end();
  }
  bool feeds(ThingId pdu) const {
    const auto fed = [&](ThingId who) {
      const auto& pdus = head(who).pdus;
      return std::find(pdus.begin(), pdus.end(), pdu) != pdus.end();
    };
    return fed(owner_) || fed(peer_);
  }

  const WorldSpec& world_;
  const CellSpec& cell_;
  ThingId owner_, peer_;
  std::vector<Failure> list_;
};

}  // namespace

ThingId owner_of(const WorldSpec& world, const CellSpec& cell) {
  for (const ServiceSpec& service : world.services) {
    if (service.cell == cell.id) return service.prefers == kNoThing ? cell.heads[0] : service.prefers;
  }
  return cell.heads[0];
}

std::vector<Failure> failures_of(const WorldSpec& world, const CellSpec& cell) {
  return FailureList(world, cell).take();
}

}  // namespace hasim
