// Events as JSON: the table of fields, and how each kind of number is written.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/event.h"
#include "lang/steps.h"
#include "report/json.h"

namespace hasim {
namespace {

using Json = nlohmann::ordered_json;

enum class From : std::uint8_t { x, y, value, since };
enum class As : std::uint8_t {
  number,
  flag,
  epoch,
  heads,
  reset,
  part,
  reading,
  store,
  operation,
  step,
  role,
  peer_view,
  proof,
  fence_step,
  evidence_source,
  evidence_use,
  right,
  command,
  outcome,
  job
};

struct Field {
  EventKind kind;
  std::string_view name;
  From from;
  As as;
};

constexpr Field kFields[] = {
#define FIELD(kind, name, from, as) {EventKind::kind, name, From::from, As::as},
#include "report/event_fields.def"
#undef FIELD
};

std::int64_t number_at(const Event& event, From from) {
  switch (from) {
    case From::x: return event.x;
    case From::y: return event.y;
    case From::value: return static_cast<std::int64_t>(event.value);
    case From::since: return event.since;
  }
  return 0;
}

template <std::size_t kCount>
std::string_view word(const std::string_view (&words)[kCount], std::int64_t index) {
  return index >= 0 && static_cast<std::size_t>(index) < kCount ? words[static_cast<std::size_t>(index)] : "unknown";
}

template <class Enum>
std::string_view named(std::int64_t number) {
  return ha::to_string(static_cast<Enum>(number));
}

Json heads_json(std::uint64_t mask, const WorldSpec& spec) {
  Json list = Json::array();
  for (std::size_t i = 0; i < spec.heads.size(); ++i) {
    if ((mask >> i & 1) != 0) list.push_back(spec.name_of(spec.heads[i].id));
  }
  if ((mask & kForeignMac) != 0) list.push_back("stranger");
  return list;
}

Json written(const Event& event, const Field& field, const WorldSpec& spec) {
  static constexpr std::string_view kReset[] = {"unknown", "watchdog", "own order"};
  static constexpr std::string_view kPart[] = {"ordered", "failed", "restarted"};
  static constexpr std::string_view kReading[] = {"off", "on", "unknown"};
  static constexpr std::string_view kStore[] = {"renewal", "claim"};
  static constexpr std::string_view kUse[] = {"used", "not used", "contradicts"};
  static constexpr std::string_view kRight[] = {"nobody", "store", "peer"};
  static constexpr std::string_view kJob[] = {"lost", "completed", "accepted"};
  static constexpr std::string_view kOutcome[] = {"done", "refused", "unknown"};
  const std::int64_t number = number_at(event, field.from);
  switch (field.as) {
    case As::number: return number;
    case As::flag: return number != 0;
    case As::epoch: return ha::counter_of(ha::Epoch{static_cast<std::uint64_t>(number)});
    case As::heads: return heads_json(static_cast<std::uint64_t>(number), spec);
    case As::reset: return word(kReset, number);
    case As::part: return word(kPart, number);
    case As::reading: return word(kReading, number);
    case As::store: return word(kStore, number);
    case As::operation: return named<ha::Operation>(number);
    case As::step: return step_text(spec, event);
    case As::role: return named<ha::Role>(number);
    case As::peer_view: return named<ha::PeerView>(number);
    case As::proof: return named<ha::Proof>(number);
    case As::fence_step: return named<ha::FenceStep>(number);
    case As::evidence_source: return named<ha::EvidenceSource>(number);
    case As::evidence_use: return word(kUse, number);
    case As::right: return word(kRight, number);
    case As::command: return reply_command(static_cast<std::uint8_t>(number));
    case As::outcome: return word(kOutcome, number);
    case As::job: return word(kJob, number);
  }
  return nullptr;
}

}  // namespace

std::vector<std::string_view> json_fields(EventKind kind) {
  std::vector<std::string_view> names;
  for (const Field& field : kFields) {
    if (field.kind == kind) names.push_back(field.name);
  }
  return names;
}

std::string json_event(const Event& event, const WorldSpec& spec) {
  Json json{{"v", 1}, {"type", "event"}, {"id", event.id}, {"t_ns", event.t.count()}};
  if (event.who != kNoThing) json["who"] = spec.name_of(event.who);
  if (event.with != kNoThing) json["with"] = spec.name_of(event.with);
  json["layer"] = to_string(layer_of(event.kind));
  json["kind"] = to_string(event.kind);
  if (event.cause != ha::Cause::none) json["cause"] = ha::to_string(event.cause);
  if (event.reason != ha::Reason::none) json["reason"] = ha::to_string(event.reason);
  json["because"] = Json::array();
  for (std::uint32_t parent : event.because) {
    if (parent != 0) json["because"].push_back(parent);
  }
  if (event.line != 0) json["line"] = event.line;
  Json data = Json::object();
  for (const Field& field : kFields) {
    if (field.kind == event.kind) data[std::string(field.name)] = written(event, field, spec);
  }
  if (!data.empty()) json["data"] = std::move(data);
  return json.dump() + "\n";
}

}  // namespace hasim
