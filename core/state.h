// All that a head knows and remembers while its core runs; a plain value without padding, so that a head can be
// copied, compared and hashed by its bytes. Each struct belongs to the room (.cc file) that its comment names.
#pragma once

#include <array>
#include <type_traits>

#include "core/arrival.h"
#include "core/event.h"

namespace ha {

/// One path to the peer, as far as I know (detection.cc).
struct PathState {
  Instant proved_at = kLongAgo;   ///< when I sent the newest beat whose echo came back over this path (rule D1)
  Instant arrived_at = kLongAgo;  ///< when anything authentic arrived; proves nothing about age [HB07]
  ArrivalEstimate arrival;        ///< of beats newer than all before them (D3)
  std::uint64_t seq = 0;          ///< newest of the peer's beats that came over this path
  Instant one_way_from = kNever;  ///< since then one head hears the other here and is not heard [HB04, HB05]
  Instant flapped_at = kLongAgo;  ///< when it last went away
  std::uint8_t heard = 0;
  std::uint8_t carrier = 1;
  std::uint8_t large = 1;  ///< large frames pass too [HB12]
  std::uint8_t flaps = 0;  ///< how often it went away of late [HB10]
  std::array<std::uint8_t, 4> unused_{};
};

/// The peer, as far as I know (detection.cc).
struct PeerState {
  Beat beat;                       ///< its newest beat, by sequence
  Incarnation incarnation;         ///< of `beat`
  Instant proved_at = kLongAgo;    ///< latest instant at which it was surely alive: newest `PathState::proved_at`
  Instant beat_at = kLongAgo;      ///< when `beat` arrived
  Instant met_at = kLongAgo;       ///< when this incarnation was first heard
  Instant progress_at = kLongAgo;  ///< when its decision counter last moved [HB14]
  Instant judged_from = kLongAgo;  ///< silence before this instant does not count (boot, own stall)
  Instant lost_at = kLongAgo;      ///< when `view` last became lost
  Instant off_since = kLongAgo;    ///< chassis verified off at this instant
  Instant left_at = kLongAgo;      ///< it said "leaving" and nothing later
  Instant foreign_at = kLongAgo;   ///< a beat of a protocol that this core does not speak arrived
  Instant pinged_at = kLongAgo;    ///< its kernel answered a ping [HB16]
  Instant dump_from = kLongAgo;    ///< its crash kernel said first that it writes a dump …
  Instant dump_at = kLongAgo;      ///< … and last [FE15]
  Instant dead_at = kLongAgo;      ///< hard evidence says that it had no power then (D2)
  PeerView view = PeerView::unknown;
  std::uint8_t was_armed = 0;    ///< I admitted this incarnation, so it may send OFF
  std::uint8_t one_way = 0;      ///< on some path one of us hears the other and is not heard
  std::uint8_t flapping = 0;     ///< some path comes and goes
  std::uint8_t degraded = 0;     ///< some path loses large frames
  std::uint8_t stuck = 0;        ///< sends, but its decision loop stands still
  std::uint8_t mostly_dead = 0;  ///< answers ping and sends no beats
  std::array<std::uint8_t, 1> unused_{};
};

/// The question "may I take over?" (inquiry.cc).
struct Inquiry {
  Instant began = kLongAgo;
  Instant voters_asked_at = kLongAgo;
  Instant ping_asked_at = kLongAgo;
  Instant peer_pinged_at = kLongAgo;  ///< when the peer itself was pinged
  Instant answered_at = kLongAgo;     ///< last answer of any arbiter: somebody is reachable
  RequestId voters_id{};
  RequestId ping_id{};
  RequestId peer_ping_id{};
  std::uint16_t answered = 0;
  std::uint16_t hear_me = 0;
  std::uint16_t hear_peer = 0;
  std::uint8_t open = 0;
  std::uint8_t reached = 0;  ///< ping answered yes
};

/// What the arbiters said when nobody had to decide (arbiters.cc).
struct ArbiterWatch {
  Instant asked_at = kLongAgo;
  Instant voters_at = kLongAgo;  ///< the newest tally
  RequestId voters_id{};         ///< open question; 0: none
  RequestId ping_id{};
  std::uint16_t answered = 0;
  std::uint16_t hear_me = 0;
  std::uint16_t hear_peer = 0;
  std::uint8_t reached = 0;  ///< ping answered yes
  std::uint8_t missed = 0;   ///< rounds in a row that would not have let this head take over
  Reason trouble = Reason::none;
  std::array<std::uint8_t, 7> unused_{};
};

/// The store, as far as I know (right.cc).
struct StoreState {
  StoreView view;
  Instant seen_at = kLongAgo;        ///< when I sent the operation that returned `view`
  Instant peer_moved_at = kLongAgo;  ///< the peer's lease sequence was first seen at its present value then
  Instant asked_at = kLongAgo;
  RequestId id{};  ///< open read or renewal; 0: none
  Instant claim_asked_at = kLongAgo;
  RequestId claim_id{};
  std::uint64_t lease_seq = 0;    ///< of my own lease
  Instant rests_from = kLongAgo;  ///< when the peer, if it lives, had moved its lease or could have
  std::uint8_t renewing = 0;      ///< the open operation is a renewal
  std::uint8_t known = 0;         ///< `view` holds something
  std::uint8_t silent = 0;        ///< the newest look or renewal was not answered
  std::array<std::uint8_t, 5> unused_{};
};

/// One device that can power the peer off, as it showed itself (chassis.cc).
struct FenceLevel {
  Instant checked_at = kLongAgo;    ///< when it was last asked for its own sake
  Instant closed_until = kLongAgo;  ///< it refused the login and is not asked before: retries lock accounts [BM05]
  std::uint8_t misses = 0;          ///< answers in a row that said nothing
  std::uint8_t refusals = 0;        ///< logins refused in a row
  std::uint8_t identified = 0;      ///< it said whose chassis it controls, or is of a kind that cannot say
  Reason trouble = Reason::none;    ///< why it could not be relied on now
  std::array<std::uint8_t, 4> unused_{};
};

/// The peer's chassis, read without ordering anything (chassis.cc).
struct Chassis {
  std::array<FenceLevel, kFenceLevelsMax> level;
  Instant asked_at = kLongAgo;
  Instant off_at = kLongAgo;        ///< first of an unbroken series of "off"
  Instant off_again_at = kLongAgo;  ///< newest of it
  Instant on_at = kLongAgo;         ///< newest "on"
  std::uint64_t session = 0;        ///< of the series
  RequestId id{};                   ///< open question; 0: none
  std::uint8_t asked_level = 0;
  std::uint8_t false_alarms =
      0;  ///< suspicions in a row whose reading was "on"; the next one is looked at later [BM06]
  std::array<std::uint8_t, 6> unused_{};
};

/// Phases of one fence level: off, in a slot of my own, then verify (fencing.cc).
enum class FencePhase : std::uint8_t { idle, dump, identifying, slot, off_sent, reading, waiting, failed, confirmed };

/// Powering the peer off (fencing.cc).
struct Fencing {
  Incarnation target;
  Epoch epoch{};
  Instant began = kLongAgo;
  Instant level_ends = kNever;
  Instant out_before = kLongAgo;    ///< `State::off_out_until` without the OFF that is not answered yet
  Instant next_at = kNever;         ///< next reading or retry
  Instant first_off_at = kLongAgo;  ///< first of the two readings that verify
  Duration read_again{};            ///< how long until the next reading while the chassis reads on [BM06]
  RequestId id{};
  std::uint64_t session = 0;
  std::uint8_t level = 0;
  FencePhase phase = FencePhase::idle;
  std::uint8_t off_done = 0;       ///< the agent said done: then two readings 50 ms apart are enough
  std::uint8_t answered = 0;       ///< bit per level: some device answered
  std::uint8_t counted = 0;        ///< this try counts among the fences of the window
  std::uint8_t bmc_restarted = 0;  ///< while it was being verified: then only the long hold is enough
  std::uint8_t may_be_out = 0;     ///< not every OFF was surely refused: one may have been executed, or may yet be
  Reason reason = Reason::none;    ///< why the last level failed
  std::uint8_t sent_again = 0;     ///< on this level, because nobody acknowledged the first OFF [BM11]
  std::uint8_t taken = 0;          ///< as `may_be_out`, of this try alone
  std::uint8_t damped = 0;         ///< no more OFF in this window: the chassis is only read (I8)
  std::uint8_t reads_on = 0;       ///< the newest reading after the last OFF is on
  std::array<std::uint8_t, 4> unused_{};
};

/// What is being done with the resources of a service (service.cc). `queued`: an earlier service starts first.
enum class ServicePhase : std::uint8_t { idle, queued, marker_read, marker_write, starting, stopping };

struct ResourceState {
  Instant deadline = kNever;  ///< of the whole start or stop; of a mount while it is under way
  Duration start_left{};      ///< of `start_max`, when the mount under way has come about
  Instant retry_at = kNever;
  Instant announce_at = kNever;
  Instant restarts_from = kLongAgo;  ///< start of the window in which restarts are counted
  Instant failed_at = kLongAgo;      ///< when `failure` was set
  RequestId id{};
  std::uint32_t running = 0;  ///< bit per resource of the cell: of this service, and runs here or may run
  ServicePhase phase = ServicePhase::idle;
  std::uint8_t at = 0;             ///< resource under way
  std::uint8_t restarting = 0xff;  ///< resource that is restarted locally; 0xff: none
  std::uint8_t restarts = 0;
  std::uint8_t announced = 0;     ///< how often since the start
  std::uint8_t forced = 0;        ///< the stop under way kills
  Reason failure = Reason::none;  ///< why the last start or run failed here
  std::uint8_t failures = 0;      ///< how often it failed without a quiet window between
  std::uint8_t failed = 0xff;     ///< resource that failed in a run; 0xff: it was a start
  std::array<std::uint8_t, 3> unused_{};
};

/// What a stop leads to, once everything is verified stopped (handover.cc).
enum class After : std::uint8_t { none, grant, init, give_back, leave };

/// The move of a service that an operator's order or a failure asked for (handover.cc).
struct Move {
  Instant deadline = kNever;
  RequestId command{};  ///< answered when the move is decided; 0: nobody waits
  After after = After::none;
  std::uint8_t asked = 0;              ///< I asked the owner to hand over (I am the target)
  Reason came_because = Reason::none;  ///< the trouble at the peer for which the service came here
  std::uint8_t source_stopped = 0;     ///< the owner was seen stopping for it
  std::uint8_t of_all = 0;             ///< the command is for every service of the cell
  Reason failed = Reason::none;        ///< why the command failed for another of its services
  std::array<std::uint8_t, 2> unused_{};
};

/// One service of the cell, as far as this head is concerned with it (§13).
struct Service {
  Epoch epoch{};    ///< owned, or acted on
  Epoch request{};  ///< asked for and neither granted nor given up
  Epoch granted{};  ///< granted to `granted_to`
  Incarnation granted_to;
  std::uint64_t withdrawn_at = 0;  ///< my beat that withdrew a handover request the peer may have granted; 0: none
  Instant proof_at = kLongAgo;
  Epoch proof_for{};                ///< the request that `proof` was found for; it proves nothing for another one
  Instant listens_from = kLongAgo;  ///< when it began to listen in role init
  ResourceState run;
  Move move;
  Role role = Role::init;
  Proof proof = Proof::none;
  Reason hold = Reason::none;
  Operation operation = Operation::none;
  std::uint8_t rival = 0;  ///< the peer owns it too, with an older epoch, whatever went wrong before
  std::array<std::uint8_t, 3> unused_{};
};

/// A planned test of the power switch of a passive peer, level by level (drill.cc).
enum class DrillPhase : std::uint8_t { idle, off_sent, reading, waiting, dark, lighting };

struct Drill {
  Instant level_ends = kNever;
  Instant next_at = kNever;  ///< next reading
  Instant dark_at = kNever;  ///< first reading of "off" at this level
  RequestId id{};
  RequestId command{};
  std::uint8_t level = 0;
  DrillPhase phase = DrillPhase::idle;
  std::array<std::uint8_t, 6> unused_{};
};

/// A new configuration on its way into force (reload.cc).
struct Reload {
  Instant deadline = kNever;
  RequestId id{};              ///< open question to the host
  RequestId command{};         ///< answered when the configuration is in force; 0: the peer's operator asked
  std::uint32_t staged = 0;    ///< digest of what passed the check here; 0: nothing yet
  std::uint32_t declined = 0;  ///< what the peer offered and this head could not follow
  std::uint8_t wanted = 0;     ///< an operator here asked for it
  std::uint8_t force = 0;      ///< … without the peer, if need be
  std::array<std::uint8_t, 6> unused_{};
};

struct State {
  Instant now = kLongAgo;
  Instant started_at = kLongAgo;
  Instant due = kNever;  ///< the next `Tick`
  Incarnation me;
  std::uint64_t next_id = 1;
  std::uint64_t seq = 0;  ///< of my newest beat
  std::uint64_t progress = 0;
  Instant next_beat_at = kLongAgo;
  Instant kick_at = kNever;
  Instant base_from = kLongAgo;
  std::array<Instant, 64> sent_at{};  ///< when beat `seq % 64` was sent

  Durable survived;  ///< as last made durable
  Term armed_term{};
  Instant store_renewed_at = kLongAgo;  ///< s_store of PROTOCOL §9
  Instant word_renewed_at = kLongAgo;   ///< s_word of PROTOCOL §9
  Instant word_sent_at = kLongAgo;      ///< newest peer beat that a word of mine echoed arrived then
  Epoch claim_epoch{};                  ///< of the first service that the claim is for
  Instant claim_began = kLongAgo;
  Instant claim_won_at = kLongAgo;
  Term claim_term{};                   ///< term won by this claim; 0: none
  Instant acknowledged_at = kLongAgo;  ///< an operator vouched for "off" (P4)
  Instant leave_by = kNever;           ///< a leaving head waits that long for a peer that takes the services
  Instant failovers_from = kLongAgo;   ///< windows of damping
  Instant fences_from = kLongAgo;
  Instant lit_at = kLongAgo;         ///< carrier came back to the first of my lines that all were dark
  Instant reminded_at = kLongAgo;    ///< of a maintenance that lasts [OP08]
  Instant fit_since = kLongAgo;      ///< when this head stopped being unfit
  Instant off_out_until = kLongAgo;  ///< while `off_out`: an OFF of mine may fire until then (F7)
  RequestId probe_id{};

  std::array<PathState, kPathsMax> paths;
  PeerState peer;
  Inquiry inquiry;
  ArbiterWatch arbiters;
  StoreState store;
  Chassis chassis;
  Fencing fencing;
  PerService<Service> services;
  Drill drill;
  Reload reload;

  Reason unready = Reason::none;
  std::uint8_t probed = 0;
  std::uint8_t armed = 0;
  std::uint8_t leaving = 0;     ///< 1 asked to, 2 nothing left here, 3 gone
  std::uint8_t boot_claim = 0;  ///< the claim is one of an unarmed head: it never sends OFF (BM08, FE05)
  std::uint8_t rank = 0;
  std::uint8_t watchdog_usable = 0;
  std::uint8_t watchdog_tested = 0;
  std::uint8_t watchdog_armed = 0;
  std::uint8_t beat_now = 0;
  std::uint8_t claimed_against = 0;   ///< the peer claims against this incarnation
  std::uint8_t survived_claim = 0;    ///< … and it owned then: it reboots once the peer serves (F9)
  Reason bmc_trouble = Reason::none;  ///< of the first fence level that could not be relied on now
  Fit fit = Fit::fit;                 ///< what the host says of this head (readiness.cc)
  Reason unfit_because = Reason::none;
  std::uint8_t overruled = 0;      ///< an operator wants a takeover although this head is not fit
  std::uint8_t common_cause = 0;   ///< the peer has the very same trouble
  std::uint8_t delay_ignored = 0;  ///< the fence agent does not wait as long as it is told [FE04]
  std::uint8_t settled = 0;        ///< the newest look at everything had nothing to say
  std::array<std::uint8_t, 5> unused_{};
};

static_assert(std::is_trivially_copyable_v<State>);
static_assert(std::has_unique_object_representations_v<State>, "no padding: State is compared and hashed by its bytes");

}  // namespace ha
