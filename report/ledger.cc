// Evidence of one head, laid beside the ground truth.
#include "report/ledger.h"

#include <fmt/format.h>

#include <map>

#include "core/event.h"
#include "report/describe.h"
#include "report/numbers.h"

namespace hasim {
namespace {

/// What a head really was, as far as evidence speaks of it.
struct Machine {
  bool power = false;
  bool runs = false;
  bool stands_still = false;
  Time since{};
};

void follow(std::map<ThingId, Machine>& machines, const Event& event) {
  Machine& machine = machines[event.who];
  switch (event.kind) {
    case EventKind::power: machine = {event.x != 0, false, false, event.t}; break;
    case EventKind::up: machine.runs = event.x != 0; break;
    case EventKind::hung:
    case EventKind::frozen: machine.stands_still = event.x != 0; break;
    default: break;
  }
}

std::size_t find_proof(Time until, const std::vector<Event>& events) {
  std::size_t found = events.size();
  for (std::size_t i = 0; i < events.size() && events[i].t <= until; ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::proof && event.y != 0 && event.t >= Time{0}) found = i;
  }
  return found;
}

/// Evidence counts from when the head began to doubt: the last time it still heard its peer, or its last proof.
std::size_t find_doubt(std::size_t proof, const std::vector<Event>& events) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < proof; ++i) {
    const Event& event = events[i];
    if (event.who != events[proof].who) continue;
    const bool heard = event.kind == EventKind::peer_view && event.y == static_cast<std::uint8_t>(ha::PeerView::alive);
    if (heard || (event.kind == EventKind::proof && event.y != 0)) begin = i;
  }
  return begin;
}

std::string state_text(const std::string& name, const Machine& machine) {
  if (!machine.power) return fmt::format("{} was off since {}", name, seconds(machine.since));
  if (!machine.runs) return fmt::format("{} had power, nothing ran", name);
  return fmt::format("{} {}", name, machine.stands_still ? "was on, and hung" : "was alive");
}

void compare(const Event& event, const Machine& peer, LedgerRow& row) {
  using Truth = LedgerRow::Truth;
  const bool alive = peer.power && peer.runs && !peer.stands_still;
  switch (static_cast<ha::EvidenceSource>(event.x)) {
    case ha::EvidenceSource::power: row.truth = peer.power ? Truth::refutes : Truth::agrees; break;
    case ha::EvidenceSource::operator_word: row.truth = peer.power ? Truth::refutes : Truth::agrees; break;
    case ha::EvidenceSource::beats: row.truth = alive ? Truth::refutes : Truth::agrees; break;
    default: row.truth = Truth::unknown; break;
  }
  const auto use = static_cast<ha::EvidenceUse>(event.y);
  if (use == ha::EvidenceUse::not_used) row.truth = Truth::unknown;
  // Evidence that contradicts the proof says the opposite of "the peer is gone".
  if (use == ha::EvidenceUse::contradicts && row.truth != Truth::unknown) {
    row.truth = row.truth == Truth::agrees ? Truth::refutes : Truth::agrees;
  }
}

/// The number that belongs to a source.
std::string detail_text(const Event& event) {
  switch (static_cast<ha::EvidenceSource>(event.x)) {
    case ha::EvidenceSource::beats:
    case ha::EvidenceSource::store: return event.value == 0 ? "" : fmt::format("sequence {}", event.value);
    case ha::EvidenceSource::power: return fmt::format("level {}", event.value + 1);
    case ha::EvidenceSource::voters: return plural(event.value, "answer");
    case ha::EvidenceSource::grant:
    case ha::EvidenceSource::marker: return fmt::format("epoch {}", epoch_number(event.value));
    default: return "";
  }
}

std::string says(const Event& event) {
  std::string text;
  if (event.since > 0) text = fmt::format("{} s old", seconds(Time{event.since}));
  if (event.reason != ha::Reason::none) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", ha::to_string(event.reason));
  }
  const std::string detail = detail_text(event);
  if (!detail.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", detail);
  return text;
}

}  // namespace

std::optional<Ledger> ledger_before(Time until, const std::vector<Event>& events, const WorldSpec& spec) {
  const std::size_t at = find_proof(until, events);
  if (at == events.size()) return std::nullopt;
  const Event& proof = events[at];
  const ThingId peer = spec.peer_of(proof.who);
  static constexpr std::string_view kUse[] = {"used", "not used", "contradicts"};

  Ledger ledger{spec.name_of(proof.who),
                epoch_number(proof.value),
                std::string(ha::to_string(static_cast<ha::Proof>(proof.x))),
                {}};
  const std::size_t begin = find_doubt(at, events);
  std::map<ThingId, Machine> machines;
  for (std::size_t i = 0; i < events.size() && events[i].t <= proof.t; ++i) {
    const Event& event = events[i];
    follow(machines, event);
    if (i < begin || event.kind != EventKind::evidence || event.who != proof.who) continue;
    LedgerRow row;
    row.t = event.t;
    row.source = ha::to_string(static_cast<ha::EvidenceSource>(event.x));
    row.says = says(event);
    row.used_as = kUse[event.y % 3];
    row.was_true = peer == kNoThing ? "" : state_text(spec.name_of(peer), machines[peer]);
    compare(event, machines[peer], row);
    ledger.rows.push_back(std::move(row));
  }
  return ledger;
}

}  // namespace hasim
