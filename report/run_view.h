// All that a report about one run reads, and the scenario's own words in it.
#pragma once

#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/run.h"
#include "lang/trace.h"

namespace hasim {

/// `events` are those of a run recorded with everything.
struct RunView {
  std::string name;  ///< FILE[:CASE]:SEED
  const Scenario* scenario = nullptr;
  const Script* script = nullptr;
  const RunResult* result = nullptr;
  const std::vector<Event>* events = nullptr;
  std::string world;  ///< "sim" or "netns"
  std::string core_digest;
};

/// What was done in the scenario's words, of an event of a fault or an action: with drawn values if they are known.
std::string stimulus_text(const RunView&, const Event&);

/// What a line of the scenario says, beginning with its verb; empty if there is nothing of that kind in the line.
std::string line_text(const Script&, int line);

/// The same without its verb: "head2 active" of "expect head2 active".
std::string without_verb(const std::string& text);

}  // namespace hasim
