// The sentences of the scenario language as a table, and their patterns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hasim {

/// Every sentence of the vocabulary (not the clauses of world files).
enum class SentenceId : std::uint16_t {
#define FAULT(id, pattern, life, stage, needs, remark) id,
#define ACTION(id, pattern, needs, remark) id,
#define OBSERVATION(id, pattern, kind, remark) id,
#define OPERATION(id, pattern) id,
#define CLAUSE(kind, id, pattern)
#include "lang/vocabulary.def"
#undef FAULT
#undef ACTION
#undef OBSERVATION
#undef OPERATION
#undef CLAUSE
  count_
};

enum class SentenceList : std::uint8_t { fault, action, observation, operation };
/// How long a fault lasts.
enum class Life : std::uint8_t { once, lasts, soft };
/// Within one stage of one thing the later fault replaces the earlier; different stages all apply.
enum class Stage : std::uint8_t {
  mains,
  chassis,
  kernel,
  userspace,
  cpu,
  disk,
  clock,
  carrier,
  cut,
  filter,
  size,
  loss,
  corruption,
  duplication,
  rate,
  delay,
  order,
  injection,
  power,
  wire,
  session,
  command,
  execution,
  reading,
  reply,
  reach,
  server,
  space,
  rights,
  speed,
  error,
  identity,
  locks,
  start,
  run,
  monitor,
  stop,
  replication
};
/// What an observation is: something that lasts, something that happens, or a number of happenings.
enum class ObservationKind : std::uint8_t { state, event, count };

/// Typed slots of patterns.
enum class Slot : std::uint8_t {
  HEAD,
  PLACE,
  NET,
  PDU,
  NAS,
  VOLUME,
  STORE,
  VOTERS,
  WITNESS,
  CLIENTS,
  SERVICE,
  PART,
  ADDR,
  DB,
  CELL,
  HEADS,
  NETS,
  PDUS,
  SERVICES,
  NAMES,
  DUR,
  SIGNED,
  INT,
  PCT,
  PPM,
  SIZE,
  RATE,
  COUNT,
  REASON,
  PROOF,
  COMMAND,
  INVARIANT,
  SETTING,
  VALUE,
  STRING,
  PREFIX,
  PATH
};

/// The words of COMMAND slots.
enum class CommandWord : std::uint8_t {
  makeactive,
  acknowledge,
  maintenance,
  standby,
  cancel,
  drill,
  reload,
  recover,
  clone,
  takeover,
  migrate,
  stop
};

struct SentenceInfo {
  SentenceId id;
  SentenceList list;
  std::string_view name;  ///< enumerator
  std::string_view pattern;
  std::string_view needs;  ///< capability of a world; of faults and actions
  std::string_view remark;
  Life life;             ///< of faults
  Stage stage;           ///< of faults
  ObservationKind kind;  ///< of observations
};

const SentenceInfo& info(SentenceId);
std::span<const SentenceInfo> sentences();

}  // namespace hasim
