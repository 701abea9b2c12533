// Every word with which the core explains itself: reasons (why it refuses, holds or warns), causes (why a state
// changed) and proofs (why a head may start). This file is the one source: the vocabulary of the scenario language,
// the documents and the traces are made from these lists.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace ha {

/// Reasons: machine-readable answers to "why not" (invariant I9) and the conditions that alerts and `hactl` name.
/// X(enumerator, "one sentence for people", "what would end it").
#define HA_REASONS(X)                                                                                                  \
  X(none, "no reason", "nothing is waited for")                                                                        \
  X(contradiction, "something fresh contradicts the proof that the peer is off",                                       \
    "an answer that all sources agree on: repair the device that is wrong, or power the peer off by hand and "         \
    "acknowledge it")                                                                                                  \
  X(no_vote, "the voters have not answered yet", "answers of more than half of the voters, or the end of quorum_wait") \
  X(tie, "the voters are split evenly, and a tie changes nothing", "one more voter on either side")                    \
  X(isolated, "this head reaches nobody: it is the lonely one", "any network that reaches an arbiter again")           \
  X(seen_by_voters, "the voters still hear the peer", "the voters losing the peer too, or the beats coming back")      \
  X(cannot_fence, "no fence device of the peer answers",                                                               \
    "a fence device that answers, or an operator who powers the peer off and acknowledges it")                         \
  X(fence_failed, "every fence level was tried and none read off",                                                     \
    "the next try in half a minute, or an operator who powers the peer off and acknowledges it")                       \
  X(fence_unknown, "a fence command may or may not have been executed",                                                \
    "a reading of the chassis, or late_max after the command")                                                         \
  X(bmc_silent, "the peer's BMC does not answer",                                                                      \
    "the BMC answering again, or an operator who powers the peer off and acknowledges it")                             \
  X(bmc_login, "the peer's BMC refuses the login", "the right credentials in the fence configuration")                 \
  X(bmc_swapped, "the BMC entry of one head controls the other", "crossed BMC addresses put right")                    \
  X(bmc_lies, "the BMC says something that is not true", "the BMC repaired or reset")                                  \
  X(no_proof, "nothing proves that the peer has stopped",                                                              \
    "the peer coming back, or an operator who powers it off and acknowledges it")                                      \
  X(lease_lost, "the right to run could not be renewed", "the store, or the word of the peer")                         \
  X(lease_moving, "the peer still renews its lease in the store",                                                      \
    "the lease standing still, or the beats coming back")                                                              \
  X(stale_epoch, "a newer epoch exists", "the head with the newer epoch")                                              \
  X(peer_unknown, "the peer's last epoch is not known",                                                                \
    "the peer, the store that knows its last epoch, or an operator who acknowledges it as off")                        \
  X(common_cause, "both heads have the same trouble: moving would not help", "the shared cause being repaired")        \
  X(path_lost, "a heartbeat path is silent", "beats on that path again")                                               \
  X(path_degraded, "a heartbeat path loses large frames", "the same frame size on the whole path")                     \
  X(one_way, "the peer is heard but does not hear this head, or the other way round",                                  \
    "the mute direction of the path")                                                                                  \
  X(flapping, "a path comes and goes", "a path that stays up")                                                         \
  X(foreign_cell, "beats of another cell arrive here", "another cell number or key on the foreign machines")           \
  X(replay, "old beats are being replayed", "the source of the old frames found")                                      \
  X(core_stuck, "the peer's core sends but decides nothing", "its watchdog, or its core deciding again")               \
  X(mostly_dead, "the peer answers ping but sends no beats",                                                           \
    "the filter that drops beats removed, or the peer powered off")                                                    \
  X(starved, "this head did not run for a while", "enough CPU for the core")                                           \
  X(slept, "this head was suspended", "no suspend on a head node")                                                     \
  X(storage_hung, "the shared storage does not answer", "the storage server answering again")                          \
  X(storage_full, "the shared storage is full", "free space on the shared storage")                                    \
  X(storage_readonly, "the shared storage is read-only", "the shared storage writable again")                          \
  X(storage_lost, "the shared storage cannot be reached", "the storage reachable from this head again")                \
  X(wrong_mount, "what is mounted is not what should be mounted", "the right export at that mount point")              \
  X(mount_failed, "a mount failed", "a mount that succeeds")                                                           \
  X(still_mounted, "a volume is still mounted where it should be released", "the volume released on this head")        \
  X(disk_full, "the local disk is full", "free space on the local disk")                                               \
  X(disk_dead, "the local disk does not answer", "another local disk")                                                 \
  X(address_taken, "a foreign machine answers for the virtual address", "the foreign machine giving the address up")   \
  X(address_failed, "a virtual address could not be brought up", "the address coming up on its network")               \
  X(unreachable, "clients do not reach this head", "clients reaching this head again")                                 \
  X(service_failed, "a resource of the service failed beyond its local restarts",                                      \
    "the resource repaired, then makeactive")                                                                          \
  X(stop_hung, "a resource does not stop", "the reboot of this head")                                                  \
  X(start_failed, "a resource does not start", "the resource repaired, then makeactive")                               \
  X(already_running, "a resource runs where it should not", "the resource stopped, and not enabled at boot")           \
  X(database_failed, "the database cannot serve there", "the database repaired or cloned again")                       \
  X(database_lag, "the database replica is too far behind", "the replica catching up")                                 \
  X(diverged, "the database has commits that nobody else has", "the database cloned again from the side that is kept") \
  X(damped, "too many failovers or fences in a short time: hold and ask a person",                                     \
    "the end of damping_window, or an operator")                                                                       \
  X(cancelled, "an operator cancelled it", "a new order")                                                              \
  X(in_progress, "another operation is under way", "the operation under way coming to its end")                        \
  X(maintenance, "maintenance mode is on", "maintenance mode switched off")                                            \
  X(standby, "this head is in standby", "standby switched off on this head")                                           \
  X(config_differs, "the two heads have different configurations",                                                     \
    "the same configuration on both heads, then reload")                                                               \
  X(config_unsafe, "the timings of the configuration do not satisfy the safety inequality",                            \
    "timings that satisfy the inequality; hasim budget names the two that collide")                                    \
  X(version_differs, "the two cores speak different protocol versions", "the same release on both heads")              \
  X(cloned, "another machine has this head's identity", "the disk in the machine it belongs to, or a new identity")    \
  X(leaving, "this head is shutting down", "the head booting again")                                                   \
  X(script_hung, "a script did not end in its time", "the script repaired")                                            \
  X(provisioning, "a long job blocks the operation", "the job coming to its end, or cancelled")                        \
  X(fenced, "this head has been fenced", "the cause of the fence found; the head rejoins by itself")                   \
  X(watchdog_unusable, "the watchdog cannot be relied on", "a hardware watchdog that can be armed, and a drill")       \
  X(drill_overdue, "fencing has not been drilled for too long", "a drill")                                             \
  X(stale_target, "the target is newer than the source", "the direction of the copy turned round")                     \
  X(slow_stop, "stopping takes more than half of its limit", "a larger stop_max, or a faster stop")                    \
  X(image_old, "the images on this head are old", "the images copied again")                                           \
  X(dumping, "a crash dump is being written", "the dump coming to its end, or dump_max")                               \
  X(gateway_lost, "the gateway does not answer", "the gateway answering again")                                        \
  X(voters_lost, "no voter answers", "voters that answer, or an operator")                                             \
  X(clients_lost, "no client is seen any more", "clients reaching this head again")                                    \
  X(delay_ignored, "the fence agent ignores its delay", "a fence agent that honours its delay, or none at all")        \
  X(active_here, "the service is active on this head", "nothing: the service is where it should be")                   \
  X(not_active, "no service is active on this head", "the order given on the head that is active")

enum class Reason : std::uint8_t {
#define HA_X(name, text, unlock) name,
  HA_REASONS(HA_X)
#undef HA_X
};

/// Reasons that this version never says, because it does not notice yet what they mean. Scenarios that wait for one of
/// them are refused; a test holds the list against the sources.
inline constexpr std::array kReasonsNotSaid{Reason::replay, Reason::slept, Reason::fenced, Reason::drill_overdue,
                                            Reason::slow_stop};

constexpr bool is_said(Reason reason) {
  return std::find(kReasonsNotSaid.begin(), kReasonsNotSaid.end(), reason) == kReasonsNotSaid.end();
}

/// Causes: why a state changed (PROTOCOL §3, last column). Every role change carries one (invariant 12).
#define HA_CAUSES(X)                                                                      \
  X(none, "no cause")                                                                     \
  X(boot, "the core started and nothing runs here")                                       \
  X(adopted, "the core restarted in the same boot and found its services running")        \
  X(joined, "the owner admitted this incarnation")                                        \
  X(granted, "the peer asked for a higher epoch and got this head's word")                \
  X(proof_word, "the peer gave its word that it has stopped (P1)")                        \
  X(proof_off, "the peer's power was verified off (P2)")                                  \
  X(proof_lease, "the peer's right to run is over and its watchdog must have fired (P3)") \
  X(proof_operator, "an operator vouches that the peer is off (P4)")                      \
  X(peer_lost, "every path to the peer is silent for dead_after")                         \
  X(boot_alone, "nobody answered during the start-up time")                               \
  X(claim_won, "this head holds the newest term of the store")                            \
  X(delay_over, "the delay of this head's rank in the fencing race is over")              \
  X(claim_lost, "the store names the other head")                                         \
  X(granted_instead, "the peer asked first and this head had sent nothing")               \
  X(isolated, "this head reaches nobody")                                                 \
  X(incumbent_votes, "the incumbent is still seen, so it stays")                          \
  X(tie, "no majority on either side, so nothing changes")                                \
  X(peer_returned, "the peer was heard again before anything was sent")                   \
  X(fence_unknown, "the fence budget is spent without a verified off")                    \
  X(contradiction, "fresh evidence speaks against the proof")                             \
  X(started, "all resources are up")                                                      \
  X(start_failed, "a resource did not start; all are stopped again")                      \
  X(handover, "an operator moves the service")                                            \
  X(service_failed, "a resource failed beyond its local restarts")                        \
  X(resumed, "the handover was aborted before anything was granted")                      \
  X(handed_over, "everything is stopped and the peer has this head's word")               \
  X(right_expired, "the right to run could not be renewed")                               \
  X(claimed_against, "the peer holds a claim against this incarnation")                   \
  X(higher_epoch, "a higher epoch exists")                                                \
  X(stop_hung, "a stop could not be verified in its time")                                \
  X(held, "the head wants to act and may not")                                            \
  X(unlocked, "the condition of a hold is over")                                          \
  X(operator_order, "an operator asked for it")                                           \
  X(leaving, "the machine is shutting down")                                              \
  X(restarted, "a resource failed and is started again")                                  \
  X(level_failed, "a fence level did not read off")                                       \
  X(beats_seen, "beats with a fresh echo arrived")                                        \
  X(beats_missed, "no fresh echo arrived")                                                \
  X(power_lost, "the peer's chassis reads off and no beat arrives")

enum class Cause : std::uint8_t {
#define HA_X(name, text) name,
  HA_CAUSES(HA_X)
#undef HA_X
};

/// Proofs: why a head may start (PROTOCOL §7). The scenario language names them by these words.
#define HA_PROOFS(X)                                                                    \
  X(none, "no proof")                                                                   \
  X(peer_passive, "P1: the peer granted this request to this incarnation")              \
  X(power_off, "P2: the peer's power was verified off, and nothing fresh contradicts")  \
  X(self_fenced, "P3: the peer's right is over and its armed watchdog must have fired") \
  X(operator_word, "P4: an operator vouches that the peer is off")

enum class Proof : std::uint8_t {
#define HA_X(name, text) name,
  HA_PROOFS(HA_X)
#undef HA_X
};

std::string_view to_string(Reason);
std::string_view to_string(Cause);
std::string_view to_string(Proof);  ///< the words of the scenario language; `operator_word` prints "operator"

/// One sentence for people, as `hasim explain` prints it.
std::string_view explain(Reason);
std::string_view explain(Cause);
/// What would end it, as `hactl status` and `hasim explain` print it.
std::string_view unlocks(Reason);
std::string_view explain(Proof);

inline constexpr int kReasons = 0
#define HA_X(name, text, unlock) +1
    HA_REASONS(HA_X)
#undef HA_X
    ;
inline constexpr int kCauses = 0
#define HA_X(name, text) +1
    HA_CAUSES(HA_X)
#undef HA_X
    ;
inline constexpr int kProofs = 5;

}  // namespace ha
