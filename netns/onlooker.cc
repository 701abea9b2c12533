// Roles out of what the kernel of a head has.
#include "netns/onlooker.h"

#include <algorithm>

#include "netns/clock.h"
#include "netns/truth.h"

namespace hasim::netns {
namespace {

constexpr Duration kBefore{1};  ///< a start is seen after the decision to start

/// What it is from what it holds, and from what it was. A system that ended may have left something behind.
ha::Role role_of(bool all, bool any, bool runs, ha::Role before) {
  if (all) return ha::Role::owner;
  if (!any) return runs ? ha::Role::passive : ha::Role::init;
  return before == ha::Role::owner || before == ha::Role::stopping ? ha::Role::stopping : ha::Role::starting;
}

}  // namespace

Onlooker::Onlooker(const WorldSpec& spec, const Machine& machine, Stream& stream)
    : spec_(spec), machine_(machine), stream_(stream), names_(core_names(spec, machine.spec().id)) {}

void Onlooker::say_runs(Time at, bool runs) {
  Event event;
  event.kind = EventKind::core_runs;
  event.who = names_.head;
  event.x = runs ? 1 : 0;
  event.value = starts_;
  stream_.saw(at, event);
}

void Onlooker::look() {
  if (seen_.runs || machine_.core() == 0) return;
  ++starts_;
  seen_ = {};
  seen_.runs = true;
  seen_.status.armed = true;  // what it knows of the other head, it keeps to itself
  say_runs(boottime(), true);
}

void Onlooker::holds(const HeadTruth& truth, Time at) {
  if (!machine_.powered()) return;
  for (const ThingId id : spec_.cells[spec_.things[machine_.spec().cell].index].services) {
    const ServiceSpec& service = spec_.services[spec_.things[id].index];
    const bool any = std::any_of(service.parts.begin(), service.parts.end(), [&](ThingId p) { return truth.runs(p); });
    become(service, role_of(truth.runs_all(service), any, seen_.runs, seen_.status.service.at(service.number).role),
           at);
  }
}

void Onlooker::become(const ServiceSpec& service, ha::Role role, Time at) {
  ha::Role& now = seen_.status.service.at(service.number).role;
  if (role == now) return;
  ha::Report report;
  report.kind = ha::ReportKind::role;
  report.service = service.number;
  report.a = static_cast<std::uint8_t>(now);
  report.b = static_cast<std::uint8_t>(role);
  stream_.saw(at - kBefore, event_of(names_, report));
  now = role;
}

void Onlooker::end(Time at) {
  if (seen_.runs) say_runs(at, false);
  seen_.runs = seen_.status.armed = false;
  if (!machine_.powered()) seen_ = {};
}

}  // namespace hasim::netns
