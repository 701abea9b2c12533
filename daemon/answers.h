// The answers to what hactl asks, as documents (docs/hactl.md). Nothing here changes anything.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/status.h"

namespace hacored {

/// Why a service began to run here: service, head, epoch, at, took_ms, cause, text, evidence, and proof if it needed
/// one.
nlohmann::json ownership_document(const Settings& settings, const Ownership& of);
/// Why the owner is the owner: each ownership of this head that is remembered, the newest first; of one epoch if it is
/// not 0.
nlohmann::json why_answer(const Seen& seen, std::uint64_t epoch);
/// Worst cases and safety of the configuration in force, and what would happen if a head died now.
nlohmann::json budget_answer(const Seen& seen);
/// … of a configuration that need not be in force; without forecasts.
nlohmann::json budget_answer(const std::string& cell, const ha::Config& config, const ha::Surroundings& surroundings);
/// One report, as a line of the log.
nlohmann::json event_answer(const Seen& seen, const Told& told);
/// What the core would answer to an order now, and whether force would change that; with the status it was judged by.
nlohmann::json preflight_answer(const Seen& seen, ha::CommandKind kind, ha::ServiceIndex service);
/// A reply of the core to an order. `unknown` is "accepted, and under way".
nlohmann::json reply_answer(const Seen& seen, const ha::Reply& reply);
/// What one level of power said when it was asked.
nlohmann::json reading_answer(const Seen& seen, const ha::PowerReading& reading, bool last);

}  // namespace hacored
