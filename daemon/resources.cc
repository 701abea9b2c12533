// Calls of resource agents, and what their answers mean to the core.
#include "daemon/resources.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "daemon/clock.h"
#include "daemon/config_text.h"
#include "daemon/fitness.h"
#include "daemon/log.h"
#include "daemon/refused.h"

namespace hacored {
namespace {

constexpr ha::Duration kProbeMax = std::chrono::seconds{10};
constexpr ha::Duration kMarkerMax = std::chrono::seconds{20};
constexpr ha::Duration kAnnounceMax = std::chrono::seconds{10};
/// No limit for who asks, who counts silence himself; but the program does not stay for ever where killing it helps.
constexpr ha::Duration kReachMax = std::chrono::minutes{10};

bool done(const Ended& ended) { return exited(ended, AgentExit::done); }
/// Anything but a clear "no" may be running.
bool may_run(const Ended& ended) { return !exited(ended, AgentExit::not_running); }

/// On a machine that stood still it may have been too late to begin.
bool no_answer_in_time(const Ended& ended) {
  return ended.how == Ended::How::too_late || (ended.how == Ended::How::not_started && ended.code == ETIME);
}

ha::Outcome outcome_of(const Ended& ended) {
  if (done(ended)) return ha::Outcome::done;
  const bool never_began = ended.how == Ended::How::not_started || exited(ended, AgentExit::not_installed) ||
                           exited(ended, AgentExit::wrong_configuration);
  return never_began ? ha::Outcome::refused : ha::Outcome::unknown;
}

/// What is meant for another program's agent keeps its spelling: OCF parameters may have capitals.
std::string variable(const std::string& parameter) {
  constexpr std::string_view kTheirs = "param_";
  const std::size_t ours = parameter.starts_with(kTheirs) ? kTheirs.size() : parameter.size();
  std::string name = "HACORE_";
  for (const char c : parameter.substr(0, ours)) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name + parameter.substr(ours);
}

/// Its fixed ones, blanks apart.
std::string addresses_of_peer(const Settings& settings) {
  std::string all;
  for (const PathSettings& path : settings.paths) all += (all.empty() ? "" : " ") + path.address[1 - settings.self];
  return all;
}

Parameters environment_of(const Settings& settings, const ResourceSettings& resource) {
  Parameters environment;
  for (const auto& [name, value] : resource.parameters) environment[variable(name)] = value;
  environment["HACORE_RESOURCE"] = resource.name;
  environment["HACORE_SERVICE"] = settings.services[resource.service].name;
  environment["HACORE_HEAD"] = settings.heads[settings.self];
  environment["HACORE_PEER"] = settings.heads[1 - settings.self];
  environment["HACORE_RUN_DIR"] = settings.run_dir;
  if (resource.type == "address") environment["HACORE_PEER_ADDRESSES"] = addresses_of_peer(settings);
  return environment;
}

/// No start would succeed with a stranger at the address, and none should with data that are not the newest: the head
/// that has them is waited for. Anything else is better than nobody.
ha::Fit fit_with(ha::Reason reason) {
  constexpr std::array kWorseThanNobody{ha::Reason::address_taken, ha::Reason::database_failed,
                                        ha::Reason::database_lag, ha::Reason::diverged};
  const bool worse = std::find(kWorseThanNobody.begin(), kWorseThanNobody.end(), reason) != kWorseThanNobody.end();
  return worse ? ha::Fit::unfit : ha::Fit::degraded;
}

}  // namespace

Resources::Resources(boost::asio::io_context& io, const Settings& settings, Runner& runner, Tell tell, Stands stands,
                     PeerServes peer_serves)
    : resources_{settings.resources()},
      runner_{runner},
      tell_{std::move(tell)},
      stands_{std::move(stands)},
      peer_serves_{std::move(peer_serves)} {
  markers_.resize(settings.services.size());
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    const ResourceSettings& one = resources_[i];
    const std::optional<std::string> agent = find_agent(settings.agent_dirs, "resource-" + one.type);
    if (!agent) throw NeedsPerson(fmt::format("resource {}: there is no agent resource-{}", one.name, one.type));
    agents_.push_back(*agent);
    environments_.push_back(environment_of(settings, one));
    const std::string& marker = settings.services[one.service].marker;
    std::optional<std::size_t>& carrier = markers_[one.service];
    if (!carrier && one.type == "mount" && (marker.empty() || marker == one.name)) carrier = i;
    watched_.push_back(std::make_unique<Watched>(io));
    check_later(i);
  }
}

Program Resources::program(std::size_t resource, const std::string& action, ha::Duration limit, ha::Epoch epoch) const {
  Program program{.arguments = {agents_[resource], action},
                  .environment = environments_[resource],
                  .input = {},
                  .deadline = now() + limit};
  program.environment["HACORE_EPOCH"] = std::to_string(ha::value(epoch));
  program.environment["HACORE_TIME_LEFT"] = fmt::format("{:.3f}", std::chrono::duration<double>(limit).count());
  return program;
}

void Resources::start(const ha::StartResource& order, const Occasion& occasion) {
  const ha::Duration limit = std::min(resources_[order.resource].start_max, order.deadline - now());
  Program start = program(order.resource, "start", limit, order.epoch);
  if (occasion.forced) start.environment["HACORE_FORCED"] = "1";
  if (occasion.peer_stopped) start.environment["HACORE_PEER_STOPPED"] = "1";
  if (occasion.peer_trouble != ha::Reason::none)
    start.environment["HACORE_PEER_TROUBLE"] = to_string(occasion.peer_trouble);
  runner_.run(start, [this, order](const Ended& ended) {
    if (!done(ended))
      log(Level::error, fmt::format("start of {}: {}", resources_[order.resource].name, describe(ended)));
    tell_(ha::ResourceAnswer{order.id, order.resource, outcome_of(ended),
                             done(ended) ? ha::Reason::none : reason_of(ended, ha::Reason::start_failed)});
  });
}

void Resources::stop(const ha::StopResource& order) {
  const ha::Duration left = order.deadline - now();
  const ha::Duration limit = order.force ? left : std::min(resources_[order.resource].stop_max, left);
  const Program stop = program(order.resource, order.force ? "kill" : "stop", limit);
  runner_.run(stop, [this, order](const Ended& ended) {
    if (!done(ended))
      log(Level::error, fmt::format("stop of {}: {}", resources_[order.resource].name, describe(ended)));
    // A stop that was not verified is no stop, whatever the agent could not find.
    tell_(ha::ResourceAnswer{order.id, order.resource, done(ended) ? ha::Outcome::done : ha::Outcome::unknown,
                             done(ended) ? ha::Reason::none : reason_of(ended, ha::Reason::stop_hung)});
  });
}

void Resources::probe(const ha::Probe& order) {
  struct Poll {
    ha::Probed answer;
    std::size_t left = 0;
  };
  const auto poll = std::make_shared<Poll>(Poll{{order.id, 0}, resources_.size()});
  if (resources_.empty()) return tell_(poll->answer);
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    status(i, [this, poll, i](const Ended& ended) {
      if (may_run(ended)) poll->answer.running |= 1U << i;
      if (may_run(ended) && !done(ended))
        log(Level::warning, fmt::format("{} may run here: {}", resources_[i].name, describe(ended)));
      if (--poll->left == 0) tell_(poll->answer);
    });
  }
}

void Resources::status(std::size_t resource, Runner::Then then) {
  runner_.run(program(resource, "status", kProbeMax), std::move(then));
}

void Resources::announce(const ha::Announce& order) {
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    if (resources_[i].service != order.service || resources_[i].type != "address") continue;
    runner_.run(program(i, "announce", kAnnounceMax), [this, i](const Ended& ended) {
      if (!done(ended)) log(Level::warning, fmt::format("announcing {}: {}", resources_[i].name, describe(ended)));
    });
  }
}

bool Resources::can_reach(std::size_t resource) const {
  if (resources_[resource].type != "mount") return false;
  return std::none_of(resources_.begin(), resources_.begin() + static_cast<std::ptrdiff_t>(resource),
                      [&](const ResourceSettings& before) {
                        return before.service == resources_[resource].service && before.type != "mount" &&
                               before.type != "address";
                      });
}

void Resources::reach(std::size_t resource, std::function<void(const ha::Fitness&)> then) {
  runner_.run(program(resource, "reach", kReachMax), [this, resource, then = std::move(then)](const Ended& ended) {
    // A program that does not know the question, or could not be started, says nothing of the storage.
    const bool says_nothing = ended.how == Ended::How::not_started || exited(ended, AgentExit::not_installed) ||
                              exited(ended, AgentExit::wrong_configuration);
    const bool hung = ended.how == Ended::How::too_late;
    const ha::Reason why = reason_of(ended, hung ? ha::Reason::storage_hung : ha::Reason::storage_lost);
    const ha::Fitness found = done(ended) || says_nothing ? ha::Fitness{} : unfit(why);
    if (found != ha::Fitness{} && found != watched_[resource]->reached)
      log(Level::warning, fmt::format("{} cannot be reached: {}", resources_[resource].name, describe(ended)));
    watched_[resource]->reached = found;
    then(found);
  });
}

void Resources::read_marker(const ha::ReadMarker& order) { mark("read-marker", order.id, order.service, ha::Epoch{}); }
void Resources::write_marker(const ha::WriteMarker& order) {
  mark("write-marker", order.id, order.service, order.epoch);
}

void Resources::mark(const std::string& action, ha::RequestId id, ha::ServiceIndex service, ha::Epoch epoch) {
  const std::optional<std::size_t>& carrier = markers_[service];
  if (!carrier) return tell_(ha::MarkerAnswer{id, {}, ha::Outcome::refused});
  runner_.run(program(*carrier, action, kMarkerMax, epoch), [this, id, action, i = *carrier](const Ended& ended) {
    ha::MarkerAnswer answer{id, {}, done(ended) ? ha::Outcome::done : ha::Outcome::unknown};
    const std::string text = said(ended, "epoch").value_or("");
    std::uint64_t number = 0;
    const bool read = std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
    answer.epoch = ha::Epoch{number};
    if (answer.outcome == ha::Outcome::done && !read) answer.outcome = ha::Outcome::unknown;
    if (answer.outcome != ha::Outcome::done)
      log(Level::warning, fmt::format("{} on {}: {}", action, resources_[i].name, describe(ended)));
    tell_(answer);
  });
}

void Resources::look_again() {
  for (std::size_t i = 0; i < resources_.size(); ++i)
    if (resources_[i].check_every != ha::Duration{0} && stands(i, Stand::at_rest)) check_in(ha::Duration{0}, i);
}

void Resources::check_later(std::size_t resource) {
  const ha::Duration every = resources_[resource].check_every;
  if (every != ha::Duration{0}) check_in(every, resource);
}

/// In place of the check that waits.
void Resources::check_in(ha::Duration time, std::size_t resource) {
  Watched& watched = *watched_[resource];
  watched.timer.expires_after(time);
  watched.timer.async_wait([this, resource](boost::system::error_code error) {
    if (!error) check(resource);
  });
}

void Resources::check(std::size_t resource) {
  if (!stands(resource, Stand::served)) {
    watched_[resource]->newest.clear();
    watched_[resource]->health = {};
    return look_whether_it_rests(resource);
  }
  watched_[resource]->ready = {};
  runner_.run(program(resource, "status", resources_[resource].check_max), [this, resource](const Ended& ended) {
    checked(resource, ended);
    check_later(resource);
  });
}

/// What somebody has started by hand on a head that has nothing of the service would be there twice: told, and left to
/// whoever did it [PR10].
void Resources::look_whether_it_rests(std::size_t resource) {
  if (!stands(resource, Stand::at_rest)) {
    watched_[resource]->ready = {};
    return check_later(resource);
  }
  runner_.run(program(resource, "status", resources_[resource].check_max), [this, resource](const Ended& ended) {
    if (!done(ended) || !stands(resource, Stand::at_rest)) return look_whether_ready(resource);
    found_ready(resource, {ha::Fit::degraded, ha::Reason::already_running},
                fmt::format("{} runs here, and this head did not start it", resources_[resource].name));
    check_later(resource);
  });
}

void Resources::look_whether_ready(std::size_t resource) {
  if (resources_[resource].type == "mount") {
    found_ready(resource, {}, "");
    return check_later(resource);
  }
  Program ready = program(resource, "ready", resources_[resource].check_max);
  const auto peer_serves = [this, resource] { return peer_serves_(static_cast<std::uint8_t>(resource)); };
  const bool asked_as = peer_serves();
  ready.environment["HACORE_PEER_SERVES"] = asked_as ? "1" : "0";
  runner_.run(ready, [this, resource, peer_serves, asked_as](const Ended& ended) {
    if (asked_as != peer_serves()) return look_whether_ready(resource);
    if (no_answer_in_time(ended)) return check_later(resource);  // late is not an answer: what was found still counts
    // A program that does not know the question gives no reason.
    const bool cannot = exited(ended, AgentExit::not_installed) || (!done(ended) && said(ended, "reason"));
    const ha::Reason reason = reason_of(ended, ha::Reason::start_failed);
    found_ready(resource, cannot ? ha::Fitness{fit_with(reason), reason} : ha::Fitness{},
                fmt::format("{} could not be started here: {}", resources_[resource].name, describe(ended)));
    check_later(resource);
  });
}

void Resources::found_ready(std::size_t resource, const ha::Fitness& found, const std::string& why) {
  const ha::Fitness before = std::exchange(watched_[resource]->ready, found);
  if (found != before && found != ha::Fitness{}) log(Level::warning, why);
}

/// Failed is what failed n of the newest m checks.
void Resources::checked(std::size_t resource, const Ended& ended) {
  if (!stands(resource, Stand::served)) return;  // it was stopped meanwhile
  if (no_answer_in_time(ended)) return check_is_late(resource);
  const ResourceSettings& set = resources_[resource];
  Watched& watched = *watched_[resource];
  watched.health = {.checked = true,
                    .runs = done(ended),
                    .at = now(),
                    .reason = done(ended) ? ha::Reason::none : reason_of(ended, ha::Reason::service_failed)};
  watched.newest.push_back(done(ended));
  while (watched.newest.size() > static_cast<std::size_t>(set.of)) watched.newest.pop_front();
  if (!done(ended)) log(Level::warning, fmt::format("check of {}: {}", set.name, describe(ended)));
  if (std::count(watched.newest.begin(), watched.newest.end(), false) < set.failures) return;
  watched.newest.clear();
  tell_(ha::ResourceFailed{static_cast<std::uint8_t>(resource), watched.health.reason});
}

/// Late is not dead: who cannot tell in time on a busy machine says nothing about the service [PR04]. It is shown, and
/// asked again.
void Resources::check_is_late(std::size_t resource) {
  if (++watched_[resource]->health.late > 1) return;  // in the log once, until a check answers
  const ResourceSettings& set = resources_[resource];
  log(Level::warning, fmt::format("check of {}: no answer within {}; that counts neither as running nor as failed",
                                  set.name, show_duration(set.check_max.count())));
}

}  // namespace hacored
