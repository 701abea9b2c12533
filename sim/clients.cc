// Addresses, probes and waiting clients.
#include "sim/clients.h"

#include <bit>

#include "sim/carrier.h"
#include "sim/databases.h"
#include "sim/jobs.h"
#include "sim/parts.h"
#include "sim/storage.h"
#include "sim/strangers.h"
#include "sim/users.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::seconds;

constexpr Duration kCacheExpires = seconds{60};
constexpr Duration kSoftWaits = seconds{3};

bool on_network(const Engine& e, ThingId place, int network) {
  return (e.layout->networks_of[place] >> network & 1U) != 0;
}

Address& address_of(Engine& e, int part) { return e.s.tables.address[static_cast<std::size_t>(part)]; }

/// Heads whose kernel answers for that address, a bit for each.
std::uint32_t answering(Engine& e, int part) {
  std::uint32_t bits = 0;
  for (int h = 0; h < e.heads(); ++h) {
    if (e.head(h).cell != e.part_layout(part).cell || !e.machine(h).kernel_runs()) continue;
    const Run run = e.part(part, e.head(h).side).run;
    const bool up = run == Run::running || (run == Run::stopping && e.part(part, e.head(h).side).up);
    if (up && has_carrier(e, e.part_layout(part).network, h)) bits |= 1U << h;
  }
  return bits;
}

void look_at_address(Engine& e, int part) {
  Address& address = address_of(e, part);
  const std::uint32_t up = answering(e, part);
  std::uint32_t answered = up;
  if (std::has_single_bit(up)) {
    const auto head = static_cast<std::int8_t>(std::countr_zero(up));
    if (address.cached < 0) address.cached = head;
    // The clients still send to a MAC that is not there any more, until they hear better or forget it.
    if (address.cached != head) answered = 0;
  }
  if (foreign_owner(e, part)) answered |= kForeignMac;
  if (answered == 0 && address.cached >= 0 && address.unanswered_since == kLongAgo) {
    address.unanswered_since = e.now();
    e.later(kCacheExpires, {.kind = DueKind::address_expires, .a = static_cast<std::uint64_t>(part)});
  }
  if (answered != 0) address.unanswered_since = kLongAgo;
  if (answered == address.answered) return;
  address.answered = answered;
  e.emit(EventKind::answered, e.part_layout(part).id, {.value = answered});
}

/// Would that head answer for the service, if the request reached it?
bool serves(Engine& e, int service, int head) {
  if (e.layout->services[static_cast<std::size_t>(service)].cell != e.head(head).cell) return false;
  if (!e.machine(head).user_space_runs() || !runs_all(e, service, head)) return false;
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    if (e.layout->volumes[v].service == service && reach_files(e, static_cast<int>(v), head) != Reach::works)
      return false;
  }
  return true;
}

bool gets_through(Engine& e, int network, ThingId clients, ThingId head) {
  return passes(e, network, clients, head) && passes(e, network, head, clients);
}

/// The heads of `serving` that answer a probe of those clients, a bit for each.
std::uint32_t probe(Engine& e, int service, std::size_t client, std::uint32_t serving) {
  const ServiceLayout& laid = e.layout->services[static_cast<std::size_t>(service)];
  const ThingId clients = e.layout->clients[client].id;
  const ClientState& state = e.s.tables.clients[client];
  if (state.moved >= 0) {  // they ask that head under its own address
    const bool there = (serving >> state.moved & 1U) != 0 && round_trip(e, clients, e.id_of(state.moved));
    return there ? 1U << state.moved : 0U;
  }
  const std::uint32_t cached = state.pinned >= 0 ? 1U << state.pinned : ~0U;
  std::uint32_t answer = 0;
  for (int i = 0; i < laid.parts && laid.has_address; ++i) {
    const int part = laid.first_part + i;
    const PartLayout& address = e.part_layout(part);
    if (address.kind != ThingKind::address || !on_network(e, clients, address.network)) continue;
    for (std::uint32_t heads = address_of(e, part).answered & serving & cached; heads != 0; heads &= heads - 1) {
      const int head = std::countr_zero(heads);
      if (gets_through(e, address.network, clients, e.id_of(head))) answer |= 1U << head;
    }
  }
  if (laid.has_address) return answer;
  for (std::uint32_t heads = serving; heads != 0; heads &= heads - 1) {
    const int head = std::countr_zero(heads);
    if (round_trip(e, clients, e.id_of(head))) answer |= 1U << head;
  }
  return answer;
}

std::uint32_t serving_heads(Engine& e, int service) {
  std::uint32_t bits = 0;
  for (int h = 0; h < e.heads(); ++h) {
    if (serves(e, service, h)) bits |= 1U << h;
  }
  return bits;
}

bool answered_somewhere(Engine& e, int service, std::uint32_t serving) {
  const ServiceLayout& laid = e.layout->services[static_cast<std::size_t>(service)];
  if (!laid.has_address) return serving != 0;
  for (int i = 0; i < laid.parts; ++i) {
    const int part = laid.first_part + i;
    if (e.part_layout(part).kind == ThingKind::address && (address_of(e, part).answered & serving) != 0) return true;
  }
  return false;
}

/// Returns whether all clients that use the service are served; true where nobody uses it and it is answered.
bool look_at_service(Engine& e, int service) {
  const std::uint32_t serving = serving_heads(e, service);
  const std::uint32_t bit = 1U << service;
  bool all = true;
  bool anybody = false;
  for (std::size_t c = 0; c < e.layout->clients.size(); ++c) {
    if ((e.layout->clients[c].services & bit) == 0) continue;
    anybody = true;
    ClientState& client = e.s.tables.clients[c];
    const bool served = probe(e, service, c, serving) != 0;
    all = all && served;
    if (served == ((client.served & bit) != 0)) continue;
    client.served ^= bit;
    e.emit(EventKind::served, e.layout->services[static_cast<std::size_t>(service)].id,
           {.with = e.layout->clients[c].id, .x = served ? 1 : 0});
  }
  return anybody ? all : answered_somewhere(e, service, serving);
}

/// Hard mounts wait, soft ones give errors after a while.
void look_at_client(Engine& e, std::size_t c) {
  const ClientsLayout& laid = e.layout->clients[c];
  ClientState& client = e.s.tables.clients[c];
  const bool served = client.served == laid.services;
  if (served != client.waits) return;
  client.waits = !served;
  if (laid.hard) {
    e.emit(EventKind::client_waits, laid.id, {.x = client.waits ? 1 : 0});
    return;
  }
  if (client.waits) {
    client.unserved_since = e.now();
    const Duration wait = laid.wait > Duration{0} ? laid.wait : kSoftWaits;
    e.later(wait, {.kind = DueKind::clients_give_up, .a = c, .b = static_cast<std::uint64_t>(e.now().count())});
  } else if (client.failed && laid.every > Duration{0}) {
    client.failed = false;
    const auto more = (e.now() - client.unserved_since) / laid.every;
    e.emit(EventKind::client_error, laid.id, {.value = static_cast<std::uint64_t>(more)});
  }
}

}  // namespace

void announce(Engine& e, int head, std::size_t number) {
  const int service = e.layout->service_of(head, number);
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    const PartLayout& laid = e.part_layout(part);
    if (laid.kind != ThingKind::address || laid.service != service) continue;
    if (e.part(part, e.head(head).side).run != Run::running) continue;
    // One frame on the wire: all clients hear it or, if any fault takes it, none does.
    bool heard = !e.layout->clients.empty();
    for (const ClientsLayout& clients : e.layout->clients) {
      if (on_network(e, clients.id, laid.network)) heard = announcement_heard(e, laid.network, head, clients.id);
      if (!heard) break;
    }
    e.emit(EventKind::announced, laid.id, {.with = e.id_of(head), .x = heard ? 1 : 0});
    if (heard) address_of(e, part).cached = static_cast<std::int8_t>(head);
  }
  e.clients_look = true;
}

void address_expires(Engine& e, const Due& due) {
  Address& address = address_of(e, static_cast<int>(due.a));
  if (address.unanswered_since == kLongAgo) return;
  const Duration left = address.unanswered_since + kCacheExpires - e.now();
  if (left > Duration{0}) return e.later(left, due);
  address.cached = -1;
  address.unanswered_since = kLongAgo;
  e.because = 0;
  e.clients_look = true;
}

void look(Engine& e) {
  e.clients_look = false;
  judge_servers(e);
  judge_writers(e);
  judge_double_writers(e);
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    if (e.part_layout(part).kind == ThingKind::address) look_at_address(e, part);
  }
  for (int service = 0; service < static_cast<int>(e.layout->services.size()); ++service) {
    const bool served = look_at_service(e, service);
    const std::uint32_t bit = 1U << service;
    if (served == ((e.s.tables.served & bit) != 0)) continue;
    e.s.tables.served ^= bit;
    e.emit(EventKind::served, e.layout->services[static_cast<std::size_t>(service)].id, {.x = served ? 1 : 0});
  }
  for (std::size_t c = 0; c < e.layout->clients.size(); ++c) look_at_client(e, c);
  say_first_writes(e);
  look_at_databases(e);
  look_at_jobs(e);
  look_at_users(e);
}

std::uint32_t heads_that_answer(Engine& e, int service, int clients) {
  return probe(e, service, static_cast<std::size_t>(clients), serving_heads(e, service));
}

void clients_give_up(Engine& e, const Due& due) {
  ClientState& client = e.s.tables.clients[static_cast<std::size_t>(due.a)];
  if (!client.waits || client.unserved_since.count() != static_cast<std::int64_t>(due.b)) return;
  client.failed = true;
  client.unserved_since = e.now();
  e.because = e.s.tables.last_fault;
  e.emit(EventKind::client_error, e.layout->clients[static_cast<std::size_t>(due.a)].id, {.value = 1});
}

}  // namespace hasim::sim
