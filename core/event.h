// The contract between the core and its host: everything that can happen to a head, and everything a head can ask for.
//
// The core is told (`Input`), it decides, and it answers with an ordered list (`Outputs`). It reads no clock, opens no
// file and sends nothing by itself. All types here are plain values without padding, so that they can be copied,
// compared and hashed by their bytes.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "core/check.h"
#include "core/config.h"
#include "core/reason.h"
#include "core/time.h"

namespace ha {

/// Ownership number of a service: (counter, head), encoded counter*2+head, 0 means none (PROTOCOL §2, E1).
enum class Epoch : std::uint64_t {};
/// Number of exclusive claims of one head against the other, kept in the store; 0 means none (T1).
enum class Term : std::uint64_t {};
/// Id of a question; its answer carries the same id. 0 means no question is open.
enum class RequestId : std::uint64_t {};

constexpr std::uint64_t value(Epoch e) { return static_cast<std::uint64_t>(e); }
constexpr std::uint64_t value(Term t) { return static_cast<std::uint64_t>(t); }
constexpr std::uint64_t value(RequestId id) { return static_cast<std::uint64_t>(id); }
constexpr std::uint64_t counter_of(Epoch e) { return value(e) / 2; }
constexpr std::uint8_t head_of(Epoch e) { return static_cast<std::uint8_t>(value(e) % 2); }
constexpr Epoch epoch_of(std::uint64_t counter, std::uint8_t head) { return Epoch{counter * 2 + head}; }

/// One start of the core in one boot of one head. `boot` differs between boots, `start` counts within a boot.
struct Incarnation {
  std::uint64_t boot = 0;
  std::uint64_t start = 0;
  auto operator<=>(const Incarnation&) const = default;
  explicit operator bool() const { return boot != 0; }
};

/// Number of a service within its cell, in the order of `Config::service`.
using ServiceIndex = std::uint8_t;
inline constexpr ServiceIndex kEveryService = 0xff;  ///< in a command: all of them; in a report: the head itself
template <class T>
using PerService = std::array<T, kServicesMax>;

/// Roles of PROTOCOL §3: what a head is for one service. A claim and a fencing are the head's, and stand at each
/// service that it acts for.
enum class Role : std::uint8_t { init, passive, claiming, fencing, starting, owner, stopping, stopped, dead };
std::string_view to_string(Role);

// ---------------------------------------------------------------------------------------------------------------
// What survives

/// Durable, on the head's disk: two alternating checksummed slots (PROTOCOL §2).
struct DiskRecord {
  PerService<Epoch> promised{};   ///< highest epoch this head ever proposed, promised or saw
  PerService<Epoch> owned{};      ///< its last epoch as owner
  std::uint64_t hardware_id = 0;  ///< a cloned or moved disk is noticed by this (A6)
  std::uint8_t off_out = 0;       ///< 1: an OFF of mine may still fire (quarantine F7)
  std::uint8_t maintenance = 0;
  std::uint8_t standby = 0;
  std::uint8_t failovers = 0;  ///< takeovers within the damping window
  std::uint8_t fences = 0;     ///< fences of the peer within the damping window
  std::array<std::uint8_t, 3> unused_{};
  bool operator==(const DiskRecord&) const = default;
};

/// Boot-durable, in memory that survives the core's process but not the kernel.
struct BootRecord {
  Instant right_end = kLongAgo;  ///< end of the right to run; a restarted core never extends it
  Term base{};                   ///< highest term under which this head is admitted (T2)
  PerService<Epoch> running{};   ///< token epoch of the resources that were started in this boot; 0: none
  std::uint64_t watchdog_armed = 0;
  bool operator==(const BootRecord&) const = default;
};

/// What a starting core finds. After a reboot of the kernel `boot` is default-constructed.
struct Durable {
  DiskRecord disk;
  BootRecord boot;
  bool operator==(const Durable&) const = default;
};

// ---------------------------------------------------------------------------------------------------------------
// Messages

/// Protocols that this core speaks. Two heads understand one another if their ranges meet [OP07].
inline constexpr std::uint16_t kProtocol = 1;
inline constexpr std::uint16_t kProtocolMin = 1;

/// Bits of `Beat::flags`: what the sender says of the whole head.
enum BeatFlag : std::uint32_t {
  kArms = 1 << 0,     ///< the owner admits incarnation `peer` (§5.2)
  kWord = 1 << 1,     ///< "I claim nothing, and nothing of what you own": renews the peer's right (§9)
  kOffOut = 1 << 2,   ///< an OFF of the sender may still fire
  kLeaving = 1 << 3,  ///< the sender is shutting down
  kMaintenance = 1 << 5,
  kStandby = 1 << 6,
  kFenceMe = 1 << 7,  ///< a stop hangs and the sender has no watchdog: the peer is asked to fence it
  kReloads = 1 << 8,  ///< an operator wants `staged` to come into force on both heads
};

/// Bits of `ServiceBeat::flags`: what the sender says of one service.
enum ServiceFlag : std::uint8_t {
  kReady = 1 << 0,         ///< asks for a grant of `request`
  kClaim = 1 << 1,         ///< claims `request` against incarnation `peer`
  kAsksHandover = 1 << 2,  ///< an operator at the sender wants the service there
  kWantsRelief = 1 << 3,   ///< the owner cannot serve any longer and asks a peer that can to take the service
  kHealthy = 1 << 4,       ///< the sender could serve
};

/// One service as the sender of a beat sees it.
struct ServiceBeat {
  Epoch promised{};
  Epoch epoch{};    ///< the epoch the sender owns or acts on
  Epoch request{};  ///< of kReady or kClaim
  Epoch grant{};    ///< granted to incarnation `peer`; 0: none
  Role role = Role::init;
  std::uint8_t flags = 0;
  Reason trouble = Reason::none;  ///< what is wrong at the sender, for common-cause judgement
  std::array<std::uint8_t, 5> unused_{};
  bool has(ServiceFlag f) const { return (flags & f) != 0; }
  bool operator==(const ServiceBeat&) const = default;
};

/// One heartbeat. Authenticated by the host; the core sees only beats whose MAC was right.
/// Requests and grants are state repeated in each beat, not single packets (PROTOCOL §2).
struct Beat {
  Incarnation sender;
  std::uint64_t seq = 0;       ///< counts up within an incarnation; also the nonce of this beat
  Incarnation peer;            ///< the receiver's incarnation as the sender knows it
  std::uint64_t echo = 0;      ///< highest sequence of `peer` that the sender processed
  std::uint64_t progress = 0;  ///< decisions taken by the sender's core
  Term term{};                 ///< the sender's base: the store term of kArms, and of a kReady without kOffOut (F7)
  std::uint32_t cell = 0;
  std::uint32_t digest = 0;  ///< of the configuration in force
  std::uint32_t staged = 0;  ///< of a new one that the sender has checked; 0: none
  std::uint32_t flags = 0;
  std::uint16_t version = kProtocol;         ///< highest protocol that the sender speaks
  std::uint16_t version_min = kProtocolMin;  ///< lowest one
  std::uint8_t from = 0;                     ///< sending head, 0 or 1
  std::uint8_t hears = 0;                    ///< bit per path: beats of the receiver arrive there, however old they are
  std::uint8_t services = 1;                 ///< how many of `service` are meant
  Reason unready = Reason::none;             ///< why a failover to the sender would fail; for people at the receiver
  PerService<ServiceBeat> service{};
  bool has(BeatFlag f) const { return (flags & f) != 0; }
  bool understood() const { return version >= kProtocolMin && version_min <= kProtocol; }
  bool operator==(const Beat&) const = default;
};

/// A head's record in the store: its lease.
struct LeaseRecord {
  Incarnation holder;
  Epoch epoch{};                     ///< highest one that it owns; 0: owns nothing
  PerService<Epoch> owned{};         ///< its last epochs as owner, also after that
  std::uint64_t seq = 0;             ///< moves with each renewal
  std::uint64_t watchdog_after = 0;  ///< ns
  std::uint32_t watchdog_armed = 0;
  std::uint32_t watchdog_tested = 0;
  bool operator==(const LeaseRecord&) const = default;
};

/// `claim.<term>` in the store: created once, never changed (T1).
struct ClaimRecord {
  Epoch epoch{};  ///< of the first service that it is for: tells one claim from another
  Incarnation claimant;
  Incarnation target;  ///< the incarnation the claim is against; empty: whatever boots there
  bool operator==(const ClaimRecord&) const = default;
};

/// What one operation on the store saw, after its own write if it had one.
struct StoreView {
  Term term{};        ///< highest claim in the store
  ClaimRecord claim;  ///< the record of that term
  std::array<LeaseRecord, 2> lease;
  bool operator==(const StoreView&) const = default;
};

// ---------------------------------------------------------------------------------------------------------------
// Inputs

enum class Outcome : std::uint8_t {
  done,
  refused,  ///< surely not done
  unknown,  ///< may have been done, or may still be done later; never success
};
enum class Reading : std::uint8_t { off, on, unknown };
/// How long an operator's word "that head is off" counts (P4).
inline constexpr Duration kOperatorProofLasts = std::chrono::seconds{60};
enum class CommandKind : std::uint8_t {
  makeactive,
  acknowledge,
  maintenance_on,
  maintenance_off,
  standby_on,
  standby_off,
  leave,
  cancel,
  drill,
  reload
};
std::string_view to_string(CommandKind);

/// `deadline()` has come (or any earlier instant; the core looks at the time, not at the reason for being called).
struct Tick {};
struct BeatReceived {
  std::uint8_t path = 0;
  Beat beat;
};
/// What the host sees of a path itself: its carrier, and whether its probe with frames of full size comes back [HB12].
struct LinkChanged {
  std::uint8_t path = 0;
  bool carrier = true;
  bool large_frames = true;
};
/// Answer to `Probe`: bit i of `running` says resource i (of the cell) runs here (or may run: unknown counts as
/// running).
struct Probed {
  RequestId id{};
  std::uint32_t running = 0;
};
struct ResourceAnswer {
  RequestId id{};
  std::uint8_t resource = 0;
  Outcome outcome = Outcome::unknown;
  Reason reason = Reason::none;
};
/// The monitor found a running resource dead.
struct ResourceFailed {
  std::uint8_t resource = 0;
  Reason reason = Reason::service_failed;
};
/// Answer to `ReadMarker` and `WriteMarker`: the epoch that now stands on the service's storage.
struct MarkerAnswer {
  RequestId id{};
  Epoch epoch{};
  Outcome outcome = Outcome::unknown;
};
/// Answer to `PowerOff`. `done` means the agent says so, which proves nothing (F2).
struct PowerOffAnswer {
  RequestId id{};
  std::uint8_t level = 0;
  Outcome outcome = Outcome::unknown;
  Reason reason = Reason::none;
};
/// Answer to `ReadPower`. A level with several outlets reads off only if all of them do (F3). `session` identifies one
/// run of the device: it changes when the BMC restarts (F5). `chassis` is the hardware id of the machine that the
/// device controls, 0 if the device cannot say.
struct PowerReading {
  RequestId id{};
  std::uint8_t level = 0;
  Reading reading = Reading::unknown;
  std::uint64_t session = 0;
  std::uint64_t chassis = 0;
  Reason reason = Reason::none;
};
struct StoreAnswer {
  RequestId id{};
  Outcome outcome = Outcome::unknown;
  StoreView view;
};
/// What the voters said so far; may come several times for one question, with growing numbers.
struct VoterTally {
  RequestId id{};
  std::uint16_t answered = 0;
  std::uint16_t hear_me = 0;
  std::uint16_t hear_peer = 0;
};
struct PingAnswer {
  RequestId id{};
  bool reached = false;
};
/// The crash kernel of the peer says that it is writing a dump. It says so again and again, on any network it has.
/// Nobody signs it: a hint, and no proof [FE15].
struct PeerDumps {};
/// An operator's order. `force` was confirmed by the typed name of the head. Only `makeactive` and `cancel` may be
/// about one service.
struct Command {
  RequestId id{};
  CommandKind kind{};
  bool force = false;
  ServiceIndex service = kEveryService;
};
/// How well this head could serve, as far as the host can see: its storage, its database, its networks, its disk.
enum class Fit : std::uint8_t {
  fit,
  degraded,  ///< a takeover is better than nobody; a move on purpose is refused unless it is forced
  unfit,     ///< cannot serve: takes nothing over, and gives away what it has if the peer is better off
};
std::string_view to_string(Fit);
/// Told after the start and whenever it changes. The host does the checks, n of m, with their own time limits.
struct Fitness {
  Fit fit = Fit::fit;
  Reason reason = Reason::none;
  bool operator==(const Fitness&) const = default;
};
/// Answer to `Stage`: the digest of the new configuration, or 0 and why it must not come into force.
struct Staged {
  RequestId id{};
  std::uint32_t digest = 0;
  Reason reason = Reason::none;
};
/// Whether the watchdog can be armed and was tested; told after each start, whenever it changes, and when `ArmWatchdog`
/// failed.
struct WatchdogState {
  bool usable = false;
  bool tested = false;
};
/// Whether the agent that powers the peer off waits as long as it is told, as the host measured it at set-up; told when
/// it does not, and when it does again [FE04].
struct AgentState {
  bool keeps_delay = true;
};

using Input = std::variant<Tick, BeatReceived, LinkChanged, Probed, ResourceAnswer, ResourceFailed, MarkerAnswer,
                           PowerOffAnswer, PowerReading, StoreAnswer, VoterTally, PingAnswer, PeerDumps, Command,
                           Fitness, Staged, WatchdogState, AgentState>;

// ---------------------------------------------------------------------------------------------------------------
// Outputs

struct Persist {
  DiskRecord record;
};
struct PersistBoot {
  BootRecord record;
};
/// Send on every path whose bit is set.
struct SendBeat {
  std::uint8_t paths = 0;
  Beat beat;
};
struct ArmWatchdog {};
struct KickWatchdog {};
struct DisarmWatchdog {};
struct Probe {
  RequestId id{};
};
/// Start resource number `resource`, fenced by token `epoch`; give up at `deadline` (answer `unknown` or `refused`).
struct StartResource {
  RequestId id{};
  std::uint8_t resource = 0;
  Epoch epoch{};
  Instant deadline{};
};
/// Stop it and verify that it is stopped. `force`: kill it.
struct StopResource {
  RequestId id{};
  std::uint8_t resource = 0;
  bool force = false;
  Instant deadline{};
};
struct ReadMarker {
  RequestId id{};
  ServiceIndex service = 0;
};
struct WriteMarker {
  RequestId id{};
  Epoch epoch{};
  ServiceIndex service = 0;
};
/// Hard power-off of the peer by one level. The agent checks `deadline` right before it sends, and is killed with the
/// core. Never a cycle, never a soft off.
struct PowerOff {
  RequestId id{};
  std::uint8_t level = 0;
  Epoch epoch{};
  Term term{};
  Instant deadline{};
};
struct ReadPower {
  RequestId id{};
  std::uint8_t level = 0;
};
/// Gives the peer its power back after a drill. Nobody waits for an answer: the chassis is read.
struct PowerOn {
  std::uint8_t level = 0;
};
struct StoreRead {
  RequestId id{};
};
struct StoreRenew {
  RequestId id{};
  LeaseRecord record;
};
/// Create `claim.<term>` if it does not exist, and read back what is there.
struct StoreClaim {
  RequestId id{};
  Term term{};
  ClaimRecord record;
};
struct AskVoters {
  RequestId id{};
};
struct Ping {
  RequestId id{};
};
/// Pings the peer itself (answer `PingAnswer`): says that its kernel runs, and nothing more [HB16].
struct PingPeer {
  RequestId id{};
};
/// Announce all addresses of the service (gratuitous ARP, unsolicited NA).
struct Announce {
  ServiceIndex service = 0;
};
/// Read the configuration file and check it; nothing comes into force (answer `Staged`).
struct Stage {
  RequestId id{};
};
/// Put the staged configuration with this digest into force: `Node::reconfigure`, then a `Tick`. Both heads have
/// checked it.
struct UseConfig {
  std::uint32_t digest = 0;
};
/// Answer to a command: `done` it holds, `refused` nothing changed, `unknown` is "accepted, under way".
struct Reply {
  RequestId id{};
  CommandKind kind{};
  Outcome outcome{};
  Reason reason = Reason::none;
};
/// Reboot this head hard, at once: something that must stop does not.
struct Reboot {
  Cause cause = Cause::none;
};
/// The last output of a leaving core: everything is stopped and given away, the machine may go down.
struct Left {};

/// What a change was about; the journal of the core. `service` tells of which one; role, hold, proof and promise are
/// always of one, an operation is unless it is the fencing. The host writes it down before it performs later outputs.
enum class ReportKind : std::uint8_t {
  role,       ///< a: from Role, b: to Role, epoch; cause
  peer,       ///< a: from PeerView, b: to PeerView; cause
  path,       ///< a: path, b: 1 heard, 0 silent
  hold,       ///< a: 1 began, 0 ended; reason
  unready,    ///< a: 1 began, 0 ended; reason: "failover to me would fail"
  condition,  ///< a: 1 began, 0 ended; reason: a line of the status
  alert,      ///< reason; somebody should look
  operation,  ///< a: Operation, b: 1 began, 0 ended; cause
  proof,      ///< a: Proof, b: 1 taken, 0 dropped, epoch; cause
  promise,    ///< epoch, now durable
  fence,      ///< a: FenceStep, b: level, epoch; reason
  evidence,   ///< a: EvidenceSource, b: EvidenceUse; age; reason
  right,      ///< a: 1 renewed by the store, 2 by the peer's word, 0 lost
  count_,
};
enum class PeerView : std::uint8_t { unknown, alive, suspect, lost, off };
enum class Operation : std::uint8_t { none, handover, takeover, fencing, boot, start, stop, rejoin };
enum class FenceStep : std::uint8_t { ordered, confirmed, failed, unknown, cancelled, expired };
enum class EvidenceSource : std::uint8_t { beats, power, store, voters, ping, watchdog, operator_word, grant, marker };
enum class EvidenceUse : std::uint8_t { used, not_used, contradicts };
std::string_view to_string(PeerView);
std::string_view to_string(Operation);
std::string_view to_string(FenceStep);
std::string_view to_string(EvidenceSource);

struct Report {
  Epoch epoch{};
  Duration age{};            ///< of evidence: how old it is
  std::uint64_t detail = 0;  ///< of evidence: a number that belongs to it (answers, level, sequence)
  ReportKind kind{};
  ServiceIndex service = kEveryService;
  std::uint8_t a = 0;
  std::uint8_t b = 0;
  Cause cause = Cause::none;
  Reason reason = Reason::none;
};

/// The host performs outputs in order. A `Persist` or `PersistBoot` is durable before any later output is performed; if
/// it cannot be made durable, no later output is performed and the core is stopped. A `Report` is journalled before
/// later outputs. Power may be cut between any two outputs: the simulator does it there.
using Output =
    std::variant<Persist, PersistBoot, SendBeat, ArmWatchdog, KickWatchdog, DisarmWatchdog, Probe, StartResource,
                 StopResource, ReadMarker, WriteMarker, PowerOff, ReadPower, PowerOn, StoreRead, StoreRenew, StoreClaim,
                 AskVoters, Ping, PingPeer, Announce, Stage, UseConfig, Reply, Reboot, Left, Report>;

/// The outputs of one step, in order. No allocation; more than `kMax` in one step is a bug.
class Outputs {
 public:
  static constexpr int kMax = 160;
  template <class T>
  void push(const T& output) {
    HA_CHECK(count_ < kMax);
    items_[static_cast<std::size_t>(count_++)] = output;
  }
  void clear() { count_ = 0; }
  int size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const Output& operator[](int i) const { return items_[static_cast<std::size_t>(i)]; }
  const Output* begin() const { return items_.data(); }
  const Output* end() const { return items_.data() + count_; }

 private:
  int count_ = 0;
  std::array<Output, kMax> items_;
};

}  // namespace ha
