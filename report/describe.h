// What one event says, in words for people: who it is about, and one sentence.
#pragma once

#include <string>

#include "lang/spec.h"
#include "lang/trace.h"

namespace hasim {

struct Told {
  std::string who;   ///< "head2", "bmc", "voters", "fault"; at most eight columns for the usual names
  std::string what;  ///< "lost head1: peer_lost"
};

/// The sentence of an event, in the present tense. Times and epochs in it are as the event says; nothing is looked up.
/// A fault or action is only named by its thing: what exactly was done is in the scenario's line.
Told tell(const Event&, const WorldSpec&);

/// How much detail somebody must have asked for to see the event: 0 always, 1 with -v, 2 with -vv.
int detail_of(const Event&);

/// "active, epoch 7": the epoch of an event of a role, as people count it.
std::uint64_t epoch_number(std::uint64_t value);

}  // namespace hasim
