// The one event stream that every world emits, that the judge reads and that reports show.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/reason.h"
#include "core/time.h"
#include "lang/spec.h"

namespace hasim {

/// True time of a run: ns since the world was settled (`start`); booting is negative.
using Time = Duration;

enum class Layer : std::uint8_t { truth, core, fault, judge };

/// Kinds of events: X(enumerator, layer, "word in the trace", "meaning of its fields").
/// `who` and `with` are things; `x`, `y` small numbers; `value` a large one.
#define HASIM_EVENTS(X)                                                                                          \
  X(power, truth, "power", "who head: chassis power, x 1 on 0 off")                                              \
  X(boots, truth, "boots", "who head: the kernel starts")                                                        \
  X(up, truth, "up", "who head: x 1 booted and running, 0 not any more")                                         \
  X(hung, truth, "hung", "who head: x 1 nothing runs any more, 0 goes on; y 1 after a reset")                    \
  X(frozen, truth, "frozen", "who head: x 1 user space stands still (ping answers), 0 goes on; y 1 likewise")    \
  X(panics, truth, "panics", "who head")                                                                         \
  X(dumping, truth, "dumping", "who head: x 1 begins, 0 ends; y 1 saved")                                        \
  X(resets, truth, "resets", "who head: x 1 by its watchdog, 2 by its own order")                                \
  X(core_runs, truth, "core-runs", "who head: x 1 a core process runs, 0 not; value boot*2^16+start")            \
  X(part_runs, truth, "part-runs", "who part, with head: x 1 runs, 0 stopped; y 1 failed, 2 restarted")          \
  X(mounted, truth, "mounted", "who volume, with head: x 1 mounted, 0 not; y 1 on a wrong directory")            \
  X(may_write, truth, "may-write", "who volume, with head: x 1 its writes can reach it, 0 not; value epoch")     \
  X(about_to_write, truth, "about-to-write", "who volume, with head")                                            \
  X(wrote, truth, "wrote", "who volume, with head; value epoch")                                                 \
  X(rejected, truth, "rejected", "who volume, with head; value epoch")                                           \
  X(address_up, truth, "address-up", "who address, with head: x 1 configured there, 0 not")                      \
  X(answered, truth, "answered", "who address: value = bit mask of the head indexes whose MAC clients use")      \
  X(announced, truth, "announced", "who address, with head: x 1 heard by the clients, 0 lost")                   \
  X(served, truth, "served", "who service, with place (or none: all): x 1 a probe is answered, 0 not")           \
  X(client_error, truth, "client-error", "who clients; value how many")                                          \
  X(client_waits, truth, "client-waits", "who clients: x 1 a hard mount blocks, 0 goes on")                      \
  X(clients_reach, truth, "clients-reach", "who clients, with head: x 1 that head answers them, 0 not any more") \
  X(replication, truth, "replication", "who database, with the head of the replica: x 1 runs; `since` its lag")  \
  X(needs_recovery, truth, "needs-recovery", "who database, with head: x 1 its data differ from the owner's")    \
  X(job, truth, "job", "who daemon slurmctld: x 0 lost, 1 completed, 2 accepted; value how many")                \
  X(records_lost, truth, "records-lost", "who daemon slurmctld; value how many accounting records are gone")     \
  X(writes_lost, truth, "writes-lost", "who volume or database; value how many acknowledged writes are gone")    \
  X(fence_sent, truth, "fence-sent", "who target head, with sender: y level")                                    \
  X(fence_executed, truth, "fence-executed", "who target head, with sender: chassis went off by its command")    \
  X(power_command, truth, "power-command", "who head, with sender: a set command reached the device; y level")   \
  X(bmc_reading, truth, "bmc-reading", "who head, with asker: x 0 off 1 on 2 unknown; y level; value truth")     \
  X(bmc_reachable, truth, "bmc-reachable", "who head: x 1 its BMC answers, 0 not")                               \
  X(bmc_login, truth, "bmc-login", "who head, with asker: x 1 accepted, 0 refused")                              \
  X(bmc_restarts, truth, "bmc-restarts", "who head: x 1 begins, 0 ends")                                         \
  X(server, truth, "server", "who NAS, witness or voters: x 1 serves, 0 not (off, restarting, grace)")           \
  X(lease_held, truth, "lease-held", "who cell or service, with head or none: whose lease is valid")             \
  X(store_wrote, truth, "store-wrote", "who witness, with head: x 1 claim 0 renewal; value term or sequence")    \
  X(db_writable, truth, "db-writable", "who database, with head: x")                                             \
  X(link, truth, "link", "who network, with place: x 1 carrier, 0 none")                                         \
  X(frame_sent, truth, "frame-sent", "who head, with network; value sequence")                                   \
  X(frame_lost, truth, "frame-lost", "who head, with network; value sequence")                                   \
  X(frame_received, truth, "frame-received", "who receiving head, with network; value sequence")                 \
  X(step, truth, "step", "who head: x operation, y what (StepKind); value number of the step in its operation")  \
  X(started_core, core, "core-started", "who head; value incarnation")                                           \
  X(role, core, "role", "who head: x from, y to (ha::Role); value epoch; cause")                                 \
  X(peer_view, core, "peer-view", "who head, with peer: x from, y to (ha::PeerView); cause")                     \
  X(path_view, core, "path-view", "who head, with network: x 1 heard, 0 silent")                                 \
  X(hold, core, "hold", "who head: x 1 begins, 0 ends; reason")                                                  \
  X(unready, core, "unready", "who head: x 1 begins, 0 ends; reason")                                            \
  X(condition, core, "condition", "who head: x 1 begins, 0 ends; reason")                                        \
  X(alert, core, "alert", "who head; reason")                                                                    \
  X(operation, core, "operation", "who head: x ha::Operation, y 1 began 0 ended; cause")                         \
  X(proof, core, "proof", "who head: x ha::Proof, y 1 taken 0 dropped; value epoch; cause")                      \
  X(promise, core, "promise", "who head; value epoch")                                                           \
  X(fence, core, "fence", "who target head, with head: x ha::FenceStep, y level; value epoch; reason")           \
  X(evidence, core, "evidence",                                                                                  \
    "who head: x ha::EvidenceSource, y ha::EvidenceUse; value detail; reason; age in `since`")                   \
  X(right, core, "right", "who head: x 1 by the store, 2 by the peer's word, 0 lost")                            \
  X(reply, core, "reply", "who head: x command (`reply_command`), y ha::Outcome; reason; value request id")      \
  X(maintenance, core, "maintenance", "who head: x 1 on, 0 off; y 1 for standby")                                \
  X(leaving, core, "leaving", "who head: x 1 the core of this head is shutting down, 0 not")                     \
  X(armed, core, "armed", "who head: x 1 admitted by the owner, 0 not")                                          \
  X(notice, core, "notice", "who head: x 1 a notify script says active, 0 passive; value epoch")                 \
  X(fault, fault, "fault", "who thing: a fault begins; value its number in the run")                             \
  X(healed, fault, "healed", "who thing: a fault ends; value its number in the run; x 1 with its power")         \
  X(action, fault, "action", "who thing: somebody did something; value request id")                              \
  X(noted, fault, "note", "a note of the script")                                                                \
  X(settled, judge, "started", "instant 0")                                                                      \
  X(decided, judge, "decided", "line: x 1 holds, 0 broken")                                                      \
  X(broken, judge, "broken", "x invariant or 0; line")                                                           \
  X(ended, judge, "ended", "the run is over")

enum class EventKind : std::uint8_t {
#define HASIM_X(name, layer, word, fields) name,
  HASIM_EVENTS(HASIM_X)
#undef HASIM_X
      count_
};
/// In `answered`: a machine answers that is none of this world's heads.
inline constexpr std::uint32_t kForeignMac = 1U << 31;
inline constexpr int kEventKinds = static_cast<int>(EventKind::count_);
std::string_view to_string(EventKind);
std::string_view to_string(Layer);
Layer layer_of(EventKind);

/// `x` of a reply: the number of a command of the core, or of a tool beside it (`recover`, `clone`) above this one.
inline constexpr std::uint8_t kToolReply = 0x80;
/// The command that a reply answers, in words: "makeactive", "recover".
std::string_view reply_command(std::uint8_t x);

/// One event. Events of one run are totally ordered by `id` (and so by time). The fields lie as the recorder hashes
/// them: in words of eight bytes.
struct Event {
  Time t{};
  std::uint64_t value = 0;
  std::int64_t since = 0;                      ///< ns: an age, a duration
  std::array<std::uint32_t, 2> because{0, 0};  ///< ids of events it follows from; 0: none
  ThingId who = kNoThing;
  ThingId with = kNoThing;
  std::uint16_t line = 0;  ///< of the scenario; 0: none
  EventKind kind{};
  std::uint8_t x = 0;
  std::uint8_t y = 0;
  ha::Cause cause = ha::Cause::none;
  ha::Reason reason = ha::Reason::none;
  std::uint8_t spare = 0;
  std::uint32_t id = 0;  ///< counts from 1 in a run
};

/// Which kinds of events somebody wants to see at once; the others are only hashed (and recorded, if a run is
/// recorded).
struct Interest {
  std::array<bool, kEventKinds> wants{};
  void want(EventKind k) { wants[static_cast<std::size_t>(k)] = true; }
  bool has(EventKind k) const { return wants[static_cast<std::size_t>(k)]; }
};

/// Reads events while a world runs. Returns true to stop the world right after this event.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual bool on_event(const Event&) = 0;
};

}  // namespace hasim
