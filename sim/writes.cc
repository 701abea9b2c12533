// Writes of the owner on behalf of its clients: the check, a pause in which anything may happen, and the write, which
// meets the marker at the storage.
#include "sim/clients.h"
#include "sim/parts.h"
#include "sim/storage.h"
#include "sim/tell.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;

constexpr Duration kBetweenCheckAndWrite = milliseconds{1};

/// Somebody waits for single writes. Else only those are said that tell something: the first of each owner, and the one
/// that a head has in its hands when it stalls.
bool one_by_one(const Engine& e) {
  return e.interest.has(EventKind::about_to_write) || e.interest.has(EventKind::rejected);
}

Due landing(Engine& e, std::size_t v, int head) {
  return {.kind = DueKind::write_lands,
          .head = static_cast<std::uint8_t>(head),
          .life = e.machine(head).life,
          .a = v,
          .b = e.s.tables.volume[v].token[static_cast<std::size_t>(head)]};
}

int cell_of(const Engine& e, std::size_t v) {
  const int service = e.layout->volumes[v].service;
  return service < 0 ? -1 : e.layout->services[static_cast<std::size_t>(service)].cell;
}

/// Clients that write are served by that head now.
bool clients_write_through(Engine& e, int service, int head) {
  if ((e.layout->written_services >> service & 1U) == 0 || (e.s.tables.served >> service & 1U) == 0) return false;
  return e.machine(head).user_space_runs() && runs_all(e, service, head);
}

void say_wrote(Engine& e, std::size_t v, int head) {
  const std::uint64_t token = e.s.tables.volume[v].token[static_cast<std::size_t>(head)];
  e.s.tables.volume[v].wrote[static_cast<std::size_t>(head)] = token;
  e.emit(EventKind::wrote, e.layout->volumes[v].id, {.with = e.id_of(head), .value = token});
}

/// The storage would take a write of that head: nothing newer is known there.
bool accepted(Engine& e, std::size_t v, int head) {
  const Volume& volume = e.s.tables.volume[v];
  const int service = e.layout->volumes[v].service;
  return service >= 0 && takes_writes(e, static_cast<int>(v)) && volume.writable[static_cast<std::size_t>(head)] &&
         e.machine(head).user_space_runs() &&
         volume.token[static_cast<std::size_t>(head)] >= e.s.tables.marker[static_cast<std::size_t>(service)].epoch;
}

}  // namespace

void judge_double_writers(Engine& e) {
  if (e.layout->write_every == Duration{0}) return;
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    int writers = 0;
    for (int h = 0; h < e.heads(); ++h) writers += accepted(e, v, h) ? 1 : 0;
    Volume& volume = e.s.tables.volume[v];
    if (writers > 1 && volume.doubly_since == kLongAgo) volume.doubly_since = e.now();
    if (writers > 1 || volume.doubly_since == kLongAgo) continue;
    // Two owners wrote over each other: of each interval, what one of them acknowledged is gone.
    const auto lost = (e.now() - volume.doubly_since) / e.layout->write_every;
    volume.doubly_since = kLongAgo;
    if (lost > 0) e.emit(EventKind::writes_lost, e.layout->volumes[v].id, {.value = static_cast<std::uint64_t>(lost)});
  }
}

void begin_writing(Engine& e) {
  if (e.layout->write_every == Duration{0} || e.s.tables.writes_wait || !one_by_one(e)) return;
  e.s.tables.writes_wait = true;
  e.later(e.layout->write_every, {.kind = DueKind::write_begins});
}

void say_first_writes(Engine& e) {
  if (e.layout->write_every == Duration{0}) return;
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    for (int h = 0; h < e.heads(); ++h) {
      const Volume& volume = e.s.tables.volume[v];
      const auto at = static_cast<std::size_t>(h);
      if (e.head(h).cell != cell_of(e, v) || volume.wrote[at] == volume.token[at]) continue;
      if (!accepted(e, v, h) || !clients_write_through(e, e.layout->volumes[v].service, h)) continue;
      say_wrote(e, v, h);
      // Another owner that the storage still listens to goes on writing: that is the disaster itself.
      const int peer = e.head(h).peer;
      if (accepted(e, v, peer)) say_wrote(e, v, peer);
    }
  }
}

void take_write_in_hands(Engine& e, int head) {
  if (e.layout->write_every == Duration{0} || one_by_one(e)) return;
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    if (!e.s.tables.volume[v].writable[static_cast<std::size_t>(head)]) continue;
    if ((e.layout->written_services >> e.layout->volumes[v].service & 1U) != 0) wait_for(e, landing(e, v, head));
  }
}

void write_begins(Engine& e, const Due& due) {
  e.because = 0;
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    for (int h = 0; h < e.heads(); ++h) {
      if (e.head(h).cell != cell_of(e, v) || !clients_write_through(e, e.layout->volumes[v].service, h)) continue;
      e.emit(EventKind::about_to_write, e.layout->volumes[v].id, {.with = e.id_of(h)});
      e.later(kBetweenCheckAndWrite, landing(e, v, h));
    }
  }
  e.later(e.layout->write_every, due);
}

void write_lands(Engine& e, const Due& due) {
  const Machine& m = e.machine(due.head);
  if (m.life != due.life) return;
  if (!m.user_space_runs()) return wait_for(e, due);
  const auto v = static_cast<std::size_t>(due.a);
  const int at = static_cast<int>(v);
  if (reach_files(e, at, due.head) != Reach::works || !takes_writes(e, at) || fails(e, at, true)) return;
  (void)dies_unanswered(e, at);  // the write itself is on the disk, and its client asks again
  const int service = e.layout->volumes[v].service;
  e.because = m.last_event;
  if (due.b >= e.s.tables.marker[static_cast<std::size_t>(service)].epoch) return say_wrote(e, v, due.head);
  e.emit(EventKind::rejected, e.layout->volumes[v].id, {.with = e.id_of(due.head), .value = due.b});
}

}  // namespace hasim::sim
