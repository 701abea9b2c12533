// The steps of what an operator ordered, as they can be seen from here: the core's roles, the peer's beats, the
// resource under way, the level that is drilled. Looked at every few milliseconds by whoever shows them.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "core/state.h"
#include "daemon/settings.h"

namespace hacored {

class OrderSteps {
 public:
  /// Of `makeactive` or `drill`. `service`: the one that moves; kEveryService: all of them, one after the other.
  OrderSteps(const Settings& settings, ha::CommandKind kind, ha::ServiceIndex service, ha::Instant now);

  /// What began and what ended since the last look: {"step", "service", "state": "begins" | "ends", "took_ms"}.
  std::vector<nlohmann::json> look(const ha::State& state, ha::Instant now);
  /// Ends the step under way, well or not.
  std::vector<nlohmann::json> end(ha::Instant now, bool well);

 private:
  struct Place {
    std::string step;  ///< empty: nothing is under way
    ha::ServiceIndex service = 0;
    bool operator==(const Place&) const = default;
  };
  Place of_move(const ha::State& state) const;
  Place of_drill(const ha::State& state) const;
  nlohmann::json line(const Place& at, std::string_view state) const;
  void leave(ha::Instant now, std::string_view how, std::vector<nlohmann::json>& lines);

  const Settings& settings_;
  ha::CommandKind kind_;
  ha::ServiceIndex first_;
  ha::ServiceIndex end_;
  Place at_;
  ha::Instant since_;
};

}  // namespace hacored
