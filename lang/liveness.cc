// Who could serve, and on what.
#include "lang/liveness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

namespace hasim {

namespace {

constexpr Time kNot = Time::max();

/// Holds that only an operator, or time enough, ends: the head has tried, or was told not to.
bool waits_for_a_person(const ReasonSet& holds) {
  using ha::Reason;
  constexpr std::array kFinal{
      Reason::damped,          Reason::start_failed,   Reason::service_failed, Reason::stop_hung,
      Reason::mount_failed,    Reason::address_failed, Reason::still_mounted,  Reason::already_running,
      Reason::database_failed, Reason::database_lag,   Reason::diverged,       Reason::config_differs,
      Reason::version_differs, Reason::cloned,         Reason::disk_dead,      Reason::disk_full};
  return std::any_of(kFinal.begin(), kFinal.end(), [&](Reason reason) { return holds.has(reason); });
}

/// It does nothing about what the peer may own, and so what it says of being armed counts: it claims nothing, and there
/// is a service that it listens for. What it starts, runs or stops beside that changes nothing (§13).
bool is_quiet(const HeadPicture& head) {
  if (head.is(ha::Role::claiming) || head.is(ha::Role::fencing)) return false;
  return head.is(ha::Role::passive) || head.is(ha::Role::init);
}

/// F6: so long the levels of one try may wait for slots, where no store decides.
Duration waits_for_slots(const ha::Config& config) {
  return config.store ? Duration{0} : config.fence_levels * slot_round(config);
}

bool stands(const HeadPicture& head) { return head.power && head.up && !head.hung && !head.frozen; }

}  // namespace

void Live::judge(const WorldSpec& spec) {
  spec_ = &spec;
  failover_max_ = spec.settings.duration("failover_max");
  start_max_ = spec.settings.duration("start_max");
  init_dead_ = spec.settings.duration("init_dead");
  bmc_check_every_ = spec.settings.duration("bmc_check_every");
  stays_ = spec.settings.is("on_poweroff", "stay");
  store_on_array_ = std::any_of(spec.witnesses.begin(), spec.witnesses.end(), [&](const WitnessSpec& witness) {
    if (witness.stores_on == kNoThing) return false;
    const ThingId on = spec.volumes[spec.things[witness.stores_on].index].on;
    return spec.kind_of(on) == ThingKind::disk;
  });
  heads_.assign(spec.heads.size(), {});
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (spec.heads[i].cell != kNoThing) heads_[i].config = core_config(spec, spec.heads[i].id);
  }
}

void Live::reset() {
  for (Head& head : heads_) {
    head.armed = head.may_fence = head.left = head.vouches = head.dumped = false;
    head.tried = {};
    head.refusals = 0;
    head.closed_until = Time{0};
  }
  waiting_.assign(spec_->services.size(), {});
}

/// F10: a refused login closes a device for `bmc_check_every`, then for twice as long, up to eight times.
void Live::login(const Event& e) {
  constexpr int kDoublings = 3;
  if (e.with == kNoThing || spec_->kind_of(e.with) != ThingKind::head) return;
  Head& asker = heads_[static_cast<std::size_t>(head_of(e.with))];
  if (e.x == 0) asker.closed_until = e.t + bmc_check_every_ * (1 << std::min(asker.refusals, kDoublings));
  asker.refusals = e.x == 0 ? asker.refusals + 1 : 0;
}

void Live::see(const Event& e, const Picture& picture) {
  if (e.kind == EventKind::bmc_login) return login(e);
  if (e.who == kNoThing || spec_->kind_of(e.who) != ThingKind::head) return;
  Head& head = heads_[static_cast<std::size_t>(head_of(e.who))];
  const HeadPicture& seen = picture.head(head_of(e.who));
  switch (e.kind) {
    case EventKind::core_runs:
      head.armed = head.may_fence = head.vouches = false;
      head.tried = {};
      head.refusals = 0;
      head.closed_until = Time{0};
      if (e.x == 1) head.left = false;  // its peer learns of it by the first beat, and not by a boot
      break;
    case EventKind::boots:
      if (head.dumped) begin_anew(e.who, e.t);
      head.dumped = false;
      break;
    case EventKind::dumping: head.dumped = true; break;
    case EventKind::leaving: head.left = head.left || e.x == 1; break;
    case EventKind::armed:
      head.armed = e.x == 1;
      // An armed head that acts is not disarmed by acting.
      if (head.armed || is_quiet(seen)) head.may_fence = head.armed;
      break;
    case EventKind::role: {
      const std::size_t number = picture.number_of(e);
      const ha::Role role = seen.service[number].role;
      if (role == ha::Role::init || e.cause == ha::Cause::boot_alone) head.may_fence = false;
      if (role == ha::Role::owner && is_quiet(seen)) head.may_fence = head.armed;
      if (e.cause == ha::Cause::start_failed) head.tried[number] = true;
      if (role == ha::Role::owner) head.vouches = head.tried[number] = false;
      break;
    }
    case EventKind::reply:
      if (static_cast<ha::CommandKind>(e.x) == ha::CommandKind::acknowledge)
        head.vouches = static_cast<ha::Outcome>(e.y) != ha::Outcome::refused;
      break;
    default: break;
  }
}

/// What kept the others from doing anything about that head is over.
void Live::begin_anew(ThingId about, Time t) {
  for (Waiting& waiting : waiting_) {
    if (waiting.way == Way::none) continue;
    if (spec_->peer_of(spec_->heads[static_cast<std::size_t>(waiting.head)].id) == about) waiting.since = t;
  }
}

/// It is run by a head that stands and is on the network.
bool Live::served(std::size_t service, const Picture& picture, const Soundness& soundness) const {
  for (HeadSet owners = picture.service(static_cast<int>(service)).owners; owners != 0; owners &= owners - 1) {
    const int owner = std::countr_zero(owners);
    if (stands(picture.head(owner)) && !cut_off(spec_->heads[static_cast<std::size_t>(owner)].id, soundness))
      return true;
  }
  return false;
}

/// Its cell has two heads, and nothing outside has to come first.
bool Live::could_start(std::size_t service, const Picture& picture) const {
  const ServiceSpec& spec = spec_->services[service];
  const auto& heads = spec_->cells[spec_->things[spec.cell].index].heads;
  if (heads[0] == kNoThing || heads[1] == kNoThing) return false;
  return std::all_of(spec.needs.begin(), spec.needs.end(),
                     [&](ThingId needed) { return picture.service(head_of(needed)).owners != 0; });
}

/// Nothing keeps that head from taking the service of that number.
bool Live::fit(int head, std::size_t number, const Picture& picture) const {
  const HeadPicture& h = picture.head(head);
  const RolePicture& of = h.service[number];
  return stands(h) && h.core_runs && !heads_[static_cast<std::size_t>(head)].tried[number] && !h.leaving &&
         !h.maintenance && !h.standby && of.role != ha::Role::owner && of.role != ha::Role::dead &&
         !waits_for_a_person(of.holds);
}

Live::Way Live::way_of(int head, int peer, std::size_t number, const Picture& picture,
                       const Soundness& soundness) const {
  const HeadPicture& p = picture.head(peer);
  if (!fit(head, number, picture) || p.maintenance) return Way::none;
  if (!p.power && stays_ && heads_[static_cast<std::size_t>(peer)].left) return Way::none;
  const ThingId id = spec_->heads[static_cast<std::size_t>(peer)].id;
  if (stands(p) && !cut_off(id, soundness)) {
    const bool both = fit(peer, number, picture) && soundness.sound_but(kNoThing);
    return both ? Way::word : Way::none;
  }
  return way_by_proof(head, peer, picture, soundness);
}

/// The peer does not serve and cannot give its word.
Live::Way Live::way_by_proof(int head, int peer, const Picture& picture, const Soundness& soundness) const {
  const HeadPicture& p = picture.head(peer);
  const Head& me = heads_[static_cast<std::size_t>(head)];
  const HeadSpec& spec = spec_->heads[static_cast<std::size_t>(peer)];
  if (me.config.fence_levels > 0 && p.bmc_reachable && soundness.sound_but(spec.id)) {
    if (me.may_fence) return Way::power_off;
    if (!p.power) return Way::read_off;
  }
  if (!soundness.sound_but(spec.id, spec.bmc)) return Way::none;
  if (me.may_fence && me.config.store && me.config.watchdog_proves && !soundness.watchdog_broken(spec.id))
    return Way::self_fenced;
  return me.vouches && !p.power ? Way::operator_word : Way::none;
}

Time Live::watch(Time t, const Picture& picture, const Soundness& soundness) {
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    Waiting now;
    if (!served(i, picture, soundness) && could_start(i, picture)) {
      const ServiceSpec& service = spec_->services[i];
      const CellSpec& cell = spec_->cells[spec_->things[service.cell].index];
      for (std::size_t side = 0; side < 2 && now.way == Way::none; ++side) {
        now.head = head_of(cell.heads[side]);
        now.way = way_of(now.head, head_of(cell.heads[1 - side]), service.number, picture, soundness);
      }
    }
    const bool same = waiting_[i].way == now.way && waiting_[i].head == now.head;
    const ThingId peer = now.head < 0 ? kNoThing : spec_->peer_of(spec_->heads[static_cast<std::size_t>(now.head)].id);
    now.peer_on = peer != kNoThing && picture.head(head_of(peer)).power;
    const bool switched_on = now.peer_on && !waiting_[i].peer_on;
    waiting_[i].peer_on = now.peer_on;
    if (same && !switched_on) continue;
    now.since = now.way == Way::none ? kNot : t;
    now.amid_try = now.way != Way::none && picture.head(now.head).is(ha::Role::fencing);
    waiting_[i] = now;
  }
  return due();
}

Duration Live::bound(std::size_t service) const {
  const Waiting& waiting = waiting_[service];
  const ha::Config& config = heads_[static_cast<std::size_t>(waiting.head)].config;
  const ThingId other = spec_->peer_of(spec_->heads[static_cast<std::size_t>(waiting.head)].id);
  const Head& peer = heads_[static_cast<std::size_t>(head_of(other))];
  const Duration serves = failover_max_ + spec_->services[service].number * start_max_;
  switch (waiting.way) {
    case Way::read_off: return serves + 3 * init_dead_;
    case Way::self_fenced: return serves + init_dead_ + self_fence_wait(config);
    case Way::word: return serves + 4 * init_dead_;
    case Way::power_off:
      return serves + init_dead_ + waits_for_slots(config) +
             (waiting.amid_try ? bmc_check_every_ + waits_for_slots(config) : Duration{0}) +
             (peer.dumped ? config.dump_max : Duration{0});
    default: return serves + init_dead_;
  }
}

/// When it will have lasted too long.
Time Live::over(std::size_t service) const {
  const Waiting& waiting = waiting_[service];
  const Head& head = heads_[static_cast<std::size_t>(waiting.head)];
  const bool asks = waiting.way == Way::power_off || waiting.way == Way::read_off;
  const bool closed = asks && head.config.fence_levels == 1;  // else another level is asked
  return (closed ? std::max(waiting.since, head.closed_until) : waiting.since) + bound(service);
}

Time Live::due() const {
  Time first = kNot;
  if (breaches_.broken(7)) return first;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i].way != Way::none) first = std::min(first, over(i));
  }
  return first;
}

Time Live::overdue(Time t) {
  constexpr std::array<std::string_view, 6> kWays{"",
                                                  "{} could verify that {} is off",
                                                  "{} could read that {} is off",
                                                  "{} could know that {} has fenced itself",
                                                  "{} could have the word of {}",
                                                  "{} has an operator's word that {} is off"};
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const Waiting& w = waiting_[i];
    if (w.way == Way::none || t <= over(i)) continue;
    const std::string& peer = spec_->name_of(spec_->peer_of(spec_->heads[static_cast<std::size_t>(w.head)].id));
    const std::string why = fmt::format(fmt::runtime(kWays[static_cast<std::size_t>(w.way)]), name(w.head), peer);
    const CellSpec& cell = spec_->cells[spec_->things[spec_->services[i].cell].index];
    const std::string what = cell.services.size() > 1 ? " " + spec_->name_of(spec_->services[i].id) : "";
    breaches_.add(7, over(i), {},
                  fmt::format("nobody of {} serves{}, although {}", spec_->name_of(cell.id), what, why));
  }
  return due();
}

}  // namespace hasim
