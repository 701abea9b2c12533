// Readiness: could this head serve, would a move to it succeed, and is it better off than its peer?
//
// The host checks storage, database, networks and disk, n of m and with time limits, and tells the sum as `Fitness`.
// A passive head that could not serve says so long before it is needed [NW15, BM01]; an owner that cannot serve any
// longer asks its peer to take over, on purpose and without a fence [HB03, NW11]; if the peer has the very same
// trouble, moving would not help and nothing moves [ST01, NW07].
#include "core/rooms.h"

namespace ha {
namespace {

/// A reload that is just coming into force on one head after the other is no difference.
bool configs_differ(const Turn& t) {
  const Beat& beat = t.s.peer.beat;
  const bool follows = beat.staged == t.config.digest || t.s.reload.staged == beat.digest;
  return t.peer_alive() && beat.digest != t.config.digest && beat.sender == t.s.peer.incarnation && !follows;
}

/// What is gravest about this head's readiness.
Reason why_unready(const Turn& t) {
  if (speaks_another_protocol(t)) return Reason::version_differs;
  if (configs_differ(t)) return Reason::config_differs;
  if (t.s.fit != Fit::fit) return t.s.unfit_because;
  if (const Reason undecided = arbiter_trouble(t.config, t.s); undecided != Reason::none) return undecided;
  // Where the claim decides, nobody counts on a head start (F6).
  if (t.s.delay_ignored && !t.config.store && t.config.voters == 0) return Reason::delay_ignored;
  return t.s.bmc_trouble;
}

void judge_common_cause(Turn& t) {
  State& s = t.s;
  const bool same =
      any_service(t.config, s.peer.beat, [&s](const ServiceBeat& of) { return of.trouble == s.unfit_because; });
  const bool common = s.fit == Fit::unfit && t.peer_alive() && same;
  if (common == (s.common_cause != 0)) return;
  s.common_cause = common ? 1 : 0;
  t.report(ReportKind::condition, s.common_cause, 0, Cause::none, Reason::common_cause);
  if (common) t.alert(Reason::common_cause);
}

}  // namespace

/// Beats of the peer arrive that this core does not understand. It is there, and no more is known [OP07].
bool speaks_another_protocol(const Turn& t) {
  return t.s.peer.foreign_at != kLongAgo && t.now() - t.s.peer.foreign_at < t.config.dead_after;
}

Reason cannot_serve(const State& s, const Service& service) {
  if (service.run.failure != Reason::none) return service.run.failure;
  return s.fit == Fit::unfit && !s.overruled ? s.unfit_because : Reason::none;
}

/// That the peer does not run says nothing about whose copy is the newest. Only the store remembers who owned last;
/// what this head promised the peer in between may have been used, for all it knows [CA03].
Reason data_in_doubt(const ServiceTurn& t) {
  if (t.set().storage != Storage::local) return Reason::none;
  const StoreState& store = t.s.store;
  if (!store.known) return Reason::peer_unknown;
  if (store.view.lease[t.peer_side()].owned[t.index] > t.owned()) return Reason::stale_epoch;
  return t.promised() > t.owned() && head_of(t.promised()) != t.config.self ? Reason::peer_unknown : Reason::none;
}

void on_fitness(Turn& t, const Fitness& in) {
  State& s = t.s;
  if (in.fit == s.fit && in.reason == s.unfit_because) return;
  const bool heard_again = s.unfit_because == Reason::clients_lost || s.unfit_because == Reason::unreachable;
  if (s.fit == Fit::unfit && in.fit != Fit::unfit) {
    s.fit_since = t.now();
    // What it announced meanwhile nobody heard, and nobody knows what the clients have learnt instead [NW02].
    if (heard_again)
      each_service(t, [](ServiceTurn& of) {
        if (of.mine().role == Role::owner) announce_anew(of);
      });
  }
  s.fit = in.fit;
  s.unfit_because = in.fit == Fit::fit ? Reason::none : in.reason;
  s.overruled = 0;
  s.beat_now = 1;
}

void judge_readiness(Turn& t) {
  const Reason why = why_unready(t);
  if (why != t.s.unready) {
    t.unready(why);
    if (why != Reason::none && why != t.s.bmc_trouble) t.alert(why);  // of a fence device chassis.cc has told already
  }
  judge_common_cause(t);
}

Instant readiness_due(const Config& c, const State& s) {
  return s.peer.foreign_at != kLongAgo && s.now < s.peer.foreign_at + c.dead_after ? s.peer.foreign_at + c.dead_after
                                                                                   : kNever;
}

}  // namespace ha
