// The rooms of the core; in which order a step passes through them stands in `judge` (node.cc). Each room has one .cc
// file; the rules that it implements are named there by their ids of docs/protocol.md.
#pragma once

#include "core/turn.h"

namespace ha {

// detection.cc: who is alive, and since when that is certain (D1)
/// False: another path has brought this beat already, and what it changed no room looks at before it is due.
bool on_beat(Turn&, const BeatReceived&);
void on_link(Turn&, const LinkChanged&);
/// My own lines are all dark, or were until just now: that the peer is not heard says nothing of the peer.
bool deaf(const Config&, const State&);
void on_peer_dumps(Turn&);
/// Until when a dump of the peer keeps this head from fencing it; kLongAgo: there is none (FE15).
Instant dump_until(const Config&, const State&);
void judge_peer(Turn&);
void resume_after_stall(Turn&);
/// The peer is alive, also under a young suspicion: it proved itself less than `warn_after` ago.
bool heard_lately(const Config&, const State&);
/// Beats of the peer arrive over path `i`, whatever they prove.
bool hears_peer(const Config&, const State&, int i);
/// When the newest beat arrived, over whatever path.
Instant last_arrival(const Config&, const State&);
Instant detection_due(const Config&, const State&);

// beats.cc: what this head says of itself
void send_beat_if_due(Turn&);
bool admits_peer(const Config&, const State&);
bool gives_word(const Config&, const State&);

// right.cc: the right to run, and the store that renews it (§9, T1, T2)
bool has_right_to_run(const Config&);
Instant right_end(const Config&, const State&);
bool right_valid(const Config&, const State&);
/// Highest epoch of what starts, runs or stops here; 0: nothing does.
Epoch highest_owned(const Config&, const State&);
bool foreign_claim(const Config&, const State&);
bool lease_moves(const Config&, const State&);
/// A look that was sent when it had not moved for long enough found it where it was (A2r).
bool lease_stands(const Config&, const State&);
/// A lease that was not renewed for this long stands still (A2r).
Duration lease_rests_after(const Config&);
void on_store_answer(Turn&, const StoreAnswer&);
void use_store(Turn&);
void judge_right(Turn&);
void kick_if_due(Turn&);
Instant right_due(const Config&, const State&);

// join.cc: booting, admission, grants (§5)
void on_probed(Turn&, const Probed&);
void judge_join(ServiceTurn&);
void grant_if_asked(ServiceTurn&);
void request_service(ServiceTurn&, bool handover);
void withdraw_request(ServiceTurn&);
bool request_refused(const ServiceTurn&);
/// The peer is there, runs nothing and asks for nothing, and neither is this head about to act on a grant of it.
bool nobody_serves(const ServiceTurn&);
Instant join_due(const Config&, const State&);

// inquiry.cc: may I take over? (§6)
/// How long a first answer of any arbiter is waited for.
inline constexpr Duration kArbitersAnswer = std::chrono::seconds{3};
void on_voters(Turn&, const VoterTally&);
void on_ping(Turn&, const PingAnswer&);
void judge_inquiry(Turn&);
bool damped(const Turn&);
bool in_maintenance(const State&);
Reason forbidden(const Turn&, bool by_power);
void hold_waiting(Turn&, Reason);
Instant inquiry_due(const Config&, const State&);

// arbiters.cc: could a takeover be decided, if one were needed? (§6)
void on_watched_voters(Turn&, const VoterTally&);
void on_watched_ping(Turn&, const PingAnswer&);
void watch_arbiters(Turn&);
/// Why this head could not decide a takeover; none while it has none to wait for.
Reason arbiter_trouble(const Config&, const State&);
/// It looks at the store at the pace of the fence devices, as nobody needs to know more.
bool watches_store(const Config&, const State&);
Instant arbiters_due(const Config&, const State&);

// claim.cc: the claim, its proofs and the guard at the start (§7, §10)
/// After that a claim without an answer is read back.
inline constexpr Duration kClaimAnswers = std::chrono::seconds{2};
void begin_claim(Turn&, bool at_boot);
void give_up_claim(Turn&, Cause);
void on_claim_answer(Turn&, const StoreAnswer&);
void judge_claim(Turn&);
bool claim_stands(const State&);
bool contradicts_off(const Config&, const State&, Instant since);
Instant claim_due(const Config&, const State&);

// race.cc: who may shoot when, where no store decides it (F6)
std::uint8_t rank_of(const State&);
/// It defends itself: it has the first service, or the peer has none.
bool has_first_rank(const Turn&);
/// When an order may leave: from `from`, and not at `until` or later.
template <class Time>
struct Window {
  Time from;
  Time until;
};
/// The window of that rank that is open `since` the race began, or else the next one. Source: PROTOCOL F6.
Window<Duration> window_of(const Config&, std::uint8_t rank, Duration since);
using Shot = Window<Instant>;
/// When this head may order its peer off: `from` is now or later. A store leaves it all the time.
Shot next_shot(const Config&, const State&);

// chassis.cc: the peer's chassis, read without ordering anything (D2, BM01, BM05, BM06, FE08)
bool on_chassis_reading(Turn&, const PowerReading&);
/// What a reading says of the device itself. False if it says nothing of the peer's chassis.
bool learn_device(Turn&, const PowerReading&);
void learn_refusal(Turn&, std::uint8_t level);
void confirm_power_loss(Turn&);
void watch_chassis(Turn&);
/// The first level from `from` on that may be used now; `fence_levels` if there is none.
int next_usable_level(const Config&, const State&, int from);
Instant chassis_due(const Config&, const State&);

// fencing.cc: off, then verify; unknown is not success (§8)
void begin_fencing(Turn&);
void stop_fencing(Turn&);
void reopen_fencing(Turn&);
void on_power_off(Turn&, const PowerOffAnswer&);
void on_power_reading(Turn&, const PowerReading&);
void judge_fencing(Turn&);
/// An OFF of mine is about to go out and may fire until `until`: durable before it is out (F1, F7).
void begin_quarantine(Turn&, Instant until);
Instant fencing_due(const State&);

// service.cc: ordered start, reverse stop, bounded in time (§10, E5)
/// Between two looks at a marker that does not answer, and two tries to mount [ST06].
inline constexpr Duration kStorageAgain = std::chrono::seconds{1};
void start_service(ServiceTurn&);
void stop_service(ServiceTurn&, After, Cause);
void restart_failed(ServiceTurn&);
void announce_anew(ServiceTurn&);
/// Stops whatever starts or runs here.
void stop_everything(Turn&, After, Cause);
void on_resource(ServiceTurn&, const ResourceAnswer&);
void on_resource_failed(ServiceTurn&, const ResourceFailed&);
void on_marker(ServiceTurn&, const MarkerAnswer&);
void judge_service(ServiceTurn&);
void renumber_if_overtaken(ServiceTurn&);
Instant service_due(const Config&, const State&);

// handover.cc: moving the service on purpose, and what a verified stop leads to (§11)
inline constexpr Duration kAnswerTimeout = std::chrono::seconds{5};  ///< of the peer, to what an operator ordered
void after_stop(ServiceTurn&);
void judge_handover(ServiceTurn&);
void judge_leaving(Turn&);
void resume_service(ServiceTurn&);
/// The order for this service is decided: it came, or it failed for that reason.
void settle_command(ServiceTurn&, Reason failed);
void give_up_move(ServiceTurn&, Reason failed, Cause);
/// Some service is started, stopped, moved or taken over.
bool moves_anything(const Config&, const State&);
Instant handover_due(const Config&, const State&);

// readiness.cc: could this head serve, and is it better off than its peer? (§12)
void on_fitness(Turn&, const Fitness&);
void judge_readiness(Turn&);
/// Why this head must not take the service; none: it may.
Reason cannot_serve(const State&, const Service&);
/// Why a head that boots alone must not start on its own copy of the data (E5); none: it may.
Reason data_in_doubt(const ServiceTurn&);
bool speaks_another_protocol(const Turn&);
Instant readiness_due(const Config&, const State&);

// drill.cc: the planned test of fencing (§12)
Reason drill_refused(const Turn&);
void begin_drill(Turn&, RequestId command);
bool on_drill_answer(Turn&, const PowerOffAnswer&);
bool on_drill_reading(Turn&, const PowerReading&);
void judge_drill(Turn&);
Instant drill_due(const State&);

// reload.cc: a new configuration on both heads, or on none (§12)
Reason reload_refused(const Turn&, bool force);
void begin_reload(Turn&, const Command&);
void on_staged(Turn&, const Staged&);
void judge_reload(Turn&);
Instant reload_due(const State&);

// orders.cc: what an operator asks for (§12)
void on_command(Turn&, const Command&);
void remind_of_maintenance(Turn&);
Instant reminder_due(const State&);

constexpr Instant earliest(Instant a, Instant b) { return a < b ? a : b; }

}  // namespace ha
