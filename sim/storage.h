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

/// What that head gets from the server of a volume, for short requests: a mount, a marker, a lease.
Reach reach(Engine&, int volume, int head);
/// … for reading and writing files there, through the handles that it has.
Reach reach_files(Engine&, int volume, int head);
/// An error on that volume, by its chance: the request was not carried out.
bool fails(Engine&, int volume, bool write);
/// How long a write there takes to be durable.
Duration sync_takes(Engine&, int volume);
/// What anybody at that place gets from a NAS.
Reach reach_nas(Engine&, int nas, ThingId place);
bool nas_pings(Engine&, int nas, ThingId place);

/// Why nobody can write there: full or read-only, or no reason.
ha::Reason write_trouble(Engine&, int volume);
inline bool takes_writes(Engine& e, int volume) { return write_trouble(e, volume) == ha::Reason::none; }

void read_marker(Engine&, int head, const ha::ReadMarker&);
void write_marker(Engine&, int head, const ha::WriteMarker&);
/// Number of the service that a due with a marker is about, and the epoch that it carries.
std::size_t marker_service(const Due&);
std::uint64_t marker_epoch(const Due&);
void marker_read_due(Engine&, const Due&);
void marker_write_due(Engine&, const Due&);
void ping(Engine&, int head, std::uint64_t request);
void ping_peer(Engine&, int head, std::uint64_t request);

/// Truth of `may_write`, for all volumes: said where it changed.
void judge_writers(Engine&);
/// Which NAS, witnesses and voters serve at all: said where it changed.
void judge_servers(Engine&);

/// The NAS carries out one more write and dies before it says so.
void die_with_next_write(Engine&, int nas);
/// A write was carried out on that volume. True if its NAS died before it could say so.
bool dies_unanswered(Engine&, int volume);
/// The next write of any client comes at this instant at the latest.
void nas_dies(Engine&, const Due&);
void restart_nas(Engine&, int nas, Duration taking, bool grace);
void server_back(Engine&, const Due&);

}  // namespace hasim::sim
