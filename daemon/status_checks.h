// The checks of a status: what works in each direction, in the arbiter, and in each service.
#pragma once

#include "daemon/status.h"

namespace hacored {

/// How a check came out. `unknown`: this head cannot say.
enum class CheckState : std::uint8_t { ok, warn, fail, unknown };

/// A round of the voters.
struct VotersSaid {
  ha::Instant at = ha::kLongAgo;  ///< kLongAgo: they were not asked yet
  int answered = 0;
  int hear_me = 0;
  int hear_peer = 0;
};
/// To an inquiry that is open, or else in quiet times.
VotersSaid voters_said(const ha::State&);

/// An owner stops when its right to run ends.
bool runs_by_right(const ha::Config&);

/// What this head has and does towards its peer.
nlohmann::json checks_from_me(const Seen&);
/// What the peer has and does towards this head, by its newest beat and the store.
nlohmann::json checks_from_peer(const Seen&);
/// The store, the right to run and the voters; empty: none is configured.
nlohmann::json arbiter_checks(const Seen&);
/// The resources of one service here, as they were last checked; empty while it does not run here.
nlohmann::json resource_checks(const Seen&, ha::ServiceIndex);

/// The gravest state among some checks.
CheckState gravest(const nlohmann::json& checks);

}  // namespace hacored
