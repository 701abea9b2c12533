// A cell as it stands on this machine for one run: its networks, heads, BMCs and clients, what was done to them, and
// everybody who watches.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lang/power_levels.h"
#include "lang/world.h"
#include "netns/array.h"
#include "netns/bmc.h"
#include "netns/desk.h"
#include "netns/listener.h"
#include "netns/logins.h"
#include "netns/machine.h"
#include "netns/nas.h"
#include "netns/part_faults.h"
#include "netns/pdu.h"
#include "netns/system.h"
#include "netns/truth.h"
#include "netns/users.h"
#include "netns/voter.h"
#include "netns/wires.h"
#include "netns/witness.h"

namespace hasim::netns {

class House {
 public:
  /// Builds everything that has power without a head: networks, servers, BMCs. Throws `Failure`.
  House(std::shared_ptr<const WorldSpec> spec, std::uint64_t seed, Stream& stream);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// Presses the power button of all heads, one after the other; nobody waits for their boot times.
  void power_up();
  /// Everything that must be so at instant 0; empty: all of it is.
  std::string unsettled() const;

  /// Waits until `until` (boottime) or for something to happen, does what is due, and looks at everything once.
  void live(Time until);
  /// Boottime of the newest look: what happened before was told to the stream.
  Time looked() const { return looked_; }

  void inject(const Deed& fault);
  void heal(std::uint32_t number);
  /// The events that tell an action: one, or one for each order to a core, which it numbers.
  std::vector<Event> events_of(const Sentence& action);
  /// To be called with what `events_of` returned for it.
  void act(const Sentence& action, const std::vector<Event>& told);

 private:
  /// What the BMC of a head does about orders and questions.
  struct Manners {
    int ignores_off = 0, ignores_on = 0, ignores_soft = 0;
    std::vector<bool> says;  ///< that it is on, the newest last
    Duration set_takes{0}, get_takes{0}, late{0}, on_again{0}, twice{0}, stale{0};
    int loses_every = 0;  ///< of its answers about the chassis
    bool loses_next = false;
    // Of a Redfish service:
    int wrong_password = 0, no_privilege = 0, unsupported = 0, stuck = 0;
    bool powering_off = false;          ///< it is stuck there
    std::vector<unsigned> http_status;  ///< of all it answers, the newest last
  };
  /// How a shutdown in good order is to end.
  enum class Goal : std::uint8_t { none, power_off, reboot };
  struct LateLink {
    std::uint32_t number;  ///< of its fault
    Reach on;
    Duration by;
  };
  /// What its outlets were told and asked.
  struct Outlets {
    std::string order;             ///< the newest order to switch it off: its name
    std::set<ThingId> ordered_at;  ///< the PDUs that got it
    struct Read {
      Time at;
      bool on;
    };
    std::map<ThingId, Read> read;  ///< by PDU: of the look that is under way
  };
  struct Head {
    std::unique_ptr<Machine> machine;
    std::unique_ptr<Bmc> bmc;
    std::unique_ptr<Logins> logins;  ///< at its BMC
    std::unique_ptr<Listener> listener;
    std::unique_ptr<HeadTruth> truth;
    Manners manners;
    bool power = false, booted = false;
    unsigned life = 0;  ///< counts the times at which its power or kernel changed
    bool core_wanted = true;
    int core_gone = 0, frozen = 0, hung = 0, boot_fails = 0;
    Duration boot_takes{0};  ///< other than the world says; 0: as it says
    Goal goal = Goal::none;  ///< of the shutdown under way
    int shutdown_hangs = 0, shutdown_loses_addresses = 0;
    int unplugged = 0, disk_full = 0, disk_readonly = 0;
    std::map<ThingId, int> cords_pulled;  ///< by PDU: by so many faults
    bool mains = true;                    ///< some feed brings power
    unsigned mains_changes = 0;
    Outlets outlets;
    std::optional<pid_t> dump;                  ///< of its crash kernel
    bool was_on = false, bmc_dark = false;      ///< when it lost its mains; because it did
    std::map<PowerLevel, unsigned> read;        ///< its power was, so often
    std::vector<std::pair<Time, bool>> powers;  ///< since when its power was what
    unsigned bmc_lives = 0;                     ///< times at which its BMC got its supply back
    std::vector<std::uint32_t> soft;            ///< faults that end with its power
    std::vector<LateLink> late_links;
    std::map<ThingId, std::optional<pid_t>> stands;  ///< by mount: who stands in it, or stood
  };
  struct HactlOrder {
    ThingId head = kNoThing, service = kNoThing;  ///< at which it is given; of which it is, if not of all
    ha::CommandKind kind{};
    std::vector<std::string> words;
    std::string typed{};     ///< when hactl asks for a name
    bool overrules = false;  ///< a refusal that force helps against is answered by force
  };
  using Healing = std::function<void()>;  ///< ends what was begun; empty: it happened once
  /// A link that goes down and up by turns.
  struct Flap {
    Duration every;
    std::function<Healing()> down;
    Healing up;  ///< while it is down
    bool over = false;
  };
  struct Due {
    Time at;
    std::function<void()> act;
  };

  // netns/house.cc: power and cores
  void power_on(Head&, Duration boots_in);
  void boot(Head&, Duration boots_in);
  void booted(Head&);
  void power_off(Head&, ThingId by = kNoThing);
  Time kernel_ends(Head&);
  static Duration boot_time(const Head& h) {
    return h.boot_takes > Duration{0} ? h.boot_takes : h.machine->spec().boot;
  }
  void reset(Head&, int by);
  void supervise(Head&);
  void core_to_start(Head&, Duration in);
  void cables_of_others(Head&, bool lit);
  void later(Duration in, std::function<void()> act);
  void do_due();
  void look();
  std::function<void()> look_at_others(const Head&);
  std::string service_unsettled(const CellSpec&, const ServiceSpec&) const;

  // netns/chassis.cc: what hasim-cell asks
  void answer(const Question&);
  void answer_chassis(const Question&, Head&);
  void answer_redfish(const Question&, Head&);
  std::string redfish_answer(Head&, const std::vector<std::string>& words);
  bool reading(Head&);
  void say_of_level(EventKind, const Head&, PowerLevel, ThingId with = kNoThing, int x = 0, std::uint64_t value = 0);
  void obey(Head&, bool on);
  void lose_answer(Head&);
  void answer_mount(const Question&);
  void caches_are_lost(Head&);

  // netns/faults.cc, netns/network_faults.cc, netns/actions.cc, netns/orders.cc, netns/outages.cc
  Healing begin(const Sentence&);
  Healing begin_on_bmc(const Sentence&, Head&);
  Healing stand_still(Head&, bool hangs);
  Healing core_gone(Head&);
  Healing begin_on_network(const Deed&);
  Healing begin_on_lines(const Deed&, LineFault fault);
  Healing begin_on_way_to_bmc(const Deed&);
  void ends_after(const Deed&, Duration in);
  Healing pull(Head&, const std::vector<ThingId>& networks);
  Healing dark(const Reach&);
  Healing isolate(const Sentence&);
  Healing flap(const Deed&);
  void turn(const std::shared_ptr<Flap>&);
  Healing late_at_boot(const Deed&);
  void links_are_late(Head&);
  std::vector<Head*> heads_on(ThingId network);
  void core_order(Head&, int what);
  void edit_file(Head&, const Sentence&);
  std::vector<HactlOrder> orders_in(const Sentence&) const;
  void give(const HactlOrder&, std::uint64_t number);
  void hear_answers(Head&);
  void panic(Head&, Duration dumping);
  void go_down(Head&, Goal);
  void goes_down(Head&);
  Healing shutdown_hangs(Head&, bool loses_addresses);
  void bmc_supply(Head&, bool there);

  // netns/outlets.cc
  void build_pdus();
  bool has_mains(const Head&) const;
  void mains_changed(Head&, ThingId by = kNoThing);
  void feeds_changed();
  Healing unplugged(Head&, ThingId pdu);
  void outlets_on(Head&);
  void answer_outlet(const Question&);
  ThingId head_at(const std::string& address, ThingId network) const;
  void outlet_ordered(const Pdu&, Head&, const std::string& order, ThingId sender);
  void switch_outlet(Pdu&, ThingId named, bool on, ThingId sender);
  bool outlet_reads(const Pdu&, Head&);
  static bool on_pdus(SentenceId);
  Healing begin_on_pdu(const Sentence&);

  // netns/dump.cc: what a crash kernel does
  void begin_dump(Head&, Duration lasts);
  void look_at_dump(Head&);
  void end_dump(Head&, bool saved);

  // netns/arbiters.cc
  void build_arbiters();
  void look_at_arbiters(Time at);
  std::string arbiters_unsettled() const;
  std::vector<Voter*> voters_of(const Sentence&);
  Healing begin_on_voters(const Sentence&);
  Healing begin_on_witness(const Sentence&);
  void restart_witness(const Sentence&);
  void power_voters(const Sentence&);

  // netns/storage_faults.cc
  Healing begin_on_storage(const Deed&);
  Healing far_away(const Deed&, const NasSpec&);
  void let_go(ThingId volume);
  void restart_nas(ThingId nas, Duration taking);
  void power_nas(ThingId nas, bool on);

  // netns/part_faults.cc
  Healing begin_on_part(const Sentence&);
  void answer_part(const Question&);
  static void answer_time(const Question&, const PartFault*);
  std::string trouble_with_mount(ThingId volume, ThingId head) const;
  void plague_parts(Head&, Time at);
  void keep_mounted(Head&, const PartSpec& mount);
  void parts_by_hand(const Sentence&);
  void part_by_hand(Head&, const PartSpec&, bool starts);

  void say(EventKind kind, ThingId who, int x = 0, ThingId with = kNoThing, std::uint64_t value = 0);
  void say_at(Time at, EventKind kind, ThingId who, int x = 0, ThingId with = kNoThing, std::uint64_t value = 0);
  Head& head(ThingId id) { return heads_[spec_->things[id].index]; }
  const std::string& name(ThingId id) const { return spec_->name_of(id); }
  void build_networks();
  void build_exports();

  std::shared_ptr<const WorldSpec> spec_;
  const System& system_;  ///< on all heads
  Stream& stream_;
  Plan plan_;
  std::uint64_t seed_;
  Cables switches_;
  Wires wires_;
  Desk desk_;
  std::map<ThingId, std::unique_ptr<Pdu>> pdus_;
  std::vector<Head> heads_;
  std::vector<VolumeTruth> volumes_;
  std::map<ThingId, std::unique_ptr<Array>> arrays_;  ///< by volume
  std::map<ThingId, std::unique_ptr<Voter>> voters_;  ///< with the witnesses that vote
  std::set<ThingId> voters_switched_off_;             ///< by hand
  std::map<ThingId, std::unique_ptr<Witness>> witnesses_;
  std::map<ThingId, std::unique_ptr<Nas>> nas_;  ///< those that serve
  std::set<ThingId> nas_switched_off_;           ///< by hand
  std::unique_ptr<Users> users_;
  std::vector<Due> due_;
  struct InForce {
    ThingId of = kNoThing;
    Healing healing;
  };
  std::map<std::uint32_t, InForce> faults_;  ///< by number
  const Head* changing_ = nullptr;           ///< its kernel comes or goes right now: nobody looks at it
  std::map<ThingId, Settings> edited_;       ///< the files of heads
  std::uint64_t orders_given_ = 0;
  std::map<std::uint64_t, HactlOrder> orders_;  ///< whose hactl runs, by number
  PartFaults part_faults_;
  Time looked_{0};
};

}  // namespace hasim::netns
