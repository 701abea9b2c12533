// Building a cell, its power, and the round in which everything is looked at.
#include "netns/house.h"

#include <poll.h>
#include <sys/mount.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/failure.h"
#include "netns/files.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kApart = milliseconds{170};  ///< nobody presses two buttons at once
constexpr Duration kSupervisorWaits = seconds{1};
constexpr Duration kLookEvery = milliseconds{2};

}  // namespace

House::House(std::shared_ptr<const WorldSpec> spec, std::uint64_t seed, Stream& stream)
    : spec_(std::move(spec)),
      system_(*system_named(spec_->system)),
      stream_(stream),
      plan_(*spec_),
      seed_(seed),
      wires_(plan_, switches_),
      heads_(spec_->heads.size()) {
  plan_.write_files();
  system_.write_files(plan_);
  build_networks();
  build_exports();
  build_pdus();
  for (const HeadSpec& one : spec_->heads) {
    Head& h = head(one.id);
    h.machine = std::make_unique<Machine>(plan_, one, system_, switches_, wires_);
    h.listener = system_.listener(plan_, *h.machine, stream_);
    h.truth = std::make_unique<HeadTruth>(plan_, *h.machine, stream_);
    if (one.bmc == kNoThing) continue;
    const BmcSpec& bmc = spec_->bmcs[spec_->things[one.bmc].index];
    h.bmc = std::make_unique<Bmc>(plan_, bmc, switches_);
    if (!bmc.redfish) h.logins = std::make_unique<Logins>(plan_, bmc, stream_);
  }
  for (Head& h : heads_) cables_of_others(h, false);
  for (const VolumeSpec& volume : spec_->volumes) {
    if (spec_->kind_of(volume.on) == ThingKind::disk)
      arrays_[volume.id] = std::make_unique<Array>(plan_, volume.id, stream_);
    else
      volumes_.emplace_back(plan_, volume.id, stream_);
  }
  build_arbiters();
  users_ = std::make_unique<Users>(plan_, stream_, [this](ThingId volume, const std::string& record) {
    for (VolumeTruth& one : volumes_)
      if (one.id() == volume) one.told(record);
    if (const auto array = arrays_.find(volume); array != arrays_.end()) array->second->told(boottime(), record);
  });
}

House::~House() {
  heads_.clear();
  voters_.clear();
  witnesses_.clear();
  volumes_.clear();
  nas_.clear();
  pdus_.clear();
  try {
    for (const VolumeSpec& volume : spec_->volumes) ::umount2(plan_.folder_of(volume.id).c_str(), MNT_DETACH);
    ::umount2("/usr/sbin", MNT_DETACH);
    for (const auto& entry : std::filesystem::directory_iterator{kFolder}) std::filesystem::remove_all(entry.path());
    for (const NetworkSpec& network : spec_->networks) switches_.remove(plan_.bridge_of(network.id));
  } catch (const std::exception&) {  // what stays goes with our own namespaces
  }
}

/// Clients, and a NAS that nobody serves, have an address on the switch itself: they are the harness's own network
/// namespace.
void House::build_networks() {
  for (const NetworkSpec& network : spec_->networks)
    switches_.add_bridge(plan_.bridge_of(network.id), spec_->things[network.id].index);
  const auto join = [this](ThingId thing, const std::vector<ThingId>& networks) {
    for (const ThingId network : networks)
      switches_.add_address(plan_.bridge_of(network), plan_.address_with_prefix(thing, network));
  };
  for (const NasSpec& nas : spec_->nas)
    if (!plan_.is_server(nas)) join(nas.id, nas.networks);
  for (const ClientsSpec& clients : spec_->clients) join(clients.id, clients.networks);
}

/// A volume is a file system of its own, and mount(8) finds our way to it beside the others.
void House::build_exports() {
  for (const NasSpec& nas : spec_->nas)
    if (plan_.is_server(nas)) nas_[nas.id] = std::make_unique<Nas>(plan_, nas, switches_);
  for (const VolumeSpec& volume : spec_->volumes) {
    if (plan_.is_served(volume.id)) continue;
    const std::string folder = plan_.folder_of(volume.id);
    std::filesystem::create_directories(folder);
    fail_if(::mount(plan_.export_of(volume.id).c_str(), folder.c_str(), "tmpfs", 0, "mode=0755") != 0, folder);
  }
  const std::string lower = fmt::format("lowerdir={}/sbin:/usr/sbin", kFolder);
  fail_if(::mount("overlay", "/usr/sbin", "overlay", MS_RDONLY, lower.c_str()) != 0, "mount.hasim in /usr/sbin");
}

void House::say(EventKind kind, ThingId who, int x, ThingId with, std::uint64_t value) {
  say_at(boottime(), kind, who, x, with, value);
}

void House::say_at(Time at, EventKind kind, ThingId who, int x, ThingId with, std::uint64_t value) {
  Event event;
  event.kind = kind;
  event.who = who;
  event.with = with;
  event.x = static_cast<std::uint8_t>(x);
  event.value = value;
  stream_.saw(at, event);
}

void House::later(Duration in, std::function<void()> act) { due_.push_back({boottime() + in, std::move(act)}); }

// ---------------------------------------------------------------------------------------------------------------
// Power

void House::power_up() {
  for (std::size_t i = 0; i < heads_.size(); ++i)
    later(kApart * static_cast<int>(i), [this, i] { power_on(heads_[i], Duration{0}); });
}

void House::power_on(Head& h, Duration boots_in) {
  if (h.power || !h.mains) return;
  h.power = true;
  h.powers.emplace_back(boottime(), true);
  say(EventKind::power, h.machine->spec().id, 1);
  boot(h, boots_in);
}

void House::boot(Head& h, Duration boots_in) {
  const unsigned life = ++h.life;
  h.core_wanted = true;
  say(EventKind::boots, h.machine->spec().id);
  if (h.boot_fails > 0) return;
  later(boots_in, [this, &h, life] {
    if (h.life == life) booted(h);
  });
}

void House::booted(Head& h) {
  links_are_late(h);
  h.machine->power_on(look_at_others(h));
  changing_ = nullptr;
  if (h.disk_readonly > 0) h.machine->disk().turn_readonly();
  h.truth->begin();
  h.booted = true;
  cables_of_others(h, true);
  say(EventKind::up, h.machine->spec().id, 1);
  core_to_start(h, Duration{0});
}

/// The processes, mounts and addresses of the head are gone. Returns when they were.
Time House::kernel_ends(Head& h) {
  ++h.life;
  h.goal = Goal::none;
  end_dump(h, false);
  if (!h.booted) return boottime();
  h.booted = false;
  cables_of_others(h, false);
  h.machine->fall_silent();
  caches_are_lost(h);
  const Time at = h.machine->power_off(look_at_others(h));
  changing_ = nullptr;
  say_at(at, EventKind::up, h.machine->spec().id, 0);
  h.listener->end(at);
  h.truth->end(at);
  for (const std::uint32_t number : std::exchange(h.soft, {})) {
    const auto fault = faults_.find(number);
    if (fault == faults_.end()) continue;
    const Healing healing = std::move(fault->second.healing);
    faults_.erase(fault);
    healing();
    say(EventKind::healed, h.machine->spec().id, 1, kNoThing, number);
  }
  return at;
}

/// `by`: whose order it was, if it was one to a fence device.
void House::power_off(Head& h, ThingId by) {
  if (!h.power) return;
  h.power = false;
  const ThingId id = h.machine->spec().id;
  const Time at = kernel_ends(h);
  h.powers.emplace_back(at, false);
  if (by != kNoThing) say_at(at, EventKind::fence_executed, id, 0, by);
  say_at(at, EventKind::power, id, 0);
}

/// `by` as in the event `resets`; 0: somebody's order, which is no reset of its own.
void House::reset(Head& h, int by) {
  if (!h.power) return;
  if (by != 0) say(EventKind::resets, h.machine->spec().id, by);
  (void)kernel_ends(h);
  boot(h, boot_time(h));
}

/// At a direct cable the carrier is the peer's own.
void House::cables_of_others(Head& h, bool lit) {
  for (const ThingId network : h.machine->spec().networks) {
    if (!spec_->networks[spec_->things[network].index].cable) continue;
    for (Head& other : heads_) {
      const std::vector<ThingId>& joined = other.machine->spec().networks;
      if (&other == &h || std::find(joined.begin(), joined.end(), network) == joined.end()) continue;
      other.machine->carrier(network, lit);
      say(EventKind::link, network, lit ? 1 : 0, other.machine->spec().id);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Cores

void House::core_to_start(Head& h, Duration in) {
  later(in, [this, &h, life = h.life] {
    const bool stands = h.frozen > 0 || h.hung > 0;
    if (stands && h.life == life) return core_to_start(h, kSupervisorWaits);
    if (h.life != life || !h.booted || !h.core_wanted || h.core_gone > 0 || h.machine->core() != 0) return;
    h.machine->start_core();
  });
}

/// As the supervisor of a head does: a core that ended is started again.
void House::supervise(Head& h) {
  if (!h.booted || !h.machine->core_ended()) return;
  h.listener->end(boottime());
  if (h.goal != Goal::none) return goes_down(h);
  if (h.core_wanted && system_.starts_again()) core_to_start(h, kSupervisorWaits);
}

// ---------------------------------------------------------------------------------------------------------------
// The round

void House::live(Time until) {
  Time wake = std::min(until, boottime() + kLookEvery);
  for (const Due& due : due_) wake = std::min(wake, due.at);
  std::vector<pollfd> waits;
  desk_.add_to(waits);
  const Time left = std::max(wake - boottime(), Time{0});
  const timespec time{static_cast<time_t>(left / seconds{1}), static_cast<long>((left % seconds{1}).count())};
  (void)::ppoll(waits.data(), waits.size(), &time, nullptr);
  for (const Question& question : desk_.questions()) answer(question);
  do_due();
  look();
}

void House::do_due() {
  for (;;) {
    const auto first =
        std::min_element(due_.begin(), due_.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
    if (first == due_.end() || first->at > boottime()) return;
    const std::function<void()> act = std::move(first->act);
    due_.erase(first);
    act();
  }
}

void House::look() {
  const Time at = boottime();
  for (Head& h : heads_) {
    if (&h == changing_) continue;
    supervise(h);
    h.listener->look();
    hear_answers(h);
    if (h.logins) h.logins->look(at);
    h.machine->look();
    look_at_dump(h);
    h.truth->owns(h.listener->seen().status);
    h.truth->look(at);
    h.listener->holds(*h.truth, at);
    plague_parts(h, at);
  }
  for (VolumeTruth& volume : volumes_) volume.look(at);
  for (const auto& [volume, array] : arrays_) array->look(at);
  for (const auto& [id, nas] : nas_) nas->look();
  look_at_arbiters(at);
  users_->look(at);
  looked_ = at;
}

/// What else happens while the kernel of a head comes or goes is not seen late for that.
std::function<void()> House::look_at_others(const Head& h) {
  changing_ = &h;
  return [this] { look(); };
}

// ---------------------------------------------------------------------------------------------------------------
// Before instant 0

std::string House::service_unsettled(const CellSpec& cell, const ServiceSpec& service) const {
  const int side = service.prefers == kNoThing ? 0 : spec_->side_of(service.prefers);
  const auto at = [&](int s) -> const Head& {
    return heads_[spec_->things[cell.heads[static_cast<std::size_t>(s)]].index];
  };
  const Head& owner = at(side);
  const Head& passive = at(1 - side);
  const CoreSeen& owns = owner.listener->seen();
  const CoreSeen& waits = passive.listener->seen();
  const auto role = [&](const CoreSeen& core) { return core.status.service[service.number].role; };
  if (!owns.runs || role(owns) != ha::Role::owner || !owner.truth->runs_all(service))
    return fmt::format("{} does not serve {}", name(owner.machine->spec().id), name(service.id));
  if (!waits.runs || role(waits) != ha::Role::passive || !waits.status.armed)
    return fmt::format("{} was not admitted as passive", name(passive.machine->spec().id));
  return "";
}

std::string House::unsettled() const {
  for (const CellSpec& cell : spec_->cells) {
    for (const ThingId id : cell.services) {
      std::string why = service_unsettled(cell, spec_->services[spec_->things[id].index]);
      if (!why.empty()) return why;
    }
    for (const ThingId id : cell.heads) {
      const Head& h = heads_[spec_->things[id].index];
      if (h.listener->seen().under_way) return "an operation is under way on " + name(id);
      for (const PowerLevel level : power_levels(*spec_, spec_->peer_of(id)))
        if (system_.reads_power() && !h.read.contains(level)) return "nobody has looked at the power of " + name(id);
    }
  }
  return arbiters_unsettled();
}

}  // namespace hasim::netns
