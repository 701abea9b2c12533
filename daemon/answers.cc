#include "daemon/answers.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/budget.h"
#include "daemon/control_request.h"
#include "daemon/telling.h"

namespace hacored {

namespace {

using nlohmann::json;

json answer(std::string_view type) { return {{"v", kControlVersion}, {"type", type}}; }

std::int64_t in_ms(ha::Duration d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); }

std::string_view word(ha::EvidenceUse use) {
  switch (use) {
    case ha::EvidenceUse::used: return "used";
    case ha::EvidenceUse::not_used: return "not used";
    case ha::EvidenceUse::contradicts: return "contradicts";
  }
  return "";
}

json evidence(const Told& told) {
  const ha::Report& r = told.report;
  return {{"source", to_string(static_cast<ha::EvidenceSource>(r.a))},
          {"use", word(static_cast<ha::EvidenceUse>(r.b))},
          {"age_ms", r.age < ha::Duration{0} ? json{} : json(in_ms(r.age))},
          {"detail", r.detail}};
}

}  // namespace

json ownership_document(const Settings& settings, const Ownership& of) {
  const ha::Report& start = of.start.report;
  json one = {{"service", settings.services[of.began.report.service].name},
              {"head", settings.heads[settings.self]},
              {"epoch", ha::value(of.began.report.epoch)},
              {"at", utc(of.began.when)},
              {"took_ms", in_ms(of.began.at - of.start.at)},
              {"cause", to_string(start.cause)},
              {"text", explain(start.cause)},
              {"evidence", json::array()}};
  if (of.proof != ha::Proof::none) one["proof"] = {{"proof", to_string(of.proof)}, {"text", explain(of.proof)}};
  for (const Told& told : of.evidence) one["evidence"].push_back(evidence(told));
  return one;
}

namespace {

json terms(const std::vector<ha::TimeTerm>& all) {
  json list = json::array();
  for (const ha::TimeTerm& term : all) list.push_back({{"what", term.what}, {"ms", in_ms(term.takes)}});
  return list;
}

json inequality(const ha::Inequality& i) {
  return {{"right_ms", in_ms(i.right)},
          {"two_watchdogs_ms", in_ms(i.two_watchdogs)},
          {"margin_ms", in_ms(i.margin)},
          {"drift_ppm", static_cast<std::int64_t>(i.drift)},
          {"needed_ms", in_ms(i.needed)},
          {"wait_ms", in_ms(i.wait)},
          {"holds", i.holds()}};
}

/// What speaks of life at the peer, each with its age: what an operator must explain before vouching that it is off.
json signs_of_life(const Seen& seen) {
  const ha::State& s = seen.state();
  json signs = json::array();
  const auto add = [&](std::string_view source, ha::Instant at, std::string text) {
    if (at != ha::kLongAgo) signs.push_back({{"source", source}, {"age_ms", age_ms(seen, at)}, {"text", text}});
  };
  add("beats", s.peer.beat_at, "its newest beat arrived");
  add("power", s.chassis.on_at, "its chassis read on");
  if (seen.node.config().store && s.store.known) add("store", s.store.peer_moved_at, "its lease moved in the store");
  if (s.inquiry.hear_peer > 0)
    add("voters", s.inquiry.answered_at,
        fmt::format("{} of {} voters heard it", s.inquiry.hear_peer, s.inquiry.answered));
  if (s.peer.pinged_at != ha::kLongAgo) add("ping", s.peer.pinged_at, "its kernel answered a ping");
  return signs;
}

/// On which heads it is in force, or which of them refuses it and why. The core has no word for a bad file.
void add_reload(json& document, const Seen& seen, const ha::Reply& reply) {
  if (reply.outcome == ha::Outcome::done)
    document["heads"] = seen.reload.here_only ? json::array({seen.me()}) : json(seen.settings.heads);
  if (reply.outcome != ha::Outcome::refused) return;
  if (reply.reason == ha::Reason::config_unsafe) {
    document["diagnostic"] = seen.reload.refused;
    document["why"] = nullptr;
  }
  if (reply.reason == ha::Reason::config_differs)
    document["diagnostic"] =
        fmt::format("{} finds its file good, {} refuses its own or has another one: `hactl reload` on {} says why",
                    seen.me(), seen.peer(), seen.peer());
}

}  // namespace

json why_answer(const Seen& seen, std::uint64_t epoch) {
  json document = answer("why");
  document["self"] = seen.me();
  document["ownerships"] = json::array();
  const auto& all = seen.remembered.ownerships();
  for (auto of = all.rbegin(); of != all.rend(); ++of) {
    if (epoch == 0 || of->value("epoch", json{}) == epoch) document["ownerships"].push_back(*of);
  }
  document["status"] = status(seen);
  return document;
}

json budget_answer(const Seen& seen) {
  json document = budget_answer(seen.settings.cell, seen.node.config(), seen.settings.surroundings);
  document["forecast"] = forecasts(seen);
  return document;
}

json budget_answer(const std::string& cell, const ha::Config& config, const ha::Surroundings& surroundings) {
  const ha::Budget b = budget_of(config, surroundings);
  json document = answer("budget");
  document.update({{"cell", cell},
                   {"detect_ms", in_ms(b.detect)},
                   {"decide", terms(b.decide)},
                   {"fence", terms(b.fence)},
                   {"takeover", terms(b.takeover)},
                   {"handover", terms(b.handover)},
                   {"mounts_wait_ms", in_ms(b.mounts_wait)},
                   {"by_power_ms", b.fence.empty() ? json{} : json(in_ms(b.by_power()))},
                   {"by_watchdog_ms", b.has_right_to_run ? json(in_ms(b.by_watchdog())) : json{}},
                   {"inequality", b.has_right_to_run ? inequality(b.inequality) : json{}}});
  return document;
}

json event_answer(const Seen& seen, const Told& told) {
  const ha::Report& r = told.report;
  json document = answer("event");
  document.update({{"at", utc(told.when)},
                   {"ns", told.at.time_since_epoch().count()},
                   {"text", ha::describe(r, names_of(seen.settings))},
                   {"epoch", ha::value(r.epoch)},
                   {"cause", to_string(r.cause)},
                   {"reason", to_string(r.reason)}});
  if (r.service < seen.settings.services.size()) document["service"] = seen.settings.services[r.service].name;
  return document;
}

json preflight_answer(const Seen& seen, ha::CommandKind kind, ha::ServiceIndex service) {
  const ha::Reply plain = would_reply(seen.node, seen.now, kind, false, service);
  json document = answer("preflight");
  document["order"] = order_word(kind);
  document["outcome"] = plain.outcome == ha::Outcome::refused ? "refused" : "accepted";
  document["why"] = why(seen, plain.reason);
  document["force_helps"] = plain.outcome == ha::Outcome::refused &&
                            would_reply(seen.node, seen.now, kind, true, service).outcome != ha::Outcome::refused;
  if (kind == ha::CommandKind::acknowledge) document["signs_of_life"] = signs_of_life(seen);
  const ha::Budget b = budget_of(seen.node.config(), seen.settings.surroundings);
  document["handover_bound_ms"] = in_ms(ha::sum(b.handover));
  document["status"] = status(seen);
  return document;
}

json reply_answer(const Seen& seen, const ha::Reply& reply) {
  json document = answer("reply");
  document["order"] = order_word(reply.kind);
  document["outcome"] = reply.outcome == ha::Outcome::done      ? "done"
                        : reply.outcome == ha::Outcome::refused ? "refused"
                                                                : "accepted";
  document["why"] = why(seen, reply.reason);
  if (reply.kind == ha::CommandKind::reload) add_reload(document, seen, reply);
  return document;
}

json reading_answer(const Seen& seen, const ha::PowerReading& reading, bool last) {
  json document = answer("reading");
  const bool known = reading.level < seen.settings.fence.size();
  document["level"] = known ? seen.settings.fence[reading.level].name : std::to_string(reading.level);
  document["reading"] = reading.reading == ha::Reading::on    ? "on"
                        : reading.reading == ha::Reading::off ? "off"
                                                              : "unknown";
  document["why"] = why(seen, reading.reason);
  document["last"] = last;
  return document;
}

}  // namespace hacored
