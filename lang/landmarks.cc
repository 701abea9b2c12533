// Which event means which place.
#include "lang/landmarks.h"

#include <algorithm>
#include <array>

#include "lang/steps.h"

namespace hasim {

namespace {

using ha::Cause;
using ha::Reason;
using ha::Role;

constexpr std::array<LandmarkInfo, kLandmarks> kInfos{{
#define HASIM_X(name, text) {#name, text},
    HASIM_LANDMARKS(HASIM_X)
#undef HASIM_X
}};

constexpr Duration kRightAfter = std::chrono::milliseconds{1};
constexpr Duration kAtOnce = std::chrono::milliseconds{10};
constexpr Duration kLongUnowned = std::chrono::minutes{1};

/// What power may fail right after.
struct AfterStep {
  StepKind step;
  Landmark place;
};
constexpr std::array kAfterSteps = std::to_array<AfterStep>({{StepKind::persists, Landmark::cut_after_persist},
                                                             {StepKind::orders_off, Landmark::cut_after_off},
                                                             {StepKind::claims, Landmark::cut_after_claim},
                                                             {StepKind::writes_marker, Landmark::cut_after_marker},
                                                             {StepKind::mounts, Landmark::cut_after_mount},
                                                             {StepKind::unmounts, Landmark::cut_after_unmount},
                                                             {StepKind::sends_news, Landmark::cut_after_news}});

std::uint8_t bit_of(StepKind step) {
  const auto* at =
      std::find_if(kAfterSteps.begin(), kAfterSteps.end(), [&](auto& after) { return after.step == step; });
  return at == kAfterSteps.end() ? std::uint8_t{0} : static_cast<std::uint8_t>(1U << (at - kAfterSteps.begin()));
}

bool is_claimant(Role role) { return role == Role::claiming || role == Role::fencing; }
bool is_claimant(const HeadPicture& head) { return head.is(Role::claiming) || head.is(Role::fencing); }

}  // namespace

const LandmarkInfo& info(Landmark landmark) { return kInfos[static_cast<std::size_t>(landmark)]; }

void Landmarks::want(Interest& interest) {
  Picture::want_holdings(interest);
  Picture::want_cores(interest);
  for (const EventKind kind :
       {EventKind::alert, EventKind::fence, EventKind::fence_executed, EventKind::store_wrote, EventKind::promise,
        EventKind::fault, EventKind::action, EventKind::step, EventKind::settled}) {
    interest.want(kind);
  }
}

void Landmarks::reset(const WorldSpec& spec) {
  spec_ = &spec;
  heads_.assign(spec.heads.size(), {});
  peers_.clear();
  for (const HeadSpec& head : spec.heads) {
    const int peer = head_of(spec.peer_of(head.id));
    peers_.push_back(peer < 0 ? head_of(head.id) : peer);
  }
  any_fault_ = false;
  reached_.reset();
  held_.assign(spec.services.size(), Time{0});
}

void Landmarks::see(const Event& e, const Picture& picture) {
  const int who = head_of(e.who);
  switch (e.kind) {
    case EventKind::role: return role(e, picture, who);
    case EventKind::hold: return hold(e, picture.head(who).service[picture.number_of(e)].role);
    case EventKind::fence: return fence(e, who, head_of(e.with));
    case EventKind::fence_executed: return executed(e, who, head_of(e.with));
    case EventKind::proof: return proof(e, picture, who);
    case EventKind::fault:
    case EventKind::action: return struck(e, picture);
    case EventKind::reply: return replied(e, picture);
    case EventKind::step:
      // Outputs of one instant are one moment: whatever was among them, power failed after it.
      if (e.t - at(who).stepped > kRightAfter) at(who).steps = 0;
      at(who).stepped = e.t;
      at(who).steps |= bit_of(static_cast<StepKind>(e.y));
      return;
    case EventKind::settled: reached_.reset(); return;  // what comes in every run says nothing
    case EventKind::peer_view: return seen(e, who);
    case EventKind::condition:
      mark_if(e.reason == Reason::one_way, Landmark::one_way);
      mark_if(e.reason == Reason::starved, Landmark::stalled);
      return;
    case EventKind::alert: mark_if(e.reason == Reason::contradiction, Landmark::fence_contradicted); return;
    case EventKind::promise: {
      const Role role = picture.head(who).service[picture.number_of(e)].role;
      return mark_if(role == Role::owner, Landmark::overtaken);
    }
    case EventKind::store_wrote:
      if (e.x == 1) at(head_of(e.with)).claim_stands = true;
      return;
    case EventKind::part_runs: mark_if(e.x == 1 && e.y == 2, Landmark::part_restarted); return;
    case EventKind::operation:
      if (static_cast<ha::Operation>(e.x) != ha::Operation::handover || e.y != 1) return;
      mark(Landmark::handover);
      mark_if(at(who).off_unknown || peer(who).off_unknown, Landmark::quarantine_handover);
      return;
    default: return machine(e, picture, who);
  }
}

void Landmarks::seen(const Event& e, int who) {
  const auto was = static_cast<ha::PeerView>(e.x), is = static_cast<ha::PeerView>(e.y);
  mark_if(is == ha::PeerView::suspect, Landmark::peer_suspected);
  if (is == ha::PeerView::lost) {
    mark(Landmark::peer_lost);
    mark(Landmark::alone);
  }
  if (is == ha::PeerView::alive) {
    mark_if(was == ha::PeerView::lost, Landmark::lost_and_heard_again);
    mark_if(at(who).fencing, Landmark::fence_heard);
  }
}

void Landmarks::machine(const Event& e, const Picture& picture, int who) {
  switch (e.kind) {
    case EventKind::power:
      if (e.x == 0) power_fails(e, picture, who);
      return;
    case EventKind::hung: {
      const bool owned = e.x == 0 && picture.head(who).is(Role::owner);
      mark_if(owned && picture.head(peer_of(who)).peer_view == ha::PeerView::lost, Landmark::owner_wakes);
      return;
    }
    case EventKind::resets:
      if (e.x != 1) return;
      mark(Landmark::watchdog_fires);
      for (std::size_t i = 0; i < spec_->services.size(); ++i) {
        mark_if(has(picture.service(static_cast<int>(i)).holders, who), Landmark::watchdog_fires_on_owner);
      }
      return;
    case EventKind::boots: {
      mark_if(at(peer_of(who)).off_unknown, Landmark::quarantine);
      const bool claimed = is_claimant(picture.head(peer_of(who))) && peer(who).claims_at_boot;
      mark_if(claimed, Landmark::peer_boots_at_claim);
      return;
    }
    case EventKind::core_runs:
      if (e.x != 0) return;
      mark_if(is_claimant(picture.head(who)), Landmark::core_dies_as_claimant);
      at(who).fencing = at(who).granted = false;
      return;
    default: return;
  }
}

void Landmarks::role(const Event& e, const Picture& picture, int head) {
  const auto from = static_cast<Role>(e.x), to = static_cast<Role>(e.y);
  const std::size_t number = picture.number_of(e);
  if (is_claimant(from) && !is_claimant(to)) ends_claim(e, head);
  for (std::size_t i = 0; i < spec_->services.size(); ++i) {
    const ServicePicture& service = picture.service(static_cast<int>(i));
    if (service.holders != 0) held_[i] = e.t;
    mark_if(held_[i] + kLongUnowned < e.t, Landmark::nobody_owns);
  }
  switch (e.cause) {
    case Cause::boot: {
      const bool free = std::all_of(spec_->heads.begin(), spec_->heads.end(),
                                    [&](const HeadSpec& h) { return picture.head(head_of(h.id)).is(Role::init); });
      mark_if(free && picture.head(peer_of(head)).core_runs, Landmark::both_boot);
      return;
    }
    case Cause::adopted: return mark(Landmark::adopted);
    case Cause::joined: return mark(Landmark::joined);
    case Cause::peer_lost:
    case Cause::boot_alone: return claims(e, picture, head);
    case Cause::delay_over: return mark(Landmark::claim_delay_over);
    case Cause::claim_won: at(head).claim_stands = false; return mark(Landmark::claim_won);
    case Cause::right_expired: return mark(Landmark::right_expired);
    case Cause::claimed_against: return mark(Landmark::claimed_against);
    case Cause::start_failed:
      mark(Landmark::start_failed);
      mark_if(picture.head(head).service[number].proof == ha::Proof::peer_passive && peer(head).granted,
              Landmark::handover_start_failed);
      return;
    case Cause::service_failed: return mark(Landmark::service_moves);
    case Cause::stop_hung: return mark(Landmark::stop_hangs);
    case Cause::resumed: return mark(Landmark::handover_resumed);
    case Cause::leaving: return mark_if(to == Role::stopped, Landmark::left);
    case Cause::handed_over: at(head).granted = true; return mark_if(to == Role::passive, Landmark::handover_granted);
    case Cause::started:
      peer(head).granted = false;
      mark_if(at(head).proved[number] != 0 && e.value > at(head).proved[number], Landmark::renumbered);
      return;
    default: return;
  }
}

void Landmarks::claims(const Event& e, const Picture& picture, int head) {
  Head& me = at(head);
  me.claims_at_boot = e.cause == Cause::boot_alone;
  mark(me.claims_at_boot ? Landmark::claim_at_boot : Landmark::claim);
  if (me.claims_at_boot) mark(Landmark::alone);
  mark_if(is_claimant(picture.head(peer_of(head))), Landmark::both_claim);
  mark_if(me.granted_instead, Landmark::claim_after_grant);
  mark_if(me.unanswered, Landmark::claim_again_unanswered);
  mark_if(me.granted, Landmark::handover_claimed_back);
  me.granted = false;
}

void Landmarks::ends_claim(const Event& e, int head) {
  Head& me = at(head);
  if (me.claim_stands) {
    mark(Landmark::claim_unanswered);
    me.unanswered = true;
  }
  me.claim_stands = false;
  switch (e.cause) {
    case Cause::claim_lost: me.stood_down = true; return mark(Landmark::claim_lost);
    case Cause::peer_returned: return mark(Landmark::claim_peer_returned);
    case Cause::granted_instead: me.granted_instead = true; return mark(Landmark::claim_granted_instead);
    default: return;
  }
}

void Landmarks::hold(const Event& e, Role role) {
  if (e.x != 1) return;
  switch (e.reason) {
    case Reason::isolated: return mark(Landmark::holds_isolated);
    case Reason::seen_by_voters: return mark(Landmark::holds_seen_by_voters);
    case Reason::tie: return mark(Landmark::holds_tie);
    case Reason::no_vote:
    case Reason::voters_lost: return mark(Landmark::holds_no_vote);
    case Reason::lease_moving: return mark(Landmark::holds_lease_moving);
    case Reason::storage_lost:
      return mark(role == Role::starting ? Landmark::start_waits_for_storage : Landmark::holds_store_silent);
    case Reason::damped: return mark(Landmark::holds_damped);
    case Reason::maintenance:
    case Reason::standby: return mark(Landmark::holds_maintenance);
    case Reason::no_proof: return mark(Landmark::holds_no_proof);
    case Reason::contradiction: return mark(Landmark::fence_contradicted);
    case Reason::stale_epoch:
    case Reason::lease_lost: return mark(Landmark::guard_refuses);
    case Reason::service_failed: return mark(Landmark::service_holds);
    default: return;
  }
}

void Landmarks::fence(const Event& e, int target, int sender) {
  Head& me = at(sender);
  switch (static_cast<ha::FenceStep>(e.x)) {
    case ha::FenceStep::ordered:
      me.fencing = me.off_unknown = true;
      mark(Landmark::fence_ordered);
      mark_if(e.y > 0, Landmark::fence_second_level);
      return mark_if(at(target).fencing, Landmark::fence_mutual);
    case ha::FenceStep::confirmed: me.fencing = me.off_unknown = false; return mark(Landmark::fence_confirmed);
    case ha::FenceStep::expired: return mark(Landmark::fence_expired);
    case ha::FenceStep::failed: mark(Landmark::fence_failed); break;
    case ha::FenceStep::unknown: mark(Landmark::fence_unknown); break;
    case ha::FenceStep::cancelled: mark(Landmark::fence_cancelled); break;
  }
  me.fencing = false;
}

/// The power has failed already: what it hit was noted then.
void Landmarks::executed(const Event& e, int target, int sender) {
  if (sender < 0) return;
  const Head& hit = at(target);
  mark_if(!at(sender).fencing, Landmark::fence_late);
  if (hit.off_at != e.t) return;
  mark_if(hit.off_booting, Landmark::fence_booting);
  mark_if(hit.off_owner, Landmark::fence_owner);
}

void Landmarks::proof(const Event& e, const Picture& picture, int head) {
  if (e.y == 0) return mark(Landmark::proof_dropped);
  const std::size_t number = picture.number_of(e);
  at(head).proved[number] = e.value;
  const bool booted = picture.head(head).service[number].role == Role::init || at(head).claims_at_boot;
  switch (static_cast<ha::Proof>(e.x)) {
    case ha::Proof::peer_passive: mark(Landmark::proof_word); return mark_if(booted, Landmark::proof_word_at_boot);
    case ha::Proof::power_off: return mark(booted ? Landmark::proof_off_at_boot : Landmark::proof_off);
    case ha::Proof::self_fenced:
      mark(Landmark::proof_lease);
      return mark_if(peer(head).stood_down, Landmark::claim_lost_then_p3);
    case ha::Proof::operator_word: return mark(Landmark::proof_operator);
    case ha::Proof::none: return;
  }
}

void Landmarks::power_fails(const Event& e, const Picture& picture, int head) {
  Head& me = at(head);
  const HeadPicture& was = picture.head(head);
  me.off_at = e.t;
  me.off_booting = was.power && !was.up;
  me.off_owner = was.up && !was.hung && !was.frozen && was.core_runs && was.is(Role::owner);
  mark_if(!picture.head(peer_of(head)).power, Landmark::both_off);
  mark_if(me.fencing, Landmark::fencer_dies);
  mark_if(peer(head).granted, Landmark::handover_lost_target);
  mark_if(was.is(Role::stopping) || was.is(Role::stopped), Landmark::handover_lost_source);
  mark_if(was.core_runs && me.stepped == e.t, Landmark::cut_between);
  if (!was.core_runs || e.t - me.stepped > kRightAfter) return;
  for (const AfterStep& after : kAfterSteps) mark_if((me.steps & bit_of(after.step)) != 0, after.place);
}

void Landmarks::struck(const Event& e, const Picture& picture) {
  if (e.kind == EventKind::fault) {
    mark_if(any_fault_ && e.t - last_fault_ <= kAtOnce, Landmark::two_at_once);
    last_fault_ = e.t;
    any_fault_ = true;
  }
  for (int h = 0; h < picture.heads(); ++h) {
    const HeadPicture& head = picture.head(h);
    mark_if(head.power && !head.up, Landmark::struck_booting);
    if (!head.core_runs) continue;
    mark_if(head.is(Role::init), Landmark::struck_booting);
    mark_if(head.is(Role::claiming), Landmark::struck_claiming);
    mark_if(head.is(Role::fencing), Landmark::struck_fencing);
    mark_if(head.is(Role::starting), Landmark::struck_starting);
    mark_if(head.is(Role::stopping), Landmark::struck_stopping);
    mark_if(head.is(Role::stopped), Landmark::struck_stopped);
  }
}

void Landmarks::replied(const Event& e, const Picture& picture) {
  const auto outcome = static_cast<ha::Outcome>(e.y);
  const auto kind = static_cast<ha::CommandKind>(e.x);
  const int head = head_of(e.who);
  const bool underway = picture.head(head).accepted[command_slot(e.x)] == e.value;
  if (outcome == ha::Outcome::refused) {
    mark(e.reason == Reason::cancelled ? Landmark::order_cancelled
         : underway                    ? Landmark::order_failed
                                       : Landmark::order_refused);
    mark_if(kind == ha::CommandKind::acknowledge, Landmark::acknowledge_refused);
  }
  const bool other_under_way = picture.head(peer_of(head)).under_way(ha::CommandKind::makeactive);
  mark_if(other_under_way && kind == ha::CommandKind::makeactive, Landmark::handover_crossed);
}

}  // namespace hasim
