// I1, I3, I5, I8 and I9, each at the event that breaks it; the others are asked.
#include "lang/invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace hasim {

namespace {

constexpr std::array<std::string_view, kInvariants + 1> kNames{
    "",     "one_writer", "proof_first", "right_chassis", "one_answer", "nothing_lost", "commands_hold",
    "live", "no_loop",    "reasons"};
constexpr std::array<std::string_view, kInvariants + 1> kTexts{
    "",
    "at most one head may write shared state",
    "no start without proof that the peer has stopped",
    "never both heads off by fencing, never the wrong chassis",
    "each virtual address is answered by exactly its owner",
    "nothing acknowledged on shared state is lost",
    "a command that was done holds, one that was refused changed nothing",
    "a healthy head with a proof becomes active in time",
    "no loop of failovers or fences",
    "each refusal and each hold has a reason"};

/// What a core merely thinks or says changes neither who answers nor who could serve.
bool moves_something(EventKind kind) {
  switch (kind) {
    case EventKind::peer_view:
    case EventKind::unready:
    case EventKind::condition:
    case EventKind::operation:
    case EventKind::proof:
    case EventKind::promise:
    case EventKind::fence: return false;
    default: return true;
  }
}

}  // namespace

std::string_view invariant_name(int invariant) { return kNames[static_cast<std::size_t>(invariant)]; }
std::string_view invariant_text(int invariant) { return kTexts[static_cast<std::size_t>(invariant)]; }

void Invariants::want(Interest& interest) {
  Picture::want_holdings(interest);
  Picture::want_cores(interest);
  Soundness::want(interest);
  CommandsHold::want(interest);
  for (const EventKind kind : {EventKind::may_write, EventKind::wrote, EventKind::answered, EventKind::fence_executed,
                               EventKind::writes_lost, EventKind::bmc_reachable, EventKind::bmc_login}) {
    interest.want(kind);
  }
}

void Invariants::reset(std::shared_ptr<const WorldSpec> world) {
  const WorldSpec& spec = *world;
  if (spec_ != world) {
    damping_window_ = spec.settings.duration("damping_window");
    failovers_max_ = spec.settings.number("failovers_max");
    fences_max_ = spec.settings.number("fences_max");
    live_.judge(spec);
  }
  spec_ = std::move(world);
  due_ = Time::max();
  newest_.assign(spec.volumes.size(), {});
  may_.assign(spec.volumes.size() * spec.heads.size(), {});
  failovers_.resize(spec.heads.size() * spec.services.size());
  fences_.resize(spec.heads.size());
  for (Repeats& repeats : failovers_) repeats.times.clear();
  for (Repeats& repeats : fences_) repeats.times.clear();
  tries_.assign(spec.heads.size(), {});
  claims_at_boot_ = 0;
  breaches_.reset();
  soundness_.reset();
  proof_first_.reset(spec);
  one_answer_.reset(spec);
  commands_hold_.reset(spec);
  live_.reset();
}

void Invariants::see(const Event& e, const Picture& picture) {
  switch (e.kind) {
    case EventKind::wrote: return wrote(e);
    case EventKind::may_write: return may_write(e, picture);
    case EventKind::writes_lost: return lost(e);
    case EventKind::fence_executed: fenced(e, picture); break;
    case EventKind::fence:
    case EventKind::core_runs: note_try(e); break;
    case EventKind::role: note_claim(e); break;
    case EventKind::power:
      if (e.x == 0) power_off(e, picture);
      break;
    case EventKind::hold:
    case EventKind::reply: gave_no_reason(e); break;
    default: break;
  }
  soundness_.see(e);
  proof_first_.see(e, picture, soundness_);
  commands_hold_.see(e, picture);
  live_.see(e, picture);
  if (picture.owner_changed() != 0) owner_changed(e, picture);
  if (moves_something(e.kind)) watch(e.t, e.id, picture);
}

void Invariants::watch(Time t, std::uint32_t event, const Picture& picture) {
  due_ = std::min(one_answer_.watch(t, event, picture, soundness_), live_.watch(t, picture, soundness_));
}

void Invariants::fault_begins(std::uint32_t number, const Excuse& excuse, Time t, const Picture& picture) {
  soundness_.begins(number, excuse);
  watch(t, 0, picture);
}

void Invariants::fault_ends(std::uint32_t number, Time t, const Picture& picture) {
  if (soundness_.ends(number)) watch(t, 0, picture);
}

void Invariants::may_write(const Event& e, const Picture& picture) {
  const auto volume = static_cast<std::size_t>(head_of(e.who));
  const int head = head_of(e.with);
  const HeadSet able = picture.volume(static_cast<int>(volume)).may_write;
  Writer* const may = &may_[volume * spec_->heads.size()];
  if (std::popcount(able) < 2) {
    for (Breach& breach : breaches_.list()) {
      if (breach.invariant == 1 && breach.to == Time::max()) breach.to = e.t;
    }
  }
  if (e.x == 0 || head < 0) return;
  may[head] = {e.value, head, e.id};
  const HeadSet others = able & ~only(head);
  if (others == 0 || breaches_.broken(1)) return;
  const Writer& other = may[std::countr_zero(others)];
  breaches_.add(1, e.t, {other.event, e.id},
                fmt::format("{} (epoch {}) and {} (epoch {}) could both write {}", name(std::countr_zero(others)),
                            shown_epoch(other.epoch), name(head), shown_epoch(e.value), spec_->name_of(e.who)));
  breaches_.list().back().to = Time::max();
}

void Invariants::wrote(const Event& e) {
  Writer& newest = newest_[static_cast<std::size_t>(head_of(e.who))];
  if (e.value >= newest.epoch) {
    newest = {e.value, head_of(e.with), e.id};
    return;
  }
  if (e.value == 0 || breaches_.broken(1)) return;
  breaches_.add(1, e.t, {newest.event, e.id},
                fmt::format("{} wrote {} (epoch {}) after {} (epoch {})", spec_->name_of(e.with), spec_->name_of(e.who),
                            shown_epoch(e.value), name(newest.head), shown_epoch(newest.epoch)));
}

void Invariants::lost(const Event& e) {
  if (e.value == 0) return;
  breaches_.add(5, e.t, {e.id, 0},
                fmt::format("{} acknowledged writes to {} are gone", e.value, spec_->name_of(e.who)));
}

void Invariants::fenced(const Event& e, const Picture& picture) {
  if (e.with != kNoThing && e.who != spec_->peer_of(e.with)) {
    breaches_.add(
        3, e.t, {e.id, 0},
        fmt::format("{} cut the power of {}, which is not its peer", spec_->name_of(e.with), spec_->name_of(e.who)));
  }
  Try& now = tries_[static_cast<std::size_t>(head_of(e.who))];
  const bool first = !now.counted;  // a drill is none, and a device that executes twice was told once
  now.counted = true;
  if (first && repeated(fences_[static_cast<std::size_t>(head_of(e.who))], e.t, fences_max_)) {
    breaches_.add(
        8, e.t, {e.id, 0},
        fmt::format("{} was fenced more than {} times within damping_window", spec_->name_of(e.who), fences_max_));
  }
  power_off(e, picture);
}

void Invariants::power_off(const Event& e, const Picture& picture) {
  for (const CellSpec& cell : spec_->cells) {
    const auto fenced = [&](ThingId id) {
      return id != kNoThing && !picture.head(head_of(id)).power && picture.head(head_of(id)).off_by_fence;
    };
    if (!fenced(cell.heads[0]) || !fenced(cell.heads[1])) continue;
    breaches_.add(
        3, e.t, {e.id, 0},
        fmt::format("{} and {} are both off by fencing", spec_->name_of(cell.heads[0]), spec_->name_of(cell.heads[1])));
  }
}

void Invariants::gave_no_reason(const Event& e) {
  if (e.reason != ha::Reason::none) return;
  if (e.kind == EventKind::hold && e.x == 1)
    breaches_.add(9, e.t, {e.id, 0}, fmt::format("{} holds and does not say why", spec_->name_of(e.who)));
  if (e.kind == EventKind::reply && static_cast<ha::Outcome>(e.y) == ha::Outcome::refused)
    breaches_.add(9, e.t, {e.id, 0}, fmt::format("{} refused a command and did not say why", spec_->name_of(e.who)));
}

void Invariants::note_claim(const Event& e) {
  if (static_cast<ha::Role>(e.y) != ha::Role::claiming) return;
  const HeadSet head = only(head_of(e.who));
  claims_at_boot_ = e.cause == ha::Cause::boot_alone ? claims_at_boot_ | head : claims_at_boot_ & ~head;
}

void Invariants::note_try(const Event& e) {
  const bool core = e.kind == EventKind::core_runs;  // a try ends with the core that made it
  const int target = head_of(core ? spec_->peer_of(e.who) : e.who);
  if (target < 0) return;
  Try& now = tries_[static_cast<std::size_t>(target)];
  switch (core ? ha::FenceStep::cancelled : static_cast<ha::FenceStep>(e.x)) {
    case ha::FenceStep::ordered:
      if (!now.open) now.counted = false;
      now.open = true;
      break;
    case ha::FenceStep::expired: break;  // of a level
    default: now.open = false;
  }
}

/// A takeover is a change of owner that nobody asked for: away from a head that is gone, or is believed to be. What the
/// peer gave by its own word is none, and neither is what a head does that boots and finds itself alone: it shoots
/// nobody, nobody else is there to serve, and so it must (I7).
void Invariants::owner_changed(const Event& e, const Picture& picture) {
  if (picture.planned_change()) return;
  const auto service = static_cast<std::size_t>(std::countr_zero(picture.owner_changed()));
  const int owner = picture.service(static_cast<int>(service)).last_owner;
  const ha::Proof proof = picture.head(owner).service[spec_->services[service].number].proof;
  if (proof == ha::Proof::none || proof == ha::Proof::peer_passive || has(claims_at_boot_, owner)) return;
  Repeats& before = failovers_[static_cast<std::size_t>(owner) * spec_->services.size() + service];
  if (!repeated(before, e.t, failovers_max_)) return;
  breaches_.add(8, e.t, {e.id, 0},
                fmt::format("{} took over more than {} times within damping_window", name(owner), failovers_max_));
}

/// Notes that it happened at t. True if it happened more often than allowed within the window.
bool Invariants::repeated(Repeats& repeats, Time t, std::int64_t allowed) const {
  std::erase_if(repeats.times, [&](Time then) { return then + damping_window_ < t; });
  repeats.times.push_back(t);
  return static_cast<std::int64_t>(repeats.times.size()) > allowed;
}

}  // namespace hasim
