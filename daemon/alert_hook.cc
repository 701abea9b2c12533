#include "daemon/alert_hook.h"

#include <fmt/format.h>

#include "daemon/agent.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/telling.h"

namespace hacored {
namespace {

using ha::ReportKind;

bool runs_or_ran(const ha::Report& r) {
  constexpr auto kOwner = static_cast<std::uint8_t>(ha::Role::owner);
  return r.a == kOwner || r.b == kOwner;
}

/// HACORE_EVENT; empty: not one for people.
std::string_view event_of(const ha::Report& r) {
  if (r.kind == ReportKind::alert) return "alert";
  if (r.kind == ReportKind::fence) return "fence";
  if (r.kind == ReportKind::hold) return r.a != 0 ? "hold" : "hold_ends";
  if (r.kind == ReportKind::role && runs_or_ran(r)) return "role";
  const bool takeover = r.kind == ReportKind::operation && r.a == static_cast<std::uint8_t>(ha::Operation::takeover);
  return takeover ? "takeover" : "";
}

/// The word for why: a reason where there is one, else the cause of the change.
std::string_view why(const ha::Report& r) {
  return r.reason != ha::Reason::none ? to_string(r.reason) : to_string(r.cause);
}

}  // namespace

AlertHook::AlertHook(const Settings& settings, Runner& runner)
    : program_{settings.alert_hook},
      names_{names_of(settings)},
      always_{{"HACORE_HEAD", settings.heads[settings.self]}, {"HACORE_PEER", settings.heads[1 - settings.self]}},
      runner_{runner} {}

void AlertHook::tell(const ha::Report& report) {
  const std::string_view event = program_.empty() ? "" : event_of(report);
  if (event.empty()) return;
  if (waiting_.size() == kWaiting) {
    waiting_.pop_front();
    if (dropped_++ == 0) log(Level::warning, fmt::format("alert hook {}: too slow, reports are dropped", program_));
  }
  Environment& environment = waiting_.emplace_back(always_);
  const bool of_service = report.service < names_.services.size();
  environment["HACORE_EVENT"] = event;
  environment["HACORE_SERVICE"] = of_service ? names_.services[report.service] : "";
  environment["HACORE_EPOCH"] = std::to_string(ha::value(report.epoch));
  environment["HACORE_REASON"] = why(report);
  environment["HACORE_TEXT"] = ha::describe(report, names_);
  call_next();
}

void AlertHook::call_next() {
  if (busy_ || waiting_.empty()) return;
  busy_ = true;
  const Environment environment = std::move(waiting_.front());
  waiting_.pop_front();
  runner_.run({.arguments = {program_}, .environment = environment, .input = {}, .deadline = now() + kCallMax},
              [this, environment](const Ended& ended) { called(environment, ended); });
}

void AlertHook::called(const Environment& environment, const Ended& ended) {
  busy_ = false;
  ++called_;
  if (!ended.exited(0)) {
    ++failed_;
    log(Level::warning,
        fmt::format("alert hook {} for \"{}\": {}", program_, environment.at("HACORE_TEXT"), describe(ended)));
  }
  call_next();
}

}  // namespace hacored
