// Rare places of the protocol that runs pass by: which of them a run reached. A sweep that never comes to a place says
// nothing about it, so what was reached is counted and what was not is named.
#pragma once

#include <array>
#include <bitset>
#include <string_view>
#include <vector>

#include "lang/picture.h"

namespace hasim {

/// All places, the one list: X(enumerator, "what happens there"). The enumerator is also the name of the place in
/// reports and for `hasim explain`. V1 to V10 are the shapes of the violations that drafts of the protocol had.
#define HASIM_LANDMARKS(X)                                                                        \
  /* detection and inquiry */                                                                     \
  X(peer_suspected, "a head suspects its peer")                                                   \
  X(peer_lost, "a head loses its peer")                                                           \
  X(lost_and_heard_again, "a lost peer is heard again")                                           \
  X(one_way, "beats arrive and the echo does not come back")                                      \
  X(stalled, "a core notices that it did not run for a while")                                    \
  X(holds_isolated, "the lonely head holds")                                                      \
  X(holds_seen_by_voters, "a majority of voters keeps the incumbent")                             \
  X(holds_tie, "the voters are split evenly")                                                     \
  X(holds_no_vote, "the voters are silent")                                                       \
  X(holds_lease_moving, "the incumbent's lease moves")                                            \
  X(holds_store_silent, "the store does not answer a head that lost its peer")                    \
  X(holds_damped, "damping: a head holds after too many failovers or fences")                     \
  X(holds_maintenance, "maintenance or standby keeps a head from acting")                         \
  X(holds_no_proof, "a head holds without a proof")                                               \
  X(alone, "a head is alone: its peer is lost or never came")                                     \
  /* claims */                                                                                    \
  X(claim, "an armed head claims")                                                                \
  X(claim_at_boot, "a booting head claims because nobody is there")                               \
  X(claim_delay_over, "the delay of the rank is over")                                            \
  X(claim_won, "the store names the claimant")                                                    \
  X(claim_lost, "the store names the other head")                                                 \
  X(claim_unanswered, "V2: a claim stands in the store, and its claimant does not learn it")      \
  X(claim_again_unanswered, "V2: the claimant of an unanswered claim claims again")               \
  X(claim_lost_then_p3, "V4: a head stood down, and the winner takes P3")                         \
  X(claim_peer_returned, "a claim is dropped because the peer is heard before anything was sent") \
  X(claim_granted_instead, "V1: a boot claimant grants instead")                                  \
  X(claim_after_grant, "V1: a boot claimant that granted claims again")                           \
  X(both_claim, "both heads claim at once")                                                       \
  X(claimed_against, "an owner finds a claim against itself and stops")                           \
  X(right_expired, "an owner's right to run expires")                                             \
  /* fencing */                                                                                   \
  X(fence_ordered, "a head orders its peer off")                                                  \
  X(fence_second_level, "the second fence level is tried")                                        \
  X(fence_confirmed, "off is verified")                                                           \
  X(fence_failed, "a fence fails")                                                                \
  X(fence_unknown, "the outcome of a fence is unknown")                                           \
  X(fence_expired, "a fence level runs out of time")                                              \
  X(fence_cancelled, "a fence is cancelled")                                                      \
  X(fence_contradicted, "contradiction: something fresh speaks against an off")                   \
  X(fence_late, "V10: an OFF is executed after its sender gave up on it")                         \
  X(fence_mutual, "V9: both heads have an OFF under way")                                         \
  X(fence_heard, "the target is heard while it is being fenced")                                  \
  X(fence_booting, "a booting head is shot")                                                      \
  X(fence_owner, "an owner that runs is shot")                                                    \
  X(fencer_dies, "V6: the sender dies while its OFF is under way")                                \
  X(quarantine, "V5: the target boots while an unknown OFF may still fire")                       \
  X(quarantine_handover, "V5: a handover while an OFF may still fire")                            \
  /* proofs and starts */                                                                         \
  X(proof_word, "P1 taken: the peer's word")                                                      \
  X(proof_word_at_boot, "V7: nobody owns, both have booted, and one gets the other's word")       \
  X(proof_off, "P2 taken: power verified off")                                                    \
  X(proof_off_at_boot, "P2 taken by a boot claimant that reads the chassis off")                  \
  X(proof_lease, "P3 taken: right over, watchdog fired")                                          \
  X(proof_operator, "P4 taken: an operator's word")                                               \
  X(proof_dropped, "a proof is dropped")                                                          \
  X(guard_refuses, "the guard at the start refuses: the right, or a foreign claim")               \
  X(start_failed, "a service does not start")                                                     \
  X(start_waits_for_storage, "a start waits for storage that is not there")                       \
  X(renumbered, "the marker is newer: the start takes a number above it")                         \
  X(overtaken, "an owner takes a newer number than the one its peer promised")                    \
  X(part_restarted, "a part of a service is restarted where it is")                               \
  X(service_moves, "a service that failed moves to the peer")                                     \
  X(service_holds, "a service that failed has nowhere to go")                                     \
  X(stop_hangs, "a stop cannot be verified: the head reboots itself")                             \
  X(watchdog_fires, "a watchdog resets its head")                                                 \
  X(watchdog_fires_on_owner, "V8: the watchdog of a head that holds a part fires")                \
  X(owner_wakes, "an owner that hung goes on when its peer has lost it")                          \
  X(adopted, "a restarted core adopts what runs")                                                 \
  X(core_dies_as_claimant, "the core of a claimant dies")                                         \
  /* handover and orders */                                                                       \
  X(handover, "a handover begins")                                                                \
  X(handover_resumed, "a handover is aborted before the grant: the source resumes")               \
  X(handover_granted, "the source of a handover gives its word")                                  \
  X(handover_lost_target, "the target is gone after the grant")                                   \
  X(handover_lost_source, "the source is gone before the grant")                                  \
  X(handover_claimed_back, "the source claims after it granted")                                  \
  X(handover_start_failed, "V3: the target of a handover does not start")                         \
  X(handover_crossed, "both heads are asked for makeactive at once")                              \
  X(left, "an owner that shuts down gives its service away first")                                \
  X(order_refused, "an order is refused")                                                         \
  X(order_failed, "an order was accepted, and fails")                                             \
  X(order_cancelled, "an order is cancelled")                                                     \
  X(acknowledge_refused, "\"that head is off\" is refused: evidence speaks against it")           \
  /* joining */                                                                                   \
  X(joined, "a booted head is admitted")                                                          \
  X(both_boot, "both heads listen after a boot, and nobody owns")                                 \
  X(peer_boots_at_claim, "the peer boots while a boot claimant acts")                             \
  /* when faults strike */                                                                        \
  X(two_at_once, "two faults strike within 10 ms")                                                \
  X(struck_claiming, "a fault strikes during a claim")                                            \
  X(struck_fencing, "a fault strikes during fencing")                                             \
  X(struck_starting, "a fault strikes during a start")                                            \
  X(struck_stopping, "a fault strikes during a stop")                                             \
  X(struck_stopped, "a fault strikes between stop and grant")                                     \
  X(struck_booting, "a fault strikes while a head boots or listens")                              \
  X(cut_after_persist, "power fails within a ms of a promise being made durable")                 \
  X(cut_after_off, "power fails within a ms of an OFF being ordered")                             \
  X(cut_after_claim, "power fails within a ms of a claim going to the store")                     \
  X(cut_after_marker, "power fails within a ms of the marker being written")                      \
  X(cut_after_mount, "power fails within a ms of a mount being ordered")                          \
  X(cut_after_unmount, "power fails within a ms of an unmount being ordered")                     \
  X(cut_after_news, "power fails within a ms of news going to the peer")                          \
  X(cut_between, "power fails between two outputs of a core")                                     \
  X(both_off, "both heads are without power")                                                     \
  X(nobody_owns, "nobody holds anything of a service for a minute")

enum class Landmark : std::uint8_t {
#define HASIM_X(name, text) name,
  HASIM_LANDMARKS(HASIM_X)
#undef HASIM_X
      count_
};
inline constexpr std::size_t kLandmarks = static_cast<std::size_t>(Landmark::count_);

struct LandmarkInfo {
  std::string_view name;  ///< "claim_lost"
  std::string_view text;  ///< what happens there, as a sentence
};
const LandmarkInfo& info(Landmark);

using Reached = std::bitset<kLandmarks>;

/// Watches one run.
class Landmarks {
 public:
  /// Kinds of events that it reads.
  static void want(Interest&);
  void reset(const WorldSpec&);
  /// `picture` is still without the event: what was, and what happens now.
  void see(const Event&, const Picture& picture);
  const Reached& reached() const { return reached_; }

 private:
  /// What has to be remembered of a head.
  struct Head {
    Time stepped{-1};                        ///< when its core made its last step
    std::uint8_t steps = 0;                  ///< kinds of its last steps, a bit for each that counts
    bool fencing = false;                    ///< an OFF of it is under way
    bool off_unknown = false;                ///< … or may still fire
    bool claims_at_boot = false;             ///< the claim under way is one of a booting head
    bool claim_stands = false;               ///< its claim reached the store, and it was not told yet
    bool unanswered = false;                 ///< … and never was
    bool granted_instead = false;            ///< it gave up a boot claim
    bool stood_down = false;                 ///< it lost a claim
    bool granted = false;                    ///< source of a handover that gave its word
    bool off_booting = false;                ///< when its power failed it was booting
    bool off_owner = false;                  ///< … it was an owner that ran
    Time off_at{-1};                         ///< when its power failed
    ha::PerService<std::uint64_t> proved{};  ///< epoch of the proof it took last
  };
  void mark(Landmark at) { reached_.set(static_cast<std::size_t>(at)); }
  void mark_if(bool there, Landmark at) {
    if (there) mark(at);
  }
  void role(const Event&, const Picture&, int head);
  void claims(const Event&, const Picture&, int head);
  void ends_claim(const Event&, int head);
  void hold(const Event&, ha::Role);
  void fence(const Event&, int target, int sender);
  void executed(const Event&, int target, int sender);
  void proof(const Event&, const Picture&, int head);
  void seen(const Event&, int head);
  void machine(const Event&, const Picture&, int head);
  void power_fails(const Event&, const Picture&, int head);
  void struck(const Event&, const Picture&);
  void replied(const Event&, const Picture&);
  int head_of(ThingId id) const { return id == kNoThing ? -1 : spec_->things[id].index; }
  int peer_of(int head) const { return peers_[static_cast<std::size_t>(head)]; }
  Head& at(int head) { return heads_[static_cast<std::size_t>(head)]; }
  /// The peer of a head; its remembered things are those of the head itself if it has none.
  Head& peer(int head) { return at(peer_of(head)); }

  const WorldSpec* spec_ = nullptr;
  std::vector<Head> heads_;
  std::vector<int> peers_;
  Time last_fault_{};
  bool any_fault_ = false;
  Reached reached_;
  std::vector<Time> held_;  ///< by service: when anybody was last seen to hold any of it
};

}  // namespace hasim
