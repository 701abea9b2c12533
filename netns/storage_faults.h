// Faults of a NAS and of its volumes: which of them are carried out here.
#pragma once

#include <optional>
#include <string>

#include "core/time.h"
#include "lang/ast.h"

namespace hasim::netns {

/// So long a NAS takes to boot, or to restart where a story does not say it; as in the simulator.
inline constexpr ha::Duration kNasBoots = std::chrono::seconds{10};

/// A fault of storage, which netns/storage_faults.cc begins.
bool on_storage(SentenceId);

/// Why such a fault, or an order to a NAS, cannot be carried out; nothing if it can.
std::optional<std::string> cannot_on_storage(const Sentence&, const WorldSpec&);

}  // namespace hasim::netns
