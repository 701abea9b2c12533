// What a head looks at to know how fit it is, and what its core is told of the paths.
#include <algorithm>

#include "daemon/head.h"

namespace hacored {
namespace {

/// Things of it may run here.
bool is_here(const ha::Service& service) {
  return service.role == ha::Role::starting || service.role == ha::Role::owner || service.role == ha::Role::stopping;
}

}  // namespace

const ha::Service* Head::service_of(std::uint8_t resource) const {
  const ha::Config& config = host_.node().config();
  for (ha::ServiceIndex i = 0; i < config.services; ++i) {
    const ha::ServiceConfig& set = config.service[i];
    if (resource >= set.first && resource < set.first + set.resources) return &host_.node().state().services[i];
  }
  return nullptr;
}

Stand Head::stand_of(std::uint8_t resource) const {
  const ha::Service* const service = service_of(resource);
  if (!service || service->run.phase != ha::ServicePhase::idle) return Stand::between;
  if (service->role == ha::Role::owner) return Stand::served;
  return service->role == ha::Role::passive ? Stand::at_rest : Stand::between;
}

/// As long as it is not given up; one that is in trouble may serve nothing any more.
bool Head::peer_serves(std::uint8_t resource) const {
  const ha::PeerState& peer = host_.node().state().peer;
  const ha::ServiceBeat& says = peer.beat.service.at(resources_.settings().at(resource).service);
  const bool heard = peer.view == ha::PeerView::alive || peer.view == ha::PeerView::suspect;
  return heard && says.role == ha::Role::owner && says.trouble == ha::Reason::none;
}

bool Head::owns_something() const {
  const auto& services = host_.node().state().services;
  return std::any_of(services.begin(), services.begin() + host_.node().config().services, is_here);
}

/// In the order of the simulator's host (sim/fitness.cc). Storage that is mounted here is looked at by the monitor of
/// its resource.
std::vector<FitnessCheck> Head::fitness_checks() {
  using Found = FitnessCheck::Then;
  std::vector<FitnessCheck> checks;
  checks.push_back({[this](Found then) { disk_check_.look(std::move(then)); }, unfit(ha::Reason::disk_dead)});
  for (std::size_t i = 0; i < resources_.settings().size(); ++i) {
    if (!resources_.can_reach(i)) continue;
    const auto look = [this, i](Found then) {
      const ha::Service* const service = service_of(static_cast<std::uint8_t>(i));
      service&& is_here(*service) ? then({}) : resources_.reach(i, std::move(then));
    };
    checks.push_back({look, unfit(ha::Reason::storage_hung)});
  }
  checks.push_back({[this](const Found& then) { then(look_at_networks()); }, {}});
  if (!settings_.ping.empty()) checks.push_back({[this](Found then) { look_for_gateway(std::move(then)); }, {}});
  for (std::size_t i = 0; i < resources_.settings().size(); ++i) {
    const auto look = [this, i](const Found& then) {
      const ha::Service* const service = service_of(static_cast<std::uint8_t>(i));
      then(service && is_here(*service) ? ha::Fitness{} : resources_.ready(i));
    };
    checks.push_back({look, {}});
  }
  return checks;
}

/// A head that is cut off where the service has its addresses is of no use to anybody [HB03, NW11].
ha::Fitness Head::look_at_networks() const {
  for (std::size_t i = 0; i < service_links_.size(); ++i)
    if (!service_links_.carrier(i)) return unfit(ha::Reason::unreachable);
  return {};
}

/// Users come through what stands in [ping]: where none of it answers, no service should be moved to on purpose [NW13].
void Head::look_for_gateway(FitnessCheck::Then then) {
  ping_.ask(kPingMax, Ping::kUsual, [then = std::move(then)](bool reached) {
    then(reached ? ha::Fitness{} : ha::Fitness{ha::Fit::degraded, ha::Reason::gateway_lost});
  });
}

void Head::tell_link(std::size_t path) {
  host_.tell(ha::LinkChanged{static_cast<std::uint8_t>(path), links_.carrier(path), frames_.large_frames(path)});
}

}  // namespace hacored
