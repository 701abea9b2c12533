#include "daemon/status.h"

#include <algorithm>
#include <ctime>
#include <set>

#include <fmt/format.h>

#include "core/journal.h"
#include "daemon/status_checks.h"

namespace hacored {

namespace {

using ha::Reason;
using nlohmann::json;

bool owns(ha::Role role) { return role == ha::Role::owner; }

/// What people call a role: a head is active or passive for a service, or on its way.
std::string_view word(ha::Role role) { return owns(role) ? "active" : to_string(role); }

/// What the peer says of itself, in the form in which this head says it of itself. Holds are not in a beat.
ha::Status of_peer(const Seen& seen) {
  const ha::Beat& beat = seen.state().peer.beat;
  ha::Status status;
  status.services = seen.node.config().services;
  for (std::size_t i = 0; i < seen.node.config().services; ++i) {
    status.service[i].role = beat.service[i].role;
    status.service[i].epoch = beat.service[i].epoch;
    status.service[i].promised = beat.service[i].promised;
    if (status.unready == Reason::none) status.unready = beat.service[i].trouble;  // graver than what follows
  }
  if (status.unready == Reason::none) status.unready = beat.unready;
  status.armed = seen.state().peer.was_armed != 0;
  status.leaving = beat.has(ha::kLeaving);
  status.maintenance = beat.has(ha::kMaintenance);
  status.standby = beat.has(ha::kStandby);
  return status;
}

json services_of(const Seen& seen, const ha::Status& status, bool mine) {
  json services = json::array();
  for (ha::ServiceIndex i = 0; i < status.services; ++i) {
    const ha::ServiceStatus& of = status.service[i];
    json one = {{"service", seen.settings.services[i].name},
                {"role", to_string(of.role)},
                {"word", word(of.role)},
                {"epoch", ha::value(of.epoch)},
                {"promised", ha::value(of.promised)},
                {"sentence", ha::sentence(status, i)}};
    if (mine) {
      const Told* since = seen.history.role_since(i);
      one["since"] = since ? utc(since->when) : json{};
      one["because"] = since ? json(to_string(since->report.cause)) : json{};
      one["hold"] = why(seen, of.hold);
      one["operation"] = to_string(of.operation);
    }
    services.push_back(std::move(one));
  }
  return services;
}

json flags_of(const ha::Status& status) {
  return {{"maintenance", status.maintenance}, {"standby", status.standby}, {"leaving", status.leaving}};
}

json my_head(const Seen& seen) {
  const ha::Status status = seen.node.status();
  json head = flags_of(status);
  head.update({{"name", seen.me()},
               {"self", true},
               {"heard", true},
               {"services", services_of(seen, status, true)},
               {"admitted", status.armed},
               {"unready", why(seen, status.unready)}});
  return head;
}

json peer_head(const Seen& seen) {
  const ha::PeerState& peer = seen.state().peer;
  const bool known = peer.beat_at != ha::kLongAgo;
  const ha::Status status = of_peer(seen);
  json head = known ? flags_of(status) : json::object();
  head.update({{"name", seen.peer()},
               {"self", false},
               {"heard", seen.peer_alive()},
               {"view", to_string(peer.view)},
               {"beat_age_ms", age_ms(seen, peer.beat_at)},
               {"services", known ? services_of(seen, status, false) : json::array()},
               {"admitted", known ? json(status.armed) : json{}},
               {"unready", known ? why(seen, status.unready) : json{}}});
  return head;
}

/// Who serves, as far as this head knows: itself, or a peer that is heard.
json owner_of(const Seen& seen, ha::ServiceIndex i) {
  if (owns(seen.state().services[i].role)) return seen.me();
  if (seen.peer_alive() && owns(seen.state().peer.beat.service[i].role)) return seen.peer();
  return nullptr;
}

json service_document(const Seen& seen, ha::ServiceIndex i) {
  const ha::Epoch epoch = std::max(seen.state().services[i].epoch, seen.state().peer.beat.service[i].epoch);
  return {{"name", seen.settings.services[i].name},
          {"owner", owner_of(seen, i)},
          {"epoch", ha::value(epoch)},
          {"checks", resource_checks(seen, i)}};
}

json maintenance_of(const Seen& seen) {
  const bool on = seen.state().survived.disk.maintenance != 0;
  json document = {{"on", on}};
  if (!on || !seen.maintenance) return document;
  document["until"] = seen.maintenance->until ? utc(seen, *seen.maintenance->until) : json{};
  document["reason"] = seen.maintenance->reason;
  document["by"] = seen.maintenance->by;
  return document;
}

json damping_of(const Seen& seen) {
  const ha::Config& c = seen.node.config();
  const ha::State& s = seen.state();
  const auto within = [&](ha::Instant from, std::uint8_t count) {
    return from != ha::kLongAgo && seen.now - from < c.damping_window ? count : std::uint8_t{0};
  };
  return {{"failovers", within(s.failovers_from, s.survived.disk.failovers)},
          {"failovers_max", c.failovers_max},
          {"fences", within(s.fences_from, s.survived.disk.fences)},
          {"fences_max", c.fences_max},
          {"window_s", std::chrono::duration_cast<std::chrono::seconds>(c.damping_window).count()}};
}

json digests(const Seen& seen) {
  const auto& peer = seen.state().peer;
  const bool known = peer.beat_at != ha::kLongAgo;
  const std::uint32_t mine = seen.node.config().digest;
  return {{"mine", fmt::format("{:08x}", mine)},
          {"peer", known ? json(fmt::format("{:08x}", peer.beat.digest)) : json{}},
          {"identical", known ? json(peer.beat.digest == mine) : json{}}};
}

bool in_maintenance(const Seen& seen) { return seen.state().survived.disk.maintenance != 0; }

/// 2: nobody serves, or nobody would. Maintenance is somebody's will, and a warning.
int nagios(const Seen& seen, const json& document) {
  int exit = in_maintenance(seen) ? 1 : 0;
  for (const json& service : document["services"]) {
    if (service["owner"].is_null()) return 2;
    exit = std::max(exit, gravest(service["checks"]) == CheckState::ok ? 0 : 1);
  }
  for (const json& one : document["forecast"]) {
    const bool automatic = one["then"] == "takeover" || one["then"] == "stays";
    if (one["if"] == "owner-power-loss" && !automatic && !in_maintenance(seen)) return 2;
    if (one["if"] == "passive-power-loss" && !automatic) exit = 1;
  }
  for (const json& direction : document["directions"])
    exit = std::max(exit, gravest(direction["checks"]) == CheckState::ok ? 0 : 1);
  if (gravest(document["arbiter"]) != CheckState::ok || document["config"]["identical"] == false) exit = 1;
  for (const json& head : document["heads"])
    if (head.contains("unready") && !head["unready"].is_null()) exit = 1;
  return exit;
}

/// What somebody should do, each thing once.
json to_do(const json& document) {
  std::set<std::string> named;
  json list = json::array();
  const auto add = [&](const json& check) {
    if (!check.contains("reason") || !named.insert(check["reason"]).second) return;
    list.push_back({{"what", check["label"]}, {"reason", check["reason"]}, {"unlocks", check["unlocks"]}});
  };
  for (const json& direction : document["directions"]) std::ranges::for_each(direction["checks"], add);
  std::ranges::for_each(document["arbiter"], add);
  for (const json& service : document["services"]) std::ranges::for_each(service["checks"], add);
  return list;
}

std::string_view name_of(const Seen& seen, Blow blow) {
  if (blow == Blow::own_power) return "owner-power-loss";
  const auto& services = seen.state().services;
  const bool mine = std::all_of(services.begin(), services.begin() + seen.node.config().services,
                                [](const ha::Service& s) { return owns(s.role); });
  if (mine) return "passive-power-loss";
  return blow == Blow::peer_power ? "owner-power-loss" : "owner-and-bmc-power-loss";
}

json document_of(const Seen& seen, const Forecast& f) {
  const bool mine = f.blow == Blow::own_power;
  const auto ms = [](ha::Duration d) {
    return d == ha::Duration{0} ? json{} : json(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
  };
  const bool moves = f.then == Then::takeover;
  json one = {{"if", name_of(seen, f.blow)},
              {"head", mine ? seen.me() : seen.peer()},
              {"by", mine ? seen.peer() : seen.me()},
              {"then", to_string(f.then)},
              {"basis", f.from_beat ? "beat" : "rehearsal"}};
  if (moves) {
    one["typical_ms"] = ms(f.after);
    one["bound_ms"] = ms(f.bound);
    one["start_known"] = f.start_known;
    one["proof"] = f.proof == ha::Proof::none ? json{} : json(to_string(f.proof));
  }
  if (f.reason != Reason::none) one["why"] = why(seen, f.reason);
  if (f.then != Then::hold) return one;
  const std::string& dies = mine ? seen.me() : seen.peer();
  one["command"] =
      f.remedy.empty() ? json{} : json(f.remedy == "ack-off" ? "hactl ack-off " + dies : "hactl " + f.remedy);
  return one;
}

}  // namespace

json utc(WallTime when) {
  const std::time_t t = std::chrono::system_clock::to_time_t(when);
  std::tm tm{};
  gmtime_r(&t, &tm);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                     tm.tm_min, tm.tm_sec);
}

json utc(const Seen& seen, ha::Instant at) {
  if (at == ha::kLongAgo) return nullptr;
  return utc(seen.wall + std::chrono::duration_cast<WallTime::duration>(at - seen.now));
}

json age_ms(const Seen& seen, ha::Instant at) {
  if (at == ha::kLongAgo) return nullptr;
  return std::chrono::duration_cast<std::chrono::milliseconds>(seen.now - at).count();
}

json why(const Seen& seen, Reason reason) {
  if (reason == Reason::none) return nullptr;
  json document = {{"reason", to_string(reason)}, {"text", explain(reason)}, {"unlocks", unlocks(reason)}};
  if (const Told* told = seen.history.since(reason)) document["since"] = utc(told->when);
  return document;
}

json forecasts(const Seen& seen) {
  Answers answers = measured(seen.settings, seen.state());
  bool mine = false, theirs = false;
  for (ha::ServiceIndex i = 0; i < seen.node.config().services; ++i) {
    answers.start[i] = seen.history.start_took(i);
    mine |= owns(seen.state().services[i].role);
    theirs |= !owns(seen.state().services[i].role);
  }
  const auto see = [&](Blow blow) {
    return document_of(seen, forecast(seen.node, seen.now, blow, seen.settings, answers));
  };
  json list = json::array();
  if (mine) list.push_back(see(Blow::own_power));
  list.push_back(see(Blow::peer_power));
  if (theirs && std::any_of(answers.bmc.begin(), answers.bmc.end(), [](bool bmc) { return bmc; }))
    list.push_back(see(Blow::peer_power_and_bmc));
  return list;
}

json status(const Seen& seen) {
  json document = {{"v", 1},
                   {"type", "status"},
                   {"cell", seen.settings.cell},
                   {"at", utc(seen.wall)},
                   {"version", HACORE_VERSION},
                   {"core", ha::digest()},
                   {"self", seen.me()},
                   {"peer", seen.peer()},
                   {"config", digests(seen)},
                   {"heads",
                    {seen.settings.self == 0 ? my_head(seen) : peer_head(seen),
                     seen.settings.self == 0 ? peer_head(seen) : my_head(seen)}},
                   {"directions",
                    {{{"from", seen.me()}, {"to", seen.peer()}, {"checks", checks_from_me(seen)}},
                     {{"from", seen.peer()}, {"to", seen.me()}, {"checks", checks_from_peer(seen)}}}},
                   {"arbiter", arbiter_checks(seen)},
                   {"maintenance", maintenance_of(seen)},
                   {"damping", damping_of(seen)},
                   {"forecast", forecasts(seen)}};
  json services = json::array();
  for (ha::ServiceIndex i = 0; i < seen.node.config().services; ++i) services.push_back(service_document(seen, i));
  document["owner"] = services[0]["owner"];
  document["epoch"] = services[0]["epoch"];
  document["services"] = std::move(services);
  document["next"] = to_do(document);
  document["exit"] = nagios(seen, document);
  return document;
}

}  // namespace hacored
