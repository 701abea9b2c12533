// Clients as people know them: files, mounts and caches.
#include "sim/users.h"

#include <algorithm>
#include <utility>

#include "sim/clients.h"
#include "sim/parts.h"
#include "sim/storage.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;

constexpr Duration kReconnectTakes = milliseconds{20};

ClientState& client(Engine& e, std::size_t c) { return e.s.tables.clients[c]; }

/// All that use the service are soft mounts and have given up.
bool gave_up(Engine& e, int service) {
  bool any = false;
  for (std::size_t c = 0; c < e.layout->clients.size(); ++c) {
    if ((e.layout->clients[c].services >> service & 1U) == 0) continue;
    if (e.layout->clients[c].hard || !client(e, c).failed) return false;
    any = true;
  }
  return any;
}

void look_at_files(Engine& e, std::size_t v) {
  Volume& volume = e.s.tables.volume[v];
  const int service = e.layout->volumes[v].service;
  if (volume.files == 0 || service < 0) return;
  if ((e.s.tables.served >> service & 1U) != 0 && takes_writes(e, static_cast<int>(v))) {
    volume.files = 0;
  } else if (gave_up(e, service)) {
    e.emit(EventKind::client_error, e.layout->clients.front().id, {.value = std::exchange(volume.files, 0)});
  }
}

void look_at_reach(Engine& e, std::size_t c) {
  std::uint32_t heads = 0;
  for (int service = 0; service < static_cast<int>(e.layout->services.size()); ++service) {
    if ((e.layout->clients[c].services >> service & 1U) != 0)
      heads |= heads_that_answer(e, service, static_cast<int>(c));
  }
  const std::uint32_t changed = heads ^ client(e, c).reached;
  client(e, c).reached = static_cast<std::uint8_t>(heads);
  for (int h = 0; h < e.heads(); ++h) {
    if ((changed >> h & 1U) == 0) continue;
    e.emit(EventKind::clients_reach, e.layout->clients[c].id,
           {.with = e.id_of(h), .x = (heads >> h & 1U) != 0 ? 1 : 0});
  }
}

}  // namespace

void write_files(Engine& e, int volume, std::int64_t files) {
  e.s.tables.volume[static_cast<std::size_t>(volume)].files += static_cast<std::uint64_t>(files);
  e.clients_look = true;
}

void reconnect(Engine& e, int clients, std::int64_t many) {
  for (int h = 0; h < e.heads(); ++h) {
    bool serves = false;
    for (int service = 0; service < static_cast<int>(e.layout->services.size()); ++service) {
      const bool used = (e.layout->clients[static_cast<std::size_t>(clients)].services >> service & 1U) != 0;
      serves = serves || (used && (heads_that_answer(e, service, clients) >> h & 1U) != 0);
    }
    Time& until = e.s.tables.busy_until[static_cast<std::size_t>(h)];
    if (serves) until = std::max(until, e.now()) + many * kReconnectTakes;
  }
}

void move_clients(Engine& e, int clients, int head) {
  client(e, static_cast<std::size_t>(clients)).moved = static_cast<std::int8_t>(head);
  e.clients_look = true;
}

void pin_addresses(Engine& e, int clients) {
  ClientState& state = client(e, static_cast<std::size_t>(clients));
  for (std::size_t part = 0; part < e.layout->parts.size(); ++part) {
    const PartLayout& laid = e.layout->parts[part];
    const bool used = (e.layout->clients[static_cast<std::size_t>(clients)].services >> laid.service & 1U) != 0;
    if (used && laid.kind == ThingKind::address && e.s.tables.address[part].cached >= 0)
      state.pinned = e.s.tables.address[part].cached;
  }
  e.clients_look = true;
}

bool busy(Engine& e, int head) { return e.now() < e.s.tables.busy_until[static_cast<std::size_t>(head)]; }

void look_at_users(Engine& e) {
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) look_at_files(e, v);
  if (!e.interest.has(EventKind::clients_reach)) return;
  for (std::size_t c = 0; c < e.layout->clients.size(); ++c) look_at_reach(e, c);
}

}  // namespace hasim::sim
