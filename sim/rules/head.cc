// Beats, silence, and resources in order.
#include "sim/rules/head.h"

#include <algorithm>

namespace hasim::rules {

using ha::Cause;
using ha::Instant;
using ha::Outcome;
using ha::Outputs;
using ha::PeerView;
using ha::Reason;
using ha::ReportKind;
using ha::RequestId;
using ha::Role;

namespace {

template <class E>
constexpr std::uint8_t code(E e) {
  return static_cast<std::uint8_t>(e);
}

bool holds_something(Role role) { return role == Role::starting || role == Role::owner || role == Role::stopping; }

}  // namespace

Head::Head(const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot, Stops stops)
    : config_{config}, survived_{survived}, me_{boot}, stops_{stops} {}

ha::Status Head::status() const {
  ha::Status status;
  status.service[0] = {.role = role_,
                       .epoch = holds_something(role_) ? ownership_ : ha::Epoch{},
                       .promised = survived_.disk.promised[0],
                       .proof = proof_,
                       .hold = hold_,
                       .operation = operation_};
  status.peer = view_;
  status.armed = role_ != Role::init;  // nobody admits anybody: who is in may act
  status.leaving = leaving_;
  status.standby = stays_out();
  return status;
}

Progress Head::take(Instant now, const ha::Input& in, Outputs& out) {
  now_ = now;
  if (!awake_) wake(out);
  Progress progress = Progress::none;
  if (const auto* beat = std::get_if<ha::BeatReceived>(&in)) hear(*beat);
  if (const auto* probe = std::get_if<ha::Probed>(&in); probe && probe->id == asked_) found(probe->running, out);
  if (const auto* answer = std::get_if<ha::ResourceAnswer>(&in)) progress = answered(*answer, out);
  watch_peer(out);
  return progress;
}

void Head::end(Instant look_again, Outputs& out) {
  if (now_ >= next_beat_at_) beat(out);
  due_ = std::min({next_beat_at_, view_changes_at(), look_again});
  if (due_ <= now_) due_ = now_ + config_.keep_alive;
}

void Head::wake(Outputs& out) {
  awake_ = true;
  silent_since_ = next_beat_at_ = now_;
  report({.epoch = survived_.disk.owned[0],
          .kind = ReportKind::role,
          .a = code(Role::init),
          .b = code(Role::init),
          .cause = Cause::boot},
         out);
  asked_ = ask();
  out.push(ha::Probe{asked_});
}

// ---------------------------------------------------------------------------------------------------------------
// The peer

void Head::hear(const ha::BeatReceived& in) {
  if (in.beat.cell != config_.cell || in.beat.from == config_.self) return;
  const bool newer =
      in.beat.sender > peer_.sender || (in.beat.sender == peer_.sender && in.beat.seq > peer_.seq) || !heard_;
  if (newer) peer_ = in.beat;
  heard_ = true;
  silent_since_ = now_;
}

Instant Head::view_changes_at() const {
  switch (view_) {
    case PeerView::unknown: return silent_since_ + config_.init_dead;
    case PeerView::alive: return silent_since_ + config_.warn_after;
    case PeerView::suspect: return silent_since_ + config_.dead_after;
    default: return ha::kNever;
  }
}

void Head::watch_peer(Outputs& out) {
  const ha::Duration silence = now_ - silent_since_;
  PeerView view = PeerView::lost;
  if (!heard_ && silence < config_.init_dead) view = PeerView::unknown;
  if (heard_ && silence < config_.dead_after) view = silence < config_.warn_after ? PeerView::alive : PeerView::suspect;
  if (view == view_) return;
  const Cause cause = view == PeerView::alive ? Cause::beats_seen : Cause::beats_missed;
  report({.kind = ReportKind::peer, .a = code(view_), .b = code(view), .cause = cause}, out);
  view_ = view;
}

bool Head::peer_serves() const { return peer_heard() && holds_something(peer_.service[0].role); }

bool Head::was_last_owner() const {
  const std::uint64_t mine = value(survived_.disk.owned[0]), theirs = value(peer_.service[0].epoch);
  return mine == theirs ? config_.self == config_.service[0].preferred : mine > theirs;
}

void Head::beat(Outputs& out) {
  next_beat_at_ = now_ + config_.keep_alive;
  if (silent_ || out_) return;
  ha::Beat beat;
  beat.sender = me_;
  beat.seq = beat.progress = ++seq_;
  beat.peer = peer_.sender;
  beat.echo = peer_.seq;
  ha::ServiceBeat& service = beat.service[0];
  service.promised = survived_.disk.promised[0];
  service.epoch = survived_.disk.owned[0];
  service.role = role_;
  service.flags = ha::kHealthy;
  if (asks_) service.flags |= ha::kAsksHandover;
  beat.cell = config_.cell;
  beat.digest = config_.digest;
  if (leaving_) beat.flags |= ha::kLeaving;
  beat.from = config_.self;
  out.push(ha::SendBeat{static_cast<std::uint8_t>((1U << config_.paths) - 1), beat});
}

// ---------------------------------------------------------------------------------------------------------------
// What is said

void Head::report(const ha::Report& report, Outputs& out) { out.push(report); }

void Head::become(Role role, Cause cause, Outputs& out) {
  if (role == role_) return;
  report({.epoch = ownership_, .kind = ReportKind::role, .a = code(role_), .b = code(role), .cause = cause}, out);
  role_ = role;
  next_beat_at_ = now_;  // the peer learns it at once
}

void Head::alert(Reason reason, Outputs& out) { report({.kind = ReportKind::alert, .reason = reason}, out); }

void Head::hold(Reason reason, Outputs& out) {
  if (reason == hold_) return;
  if (hold_ != Reason::none) report({.kind = ReportKind::hold, .a = 0, .cause = Cause::unlocked, .reason = hold_}, out);
  if (reason != Reason::none) report({.kind = ReportKind::hold, .a = 1, .cause = Cause::held, .reason = reason}, out);
  hold_ = reason;
}

void Head::begin(ha::Operation operation, Cause cause, Outputs& out) {
  if (operation_ == operation) return;
  finish(cause, out);
  operation_ = operation;
  report({.kind = ReportKind::operation, .a = code(operation), .b = 1, .cause = cause}, out);
}

void Head::finish(Cause cause, Outputs& out) {
  if (operation_ == ha::Operation::none) return;
  report({.kind = ReportKind::operation, .a = code(operation_), .b = 0, .cause = cause}, out);
  operation_ = ha::Operation::none;
}

void Head::fence_step(ha::FenceStep step, Reason reason, Outputs& out) {
  report({.epoch = ownership_, .kind = ReportKind::fence, .a = code(step), .reason = reason}, out);
}

// ---------------------------------------------------------------------------------------------------------------
// Resources

void Head::found(std::uint32_t running, Outputs& out) {
  probed_ = true;
  asked_ = {};
  if (running == 0) return;
  ownership_ = survived_.boot.running[0];
  if (running == (1U << config_.service[0].resources) - 1) return become(Role::owner, Cause::adopted, out);
  stop(Cause::boot, out);
}

void Head::count_ownership() {
  const auto highest = std::max(value(survived_.disk.promised[0]), value(peer_.service[0].promised));
  ownership_ = ha::epoch_of(highest / 2 + 1, config_.self);
  survived_.disk.promised[0] = survived_.disk.owned[0] = ownership_;
}

void Head::start(ha::Proof proof, Cause cause, Outputs& out) {
  hold(Reason::none, out);
  count_ownership();
  out.push(ha::Persist{survived_.disk});
  proof_ = proof;
  if (proof != ha::Proof::none) {
    report({.epoch = ownership_, .kind = ReportKind::proof, .a = code(proof), .b = 1, .cause = cause}, out);
  }
  become(Role::starting, cause, out);
  resources_until_ = now_ + config_.start_max;
  at_ = 0;
  (void)start_next(out);
}

Progress Head::start_next(Outputs& out) {
  if (at_ < config_.service[0].resources) {
    asked_ = ask();
    out.push(ha::StartResource{asked_, at_, ownership_, resources_until_});
    return Progress::none;
  }
  survived_.boot.running[0] = ownership_;
  out.push(ha::PersistBoot{survived_.boot});
  asked_ = {};
  become(Role::owner, Cause::started, out);
  out.push(ha::Announce{});
  finish(Cause::started, out);
  answer(Outcome::done, Reason::none, out);
  return Progress::started;
}

void Head::stop(Cause cause, Outputs& out) {
  become(Role::stopping, cause, out);
  resources_until_ = now_ + config_.stop_max;
  at_ = config_.service[0].resources;
  (void)stop_next(out);
}

Progress Head::stop_next(Outputs& out) {
  if (at_ > 0) {
    asked_ = ask();
    out.push(ha::StopResource{asked_, static_cast<std::uint8_t>(at_ - 1), false, resources_until_});
    return Progress::none;
  }
  survived_.boot.running[0] = {};
  out.push(ha::PersistBoot{survived_.boot});
  asked_ = {};
  proof_ = ha::Proof::none;
  return Progress::stopped;
}

void Head::restart(std::uint8_t resource, Outputs& out) {
  asked_ = ask();
  out.push(ha::StartResource{asked_, resource, ownership_, now_ + config_.start_max});
}

Progress Head::answered(const ha::ResourceAnswer& in, Outputs& out) {
  if (in.id != asked_ || asked_ == RequestId{}) return Progress::none;
  const bool done = in.outcome == Outcome::done;
  switch (role_) {
    case Role::starting:
      if (!done) {
        alert(in.reason, out);
        answer(Outcome::refused, Reason::start_failed, out);
        stop(Cause::start_failed, out);
        return Progress::none;
      }
      ++at_;
      return start_next(out);
    case Role::stopping:
      if (!done) {
        alert(in.reason, out);
        if (stops_ == Stops::verified) return Progress::stop_failed;
      }
      --at_;
      return stop_next(out);
    case Role::owner: asked_ = {}; return done ? Progress::restarted : Progress::restart_failed;
    default: return Progress::none;
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Operators

bool Head::accept(const ha::Command& command, Outputs& out) {
  if (asked_by_operator()) {
    out.push(ha::Reply{command.id, command.kind, Outcome::refused, Reason::in_progress});
    return false;
  }
  command_ = command.id;
  out.push(ha::Reply{command.id, command.kind, Outcome::unknown, Reason::none});
  return true;
}

void Head::answer(Outcome outcome, Reason reason, Outputs& out) {
  if (!asked_by_operator()) return;
  out.push(ha::Reply{command_, ha::CommandKind::makeactive, outcome, reason});
  command_ = {};
  asks_ = false;
}

void Head::leave(Outputs& out) {
  if (leaving_) return;
  leaving_ = true;
  if (holds_something(role_)) return stop(Cause::leaving, out);
  say_left(out);
}

void Head::stood_down(Role goes_on_as, Outputs& out) {
  if (leaving_) return say_left(out);
  become(goes_on_as, Cause::handed_over, out);
}

void Head::say_left(Outputs& out) {
  become(Role::stopped, Cause::leaving, out);
  finish(Cause::leaving, out);
  beat(out);
  out.push(ha::Left{});
  silent_ = true;
}

void Head::note_member(Outputs& out) {
  if (was_member()) return;
  survived_.disk.standby = 1;
  out.push(ha::Persist{survived_.disk});
}

void Head::come_in() {
  out_ = false;
  if (!heard_) silent_since_ = now_;
}

}  // namespace hasim::rules
