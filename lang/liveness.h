// I7 live: a healthy head with an available proof becomes active in time (PROTOCOL §14).
//
// For each service, and each head of its cell that nothing keeps from serving it, the table says which proof the state
// of the other head makes available, and so by when somebody has to serve again. All of it by ground truth; what is
// wrong with anything else in the world excuses, and so does a service that it needs and that nobody serves.
//
//   the other head              the head         needs                              bound beyond failover_max
//   off, hung, frozen, cut off  armed            its BMC answers and is sound       init_dead
//   off                         booting          likewise                           3 init_dead
//   off, hung, frozen, cut off  armed            store and armed watchdog (P3)      init_dead + wait of PROTOCOL §9
//   up, and does not own        up               nothing else is wrong (P1)         4 init_dead
//   off                         vouches for it   an accepted acknowledgement (P4)   init_dead
//
// A try to fence that began before its proof was available may fail, and a device is asked again no sooner than
// `bmc_check_every` later; one that refused a login is left alone for as long as F10 says. Both are added to the bound:
// retries wedge devices and lock accounts, and no core may make them. Without a store each level of each
// try also waits for a slot of its head (F6), a round of slots at most. Services start one after the other, so each
// service of the cell that comes first adds a start_max.
//
// "Nobody serves" means that no head runs the whole of it, stands and is on the network (a head that still reaches a
// store on a shared array is not cut off: its lease speaks for it). Where several rows fit, the first counts. A hold
// that only an operator ends excuses its head, and so does a start that failed. A crash dump is waited for (`dump_max`)
// before its head is switched off; when that head boots instead, the wait begins anew.
#pragma once

#include "core/config.h"
#include "lang/breaches.h"
#include "lang/picture.h"
#include "lang/soundness.h"

namespace hasim {

class Live {
 public:
  explicit Live(Breaches& breaches) : breaches_(breaches) {}
  /// Another world: what its settings promise.
  void judge(const WorldSpec&);
  void reset();
  /// What heads said: the picture has the event applied.
  void see(const Event&, const Picture&);
  /// Looks at who could serve now. Returns when it will have lasted too long: kNever if nobody has to.
  Time watch(Time t, const Picture&, const Soundness&);
  /// Nothing changed until t: what lasted too long by then is broken. Returns when to look again.
  Time overdue(Time t);

 private:
  enum class Way : std::uint8_t { none, power_off, read_off, self_fenced, word, operator_word };
  struct Head {
    ha::Config config;
    bool armed = false;            ///< as it says
    bool may_fence = false;        ///< it was armed, and acts on that
    bool left = false;             ///< it was shut down, and its core did not run again
    bool vouches = false;          ///< it accepted that its peer is off
    bool dumped = false;           ///< it wrote a crash dump, which is waited for before it is fenced
    ha::PerService<bool> tried{};  ///< its last start failed: PROTOCOL §12 leaves that to a person
    int refusals = 0;              ///< logins in a row that a device of its peer refused
    Time closed_until{};           ///< … and so it is not asked before
  };
  struct Waiting {
    Time since = Time::max();
    Way way = Way::none;
    int head = -1;          ///< who should serve
    bool amid_try = false;  ///< it was fencing already
    bool peer_on = false;   ///< the other head has power; when somebody switches it on, the wait begins anew
  };
  bool cut_off(ThingId head, const Soundness& soundness) const { return !store_on_array_ && soundness.isolated(head); }
  bool served(std::size_t service, const Picture&, const Soundness&) const;
  bool could_start(std::size_t service, const Picture&) const;
  bool fit(int head, std::size_t number, const Picture&) const;
  Way way_of(int head, int peer, std::size_t number, const Picture&, const Soundness&) const;
  Way way_by_proof(int head, int peer, const Picture&, const Soundness&) const;
  void login(const Event&);
  void begin_anew(ThingId about, Time t);
  Duration bound(std::size_t service) const;
  /// When it will have lasted too long that nobody serves it.
  Time over(std::size_t service) const;
  Time due() const;
  int head_of(ThingId id) const { return spec_->things[id].index; }
  const std::string& name(int head) const { return spec_->name_of(spec_->heads[static_cast<std::size_t>(head)].id); }

  const WorldSpec* spec_ = nullptr;
  Duration failover_max_{}, start_max_{}, init_dead_{}, bmc_check_every_{};
  bool stays_ = false;           ///< a head that was shut down leaves the service where it is
  bool store_on_array_ = false;  ///< a head without any network still renews its lease there, and so stays
  std::vector<Head> heads_;
  std::vector<Waiting> waiting_;  ///< for each service
  Breaches& breaches_;
};

}  // namespace hasim
