// A service: its resources come up in order and go down in reverse, bounded in time (PROTOCOL §10, E5).
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kForceTakes = std::chrono::seconds{5};  ///< the last part of the stop budget belongs to the kill
constexpr std::uint8_t kNone = 0xff;
constexpr Duration kRetryFirst = std::chrono::seconds{30};  ///< without a peer; then twice as long, up to a window
constexpr int kRetryDoublings = 10;

void read_marker(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  v.phase = ServicePhase::marker_read;
  v.retry_at = kNever;
  v.id = t.ask();
  t.out.push(ReadMarker{v.id, t.index});
}

/// The resource under way is a mount: it waits for its storage.
bool mounts(const ServiceTurn& t) { return (t.config.mounts >> t.mine().run.at & 1U) != 0; }

void order_start(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  v.retry_at = kNever;
  v.id = t.ask();
  v.running |= 1U << v.at;  // from now on it may run
  t.out.push(StartResource{v.id, v.at, t.mine().epoch, v.deadline});
}

void start_next(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  if (v.at == t.set().first + t.set().resources) {
    v.phase = ServicePhase::idle;
    v.id = RequestId{};
    announce_anew(t);
    if (!t.any(is_claim)) t.s.boot_claim = 0;
    t.activity(Operation::start, false, Cause::started);
    t.become(Role::owner, Cause::started);
    for (const Operation o : {Operation::takeover, Operation::handover, Operation::boot}) t.end(o, Cause::started);
    settle_command(t, Reason::none);
    return;
  }
  if (mounts(t)) {  // the clock of the whole start stands still meanwhile [ST06]
    v.start_left = v.deadline - t.now();
    v.deadline = t.now() + t.config.mount_retry;
  }
  order_start(t);
}

/// A mount that failed is tried again, for as long as it is waited for; of the wrong file system no patience makes the
/// right one. False: it failed for good.
bool mount_again(ServiceTurn& t, Reason why) {
  ResourceState& v = t.mine().run;
  if (!mounts(t) || why == Reason::wrong_mount || t.now() + kStorageAgain >= v.deadline) return false;
  v.id = RequestId{};
  v.retry_at = t.now() + kStorageAgain;
  return true;
}

/// Nothing was started yet and the proof stands: there is nothing better to do than to wait for the storage [CA05].
void wait_for_storage(ServiceTurn& t) {
  if (t.mine().hold == Reason::storage_lost) return;
  t.alert(Reason::storage_lost);
  t.hold(Reason::storage_lost);
}

void begin_starting(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  t.hold(Reason::none);
  v.phase = ServicePhase::starting;
  v.deadline = t.now() + t.config.start_max;
  v.at = t.set().first;
  start_next(t);
}

void mark_failed(ServiceTurn& t, Reason reason, std::uint8_t resource = kNone) {
  ResourceState& v = t.mine().run;
  if (t.now() - v.failed_at >= 2 * t.config.damping_window) v.failures = 0;
  v.failures = static_cast<std::uint8_t>(std::min(v.failures + 1, 100));
  v.failure = reason;
  v.failed = resource;
  v.failed_at = t.now();
  t.s.beat_now = 1;  // the peer reads kWantsRelief and asks for the service, if it can serve
  t.alert(reason);
}

void start_failed(ServiceTurn& t, Reason reason) {
  mark_failed(t, reason == Reason::none ? Reason::start_failed : reason);
  stop_service(t, After::give_back, Cause::start_failed);
}

/// Highest resource that runs or may run; kNone if nothing does.
std::uint8_t highest(std::uint32_t running) {
  for (int i = kResourcesMax - 1; i >= 0; --i) {
    if (running & (1U << i)) return static_cast<std::uint8_t>(i);
  }
  return kNone;
}

void stop_next(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  const std::uint8_t i = highest(v.running);
  if (i == kNone) {
    v.phase = ServicePhase::idle;
    v.id = RequestId{};
    v.forced = 0;
    t.running() = Epoch{};
    t.persist_boot();
    t.activity(Operation::stop, false, Cause::handover);
    return after_stop(t);
  }
  v.at = i;
  v.id = t.ask();
  t.out.push(StopResource{v.id, i, v.forced != 0, v.forced ? v.deadline : v.deadline - kForceTakes});
}

void force_stop(ServiceTurn& t) {
  t.mine().run.forced = 1;
  t.alert(Reason::stop_hung);
  stop_next(t);
}

/// Something that must stop does not. The watchdog, or the host's own reset, is the answer; never a start elsewhere.
void stop_hung(ServiceTurn& t) {
  t.mine().run.phase = ServicePhase::idle;
  mark_failed(t, Reason::stop_hung);
  t.become(Role::dead, Cause::stop_hung);
  settle_command(t, Reason::stop_hung);
  t.out.push(Reboot{Cause::stop_hung});
}

void finish_restart(ServiceTurn& t, bool up) {
  ResourceState& v = t.mine().run;
  const std::uint8_t resource = v.restarting;
  v.restarting = kNone;
  v.phase = ServicePhase::idle;
  v.id = RequestId{};
  if (!up) return on_resource_failed(t, ResourceFailed{resource, Reason::start_failed});
  settle_command(t, Reason::none);
}

void restart(ServiceTurn& t, std::uint8_t resource) {
  ResourceState& v = t.mine().run;
  v.restarting = resource;
  v.at = resource;
  v.id = t.ask();
  v.phase = ServicePhase::stopping;
  v.deadline = t.now() + t.config.stop_max;
  t.out.push(StopResource{v.id, resource, true, v.deadline});
}

void on_restart_answer(ServiceTurn& t, const ResourceAnswer& in) {
  ResourceState& v = t.mine().run;
  if (v.phase == ServicePhase::stopping) {
    if (in.outcome != Outcome::done) return finish_restart(t, false);
    v.phase = ServicePhase::starting;
    v.deadline = t.now() + t.config.start_max;
    v.id = t.ask();
    t.out.push(StartResource{v.id, in.resource, t.mine().epoch, v.deadline});
    return;
  }
  finish_restart(t, in.outcome == Outcome::done);
}

/// Services start in the order of the configuration. One whose storage does not answer holds up nobody.
bool waits_for_earlier(const ServiceTurn& t) {
  const auto& services = t.s.services;
  return std::any_of(services.begin(), services.begin() + t.index, [](const Service& of) {
    return of.role == Role::starting && of.run.phase != ServicePhase::idle && of.hold == Reason::none;
  });
}

void start_when_due(ServiceTurn& t) {
  if (waits_for_earlier(t)) return;
  t.mine().run.deadline = t.now() + t.config.mount_retry;
  t.activity(Operation::start, true, Cause::started);
  t.set().storage == Storage::shared ? read_marker(t) : begin_starting(t);
}

bool peer_can_serve(const ServiceTurn& t) {
  const ServiceBeat& theirs = t.theirs();
  return heard_lately(t.config, t.s) && t.s.peer.was_armed && theirs.role == Role::passive && theirs.has(kHealthy);
}

/// How long a failure keeps this head from trying again. With a peer, which may take the service or has failed too: a
/// window, so that it does not go to and fro (PR01, PR03). Without one nobody else can have it, and giving it up helps
/// nobody: a while, and then twice as long each time.
Duration failure_lasts(const ServiceTurn& t) {
  if (!t.peer_never_heard() && !t.peer_lost()) return t.config.damping_window;
  const int doublings = std::clamp(t.mine().run.failures - 1, 0, kRetryDoublings);
  return std::min(t.config.damping_window, kRetryFirst * (1 << doublings));
}

void forget_failure(ServiceTurn& t) {
  const ResourceState& v = t.mine().run;
  if (v.failure == Reason::none || t.now() - v.failed_at < failure_lasts(t)) return;
  switch (t.mine().role) {
    case Role::init:
    case Role::passive: t.mine().run.failure = Reason::none; return;
    case Role::stopped:
      if (t.peer_lost()) t.mine().run.failure = Reason::none;
      return;
    case Role::owner:
      if (t.peer_lost() && v.phase == ServicePhase::idle) restart_failed(t);
      return;
    default: return;
  }
}

}  // namespace

/// Its addresses are told as after a start: at once, and again and again.
void announce_anew(ServiceTurn& t) {
  t.mine().run.announced = 0;
  t.mine().run.announce_at = t.now();
}

/// Starts the resource again for which the service was given up here.
void restart_failed(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  v.failure = Reason::none;
  t.hold(Reason::none);
  if (v.failed != kNone) restart(t, v.failed);
}

void start_service(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  v.restarting = kNone;
  v.phase = ServicePhase::queued;
  v.deadline = kNever;
  start_when_due(t);
}

void on_marker(ServiceTurn& t, const MarkerAnswer& in) {
  ResourceState& v = t.mine().run;
  const bool reading = v.phase == ServicePhase::marker_read;
  if (in.id != v.id || (!reading && v.phase != ServicePhase::marker_write)) return;
  v.id = RequestId{};
  if (in.outcome != Outcome::done) {
    v.phase = ServicePhase::marker_read;
    v.retry_at = t.now() + kStorageAgain;
    return;
  }
  if (!reading) return in.epoch == t.mine().epoch ? begin_starting(t) : start_failed(t, Reason::stale_epoch);
  if (in.epoch > t.mine().epoch || (in.epoch == t.mine().epoch && head_of(in.epoch) != t.config.self)) {
    // E5: an owner that I never heard of wrote a newer epoch. The proof concerns the peer, not the number: go above.
    t.promise(epoch_of(std::max(counter_of(in.epoch), counter_of(t.promised())) + 1, t.config.self));
    t.mine().epoch = t.promised();
    t.owned() = t.mine().epoch;
    t.persist();
    t.running() = t.mine().epoch;
    t.persist_boot();
  }
  v.phase = ServicePhase::marker_write;
  v.id = t.ask();
  t.out.push(WriteMarker{v.id, t.mine().epoch, t.index});
}

void stop_service(ServiceTurn& t, After after, Cause cause) {
  ResourceState& v = t.mine().run;
  t.mine().move.after = after;
  if (v.phase != ServicePhase::idle && v.phase != ServicePhase::queued && v.restarting == kNone)
    t.activity(Operation::start, false, cause);
  t.activity(Operation::stop, true, cause);
  t.hold(Reason::none);
  v.phase = ServicePhase::stopping;
  v.restarting = kNone;
  v.retry_at = kNever;
  v.announce_at = kNever;
  v.forced = 0;
  v.deadline = t.now() + t.config.stop_max;
  if (t.mine().role == Role::starting || t.mine().role == Role::owner) t.become(Role::stopping, cause);
  stop_next(t);
}

void stop_everything(Turn& t, After after, Cause cause) {
  each_service(t, [after, cause](ServiceTurn& of) {
    const Role role = of.mine().role;
    if (role == Role::starting || role == Role::owner) stop_service(of, after, cause);
  });
}

void on_resource(ServiceTurn& t, const ResourceAnswer& in) {
  ResourceState& v = t.mine().run;
  if (in.id != v.id || in.id == RequestId{}) return;
  if (v.restarting != kNone) return on_restart_answer(t, in);
  if (v.phase == ServicePhase::starting) {
    if (in.outcome != Outcome::done) return mount_again(t, in.reason) ? void() : start_failed(t, in.reason);
    if (mounts(t)) v.deadline = t.now() + v.start_left;
    ++v.at;
    return start_next(t);
  }
  if (v.phase != ServicePhase::stopping) return;
  if (in.outcome == Outcome::done) {
    v.running &= ~(1U << in.resource);
    v.forced = 0;
    return stop_next(t);
  }
  v.forced ? stop_hung(t) : force_stop(t);
}

/// Local restarts first, then one move, then hold [PR01].
void on_resource_failed(ServiceTurn& t, const ResourceFailed& in) {
  ResourceState& v = t.mine().run;
  if ((t.resources() >> in.resource & 1U) == 0) return;  // of another service
  if (t.mine().role != Role::owner || v.phase != ServicePhase::idle || v.failure != Reason::none) return;
  if (t.now() - v.restarts_from >= t.config.damping_window) {
    v.restarts_from = t.now();
    v.restarts = 0;
  }
  if (v.restarts < t.config.restarts_max) {
    ++v.restarts;
    return restart(t, in.resource);
  }
  mark_failed(t, in.reason, in.resource);
  settle_command(t, in.reason == Reason::none ? Reason::service_failed : in.reason);
  if (peer_can_serve(t)) return;
  t.alert(Reason::damped);
  t.hold(Reason::service_failed);
}

/// The peer promised a number above mine and gave up asking for it (an aborted handover, a refused request). It can
/// only be admitted by an owner that is not older, so the owner takes a newer number. No proof is needed: what was
/// promised there could only have been granted by me, and was not.
void renumber_if_overtaken(ServiceTurn& t) {
  Service& mine = t.mine();
  const ServiceBeat& theirs = t.theirs();
  const bool idle = mine.role == Role::owner && mine.run.phase == ServicePhase::idle && t.promised() == mine.epoch;
  if (!idle || !heard_lately(t.config, t.s) || !t.peer_knows_me() || theirs.promised <= mine.epoch ||
      theirs.request != Epoch{})
    return;
  if (!listens(theirs.role)) return;
  mine.epoch = t.allocate();
  t.owned() = mine.epoch;
  t.persist();
  t.running() = mine.epoch;
  t.persist_boot();
  if (t.set().storage == Storage::shared) t.out.push(WriteMarker{t.ask(), mine.epoch, t.index});
  t.s.beat_now = 1;
}

void judge_service(ServiceTurn& t) {
  ResourceState& v = t.mine().run;
  forget_failure(t);
  if (t.now() >= v.announce_at && t.mine().role == Role::owner) {
    // Once is not enough: announcements are lost [NW02, NW04].
    v.announced = static_cast<std::uint8_t>(std::min(v.announced + 1, 100));
    v.announce_at = t.now() + (v.announced < 10 ? Duration{std::chrono::seconds{1}} : t.config.reannounce_every);
    t.out.push(Announce{t.index});
  }
  if (v.phase == ServicePhase::idle) return;
  if (v.phase == ServicePhase::queued) return start_when_due(t);
  if (v.phase == ServicePhase::marker_read && t.now() >= v.retry_at) read_marker(t);
  if (v.phase == ServicePhase::starting && t.now() >= v.retry_at) order_start(t);
  if (t.now() < v.deadline) return;
  if (v.phase == ServicePhase::marker_read || v.phase == ServicePhase::marker_write) return wait_for_storage(t);
  if (v.restarting != kNone) return finish_restart(t, false);
  if (v.phase == ServicePhase::starting)
    return start_failed(t, mounts(t) ? Reason::mount_failed : Reason::start_failed);
  if (v.phase == ServicePhase::stopping) stop_hung(t);
}

Instant service_due(const Config& c, const State& s) {
  Instant due = kNever;
  for (ServiceIndex i = 0; i < c.services; ++i) {
    const Service& service = s.services[i];
    const ResourceState& v = service.run;
    if (service.role == Role::owner) due = earliest(due, v.announce_at);
    if (v.phase == ServicePhase::idle) continue;
    due = earliest(due, v.retry_at);
    if (s.now < v.deadline) due = earliest(due, v.deadline);
  }
  return due;
}

}  // namespace ha
