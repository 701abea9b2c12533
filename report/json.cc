// The lines that open, explain and close a run, and the summary.
#include "report/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/causes.h"
#include "report/numbers.h"
#include "report/reach.h"
#include "report/summary.h"
#include "report/verdict.h"

namespace hasim {
namespace {

using Json = nlohmann::ordered_json;

std::string full_hash(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

// Text of scenarios may hold bytes that are no UTF-8; a line of JSON never does.
Json broken_json(const Broken& broken, const RunView& view) {
  Json json{{"v", 1},
            {"type", "broken"},
            {"name", view.name},
            {"property", property_name(broken)},
            {"line", broken.line == 0 ? Json(nullptr) : Json(broken.line)},
            {"from_ns", broken.from.count()},
            {"to_ns", broken.to.count()},
            {"message", broken.message},
            {"facts", broken.facts}};
  if (view.events != nullptr && !view.events->empty()) {
    Json five = Json::array();
    for (const Event& event : events_that_matter(EventIndex(*view.events), broken)) five.push_back(event.id);
    json["five"] = std::move(five);
  }
  return json;
}

Json group_json(const GroupRow& group) {
  return {{"runs", group.runs},
          {"scenario", group.scenario},
          {"property", group.property},
          {"causes", group.causes},
          {"first", group.first},
          {"shortest", group.shortest},
          {"shortest_events", group.shortest_events},
          {"also", group.also}};
}

Json timing_json(const TimingRow& timing) {
  Json json{{"scenario", timing.scenario}, {"name", timing.name}, {"unit", timing.is_count ? "count" : "ns"},
            {"p50", timing.p50},           {"p99", timing.p99},   {"max", timing.max},
            {"slowest", timing.slowest}};
  json["bound"] = timing.bound ? Json(*timing.bound) : Json(nullptr);
  return json;
}

Json over_json(const OverRow& over) {
  return {{"scenario", over.scenario}, {"line", over.line},   {"text", over.text},
          {"judged", over.judged},     {"holds", over.holds}, {"seen", over.seen}};
}

Json place_json(const PlaceRow& place) {
  return {{"name", place.name}, {"runs", place.runs}, {"first", place.runs == 0 ? Json(nullptr) : Json(place.first)}};
}

Json mix_json(const MixCountRow& row) { return {{"text", row.text}, {"times", row.times}}; }

template <class Row, class Write>
Json list_of(const std::vector<Row>& rows, Write write) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(write(row));
  return list;
}

Json summary_json(const SweepView& view, int exit_code) {
  return {{"v", 1},
          {"type", "summary"},
          {"runs", view.runs},
          {"hold", view.runs - view.broken},
          {"broken", view.broken},
          {"scenarios", view.scenarios},
          {"cut_short", view.cut_short.empty() ? Json(nullptr) : Json(view.cut_short)},
          {"groups", list_of(view.groups, group_json)},
          {"timings", list_of(view.timings, timing_json)},
          {"over", list_of(view.overs, over_json)},
          {"trace", full_hash(view.hash)},
          {"exit", exit_code}};
}

}  // namespace

std::string json_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string json_run(const RunView& view) {
  return json_line({{"v", 1},
                    {"type", "run"},
                    {"name", view.name},
                    {"title", view.script->title},
                    {"world", view.script->world->name},
                    {"in", view.world},
                    {"system", view.script->world->system},
                    {"core", view.core_digest},
                    {"scenario_digest", full_hash(view.scenario->digest)},
                    {"world_digest", full_hash(view.script->world->digest)}});
}

std::string json_broken(const RunView& view) {
  std::string lines;
  for (const Broken& broken : view.result->broken) lines += json_line(broken_json(broken, view));
  return lines;
}

std::string json_verdict(const RunView& view) {
  const RunResult& result = *view.result;
  const Broken* worst = gravest(result.broken);
  Json json{{"v", 1}, {"type", "verdict"}, {"name", view.name}, {"verdict", result.holds ? "holds" : "broken"}};
  json["first"] = worst == nullptr ? Json(nullptr) : Json(property_name(*worst));
  if (!result.failed_to_start.empty()) json["did_not_start"] = result.failed_to_start;
  json["end_ns"] = result.end.count();
  json["events"] = result.events;
  json["measures"] = Json::object();
  for (const Measured& measured : result.measures) json["measures"][measured.name] = measured.value;
  json["trace"] = full_hash(result.hash);
  return json_line(json);
}

std::string json_summary(const SweepView& view, int exit_code) { return json_line(summary_json(view, exit_code)); }

std::string json_swarm(const SweepView& view, const std::vector<PlaceRow>& places, const std::vector<MixCountRow>& mix,
                       int exit_code) {
  Json json = summary_json(view, exit_code);
  json["places"] = list_of(places, place_json);
  json["mix"] = list_of(mix, mix_json);
  return json_line(json);
}

}  // namespace hasim
