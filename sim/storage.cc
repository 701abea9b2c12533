// What a NAS or an array does with requests.
#include "sim/storage.h"

#include "sim/faults.h"
#include "sim/network.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kOneWay = milliseconds{2};
constexpr Duration kGivesUp = seconds{2};
constexpr Duration kPingGivesUp = seconds{1};
constexpr Duration kMountGivesUp = seconds{30};  ///< a way that slow is as good as a server that hangs

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
bool store_is(Engine& e, SentenceId fault, int volume) {
  const VolumeLayout& v = e.layout->volumes[static_cast<std::size_t>(volume)];
  return fault_on(e, fault, v.id) != nullptr || (v.nas >= 0 && fault_on(e, fault, nas_id(e, v.nas)) != nullptr);
}

int service_of(const Engine& e, int head) {
  return e.layout->cells[static_cast<std::size_t>(e.head(head).cell)].service;
}

/// The answer to a marker question: the epoch above two bits of outcome.
void answer_marker(Engine& e, const Due& to, Duration after, std::uint64_t epoch, ha::Outcome outcome) {
  e.later(after, {.kind = DueKind::marker_answer,
                  .head = to.head,
                  .life = to.life,
                  .a = to.a,
                  .b = epoch << 2 | static_cast<std::uint64_t>(outcome)});
}

/// The volume with the marker answers that head, or the question is answered with what the client learns.
bool marker_storage_answers(Engine& e, const Due& due) {
  const int service = service_of(e, due.head);
  const int volume = service < 0 ? -1 : e.layout->services[static_cast<std::size_t>(service)].marker_volume;
  if (volume < 0) return true;
  const Reach got = reach(e, volume, due.head);
  const Duration slow = slowness(e, volume);
  if (got == Reach::works && slow <= kGivesUp) return true;
  if (got == Reach::refuses) {
    answer_marker(e, due, kOneWay, 0, ha::Outcome::refused);
  } else {
    answer_marker(e, due, kGivesUp, 0, ha::Outcome::unknown);
  }
  return false;
}

Due marker_due(Engine& e, int head, DueKind kind, std::uint64_t request, std::uint64_t epoch) {
  return {.kind = kind, .head = static_cast<std::uint8_t>(head), .life = e.core(head).life, .a = request, .b = epoch};
}

std::uint64_t* marker_of(Engine& e, int head) {
  const int service = service_of(e, head);
  return service < 0 ? nullptr : &e.s.tables.marker[static_cast<std::size_t>(service)].epoch;
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
  return stage_reach(e, v.id, e.id_of(head));
}

bool takes_writes(Engine& e, int volume) {
  return !store_is(e, SentenceId::fault_store_full, volume) && !store_is(e, SentenceId::fault_store_readonly, volume);
}

void read_marker(Engine& e, int head, std::uint64_t request) {
  e.later(kOneWay, marker_due(e, head, DueKind::marker_read, request, 0));
}

void write_marker(Engine& e, int head, std::uint64_t request, std::uint64_t epoch) {
  e.later(kOneWay, marker_due(e, head, DueKind::marker_write, request, epoch));
}

void marker_read_due(Engine& e, const Due& due) {
  if (!marker_storage_answers(e, due)) return;
  const std::uint64_t* marker = marker_of(e, due.head);
  answer_marker(e, due, kOneWay, marker == nullptr ? 0 : *marker, ha::Outcome::done);
}

void marker_write_due(Engine& e, const Due& due) {
  if (!marker_storage_answers(e, due)) return;
  std::uint64_t* marker = marker_of(e, due.head);
  const int on =
      marker == nullptr ? -1 : e.layout->services[static_cast<std::size_t>(service_of(e, due.head))].marker_volume;
  if (on >= 0 && !takes_writes(e, on)) return answer_marker(e, due, kOneWay, *marker, ha::Outcome::refused);
  if (marker == nullptr) return answer_marker(e, due, kOneWay, due.b, ha::Outcome::done);
  if (due.b < *marker) {
    const int volume = e.layout->services[static_cast<std::size_t>(service_of(e, due.head))].marker_volume;
    e.because = e.core(due.head).reported;
    if (volume >= 0) {
      e.emit(EventKind::rejected, e.layout->volumes[static_cast<std::size_t>(volume)].id,
             {.with = e.id_of(due.head), .value = due.b});
    }
  } else {
    *marker = due.b;
  }
  answer_marker(e, due, kOneWay, *marker, ha::Outcome::done);
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

void restart_nas(Engine& e, int nas, Duration taking, bool grace) {
  Nas& state = nas_state(e, nas);
  const NasSpec& spec = e.layout->spec->nas[static_cast<std::size_t>(nas)];
  state.back_at = e.now() + taking;
  // With NFSv3 only locks wait for the grace time; with NFSv4 every open does.
  state.grace_until = state.back_at + (grace && spec.nfs4 ? spec.grace : Duration{0});
  e.clients_look = true;
  e.later(taking, {.kind = DueKind::nas_back});
  e.later(state.grace_until - e.now(), {.kind = DueKind::nas_back});
}

void nas_back(Engine& e, const Due&) {
  e.because = e.s.tables.last_fault;
  e.clients_look = true;
}

}  // namespace hasim::sim
