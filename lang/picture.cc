// How each kind of event changes the picture.
#include "lang/picture.h"

#include <algorithm>
#include <bit>

namespace hasim {

namespace {

void put(HeadSet& set, int head, bool in) { set = in ? set | only(head) : set & ~only(head); }

template <class Wanted>
bool any_service(const HeadPicture& head, Wanted wanted) {
  return std::any_of(head.service.begin(), head.service.begin() + head.services, wanted);
}

/// What happens to a machine, its BMC included.
bool of_machine(EventKind kind) {
  switch (kind) {
    case EventKind::power:
    case EventKind::boots:
    case EventKind::up:
    case EventKind::hung:
    case EventKind::frozen:
    case EventKind::panics:
    case EventKind::dumping:
    case EventKind::resets:
    case EventKind::core_runs:
    case EventKind::fence_executed:
    case EventKind::bmc_reading:
    case EventKind::bmc_reachable: return true;
    default: return false;
  }
}

/// What a core says.
bool of_core(EventKind kind) {
  switch (kind) {
    case EventKind::role:
    case EventKind::peer_view:
    case EventKind::path_view:
    case EventKind::hold:
    case EventKind::unready:
    case EventKind::condition:
    case EventKind::operation:
    case EventKind::proof:
    case EventKind::promise:
    case EventKind::reply:
    case EventKind::maintenance:
    case EventKind::leaving:
    case EventKind::armed:
    case EventKind::notice: return true;
    default: return false;
  }
}

}  // namespace

ha::Reason ReasonSet::first() const {
  if (words_[0] != 0) return static_cast<ha::Reason>(std::countr_zero(words_[0]));
  if (words_[1] != 0) return static_cast<ha::Reason>(64 + std::countr_zero(words_[1]));
  return ha::Reason::none;
}

bool HeadPicture::does(ha::Operation operation) const {
  return any_service(*this,
                     [&](const RolePicture& r) { return (r.operations >> static_cast<unsigned>(operation) & 1) != 0; });
}
bool HeadPicture::is(ha::Role role) const {
  return any_service(*this, [&](const RolePicture& r) { return r.role == role; });
}
bool HeadPicture::holds(ha::Reason reason) const {
  return any_service(*this, [&](const RolePicture& r) { return r.holds.has(reason); });
}
bool HeadPicture::holds_something() const {
  return any_service(*this, [](const RolePicture& r) { return r.holds.any(); });
}
ha::Reason HeadPicture::holds_because() const {
  for (const RolePicture& r : service) {
    if (r.holds.any()) return r.holds.first();
  }
  return ha::Reason::none;
}

void Picture::reset(const WorldSpec& spec) {
  const bool same = spec_ == &spec && services_of_head_.size() == spec.heads.size();
  spec_ = &spec;
  heads_.assign(spec.heads.size(), {});
  services_.assign(spec.services.size(), {});
  volumes_.assign(spec.volumes.size(), {});
  parts_.assign(spec.parts.size(), {});
  named_.assign(spec.witnesses.size(), -1);
  reached_.assign(spec.clients.size(), 0);
  clients_wait_ = on_ = owner_changed_ = 0;
  planned_change_ = epoch_grew_ = took_back_promise_ = false;
  answer_ = Answer::none;
  if (!same) learn_wiring(spec);
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    const ha::PerService<int>& services = services_of_head_[i];
    const auto none = std::count(services.begin(), services.end(), -1);
    heads_[i].services = static_cast<std::uint8_t>(std::max<std::ptrdiff_t>(1, ha::kServicesMax - none));
  }
}

void Picture::learn_wiring(const WorldSpec& spec) {
  services_of_head_.clear();
  for (const HeadSpec& head : spec.heads) {
    ha::PerService<int>& services = services_of_head_.emplace_back();
    services.fill(-1);
    if (head.cell == kNoThing) continue;
    for (const ThingId id : spec.cells[spec.things[head.cell].index].services)
      services.at(spec.services[spec.things[id].index].number) = index(id);
  }
  mounts_of_volume_.assign(spec.volumes.size(), {});
  for (std::size_t i = 0; i < spec.parts.size(); ++i) {
    const int volume = index(spec.parts[i].volume);
    if (volume >= 0) mounts_of_volume_[static_cast<std::size_t>(volume)].push_back(static_cast<std::uint16_t>(i));
  }
}

void Picture::want_machines(Interest& interest) {
  for (const EventKind kind : {EventKind::power, EventKind::boots, EventKind::up, EventKind::hung, EventKind::frozen,
                               EventKind::panics, EventKind::dumping, EventKind::resets, EventKind::core_runs}) {
    interest.want(kind);
  }
}

void Picture::want_holdings(Interest& interest) {
  want_machines(interest);
  for (const EventKind kind : {EventKind::part_runs, EventKind::mounted, EventKind::address_up}) interest.want(kind);
}

void Picture::want_cores(Interest& interest) {
  want_machines(interest);
  for (const EventKind kind : {EventKind::role, EventKind::peer_view, EventKind::hold, EventKind::unready,
                               EventKind::condition, EventKind::operation, EventKind::proof, EventKind::maintenance,
                               EventKind::leaving, EventKind::armed, EventKind::reply}) {
    interest.want(kind);
  }
}

void Picture::apply(const Event& e) {
  owner_changed_ = 0;
  planned_change_ = epoch_grew_ = took_back_promise_ = false;
  answer_ = Answer::none;
  const int who = index(e.who);
  if (who < 0) return;
  const auto at = static_cast<std::size_t>(who);
  if (of_machine(e.kind)) {
    if (at < heads_.size()) machine(e, heads_[at], who);
    return;
  }
  if (of_core(e.kind)) {
    if (at < heads_.size()) core(e, heads_[at], who);
    return;
  }
  switch (e.kind) {
    case EventKind::part_runs:
      put(parts_[at].reported, index(e.with), e.x != 0);
      part(at);
      break;
    case EventKind::address_up:
      put(parts_[at].raised, index(e.with), e.x != 0);
      part(at);
      break;
    case EventKind::answered: parts_[at].answered = e.value; break;
    case EventKind::db_writable: put(parts_[at].writable, index(e.with), e.x != 0); break;
    case EventKind::needs_recovery: put(parts_[at].torn, index(e.with), e.x != 0); break;
    case EventKind::replication:
      parts_[at].replicates = e.x != 0;
      parts_[at].lag = Duration{e.since};
      break;
    case EventKind::clients_reach: put(reached_[at], index(e.with), e.x != 0); break;
    case EventKind::mounted:
      put(volumes_[at].mounted, index(e.with), e.x != 0 && e.y == 0);  // not the directory under it
      for (const std::uint16_t mount : mounts_of_volume_[at]) part(mount);
      break;
    case EventKind::may_write: put(volumes_[at].may_write, index(e.with), e.x != 0); break;
    case EventKind::wrote:
      if (e.value > volumes_[at].epoch) volumes_[at].epoch = e.value;
      break;
    case EventKind::served: served(e); break;
    case EventKind::client_waits: put(clients_wait_, who, e.x != 0); break;
    case EventKind::lease_held: leased(e); break;
    case EventKind::store_wrote:
      if (e.x == 1) named_[at] = index(e.with);
      break;
    default: break;
  }
}

void Picture::machine(const Event& e, HeadPicture& head, int who) {
  switch (e.kind) {
    case EventKind::power:
      head.power = e.x != 0;
      put(on_, who, head.power);
      head.off_by_fence = head.off_by_fence && !head.power;
      break;
    case EventKind::up: head.up = e.x != 0; break;
    case EventKind::hung: head.hung = e.x != 0; break;
    case EventKind::frozen: head.frozen = e.x != 0; return;
    case EventKind::dumping: head.dumping = e.x != 0; return;
    case EventKind::core_runs:
      forget_core(head);
      head.core_runs = e.x != 0;
      break;
    case EventKind::fence_executed: head.off_by_fence = true; return;
    case EventKind::bmc_reading: head.bmc_reads = e.x; return;
    case EventKind::bmc_reachable: head.bmc_reachable = e.x != 0; return;
    default: break;  // boots, panics, resets
  }
  const bool gone = e.kind == EventKind::boots || e.kind == EventKind::panics || e.kind == EventKind::resets ||
                    (e.x == 0 && (e.kind == EventKind::power || e.kind == EventKind::up));
  if (gone) {
    head.up = head.hung = head.frozen = head.core_runs = false;
    if (e.kind != EventKind::panics) head.dumping = false;
    forget_core(head);
    for (RolePicture& role : head.service) role.proof = ha::Proof::none;
    head.notice = 2;
    forget_holdings(who);
  }
  head.changed = e.t;
  head.changed_by = e.id;
}

void Picture::core(const Event& e, HeadPicture& head, int who) {
  RolePicture& of = head.service[number_of(e)];
  switch (e.kind) {
    case EventKind::role: started_role(e, of); break;
    case EventKind::peer_view: head.peer_view = static_cast<ha::PeerView>(e.y); return;
    case EventKind::path_view: put(head.paths_heard, index(e.with), e.x != 0); return;
    case EventKind::hold: of.holds.set(e.reason, e.x != 0); break;
    case EventKind::unready: head.unready.set(e.reason, e.x != 0); return;
    case EventKind::condition: head.conditions.set(e.reason, e.x != 0); return;
    case EventKind::operation: {
      const auto bit = static_cast<std::uint8_t>(1U << e.x);
      of.operations = static_cast<std::uint8_t>(e.y != 0 ? of.operations | bit : of.operations & ~bit);
      if (e.y != 0) plan_move(e, who);
      return;
    }
    case EventKind::proof: of.proof = e.y != 0 ? static_cast<ha::Proof>(e.x) : ha::Proof::none; break;
    case EventKind::promise:
      took_back_promise_ = e.value < of.promised;
      if (!took_back_promise_) of.promised = e.value;
      return;
    case EventKind::reply: replied(e, head); return;
    case EventKind::maintenance: (e.y != 0 ? head.standby : head.maintenance) = e.x != 0; return;
    case EventKind::leaving: head.leaving = e.x != 0; break;
    case EventKind::armed: head.armed = e.x != 0; return;
    case EventKind::notice: head.notice = e.x; return;
    default: return;
  }
  head.changed = e.t;
  head.changed_by = e.id;
}

/// A handover of a service was asked for; who fences takes what it gets, of whatever service.
void Picture::plan_move(const Event& e, int head) {
  if (e.x == static_cast<std::uint8_t>(ha::Operation::handover)) {
    if (const int service = service_of(e); service >= 0) services_[static_cast<std::size_t>(service)].planned = true;
  }
  if (e.x != static_cast<std::uint8_t>(ha::Operation::fencing)) return;
  for (const int service : services_of_head_[static_cast<std::size_t>(head)]) {
    if (service >= 0) services_[static_cast<std::size_t>(service)].planned = false;
  }
}

void Picture::started_role(const Event& e, RolePicture& of) {
  of.role = static_cast<ha::Role>(e.y);
  // A proof is for one start, and it never outlives the core's process.
  if (of.role == ha::Role::passive || of.role == ha::Role::init) of.proof = ha::Proof::none;
  const int at = service_of(e);
  if (at < 0) return;
  ServicePicture& service = services_[static_cast<std::size_t>(at)];
  if (of.role == ha::Role::starting || of.role == ha::Role::owner) {
    epoch_grew_ = e.value > service.epoch;
    if (epoch_grew_) service.epoch = e.value;
  }
  const bool gives = e.cause == ha::Cause::handover || e.cause == ha::Cause::service_failed ||
                     e.cause == ha::Cause::leaving || e.cause == ha::Cause::operator_order;
  if (of.role == ha::Role::stopping) service.planned = gives;
  if (of.role == ha::Role::owner && e.cause == ha::Cause::resumed) service.planned = false;
}

void Picture::replied(const Event& e, HeadPicture& head) {
  const auto outcome = static_cast<ha::Outcome>(e.y);
  std::uint64_t& accepted = head.accepted[command_slot(e.x)];
  const bool was_accepted = e.value != 0 && accepted == e.value;
  switch (outcome) {
    case ha::Outcome::done: answer_ = Answer::done; break;
    case ha::Outcome::unknown: answer_ = Answer::accepted; break;
    case ha::Outcome::refused:
      answer_ = !was_accepted ? Answer::refused : head.cancel_asked ? Answer::cancelled : Answer::failed;
      break;
  }
  if (static_cast<ha::CommandKind>(e.x) == ha::CommandKind::cancel) {
    head.cancel_asked = outcome != ha::Outcome::refused;
    return;
  }
  if (outcome == ha::Outcome::unknown) head.cancel_asked = false;
  if (outcome == ha::Outcome::unknown) accepted = e.value;
  if (outcome != ha::Outcome::unknown && was_accepted) accepted = 0;
}

void Picture::part(std::size_t part) {
  const PartSpec& spec = spec_->parts[part];
  PartPicture& picture = parts_[part];
  picture.running = picture.reported | picture.raised;
  const int volume = index(spec.volume);
  if (volume >= 0) picture.running |= volumes_[static_cast<std::size_t>(volume)].mounted;
  owners(static_cast<std::size_t>(index(spec.service)));
}

void Picture::owners(std::size_t at) {
  ServicePicture& service = services_[at];
  HeadSet any = 0, all = ~HeadSet{0};
  for (const ThingId id : spec_->services[at].parts) {
    const HeadSet running = parts_[spec_->things[id].index].running;
    any |= running;
    all &= running;
  }
  if (any == 0) all = 0;
  service.holders = any;
  if (all == service.owners) return;
  const HeadSet fresh = all & ~service.owners;
  service.owners = all;
  if (fresh == 0) return;
  const int owner = std::countr_zero(fresh);
  if (service.last_owner >= 0 && service.last_owner != owner) {
    owner_changed_ |= std::uint64_t{1} << at;
    planned_change_ = service.planned;
    service.planned = false;
  }
  service.last_owner = owner;
}

void Picture::forget_holdings(int head) {
  const HeadSet others = ~only(head);
  for (VolumePicture& volume : volumes_) {
    volume.mounted &= others;
    volume.may_write &= others;
  }
  for (PartPicture& part : parts_) {
    part.running &= others;
    part.reported &= others;
    part.raised &= others;
    part.writable &= others;
  }
  for (std::size_t i = 0; i < services_.size(); ++i) owners(i);
  HeadPicture& gone = heads_[static_cast<std::size_t>(head)];
  gone.paths_heard = 0;
}

void Picture::forget_core(HeadPicture& head) {
  head.leaving = head.armed = false;
  head.peer_view = ha::PeerView::unknown;
  for (RolePicture& of : head.service) {
    of.role = ha::Role::init;
    of.operations = 0;
    of.holds = {};
  }
  head.paths_heard = 0;
  head.unready = head.conditions = {};
  head.accepted = {};
  head.cancel_asked = false;
}

void Picture::served(const Event& e) {
  ServicePicture& service = services_[static_cast<std::size_t>(index(e.who))];
  const bool answers = e.x != 0;
  const bool one_place = e.with != kNoThing && spec_->kind_of(e.with) == ThingKind::clients;
  if (!one_place) {
    service.served_by_all = answers;
    if (answers) service.served = service.served_known;
    return;
  }
  const std::uint64_t bit = std::uint64_t{1} << index(e.with);
  service.served_known |= bit;
  service.served = answers ? service.served | bit : service.served & ~bit;
  service.served_by_all = service.served == service.served_known;
}

/// Of one service, or of the only one of a cell.
void Picture::leased(const Event& e) {
  const bool one = spec_->kind_of(e.who) == ThingKind::service;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    if (one ? spec_->services[i].id == e.who : spec_->services[i].cell == e.who) services_[i].lease = index(e.with);
  }
}

std::size_t Picture::number_of(const Event& e) const {
  const bool named = e.with != kNoThing && spec_->kind_of(e.with) == ThingKind::service;
  return named ? spec_->services[static_cast<std::size_t>(index(e.with))].number : 0;
}

int Picture::service_of(const Event& e) const {
  return services_of_head_[static_cast<std::size_t>(index(e.who))][number_of(e)];
}

bool Picture::active(int head) const {
  const HeadPicture& h = heads_[static_cast<std::size_t>(head)];
  if (!h.up || h.hung) return false;
  for (const ServicePicture& service : services_) {
    if (has(service.owners, head)) return true;
  }
  return false;
}

bool Picture::active_because(int head, ha::Proof proof) const {
  const HeadPicture& h = heads_[static_cast<std::size_t>(head)];
  if (!h.up || h.hung) return false;
  const ha::PerService<int>& services = services_of_head_[static_cast<std::size_t>(head)];
  for (std::size_t i = 0; i < services.size(); ++i) {
    const bool owns = services[i] >= 0 && has(services_[static_cast<std::size_t>(services[i])].owners, head);
    if (owns && h.service[i].proof == proof) return true;
  }
  return false;
}

bool Picture::passive(int head) const {
  const HeadPicture& h = heads_[static_cast<std::size_t>(head)];
  if (!h.up || h.hung || !h.core_runs) return false;
  if (any_service(h, [](const RolePicture& of) { return of.role != ha::Role::passive; })) return false;
  for (const ServicePicture& service : services_) {
    if (has(service.holders, head)) return false;
  }
  return true;
}

bool Picture::joining(int head) const {
  const HeadPicture& h = heads_[static_cast<std::size_t>(head)];
  return h.up && !h.hung && h.core_runs && h.is(ha::Role::init);
}

SeenRole Picture::seen_role(int head) const {
  const HeadPicture& h = heads_[static_cast<std::size_t>(head)];
  if (!h.power) return SeenRole::off;
  if (h.hung) return SeenRole::hung;
  if (h.leaving) return SeenRole::leaving;
  if (active(head)) return SeenRole::active;
  if (passive(head)) return SeenRole::passive;
  for (const ServicePicture& service : services_) {
    if (has(service.holders, head)) return SeenRole::holding_some;
  }
  return joining(head) ? SeenRole::joining : SeenRole::other;
}

HeadSet Picture::active_heads() const {
  HeadSet heads = 0;
  for (int i = 0; i < static_cast<int>(heads_.size()); ++i) {
    if (active(i)) heads |= only(i);
  }
  return heads;
}

}  // namespace hasim
