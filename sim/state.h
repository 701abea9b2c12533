// Everything that changes in a simulated world. Plain values in tables of fixed size, and a few lists that keep their
// memory, so that a settled world is copied for each seed without an allocation.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <type_traits>
#include <vector>

#include "core/agreement.h"
#include "lang/ast.h"
#include "lang/draw.h"
#include "lang/vocabulary.h"
#include "sim/decider.h"
#include "sim/due.h"
#include "sim/limits.h"

namespace hasim::sim {

inline constexpr Time kLongAgo{INT64_MIN / 4};
inline constexpr Time kNever{INT64_MAX / 4};

// ---------------------------------------------------------------------------------------------------------------
// Machines (machine.cc, clock.h, watchdog.cc)

enum class Kernel : std::uint8_t { off, booting, up, panicked };
/// Why a machine is on its way down in good order.
enum class Goal : std::uint8_t { none, reboot, power_off, stop_core };

/// A local clock: at true time `base` it showed `local`, and runs at (1 + ppm) since, or stands still.
struct Clock {
  Time base{};
  std::int64_t local = 0;
  std::int32_t ppm = 0;
  bool still = false;
};

struct Watchdog {
  Time kicked{};
  bool armed = false;
  bool waits = false;  ///< a Due is on its way; it is looked at again when it comes
};

struct PowerChange {
  Time t = kLongAgo;
  bool on = false;
};

/// How faults make a machine stand still, wholly or in part.
struct Standing {
  bool hung = false;
  bool paused = false;
  bool suspended = false;
  bool frozen = false;
  bool starved = false;
  bool core_stopped = false;
  bool core_stuck = false;
  bool core_gone = false;
  bool operator==(const Standing&) const = default;
  bool stands_still() const { return hung || paused || suspended; }
};

struct Machine : Standing {
  Clock clock;
  Watchdog watchdog;
  std::array<PowerChange, 4> changes{};  ///< of the chassis, for readings that are stale; `change` is the newest
  std::uint64_t boot_id = 0;
  std::uint32_t last_event = 0;  ///< what the next events of this machine follow from
  std::uint16_t life = 0;        ///< counts power cycles and resets
  std::uint8_t change = 0;
  Kernel kernel = Kernel::off;
  Goal goal = Goal::none;
  bool power = false;
  bool mains = true;
  bool was_on = false;       ///< before the mains went
  bool core_wanted = false;  ///< the supervisor keeps a core running
  bool dumping = false;

  bool kernel_runs() const { return kernel == Kernel::up && !stands_still(); }
  bool user_space_runs() const { return kernel_runs() && !frozen; }
  /// Programs beside the kernel get CPUs now.
  bool programs_run() const { return user_space_runs() && !starved; }
  /// Memory is there and may be written out, now or when the head wakes.
  bool alive_or_may_wake() const { return kernel == Kernel::up; }
};

// ---------------------------------------------------------------------------------------------------------------
// The core, or the model that decides in its place, and its host (host.cc)

/// The host's checks of its own head (fitness.cc); what is believed was told to the core that runs.
struct Checks {
  ha::Agreement<ha::Fitness> fitness;
  std::array<ha::Agreement<bool>, ha::kPathsMax> short_only;  ///< by path: frames of full size do not pass
  bool planned = false;
};

/// The keys of a head (keys.cc): its newest, and the newest that its peer is known to have. They are on its disk.
struct Keys {
  std::uint16_t newest = 1;
  std::uint16_t peer_has = 1;
};

/// A record on its way to the disk of its head (disk.cc).
enum class SlotWrite : std::uint8_t { none, under_way, done };

struct Core {
  std::optional<Decider> node;
  ha::Durable durable;
  ha::Incarnation incarnation;
  ha::SendBeat last_sent;                     ///< what the sender of a stuck core repeats
  Time tick_at = kNever;                      ///< of the one tick in the queue that counts
  std::uint64_t sent_news = 0;                ///< digest of what the last beat said
  std::uint64_t seq_ahead = 0;                ///< beats that a stuck core's sender sent by itself
  std::uint32_t heard = 0;                    ///< event: the last thing that reached the core
  std::uint32_t reported = 0;                 ///< event: its last report of evidence, detection or a role
  std::uint32_t fence_sent = 0;               ///< event: its newest power-off that left
  Time stranger_told = kLongAgo;              ///< when it was said last that beats of another cell arrive
  std::uint16_t life = 0;                     ///< counts starts of the process over the whole run
  std::uint16_t link_told = 0;                ///< bit per path: carrier as last told
  ha::PerService<std::uint8_t> operations{};  ///< bit per ha::Operation under way; the fencing with those of the first
  std::uint8_t inbox = 0;                     ///< datagrams that wait
  Keys keys;
  ha::PerService<ha::Role> role{};
  SlotWrite slot = SlotWrite::none;
  Modes modes;                  ///< as last said
  bool speaks_another = false;  ///< a release with another protocol
  bool saw_power = false;       ///< has read the peer's power once
  Checks checks;
  bool runs() const { return node.has_value(); }
  /// What it is for that service means that things of it run here.
  bool has(std::size_t service) const {
    return role[service] == ha::Role::starting || role[service] == ha::Role::owner ||
           role[service] == ha::Role::stopping;
  }
  /// Of all services together.
  unsigned under_way() const {
    unsigned bits = 0;
    for (const std::uint8_t of : operations) bits |= of;
    return bits;
  }
};

/// What AskVoters asked and what was said last.
struct VoterQuestion {
  std::uint64_t id = 0;
  Time until{};
  std::uint16_t answered = 0, hear_me = 0, hear_peer = 0;
};

// ---------------------------------------------------------------------------------------------------------------
// Power devices (power.cc)

struct Bmc {
  std::uint64_t session = 1;   ///< counts its starts
  Time dark_until = kLongAgo;  ///< it boots until then
  std::uint32_t commands = 0;
  bool powered = false;
  bool reachable = false;  ///< as last said
};

// ---------------------------------------------------------------------------------------------------------------
// Services (parts.cc, storage.cc, clients.cc)

enum class Run : std::uint8_t { stopped, starting, running, stopping, failed };

/// One part of a service on one of its two heads.
struct Part {
  Time since{};               ///< of `run`
  Time deadline = kNever;     ///< true time at which the core gives up
  std::uint64_t request = 0;  ///< of the core; 0: nobody waits
  std::uint64_t token = 0;    ///< epoch with which it was started
  std::uint32_t because = 0;
  std::uint16_t core_life = 0;
  std::uint16_t turn = 0;  ///< counts starts, stops and crashes; what was planned for an older one is void
  Run run = Run::stopped;
  bool up = false;       ///< as last said by part_runs
  bool forced = false;   ///< the stop under way kills
  bool crashed = false;  ///< since it was started last: the next start is a restart
};

struct Volume {
  std::array<bool, kHeads> mounted{};
  std::array<bool, kHeads> writable{};  ///< as last said by may_write
  std::array<bool, kHeads> stale{};     ///< the server does not know that mount's file handles any more
  std::array<std::uint64_t, kHeads> token{};
  std::array<std::uint64_t, kHeads> wrote{};  ///< token of the newest write that was said
  Time doubly_since = kLongAgo;               ///< two owners can write
  std::uint64_t files = 0;                    ///< that clients want to write and nobody has acknowledged
};

/// The newest epoch that the storage of a service knows.
struct Marker {
  std::uint64_t epoch = 0;
};

/// One address as the clients see it.
struct Address {
  Time unanswered_since = kLongAgo;
  std::uint32_t answered = 0;  ///< bit per head, as last said
  std::int8_t cached = -1;     ///< head whose MAC the clients have
};

struct ClientState {
  Time unserved_since = kLongAgo;
  std::uint32_t served = 0;  ///< bit per service
  std::int8_t moved = -1;    ///< head to which somebody moved them: they ask no other
  std::int8_t pinned = -1;   ///< head whose MAC somebody wrote into their ARP caches for good
  std::uint8_t reached = 0;  ///< bit per head that answers them, as last said
  bool waits = false;
  bool failed = false;  ///< errors were counted since it is unserved
};

struct Nas {
  Time back_at = kLongAgo;  ///< restarts until then
  Time grace_until = kLongAgo;
  bool off = false;
  bool dies = false;  ///< with the next write, before it answers
};

// ---------------------------------------------------------------------------------------------------------------
// Replicated databases (databases.cc)

/// The copy of one side, compared with the owner's log; lengths of log are the time it took to write.
struct Replica {
  Duration unapplied{};   ///< received and not applied
  Duration missing{};     ///< never received
  std::uint64_t gap = 0;  ///< commits that the owner has and will never send
  Time gap_since{};
  bool gap_found = false;  ///< the two sides compared what they have, as they do with each check
  bool torn = false;       ///< has commits that the owner lacks
};

struct Database {
  Time looked{};  ///< the copies are known up to then
  std::array<Replica, 2> copy;
  Duration pinned{};       ///< a fault keeps the replica that far behind
  Duration said_behind{};  ///< as last said by `replication`
  Time parted = kLongAgo;  ///< since then the owner does not reach its replica
  int speed = 0;           ///< how many times faster the replica applies than the owner writes
  std::int8_t owner = -1;  ///< side that takes commits, or took the last
  bool open = false;       ///< … now
  bool follows = false;    ///< the replica receives them
  bool alone = false;      ///< they are acknowledged although it does not
  bool applies = false;    ///< the replica's host runs
  bool measured = false;   ///< the next measuring is in the queue
  bool said_runs = true;
};

// ---------------------------------------------------------------------------------------------------------------
// Jobs (jobs.cc)

/// What the scheduler of the world knows; numbers of jobs and of accounting records.
struct Jobs {
  std::uint64_t waiting = 0;        ///< submitted while no controller answers
  std::uint64_t fresh = 0;          ///< accepted since the state was saved
  std::uint64_t saved = 0;          ///< in the state directory
  std::uint64_t ended = 0;          ///< their nodes want to say so, and no controller answers
  std::uint64_t records = 0;        ///< of accounting, that wait for the database
  std::uint64_t fresh_records = 0;  ///< … and are not saved yet
  std::int8_t at = -1;              ///< head whose controller knows them
  std::int8_t home = -1;            ///< head whose private state directory has them
  bool save_waits = false;
};

// ---------------------------------------------------------------------------------------------------------------
// What tools do beside the cores (tools.cc, images.cc)

enum class Tool : std::uint8_t { none, recover, clone };

/// A tool at work on a head.
struct ToolRun {
  std::uint64_t request = 0;
  std::uint16_t turn = 0;  ///< counts them; what was planned for an older one is void
  Tool tool = Tool::none;
};

/// The images from which one head boots its nodes.
struct Images {
  Time made = kLongAgo;  ///< newest change that they have
};

struct Provisioning {
  Time until = kLongAgo;
  std::int8_t head = -1;
  std::uint16_t life = 0;  ///< of that machine: the job dies with it
};

// ---------------------------------------------------------------------------------------------------------------
// Witnesses, and the store of a cell (store.cc)

struct Witness {
  Time back_at = kLongAgo;  ///< restarts until then
};

struct Store {
  static constexpr ha::PerService<ThingId> nobody() {
    ha::PerService<ThingId> holder{};
    holder.fill(kNoThing);
    return holder;
  }
  ha::StoreView view;
  ha::StoreView stale;  ///< what stale reads show
  std::array<Time, 2> renewed{kLongAgo, kLongAgo};
  ha::PerService<ThingId> holder = nobody();  ///< as last said by lease_held
  bool waits = false;                         ///< an expiry is in the queue
};

enum class StoreVerb : std::uint8_t { none, read, renew, claim };

struct StoreOp {
  std::uint64_t id = 0;
  ha::Term term{};
  ha::ClaimRecord claim{};
  ha::LeaseRecord lease{};
  ha::StoreView view{};
  Time sent{};
  StoreVerb verb = StoreVerb::none;
  bool unheard = false;  ///< its client has given up
};

// ---------------------------------------------------------------------------------------------------------------
// Frames and faults (network.cc, faults.cc)

inline constexpr std::uint16_t kNoFrame = 0xffff;

struct Frame {
  ha::Beat beat;
  std::uint16_t copies = 0;  ///< deliveries on their way; 0: free
  std::uint16_t next_free = 0;
  std::uint16_t key = 1;         ///< that signed it
  std::uint16_t signer_has = 1;  ///< newest key of the sender
};

struct PastBeat {
  Time sent{};
  ha::Beat beat;
};

/// A fault in force, with the slots of its sentence in order: only things of branches that were taken, all numbers.
struct Fault {
  SentenceId id{};
  std::uint32_t number = 0;
  std::uint32_t event = 0;
  Time since{};
  std::array<ThingId, 4> thing{kNoThing, kNoThing, kNoThing, kNoThing};
  std::array<std::int64_t, 3> amount{};
  std::array<std::uint8_t, 6> pick{};
  std::int64_t left = 0;             ///< of faults that are used up
  std::array<Time, 2> busy_until{};  ///< of a limited line, by direction
  Draws draws;
  bool in_burst = false;
  bool down = false;  ///< a network that flaps, a link that is late: no carrier now; a starved head: no CPU now
};

/// A second machine with the identity of a head (twin.cc).
struct Twin {
  std::optional<Decider> node;
  ha::Durable durable;
  Time booted{};
  int head = 0;
  std::uint16_t life = 0;
};

/// The tables of fixed size.
struct Tables {
  std::array<Machine, kHeads> machine;
  std::array<Core, kHeads> core;
  std::array<VoterQuestion, kHeads> question;
  std::array<std::array<Time, kNetworks>, kHeads> beat_sent{};  ///< newest beat that left the head on a network
  std::array<Bmc, kHeads> bmc;
  std::array<std::array<bool, kFeeds>, kHeads> outlet_off{};
  std::array<std::array<Part, 2>, kParts> part;  ///< by side of the cell
  std::array<Volume, kVolumes> volume;
  std::array<Marker, kServices> marker;
  std::array<Address, kParts> address;
  std::array<ClientState, kClients> clients;
  std::array<Nas, kNas> nas;
  std::array<Witness, kWitnesses> witness;
  std::array<Store, kCells> store;
  std::array<StoreOp, kStoreOps> store_op;
  std::array<Database, kDatabases> database;
  Jobs jobs;
  std::array<ToolRun, kHeads> tool;
  std::array<Images, kHeads> images;
  std::array<Provisioning, kCells> provisioning;
  Time images_changed = kLongAgo;                ///< newest change that was committed
  bool images_wait = false;                      ///< the next copying of images is in the queue
  std::array<Time, kHeads> busy_until{};         ///< with clients that reconnect
  std::array<bool, kHeads> forced{};             ///< an operator insists: its database opens with what it has
  std::uint32_t served = 0;                      ///< bit per service: by all its clients
  std::uint64_t requests = 0;                    ///< ids of operators' commands
  std::array<std::uint8_t, kHeads> past_next{};  ///< oldest of the beats kept for replay
  std::uint32_t incarnations = 0;                ///< boots of all heads
  std::bitset<kVoters> voters_off;
  /// Servers of which it was said that they do not serve.
  std::uint32_t nas_down = 0, witnesses_down = 0;
  std::bitset<kVoters> voters_down;
  bool writes_wait = false;              ///< a Due of the writers is in the queue
  std::array<std::uint32_t, 8> steps{};  ///< said of each operation
  std::uint32_t last_fault = 0;          ///< event: newest fault or action
};
static_assert(std::is_trivially_copyable_v<Tables>);

/// An edit of a head's configuration file (configs.cc).
struct Edit {
  int head = 0;
  const Sentence* sentence = nullptr;
};

struct State {
  Tables tables;
  DueQueue queue;
  std::vector<Frame> frames;
  std::uint16_t free_frame = kNoFrame;
  std::vector<Due> asleep;  ///< what waits for a head to run again
  std::vector<Due> frozen;  ///< frames held by a frozen network
  std::array<std::vector<PastBeat>, kHeads> past;
  std::array<PastBeat, kHeads> old_boot;
  std::vector<Fault> faults;
  std::vector<Edit> edits;
  Twin twin;
  Time now{};
};

}  // namespace hasim::sim
