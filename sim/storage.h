// Shared storage: who reaches which volume, who could write to it, and the marker that keeps old epochs out.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

enum class Reach : std::uint8_t {
  works,
  hangs,    ///< no answer, for now
  refuses,  ///< the server says no: nothing was done
  lost,     ///< no way to the server
};

/// What that head gets from the server of a volume.
Reach reach(Engine&, int volume, int head);
/// What anybody at that place gets from a NAS.
Reach reach_nas(Engine&, int nas, ThingId place);
bool nas_pings(Engine&, int nas, ThingId place);

/// Neither full nor read-only.
bool takes_writes(Engine&, int volume);

void read_marker(Engine&, int head, std::uint64_t request);
void write_marker(Engine&, int head, std::uint64_t request, std::uint64_t epoch);
void marker_read_due(Engine&, const Due&);
void marker_write_due(Engine&, const Due&);
void ping(Engine&, int head, std::uint64_t request);

/// Truth of `may_write`, for all volumes: said where it changed.
void judge_writers(Engine&);

void restart_nas(Engine&, int nas, Duration taking, bool grace);
void nas_back(Engine&, const Due&);

}  // namespace hasim::sim
