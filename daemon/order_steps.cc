#include "daemon/order_steps.h"

namespace hacored {

using nlohmann::json;

OrderSteps::OrderSteps(const Settings& settings, ha::CommandKind kind, ha::ServiceIndex service, ha::Instant now)
    : settings_{settings},
      kind_{kind},
      first_{service == ha::kEveryService ? ha::ServiceIndex{0} : service},
      end_{static_cast<ha::ServiceIndex>(service == ha::kEveryService ? settings.services.size() : service + 1U)},
      since_{now} {}

/// Of the first service that is not here yet.
OrderSteps::Place OrderSteps::of_move(const ha::State& state) const {
  for (ha::ServiceIndex i = first_; i < end_; ++i) {
    const ha::Service& mine = state.services[i];
    const ha::ServiceBeat& theirs = state.peer.beat.service[i];
    if (mine.role == ha::Role::owner && mine.run.phase == ha::ServicePhase::idle) continue;
    if (mine.role == ha::Role::claiming) return {"claim", i};
    if (mine.role == ha::Role::fencing) return {"fence", i};
    if (mine.role == ha::Role::starting || mine.role == ha::Role::owner) {
      const bool marker =
          mine.run.phase == ha::ServicePhase::marker_read || mine.run.phase == ha::ServicePhase::marker_write;
      const std::size_t of_service = std::size_t{mine.run.at} - settings_.core.service[i].first;
      const auto& resources = settings_.services[i].resources;
      if (marker || of_service >= resources.size()) return {"marker", i};
      return {"start " + resources[of_service].name, i};
    }
    if (mine.role == ha::Role::stopping || mine.role == ha::Role::stopped) return {"undo", i};
    if (theirs.role == ha::Role::owner) return {"announce", i};
    if (theirs.role == ha::Role::stopping) return {"stop", i};
    return {"confirm", i};
  }
  return {};
}

OrderSteps::Place OrderSteps::of_drill(const ha::State& state) const {
  const ha::Drill& drill = state.drill;
  if (drill.phase == ha::DrillPhase::idle || drill.level >= settings_.fence.size()) return {};
  const bool lighting = drill.phase == ha::DrillPhase::lighting;
  return {(lighting ? "power on by " : "power off by ") + settings_.fence[drill.level].name, 0};
}

json OrderSteps::line(const Place& at, std::string_view state) const {
  return {{"v", 1},
          {"type", "step"},
          {"step", at.step},
          {"service", settings_.services[at.service].name},
          {"state", state}};
}

void OrderSteps::leave(ha::Instant now, std::string_view how, std::vector<json>& lines) {
  if (at_.step.empty()) return;
  json last = line(at_, how);
  last["took_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_).count();
  lines.push_back(std::move(last));
}

std::vector<json> OrderSteps::look(const ha::State& state, ha::Instant now) {
  std::vector<json> lines;
  const Place here = kind_ == ha::CommandKind::drill ? of_drill(state) : of_move(state);
  if (here == at_) return lines;
  leave(now, "ends", lines);
  at_ = here;
  since_ = now;
  if (!at_.step.empty()) lines.push_back(line(at_, "begins"));
  return lines;
}

std::vector<json> OrderSteps::end(ha::Instant now, bool well) {
  std::vector<json> lines;
  leave(now, well ? "ends" : "fails", lines);
  at_ = {};
  return lines;
}

}  // namespace hacored
