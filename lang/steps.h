// Steps of an operation (`each step of`): what a core's host did, or what a core is about to hear, as text for people.
#pragma once

#include <string>

#include "lang/spec.h"
#include "lang/trace.h"

namespace hasim {

/// What a step is. X(enumerator, "what the head does"); `{}` stands for the thing (`with`), `#` for the number
/// (`since`) of the event. Where a cell has several services, what is said of one names it at the end.
#define HASIM_STEPS(X)                         \
  X(persists, "persists epoch #")              \
  X(persists_boot, "notes its right to run")   \
  X(sends_news, "sends news to its peer")      \
  X(arms_watchdog, "arms its watchdog")        \
  X(disarms_watchdog, "disarms its watchdog")  \
  X(probes, "asks what runs here")             \
  X(mounts, "mounts {}")                       \
  X(unmounts, "unmounts {}")                   \
  X(raises, "brings up {}")                    \
  X(lowers, "takes down {}")                   \
  X(starts, "starts {}")                       \
  X(stops, "stops {}")                         \
  X(kills, "kills {}")                         \
  X(reads_marker, "reads the marker")          \
  X(writes_marker, "writes marker #")          \
  X(orders_off, "orders {} off")               \
  X(orders_on, "gives {} its power back")      \
  X(reads_power, "reads the power of {}")      \
  X(reads_store, "reads the store")            \
  X(renews, "renews its lease")                \
  X(claims, "claims term #")                   \
  X(asks_voters, "asks the voters")            \
  X(pings, "pings")                            \
  X(announces, "announces its addresses")      \
  X(replies, "answers the operator")           \
  X(reboots, "reboots itself")                 \
  X(leaves, "has left")                        \
  X(hears_probe, "hears: what runs here")      \
  X(hears_part, "hears: answer of {}")         \
  X(hears_marker, "hears: marker #")           \
  X(hears_off, "hears: fence answer")          \
  X(hears_reading, "hears: power reading")     \
  X(hears_store, "hears: answer of the store") \
  X(hears_tally, "hears: what the voters say") \
  X(hears_ping, "hears: ping answer")

enum class StepKind : std::uint8_t {
#define HASIM_X(name, text) name,
  HASIM_STEPS(HASIM_X)
#undef HASIM_X
      count_
};

/// "head2 mounts home", "head1 persists epoch 9", of an event of kind `step`.
std::string step_text(const WorldSpec&, const Event& step);

}  // namespace hasim
