// The state of a world as its events tell it: ground truth of every machine, and what the cores say in public. The
// judge evaluates observations against it; reports describe things with it. Updated by one switch, no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/event.h"
#include "lang/spec.h"
#include "lang/trace.h"

namespace hasim {

/// A set of heads, one bit for each index in WorldSpec::heads.
using HeadSet = std::uint64_t;
inline constexpr int kHeadsMax = 64;
constexpr HeadSet only(int head) { return HeadSet{1} << head; }
constexpr bool has(HeadSet set, int head) { return (set >> head & 1) != 0; }

/// A set of reasons.
class ReasonSet {
 public:
  void set(ha::Reason reason, bool in) {
    auto& word = words_[static_cast<std::size_t>(reason) / 64];
    const std::uint64_t bit = std::uint64_t{1} << (static_cast<unsigned>(reason) % 64);
    word = in ? word | bit : word & ~bit;
  }
  bool has(ha::Reason reason) const {
    return (words_[static_cast<std::size_t>(reason) / 64] >> (static_cast<unsigned>(reason) % 64) & 1) != 0;
  }
  bool any() const { return (words_[0] | words_[1]) != 0; }
  /// The first of them, `none` if there is none.
  ha::Reason first() const;

 private:
  std::array<std::uint64_t, 2> words_{};
  static_assert(ha::kReasons <= 128);
};

/// Role of a head as the world sees it, from what it runs and holds.
enum class SeenRole : std::uint8_t { off, hung, active, passive, joining, leaving, holding_some, other };

inline constexpr std::size_t kCommandKindsMax = 32;
/// Where a reply's command is kept: the core's kinds first, then the tools'.
constexpr std::size_t command_slot(std::uint8_t x) { return x < kToolReply ? x : 16U + (x - kToolReply) % 16U; }

/// What the core of a head says of one service of its cell.
struct RolePicture {
  ha::Role role = ha::Role::init;
  ha::Proof proof = ha::Proof::none;
  std::uint8_t operations = 0;  ///< a bit for each ha::Operation under way
  std::uint64_t promised = 0;   ///< highest epoch it ever promised
  ReasonSet holds;
};

struct HeadPicture {
  // Truth.
  bool power = false, up = false, hung = false, frozen = false, dumping = false, core_runs = false;
  bool off_by_fence = false;  ///< its power is off because a fence command did it
  bool bmc_reachable = true;
  std::uint8_t bmc_reads = 2;  ///< last reading anyone got: 0 off, 1 on, 2 unknown
  // What its core says.
  bool leaving = false, armed = false, maintenance = false, standby = false;
  std::uint8_t notice = 2;  ///< last notify script: 1 active, 0 passive, 2 none yet
  ha::PeerView peer_view = ha::PeerView::unknown;
  std::uint8_t services = 1;  ///< how many of `service` its cell has; a head of a cell without any still has one role
  ha::PerService<RolePicture> service{};
  std::uint64_t paths_heard = 0;  ///< a bit for each network index
  ReasonSet unready, conditions;
  // Commands that were accepted and are under way: the request of each kind, 0 for none.
  std::array<std::uint64_t, kCommandKindsMax> accepted{};
  bool cancel_asked = false;
  // For people: the last event that changed what it is.
  Time changed{};
  std::uint32_t changed_by = 0;

  bool under_way(ha::CommandKind kind) const { return accepted[static_cast<std::size_t>(kind)] != 0; }
  /// For any service of its cell, or (fencing) for the head itself.
  bool does(ha::Operation) const;
  bool is(ha::Role) const;
  bool holds(ha::Reason) const;
  bool holds_something() const;
  /// The first reason for which it holds, `none` if it does not.
  ha::Reason holds_because() const;
};

struct ServicePicture {
  HeadSet holders = 0;                         ///< heads that hold any part of it
  HeadSet owners = 0;                          ///< heads that run all of it
  int last_owner = -1;                         ///< the head that last ran all of it; -1: none yet
  std::uint64_t epoch = 0;                     ///< the highest under which anybody started or owned it
  bool planned = false;                        ///< a handover is under way: the next change of owner was asked for
  int lease = -1;                              ///< the head whose lease in the store is valid; -1: nobody
  std::uint64_t served_known = 0, served = 0;  ///< a bit for each clients index
  bool served_by_all = false;
};

struct VolumePicture {
  HeadSet mounted = 0;
  HeadSet may_write = 0;
  std::uint64_t epoch = 0;  ///< the highest that wrote
};

/// How a command came out, as a reply means it.
enum class Answer : std::uint8_t { none, accepted, done, refused, failed, cancelled };

class Picture {
 public:
  /// Everything off and unknown; keeps allocations while the world is the same.
  void reset(const WorldSpec&);
  void apply(const Event&);

  /// Kinds of events that change what heads run, hold and are: for observations that depend on roles.
  static void want_machines(Interest&);
  static void want_holdings(Interest&);
  static void want_cores(Interest&);

  const WorldSpec& spec() const { return *spec_; }
  const HeadPicture& head(int i) const { return heads_[static_cast<std::size_t>(i)]; }
  int heads() const { return static_cast<int>(heads_.size()); }
  const ServicePicture& service(int i) const { return services_[static_cast<std::size_t>(i)]; }
  const VolumePicture& volume(int i) const { return volumes_[static_cast<std::size_t>(i)]; }
  /// Heads on which a part runs, is mounted or is configured.
  HeadSet running(int part) const { return parts_[static_cast<std::size_t>(part)].running; }
  /// Heads whose MAC clients use for an address.
  HeadSet answered(int part) const { return parts_[static_cast<std::size_t>(part)].answered; }
  HeadSet writable(int database) const { return parts_[static_cast<std::size_t>(database)].writable; }
  /// Heads whose database has other data than the owner's.
  HeadSet torn(int database) const { return parts_[static_cast<std::size_t>(database)].torn; }
  bool replicates(int database) const { return parts_[static_cast<std::size_t>(database)].replicates; }
  /// How far the replica was behind when that was measured last.
  Duration lag(int database) const { return parts_[static_cast<std::size_t>(database)].lag; }
  /// Heads that answer requests of those clients.
  HeadSet reached(int clients) const { return reached_[static_cast<std::size_t>(clients)]; }
  bool waits(int clients) const { return (clients_wait_ >> clients & 1) != 0; }
  /// The head that a witness names; -1: none yet.
  int named_by(int witness) const { return named_[static_cast<std::size_t>(witness)]; }

  HeadSet machines_on() const { return on_; }
  /// Up, not hung, and runs all parts of a service of its cell.
  bool active(int head) const;
  /// … and it owns one of them by that proof.
  bool active_because(int head, ha::Proof) const;
  /// Up, its core runs as passive, and it holds no part.
  bool passive(int head) const;
  bool joining(int head) const;
  bool leaving(int head) const { return heads_[static_cast<std::size_t>(head)].leaving; }
  SeenRole seen_role(int head) const;
  HeadSet active_heads() const;
  /// Number within its cell of the service that an event of a core is about; 0 where the cell has but one, or the event
  /// is about the head itself.
  std::size_t number_of(const Event&) const;
  /// Index of that service in the world; -1: the cell of the head has none.
  int service_of(const Event&) const;

  // About the last event only.
  /// Bit for each service whose owner is now another head than the last one; `planned_change` if that was asked for.
  std::uint64_t owner_changed() const { return owner_changed_; }
  bool planned_change() const { return planned_change_; }
  bool epoch_grew() const { return epoch_grew_; }
  bool took_back_promise() const { return took_back_promise_; }
  Answer answer() const { return answer_; }

 private:
  struct PartPicture {
    HeadSet running = 0, reported = 0, raised = 0, answered = 0, writable = 0, torn = 0;
    Duration lag{0};
    bool replicates = true;
  };
  int index(ThingId id) const { return id == kNoThing ? -1 : spec_->things[id].index; }
  void machine(const Event&, HeadPicture&, int head);
  void core(const Event&, HeadPicture&, int head);
  void replied(const Event&, HeadPicture&);
  void started_role(const Event&, RolePicture&);
  void part(std::size_t part);
  void served(const Event&);
  void forget_holdings(int head);
  void forget_core(HeadPicture&);
  void owners(std::size_t service);
  void plan_move(const Event&, int head);
  void leased(const Event&);
  void learn_wiring(const WorldSpec&);

  const WorldSpec* spec_ = nullptr;
  std::vector<HeadPicture> heads_;
  std::vector<ServicePicture> services_;
  std::vector<VolumePicture> volumes_;
  std::vector<PartPicture> parts_;
  std::vector<int> named_;
  std::vector<HeadSet> reached_;
  std::vector<std::vector<std::uint16_t>> mounts_of_volume_;  ///< parts that mount a volume
  std::vector<ha::PerService<int>> services_of_head_;         ///< by number within the cell; -1: none of that number
  std::uint64_t clients_wait_ = 0;
  HeadSet on_ = 0;
  std::uint64_t owner_changed_ = 0;
  bool planned_change_ = false, epoch_grew_ = false, took_back_promise_ = false;
  Answer answer_ = Answer::none;
};

}  // namespace hasim
