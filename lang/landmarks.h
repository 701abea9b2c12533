// Rare places of the protocol that runs pass by: which of them a run reached. A sweep that never comes to a place says
// nothing about it, so what was reached is counted and what was not is named.
#pragma once

#include <array>
#include <bitset>
#include <string_view>
#include <vector>

#include "lang/picture.h"

namespace hasim {

/// All places, the one list: X(enumerator, the place that one has to pass on the way there, "what happens there").
/// The enumerator is also the name of the place in reports and for `hasim explain`. A place that is its own way is open
/// to every run. V1 to V10 are the shapes of the violations that drafts of the protocol had.
#define HASIM_LANDMARKS(X)                                                                               \
  /* detection and inquiry */                                                                            \
  X(peer_suspected, peer_suspected, "a head suspects its peer")                                          \
  X(peer_lost, peer_suspected, "a head loses its peer")                                                  \
  X(lost_and_heard_again, peer_lost, "a lost peer is heard again")                                       \
  X(one_way, one_way, "beats arrive and the echo does not come back")                                    \
  X(stalled, stalled, "a core notices that it did not run for a while")                                  \
  X(holds_isolated, peer_lost, "the lonely head holds")                                                  \
  X(holds_seen_by_voters, peer_lost, "a majority of voters keeps the incumbent")                         \
  X(holds_tie, peer_lost, "the voters are split evenly")                                                 \
  X(holds_no_vote, peer_lost, "the voters are silent")                                                   \
  X(holds_lease_moving, peer_lost, "the incumbent's lease moves")                                        \
  X(holds_store_silent, peer_lost, "the store does not answer a head that lost its peer")                \
  X(holds_damped, peer_lost, "damping: a head holds after too many failovers or fences")                 \
  X(holds_maintenance, peer_lost, "maintenance or standby keeps a head from acting")                     \
  X(holds_no_proof, alone, "a head holds without a proof")                                               \
  X(alone, alone, "a head is alone: its peer is lost or never came")                                     \
  /* claims */                                                                                           \
  X(claim, peer_lost, "an armed head claims")                                                            \
  X(claim_at_boot, claim_at_boot, "a booting head claims because nobody is there")                       \
  X(claim_delay_over, claim, "the delay of the rank is over")                                            \
  X(claim_won, claim, "the store names the claimant")                                                    \
  X(claim_lost, claim, "the store names the other head")                                                 \
  X(claim_unanswered, claim, "V2: a claim stands in the store, and its claimant does not learn it")      \
  X(claim_again_unanswered, claim_unanswered, "V2: the claimant of an unanswered claim claims again")    \
  X(claim_lost_then_p3, claim_lost, "V4: a head stood down, and the winner takes P3")                    \
  X(claim_peer_returned, claim, "a claim is dropped because the peer is heard before anything was sent") \
  X(claim_granted_instead, claim_at_boot, "V1: a boot claimant grants instead")                          \
  X(claim_after_grant, claim_granted_instead, "V1: a boot claimant that granted claims again")           \
  X(both_claim, claim, "both heads claim at once")                                                       \
  X(claimed_against, claim, "an owner finds a claim against itself and stops")                           \
  X(right_expired, right_expired, "an owner's right to run expires")                                     \
  /* fencing */                                                                                          \
  X(fence_ordered, claim, "a head orders its peer off")                                                  \
  X(fence_second_level, fence_ordered, "the second fence level is tried")                                \
  X(fence_confirmed, fence_ordered, "off is verified")                                                   \
  X(fence_failed, fence_ordered, "a fence fails")                                                        \
  X(fence_unknown, fence_ordered, "the outcome of a fence is unknown")                                   \
  X(fence_expired, fence_ordered, "a fence level runs out of time")                                      \
  X(fence_cancelled, fence_ordered, "a fence is cancelled")                                              \
  X(fence_contradicted, peer_lost, "contradiction: something fresh speaks against an off")               \
  X(fence_late, fence_ordered, "V10: an OFF is executed after its sender gave up on it")                 \
  X(fence_mutual, fence_ordered, "V9: both heads have an OFF under way")                                 \
  X(fence_heard, fence_ordered, "the target is heard while it is being fenced")                          \
  X(fence_booting, fence_ordered, "a booting head is shot")                                              \
  X(fence_owner, fence_ordered, "an owner that runs is shot")                                            \
  X(fencer_dies, fence_ordered, "V6: the sender dies while its OFF is under way")                        \
  X(quarantine, fence_unknown, "V5: the target boots while an unknown OFF may still fire")               \
  X(quarantine_handover, quarantine, "V5: a handover while an OFF may still fire")                       \
  /* proofs and starts */                                                                                \
  X(proof_word, proof_word, "P1 taken: the peer's word")                                                 \
  X(proof_word_at_boot, proof_word, "V7: nobody owns, both have booted, and one gets the other's word")  \
  X(proof_off, alone, "P2 taken: power verified off")                                                    \
  X(proof_off_at_boot, claim_at_boot, "P2 taken by a boot claimant that reads the chassis off")          \
  X(proof_lease, claim_won, "P3 taken: right over, watchdog fired")                                      \
  X(proof_operator, proof_operator, "P4 taken: an operator's word")                                      \
  X(proof_dropped, alone, "a proof is dropped")                                                          \
  X(guard_refuses, alone, "the guard at the start refuses: the right, or a foreign claim")               \
  X(start_failed, start_failed, "a service does not start")                                              \
  X(start_waits_for_storage, start_waits_for_storage, "a start waits for storage that is not there")     \
  X(renumbered, renumbered, "the marker is newer: the start takes a number above it")                    \
  X(overtaken, overtaken, "an owner takes a newer number than the one its peer promised")                \
  X(part_restarted, part_restarted, "a part of a service is restarted where it is")                      \
  X(service_moves, service_moves, "a service that failed moves to the peer")                             \
  X(service_holds, service_holds, "a service that failed has nowhere to go")                             \
  X(stop_hangs, stop_hangs, "a stop cannot be verified: the head reboots itself")                        \
  X(watchdog_fires, watchdog_fires, "a watchdog resets its head")                                        \
  X(watchdog_fires_on_owner, watchdog_fires, "V8: the watchdog of a head that holds a part fires")       \
  X(owner_wakes, owner_wakes, "an owner that hung goes on when its peer has lost it")                    \
  X(adopted, adopted, "a restarted core adopts what runs")                                               \
  X(core_dies_as_claimant, claim, "the core of a claimant dies")                                         \
  /* handover and orders */                                                                              \
  X(handover, handover, "a handover begins")                                                             \
  X(handover_resumed, handover, "a handover is aborted before the grant: the source resumes")            \
  X(handover_granted, handover, "the source of a handover gives its word")                               \
  X(handover_lost_target, handover_granted, "the target is gone after the grant")                        \
  X(handover_lost_source, handover, "the source is gone before the grant")                               \
  X(handover_claimed_back, handover_granted, "the source claims after it granted")                       \
  X(handover_start_failed, handover_granted, "V3: the target of a handover does not start")              \
  X(handover_crossed, handover, "both heads are asked for makeactive at once")                           \
  X(left, left, "an owner that shuts down gives its service away first")                                 \
  X(order_refused, order_refused, "an order is refused")                                                 \
  X(order_failed, order_failed, "an order was accepted, and fails")                                      \
  X(order_cancelled, order_cancelled, "an order is cancelled")                                           \
  X(acknowledge_refused, order_refused, "\"that head is off\" is refused: evidence speaks against it")   \
  /* joining */                                                                                          \
  X(joined, joined, "a booted head is admitted")                                                         \
  X(both_boot, both_boot, "both heads listen after a boot, and nobody owns")                             \
  X(peer_boots_at_claim, claim_at_boot, "the peer boots while a boot claimant acts")                     \
  /* when faults strike */                                                                               \
  X(two_at_once, two_at_once, "two faults strike within 10 ms")                                          \
  X(struck_claiming, claim, "a fault strikes during a claim")                                            \
  X(struck_fencing, fence_ordered, "a fault strikes during fencing")                                     \
  X(struck_starting, struck_starting, "a fault strikes during a start")                                  \
  X(struck_stopping, struck_stopping, "a fault strikes during a stop")                                   \
  X(struck_stopped, handover, "a fault strikes between stop and grant")                                  \
  X(struck_booting, struck_booting, "a fault strikes while a head boots or listens")                     \
  X(cut_after_persist, cut_between, "power fails within a ms of a promise being made durable")           \
  X(cut_after_off, cut_between, "power fails within a ms of an OFF being ordered")                       \
  X(cut_after_claim, cut_between, "power fails within a ms of a claim going to the store")               \
  X(cut_after_marker, cut_between, "power fails within a ms of the marker being written")                \
  X(cut_after_mount, cut_between, "power fails within a ms of a mount being ordered")                    \
  X(cut_after_unmount, cut_between, "power fails within a ms of an unmount being ordered")               \
  X(cut_after_news, cut_between, "power fails within a ms of news going to the peer")                    \
  X(cut_between, cut_between, "power fails between two outputs of a core")                               \
  X(both_off, both_off, "both heads are without power")                                                  \
  X(nobody_owns, nobody_owns, "nobody holds anything of a service for a minute")

enum class Landmark : std::uint8_t {
#define HASIM_X(name, way, text) name,
  HASIM_LANDMARKS(HASIM_X)
#undef HASIM_X
      count_
};
inline constexpr std::size_t kLandmarks = static_cast<std::size_t>(Landmark::count_);

struct LandmarkInfo {
  Landmark way;           ///< what a run passes before; itself: nothing in particular
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
