// What a NAS or an array does with requests.
#include "sim/storage.h"

#include "lang/amount.h"
#include "sim/faults.h"
#include "sim/parts.h"
#include "sim/store.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kOneWay = milliseconds{2};
constexpr Duration kHostGivesUp = seconds{2};
constexpr Duration kPingGivesUp = seconds{1};
constexpr Duration kMountGivesUp = seconds{30};  ///< a way that slow is as good as a server that hangs
constexpr Duration kAnyWriteWithin = seconds{1};

Nas& nas_state(Engine& e, int nas) { return e.s.tables.nas[static_cast<std::size_t>(nas)]; }
ThingId nas_id(const Engine& e, int nas) { return e.layout->spec->nas[static_cast<std::size_t>(nas)].id; }

/// Faults that name a store: the NAS itself or one of its volumes.
Reach stage_reach(Engine& e, ThingId store, ThingId place) {
  if (newest(e, [&](const Fault& f) {
        return f.id == SentenceId::fault_store_unreachable_from_place && f.thing[0] == store && f.thing[1] == place;
      })) {
    return Reach::lost;
  }
  if (fault_on(e, SentenceId::fault_store_hang, store) != nullptr) return Reach::hangs;
  return Reach::works;
}

Duration slowness(Engine& e, int volume) {
  const VolumeLayout& v = e.layout->volumes[static_cast<std::size_t>(volume)];
  const Fault* slow = fault_on(e, SentenceId::fault_store_slow_by, v.id);
  if (slow == nullptr && v.nas >= 0) slow = fault_on(e, SentenceId::fault_store_slow_by, nas_id(e, v.nas));
  return slow == nullptr ? Duration{0} : Duration{slow->amount[0]};
}

/// A fault of the volume itself or of the NAS that exports it.
Fault* store_fault(Engine& e, SentenceId fault, int volume) {
  const VolumeLayout& v = e.layout->volumes[static_cast<std::size_t>(volume)];
  if (Fault* own = fault_on(e, fault, v.id)) return own;
  return v.nas >= 0 ? fault_on(e, fault, nas_id(e, v.nas)) : nullptr;
}
bool store_is(Engine& e, SentenceId fault, int volume) { return store_fault(e, fault, volume) != nullptr; }

/// The way of a head to the disks themselves: is it cabled to the array, and does the controller on that way work?
bool controller_works(Engine& e, int volume, int head) {
  const VolumeLayout& v = e.layout->volumes[static_cast<std::size_t>(volume)];
  if ((v.reached_by >> head & 1U) == 0) return false;
  return newest(e, [&](const Fault& f) {
           return f.id == SentenceId::fault_controller_of_volume_fails && f.thing[0] == v.id &&
                  (f.pick[0] == 0 || f.thing[1] == e.id_of(head));
         }) == nullptr;
}

constexpr std::uint64_t kNobodyWaits = 0;

// `b` of a due with a marker: the service above the epoch above two bits of outcome.
constexpr int kServiceAt = 56;
constexpr std::uint64_t kEpochBits = (std::uint64_t{1} << kServiceAt) - 1;

std::uint64_t packed(std::size_t service, std::uint64_t epoch, ha::Outcome outcome) {
  return static_cast<std::uint64_t>(service) << kServiceAt | (epoch << 2 & kEpochBits) |
         static_cast<std::uint64_t>(outcome);
}

int service_of(const Engine& e, const Due& due) { return e.layout->service_of(due.head, marker_service(due)); }

void answer_marker(Engine& e, const Due& to, Duration after, std::uint64_t epoch, ha::Outcome outcome) {
  if (to.a == kNobodyWaits) return;
  e.later(after, {.kind = DueKind::marker_answer,
                  .head = to.head,
                  .life = to.life,
                  .a = to.a,
                  .b = packed(marker_service(to), epoch, outcome)});
}

/// The volume that carries the marker of that service. A core asks only where there is one.
int marker_volume(const Engine& e, int service) {
  const int volume = e.layout->services[static_cast<std::size_t>(service)].marker_volume;
  HA_CHECK(volume >= 0);
  return volume;
}

/// The volume with the marker answers that head, or the question is answered with what the client learns.
bool marker_storage_answers(Engine& e, const Due& due) {
  const int volume = marker_volume(e, service_of(e, due));
  Reach got = reach(e, volume, due.head);
  const Duration slow = slowness(e, volume);
  if (got == Reach::works && fails(e, volume, due.kind == DueKind::marker_write)) got = Reach::refuses;
  if (got == Reach::works && slow <= kHostGivesUp) return true;
  if (got == Reach::refuses) {
    answer_marker(e, due, kOneWay, 0, ha::Outcome::refused);
  } else {
    answer_marker(e, due, kHostGivesUp, 0, ha::Outcome::unknown);
  }
  return false;
}

Due marker_due(Engine& e, int head, DueKind kind, ha::RequestId request, std::size_t service, ha::Epoch epoch) {
  return {.kind = kind,
          .head = static_cast<std::uint8_t>(head),
          .life = e.core(head).life,
          .a = value(request),
          .b = packed(service, value(epoch), ha::Outcome::done)};
}

std::uint64_t& marker_of(Engine& e, int service) { return e.s.tables.marker[static_cast<std::size_t>(service)].epoch; }

/// Before anything of a service starts its host looks whether what it needs is served. Until then the marker is not
/// read, and the core waits as for storage that does not answer [CA08].
bool waits_for_others(Engine& e, const Due& due) {
  const int service = service_of(e, due);
  if (service < 0 || all_served(e, e.layout->services[static_cast<std::size_t>(service)].needs, due.head)) return false;
  answer_marker(e, due, kHostGivesUp, 0, ha::Outcome::unknown);
  return true;
}

}  // namespace

Reach reach_nas(Engine& e, int nas, ThingId place) {
  const ThingId id = nas_id(e, nas);
  const auto trip = round_trip(e, place, id);
  if (!trip) return Reach::lost;
  if (*trip > kMountGivesUp) return Reach::hangs;
  const Reach staged = stage_reach(e, id, place);
  if (staged == Reach::lost) return staged;
  const Nas& state = nas_state(e, nas);
  if (state.off) return Reach::lost;
  if (e.now() < state.back_at || fault_on(e, SentenceId::fault_nas_down, id) != nullptr) return Reach::refuses;
  if (e.now() < state.grace_until) return Reach::hangs;
  return staged;
}

bool nas_pings(Engine& e, int nas, ThingId place) {
  const auto trip = round_trip(e, place, nas_id(e, nas));
  return !nas_state(e, nas).off && trip && *trip < kPingGivesUp;
}

Reach reach(Engine& e, int volume, int head) {
  const VolumeLayout& v = e.layout->volumes[static_cast<std::size_t>(volume)];
  if (v.nas >= 0) {
    const Reach got = reach_nas(e, v.nas, e.id_of(head));
    if (got != Reach::works) return got;
  }
  if (!controller_works(e, volume, head)) return Reach::lost;
  return stage_reach(e, v.id, e.id_of(head));
}

Reach reach_files(Engine& e, int volume, int head) {
  const Reach got = reach(e, volume, head);
  if (got != Reach::works || e.s.faults.empty()) return got;
  if (e.s.tables.volume[static_cast<std::size_t>(volume)].stale[static_cast<std::size_t>(head)]) return Reach::refuses;
  const VolumeLayout& v = e.layout->volumes[static_cast<std::size_t>(volume)];
  // Segments that vanish are sent again and again: the caller waits.
  if (v.nas >= 0 && !carries_data(e, e.id_of(head), nas_id(e, v.nas))) return Reach::hangs;
  const Fault* errors = store_fault(e, SentenceId::fault_store_fails, volume);
  const bool none_works = errors != nullptr && errors->amount[0] >= kHundredPercent;
  return none_works ? Reach::refuses : Reach::works;
}

bool fails(Engine& e, int volume, bool write) {
  Fault* errors = store_fault(e, SentenceId::fault_store_fails, volume);
  if (errors == nullptr || errors->pick[0] != (write ? 1 : 0)) return false;
  return errors->draws.chance(fraction(errors->amount[0]));
}

Duration sync_takes(Engine& e, int volume) {
  const Fault* slow = store_fault(e, SentenceId::fault_fsync_of_store_takes, volume);
  return slow == nullptr ? Duration{0} : Duration{slow->amount[0]};
}

void die_with_next_write(Engine& e, int nas) {
  nas_state(e, nas).dies = true;
  const Duration next = e.layout->write_every > Duration{0} ? e.layout->write_every : kAnyWriteWithin;
  e.later(next, {.kind = DueKind::nas_dies, .a = static_cast<std::uint64_t>(nas)});
}

bool dies_unanswered(Engine& e, int volume) {
  const int nas = e.layout->volumes[static_cast<std::size_t>(volume)].nas;
  if (nas < 0 || !nas_state(e, nas).dies) return false;
  nas_state(e, nas).dies = false;
  nas_state(e, nas).off = true;
  e.clients_look = true;
  return true;
}

void nas_dies(Engine& e, const Due& due) {
  Nas& nas = nas_state(e, static_cast<int>(due.a));
  if (!nas.dies) return;
  nas.dies = false;
  nas.off = true;
  e.because = e.s.tables.last_fault;
  e.clients_look = true;
}

ha::Reason write_trouble(Engine& e, int volume) {
  if (store_is(e, SentenceId::fault_store_readonly, volume)) return ha::Reason::storage_readonly;
  return store_is(e, SentenceId::fault_store_full, volume) ? ha::Reason::storage_full : ha::Reason::none;
}

std::size_t marker_service(const Due& due) { return static_cast<std::size_t>(due.b >> kServiceAt); }
std::uint64_t marker_epoch(const Due& due) { return (due.b & kEpochBits) >> 2; }

void read_marker(Engine& e, int head, const ha::ReadMarker& out) {
  e.later(kOneWay, marker_due(e, head, DueKind::marker_read, out.id, out.service, ha::Epoch{}));
}

void write_marker(Engine& e, int head, const ha::WriteMarker& out) {
  Due write = marker_due(e, head, DueKind::marker_write, out.id, out.service, out.epoch);
  const Duration sync = sync_takes(e, marker_volume(e, service_of(e, write)));
  if (sync > kHostGivesUp) {  // it will be carried out, and nobody waits for it any more
    answer_marker(e, write, kHostGivesUp, 0, ha::Outcome::unknown);
    write.a = kNobodyWaits;
  }
  e.later(kOneWay + sync, write);
}

void marker_read_due(Engine& e, const Due& due) {
  if (waits_for_others(e, due) || !marker_storage_answers(e, due)) return;
  answer_marker(e, due, kOneWay, marker_of(e, service_of(e, due)), ha::Outcome::done);
}

void marker_write_due(Engine& e, const Due& due) {
  if (!marker_storage_answers(e, due)) return;
  const int service = service_of(e, due);
  std::uint64_t& marker = marker_of(e, service);
  const int volume = marker_volume(e, service);
  const std::uint64_t epoch = marker_epoch(due);
  if (!takes_writes(e, volume)) return answer_marker(e, due, kOneWay, marker, ha::Outcome::refused);
  if (epoch < marker) {
    e.because = e.core(due.head).reported;
    e.emit(EventKind::rejected, e.layout->volumes[static_cast<std::size_t>(volume)].id,
           {.with = e.id_of(due.head), .value = epoch});
  } else {
    marker = epoch;
  }
  if (dies_unanswered(e, volume)) return answer_marker(e, due, kHostGivesUp, 0, ha::Outcome::unknown);
  answer_marker(e, due, kOneWay, marker, ha::Outcome::done);
}

void ping(Engine& e, int head, std::uint64_t request) {
  // The core asks whether anybody is there; Base Command Manager, whether the other head is.
  const bool reached = e.layout->system == System::bcm_rules
                           ? peer_pings(e, head)
                           : !e.layout->spec->nas.empty() && nas_pings(e, 0, e.id_of(head));
  e.later(reached ? 2 * kOneWay : kPingGivesUp, {.kind = DueKind::ping_answer,
                                                 .head = static_cast<std::uint8_t>(head),
                                                 .life = e.core(head).life,
                                                 .a = request,
                                                 .b = reached ? 1U : 0U});
}

void ping_peer(Engine& e, int head, std::uint64_t request) {
  const bool reached = peer_pings(e, head);
  e.later(reached ? 2 * kOneWay : kPingGivesUp, {.kind = DueKind::ping_answer,
                                                 .head = static_cast<std::uint8_t>(head),
                                                 .life = e.core(head).life,
                                                 .a = request,
                                                 .b = reached ? 1U : 0U});
}

void judge_writers(Engine& e) {
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    Volume& volume = e.s.tables.volume[v];
    const ThingId id = e.layout->volumes[v].id;
    for (int h = 0; h < e.heads(); ++h) {
      const auto at = static_cast<std::size_t>(h);
      // A head that hangs may wake with a write in its hands, so it still could.
      const bool can = volume.mounted[at] && e.machine(h).alive_or_may_wake() &&
                       !store_is(e, SentenceId::fault_store_readonly, static_cast<int>(v));
      if (can == volume.writable[at]) continue;
      volume.writable[at] = can;
      e.emit(EventKind::may_write, id, {.with = e.id_of(h), .x = can ? 1 : 0, .value = volume.token[at]});
    }
  }
}

void judge_servers(Engine& e) {
  const auto say = [&](ThingId server, bool serves) { e.emit(EventKind::server, server, {.x = serves ? 1 : 0}); };
  Tables& tables = e.s.tables;
  for (std::size_t n = 0; n < e.layout->spec->nas.size(); ++n) {
    const Nas& nas = tables.nas[n];
    const bool serves = !nas.off && e.now() >= nas.grace_until;
    if (serves == ((tables.nas_down >> n & 1U) == 0)) continue;
    tables.nas_down ^= 1U << n;
    say(nas_id(e, static_cast<int>(n)), serves);
  }
  for (std::size_t w = 0; w < e.layout->spec->witnesses.size(); ++w) {
    const bool serves = witness_serves(e, static_cast<int>(w));
    if (serves == ((tables.witnesses_down >> w & 1U) == 0)) continue;
    tables.witnesses_down ^= 1U << w;
    say(e.layout->spec->witnesses[w].id, serves);
  }
  if (tables.voters_off == tables.voters_down) return;
  const auto changed = tables.voters_off ^ tables.voters_down;
  tables.voters_down = tables.voters_off;
  for (std::size_t v = 0; v < e.layout->spec->voters.size(); ++v) {
    if (changed.test(v)) say(e.layout->spec->voters[v].id, !tables.voters_off.test(v));
  }
}

void restart_nas(Engine& e, int nas, Duration taking, bool grace) {
  Nas& state = nas_state(e, nas);
  const NasSpec& spec = e.layout->spec->nas[static_cast<std::size_t>(nas)];
  state.back_at = e.now() + taking;
  // With NFSv3 only locks wait for the grace time; with NFSv4 every open does.
  state.grace_until = state.back_at + (grace && spec.nfs4 ? spec.grace : Duration{0});
  e.clients_look = true;
  e.later(taking, {.kind = DueKind::server_back});
  e.later(state.grace_until - e.now(), {.kind = DueKind::server_back});
}

void server_back(Engine& e, const Due&) {
  e.because = e.s.tables.last_fault;
  e.clients_look = true;
}

}  // namespace hasim::sim
