// The checks of a host: every five seconds, believed when two in a row agree, with a time limit of their own.
#include "sim/fitness.h"

#include <algorithm>

#include "sim/faults.h"
#include "sim/network.h"
#include "sim/storage.h"
#include "sim/tell.h"

namespace hasim::sim {

namespace {

constexpr Duration kEvery = std::chrono::seconds{5};
constexpr int kAgree = 2;

struct Found {
  ha::Fit fit = ha::Fit::fit;
  ha::Reason reason = ha::Reason::none;
};
constexpr Found unfit(ha::Reason reason) { return {ha::Fit::unfit, reason}; }

Found disk(Engine& e, int head) {
  const ThingId me = e.id_of(head);
  if (fault_on(e, SentenceId::fault_disk_dead, me) != nullptr) return unfit(ha::Reason::disk_dead);
  if (fault_on(e, SentenceId::fault_disk_readonly, me) != nullptr) return unfit(ha::Reason::disk_dead);
  return {};
}

Found storage(Engine& e, int head) {
  for (std::size_t v = 0; v < e.layout->volumes.size(); ++v) {
    const int service = e.layout->volumes[v].service;
    if (service < 0 || e.layout->services[static_cast<std::size_t>(service)].cell != e.head(head).cell) continue;
    const Reach got = reach(e, static_cast<int>(v), head);
    if (got == Reach::works) continue;
    return unfit(got == Reach::hangs ? ha::Reason::storage_hung : ha::Reason::storage_lost);
  }
  return {};
}

/// Is any client of a network seen from that head? A network without clients tells nothing.
bool clients_seen(Engine& e, int network, int head) {
  bool any = false;
  for (const ClientsLayout& clients : e.layout->clients) {
    if ((e.layout->networks_of[clients.id] >> network & 1U) == 0) continue;
    any = true;
    if (passes(e, network, e.id_of(head), clients.id) && passes(e, network, clients.id, e.id_of(head))) return true;
  }
  return !any;
}

/// The networks on which the service has addresses: a head that is cut off there is of no use to anybody [HB03, NW11].
Found networks(Engine& e, int head) {
  for (const PartLayout& part : e.layout->parts) {
    if (part.kind != ThingKind::address || part.cell != e.head(head).cell || part.network < 0) continue;
    if (!has_carrier(e, part.network, head)) return unfit(ha::Reason::unreachable);
    if (!clients_seen(e, part.network, head)) return unfit(ha::Reason::clients_lost);
  }
  return {};
}

/// Users come through the gateway; whether that is worth a move is a matter of policy [NW13].
Found gateway(Engine& e, int head) {
  const ThingId me = e.id_of(head);
  if (fault_on(e, SentenceId::fault_gateway_lost, me) == nullptr) return {};
  const bool moves = e.layout->spec->settings_of(me).is("on_gateway_loss", "handover");
  return {moves ? ha::Fit::unfit : ha::Fit::degraded, ha::Reason::gateway_lost};
}

Found look(Engine& e, int head) {
  for (const auto check : {disk, storage, networks, gateway}) {
    if (const Found found = check(e, head); found.fit != ha::Fit::fit) return found;
  }
  return {};
}

std::uint16_t packed(const Found& found) {
  return static_cast<std::uint16_t>(static_cast<unsigned>(found.fit) | static_cast<unsigned>(found.reason) << 8);
}

}  // namespace

void checks_needed(Engine& e) {
  for (int h = 0; h < e.heads(); ++h) {
    Checks& checks = e.core(h).checks;
    if (checks.planned) continue;
    checks.planned = true;
    e.later(kEvery, {.kind = DueKind::host_checks, .head = static_cast<std::uint8_t>(h)});
  }
}

void check_fitness(Engine& e, const Due& due) {
  const int head = due.head;
  Core& core = e.core(head);
  Checks& checks = core.checks;
  checks.planned = false;
  if (!core.runs() || !core_runs(e, head)) {
    checks.agree = 0;
  } else {
    const std::uint16_t found = packed(look(e, head));
    checks.agree =
        found == checks.found ? static_cast<std::uint8_t>(std::min(checks.agree + 1, kAgree)) : std::uint8_t{1};
    checks.found = found;
    if (checks.agree == kAgree && checks.told != found) {
      checks.told = found;
      e.later(Duration{0}, {.kind = DueKind::fitness,
                            .head = due.head,
                            .life = core.life,
                            .a = found & 0xffU,
                            .b = static_cast<std::uint64_t>(found >> 8)});
    }
  }
  const bool well = e.s.faults.empty() && checks.told == 0 && checks.found == 0 && checks.agree == kAgree;
  if (well) return;
  checks.planned = true;
  e.later(kEvery, {.kind = DueKind::host_checks, .head = due.head});
}

}  // namespace hasim::sim
