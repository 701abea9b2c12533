// What the invariants say about a list of events.
#pragma once

#include <string>

#include "tests/lang/fake_world.h"

namespace hasim::test {

/// 200 quiet seconds in a settled world, too short for I7 in most cases, and what `plan` adds.
template <class Plan>
std::string broken_by(const Plan& plan,
                      const std::string& story = "  start\n  +200s  note  \"x\"\n  +0s..+1s  always  head2 on\n",
                      const std::string& headers = "") {
  Stage stage(story, headers);
  plan(stage.world);
  const RunResult& result = stage.run(1, true);
  std::string text;
  for (const Broken& broken : result.broken) {
    if (broken.invariant == 0) continue;
    text += (text.empty() ? "" : "; ") + std::string("I") + std::to_string(broken.invariant) + " " + broken.message;
  }
  return text.empty() ? "holds" : text;
}

/// An order at head2 and its answer.
inline void ordered(FakeWorld& w, Duration t, ha::CommandKind kind, ha::Outcome outcome, std::uint64_t request = 7) {
  w.plan(t, EventKind::action, "head2", "", static_cast<int>(kind), 0, request);
  w.plan(t, EventKind::reply, "head2", "", static_cast<int>(kind), static_cast<int>(outcome), request).reason =
      outcome == ha::Outcome::refused ? ha::Reason::in_progress : ha::Reason::none;
}

}  // namespace hasim::test
