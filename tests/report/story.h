// A small run made by hand: a world of two heads, a scenario of four lines, and the events of one story in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/event.h"
#include "report/timeline.h"

namespace hasim::story {

inline constexpr ThingId kHead1 = 0, kHead2 = 1, kBmc1 = 2, kHome = 3, kInternal = 4, kCell = 5, kMain = 6;

inline std::shared_ptr<WorldSpec> world() {
  auto spec = std::make_shared<WorldSpec>();
  spec->name = "pair";
  spec->things = {{ThingKind::head, 0, "head1"},       {ThingKind::head, 1, "head2"},
                  {ThingKind::bmc, 0, "bmc of head1"}, {ThingKind::volume, 0, "home"},
                  {ThingKind::network, 0, "internal"}, {ThingKind::cell, 0, "cell"},
                  {ThingKind::service, 0, "main"}};
  HeadSpec head1, head2;
  head1.id = kHead1;
  head2.id = kHead2;
  head1.cell = head2.cell = kCell;
  spec->heads = {head1, head2};
  CellSpec cell;
  cell.id = kCell;
  cell.heads = {kHead1, kHead2};
  spec->cells = {cell};
  return spec;
}

/// Numbers the events as they are added.
class Events {
 public:
  Event& add(double at_seconds, EventKind kind, ThingId who = kNoThing, ThingId with = kNoThing) {
    Event event;
    event.id = static_cast<std::uint32_t>(list_.size() + 1);
    event.t = Time{static_cast<std::int64_t>(at_seconds * 1e9)};
    event.kind = kind;
    event.who = who;
    event.with = with;
    list_.push_back(event);
    return list_.back();
  }
  Event& role(double at, ThingId head, ha::Role from, ha::Role to, std::uint64_t epoch, ha::Cause cause) {
    Event& event = add(at, EventKind::role, head);
    event.x = static_cast<std::uint8_t>(from);
    event.y = static_cast<std::uint8_t>(to);
    event.value = epoch * 2 + head;
    event.cause = cause;
    return event;
  }
  const std::vector<Event>& list() const { return list_; }

 private:
  std::vector<Event> list_;
};

/// What a report reads; owns everything that the view points to.
struct Run {
  Scenario scenario;
  RunResult result;
  std::vector<Event> events;

  RunView view() const {
    RunView view;
    view.name = "bmc/lies.scn:1";
    view.scenario = &scenario;
    view.script = &scenario.cases[0];
    view.result = &result;
    view.events = &events;
    view.world = "sim";
    view.core_digest = "5e1f0c9a11223344";
    return view;
  }
};

inline Claim claim(int line, ClaimVerb verb, const std::string& text) {
  Claim claim;
  claim.verb = verb;
  claim.place = {line, 25, static_cast<int>(text.size())};
  claim.text = text;
  return claim;
}

/// The scenario of the story: a BMC that lies.
inline Scenario scenario() {
  Scenario scenario;
  scenario.path = "scenarios/bmc/lies.scn";
  scenario.title = "BMC says off while the head still runs";
  scenario.text = {"scenario \"BMC says off while the head still runs\"",
                   "world    pair",
                   "",
                   "  start",
                   "  +60s          fault   bmc of head1 says off",
                   "  +0s           fault   paths cut between head1 and head2",
                   "  +0s..+30s     expect  head2 holds because contradiction",
                   "  start..end    never   two owners of main"};
  Script script;
  script.title = scenario.title;
  script.world = world();
  Line start, lies, cut, holds, never;
  start.number = 4;
  start.when.kind = When::Kind::start;
  lies.number = 5;
  cut.number = 6;
  for (Line* line : {&lies, &cut}) {
    Stimulus stimulus;
    stimulus.place = {line->number, 25, 1};
    stimulus.text = line->number == 5 ? "bmc of head1 says off" : "paths cut between head1 and head2";
    line->stimuli = {stimulus};
  }
  holds.number = 7;
  holds.claims = {claim(7, ClaimVerb::expect, "head2 holds because contradiction")};
  never.number = 8;
  never.claims = {claim(8, ClaimVerb::never, "two owners of main")};
  script.lines = {start, lies, cut, holds, never};
  scenario.cases = {script};
  return scenario;
}

inline void begin(Events& events) {
  for (ThingId head : {kHead1, kHead2}) {
    events.add(-90, EventKind::power, head).x = 1;
    events.add(-60, EventKind::up, head).x = 1;
  }
  events.role(-18, kHead1, ha::Role::claiming, ha::Role::owner, 7, ha::Cause::started);
  events.role(-17, kHead2, ha::Role::init, ha::Role::passive, 7, ha::Cause::joined);
  events.add(0, EventKind::settled);
  for (const auto& [line, thing] : {std::pair{5, kBmc1}, std::pair{6, kInternal}}) {
    Event& fault = events.add(60, EventKind::fault, thing);
    fault.line = static_cast<std::uint16_t>(line);
    fault.value = static_cast<std::uint64_t>(line - 4);
  }
}

inline Event& sees_lost(Events& events) {
  Event& suspect = events.add(64.403, EventKind::peer_view, kHead2, kHead1);
  suspect.y = static_cast<std::uint8_t>(ha::PeerView::suspect);
  suspect.since = 5'000'000'000;
  Event& lost = events.add(69.403, EventKind::peer_view, kHead2, kHead1);
  lost.y = static_cast<std::uint8_t>(ha::PeerView::lost);
  lost.since = 10'000'000'000;
  lost.cause = ha::Cause::peer_lost;
  lost.because = {9, 0};
  return lost;
}

/// head2 holds, as it should.
inline Run that_holds() {
  Run run;
  run.scenario = scenario();
  Events events;
  begin(events);
  sees_lost(events);
  Event& hold = events.add(69.931, EventKind::hold, kHead2);
  hold.x = 1;
  hold.reason = ha::Reason::contradiction;
  run.events = events.list();
  run.result.lines = {{7, true, true, Time{69'931'000'000}, ""}, {8, true, true, Time{90'000'000'000}, ""}};
  run.result.end = Time{90'000'000'000};
  run.result.hash = 0x77e0b91c00000000U;
  run.result.events = run.events.size();
  return run;
}

/// head2 believes the lie, and both write.
inline Run that_breaks() {
  Run run;
  run.scenario = scenario();
  Events events;
  begin(events);
  sees_lost(events);
  Event& lie = events.add(69.418, EventKind::bmc_reading, kHead1, kHead2);
  lie.x = 0;
  lie.value = 1;
  lie.because = {8, 11};
  Event& beats = events.add(69.419, EventKind::evidence, kHead2);
  beats.x = static_cast<std::uint8_t>(ha::EvidenceSource::beats);
  beats.since = 10'000'000'000;
  Event& evidence = events.add(69.42, EventKind::evidence, kHead2);
  evidence.x = static_cast<std::uint8_t>(ha::EvidenceSource::power);
  evidence.because = {12, 0};
  Event& proof = events.add(69.931, EventKind::proof, kHead2);
  proof.x = static_cast<std::uint8_t>(ha::Proof::power_off);
  proof.y = 1;
  proof.value = 8 * 2 + 1;
  proof.cause = ha::Cause::proof_off;
  proof.because = {14, 0};
  events.role(69.931, kHead2, ha::Role::fencing, ha::Role::starting, 8, ha::Cause::proof_off).because = {15, 0};
  Event& write = events.add(71.688, EventKind::may_write, kHome, kHead2);
  write.x = 1;
  write.value = 8 * 2 + 1;
  write.because = {16, 0};
  events.role(71.7, kHead2, ha::Role::starting, ha::Role::owner, 8, ha::Cause::started).because = {17, 0};
  run.events = events.list();
  Broken writers;
  writers.invariant = 1;
  writers.line = 0;
  writers.from = Time{71'688'000'000};
  writers.to = Time{75'912'000'000};
  writers.message = "head1 (epoch 7) and head2 (epoch 8) could both write home from 71.688 s to 75.912 s (4.224 s)";
  writers.facts = {17};
  Broken owners;
  owners.line = 8;
  owners.from = owners.to = Time{71'700'000'000};
  owners.message = "head1 (epoch 7) and head2 (epoch 8) both own main";
  owners.facts = {18};
  run.result.holds = false;
  run.result.broken = {writers, owners};
  run.result.lines = {{7, false, false, Time{}, ""}, {8, false, true, Time{71'700'000'000}, ""}};
  run.result.end = Time{71'700'000'000};
  run.result.hash = 0x9c41d2b700000000U;
  run.result.events = run.events.size();
  return run;
}

}  // namespace hasim::story
