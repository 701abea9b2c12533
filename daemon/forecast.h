// What would happen if …: not a rule but a rehearsal. The core is a value, so it is copied, the copy is told of the
// failure and is given the answers that were last measured, and what the copy does is the forecast.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/node.h"
#include "daemon/settings.h"

namespace hacored {

/// The failure.
enum class Blow : std::uint8_t {
  peer_power,          ///< the peer loses its power
  peer_power_and_bmc,  ///< … and its BMC with it: a cord, and not a switch
  own_power,           ///< this head loses its power
};
std::string_view to_string(Blow);

/// What becomes of the services.
enum class Then : std::uint8_t {
  takeover,  ///< the other head serves
  stays,     ///< nothing moves
  hold,      ///< nothing happens until somebody does something
  stops,     ///< the head that goes on living would have to stop too
};
std::string_view to_string(Then);

struct Forecast {
  Blow blow{};
  Then then{};
  ha::Duration after{0};    ///< of a takeover: until every service is back, without `start_missing`; 0: not known
  ha::Duration bound{0};    ///< of a takeover: at worst; 0: there is no such sum
  bool start_known = true;  ///< `after` counts the start of the services, as it was measured; else it is to be added
  ha::Proof proof = ha::Proof::none;
  ha::Reason reason = ha::Reason::none;  ///< of all but a takeover; of one, what is in its way as the peer says
  std::string remedy;      ///< the order that would make the copy serve: "ack-off", "maintenance off"; empty: none did
  bool from_beat = false;  ///< what the peer's beat tells, for its core cannot be copied
};

/// The answers that the copy gets: as they were last measured.
struct Answers {
  std::array<ha::Duration, ha::kFenceLevelsMax> power{};  ///< one reading, or one OFF
  std::array<bool, ha::kFenceLevelsMax> bmc{};            ///< the level is the peer's BMC, and dies with it
  std::array<ha::Duration, ha::kFenceLevelsMax>
      power_timeout{};                   ///< after which a device that is dead has not answered
  ha::PerService<ha::Duration> start{};  ///< of a whole service; 0: never measured
  ha::ArbiterWatch arbiters;             ///< `asked_at` long ago: they were never asked
};

/// What is known of the devices by the state of the core and by the settings; starts are added by whoever measured.
Answers measured(const Settings& settings, const ha::State& state);

/// Rehearses the failure on a copy of `node` as it would go from `now` on. Bounded: some thousand steps of the copy.
Forecast forecast(const ha::Node& node, ha::Instant now, Blow blow, const Settings& settings, const Answers& answers);

/// What the core would answer to an order now. Nothing happens.
ha::Reply would_reply(const ha::Node& node, ha::Instant now, ha::CommandKind kind, bool force,
                      ha::ServiceIndex service);

}  // namespace hacored
