// The status of a cell as one head knows it: a document for `hactl status` and for programs (docs/hactl.md). What is
// said of the other head comes from its newest beat; what is not known is absent, or null.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/node.h"
#include "daemon/beats.h"
#include "daemon/drills.h"
#include "daemon/dump_listener.h"
#include "daemon/forecast.h"
#include "daemon/history.h"
#include "daemon/lateness.h"
#include "daemon/remembered.h"
#include "daemon/resources.h"
#include "daemon/settings.h"

namespace hacored {

/// Maintenance that an operator began, and when it ends by itself.
struct Maintenance {
  std::optional<ha::Instant> until;
  std::string reason;  ///< as the operator gave it
  std::string by;      ///< who asked for it
};

/// How hacored itself does, since its start.
struct Workings {
  Lateness ticks;
  std::uint64_t hook_calls = 0;
  std::uint64_t hook_failures = 0;
  std::uint64_t hook_dropped = 0;
};

/// What the newest reload came to on this head.
struct Reload {
  std::string refused{};   ///< why this head refuses it: to be shown to who asked for it
  bool here_only = false;  ///< nothing changes that both heads must agree about, so the other head has read nothing
};

/// What a status is made of, at one instant.
struct Seen {
  const Settings& settings;
  const ha::Node& node;
  const History& history;
  const Remembered& remembered;
  ha::Instant now;
  WallTime wall;
  std::vector<BeatCounters> beats;        ///< by path
  std::vector<ResourceHealth> resources;  ///< of all services, in the order of the core's numbers
  std::optional<Maintenance> maintenance;
  Workings workings{};
  Drilled drilled{};
  std::optional<DumpCounters> dumps{};  ///< absent: nobody listens for them
  std::size_t stores_hung = 0;          ///< hacore-store that were given up and cannot be ended
  Reload reload{};

  const std::string& me() const { return settings.heads[settings.self]; }
  const std::string& peer() const { return settings.heads[1 - settings.self]; }
  const ha::State& state() const { return node.state(); }
  bool peer_alive() const {
    return state().peer.view == ha::PeerView::alive || state().peer.view == ha::PeerView::suspect;
  }
};

/// An instant of the core's clock by the wall, UTC as "2026-11-09T04:12:51Z"; null for kLongAgo.
nlohmann::json utc(const Seen&, ha::Instant);
nlohmann::json utc(WallTime);
/// Milliseconds since then; null for kLongAgo.
nlohmann::json age_ms(const Seen&, ha::Instant);
/// {"reason", "text", "unlocks"} and "since" if it is known; null for `none`.
nlohmann::json why(const Seen&, ha::Reason);

/// The whole document, with forecasts and "exit" as Nagios counts: 0 good, 1 warning, 2 critical.
nlohmann::json status(const Seen&);

/// The forecasts alone, of every failure that says something.
nlohmann::json forecasts(const Seen&);

}  // namespace hacored
