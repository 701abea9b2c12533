// Safety: I1 to I3, I5, I6, I8, I9, each at the event that breaks it. What breaks by lasting is in liveness.cc.
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

}  // namespace

std::string_view invariant_name(int invariant) { return kNames[static_cast<std::size_t>(invariant)]; }
std::string_view invariant_text(int invariant) { return kTexts[static_cast<std::size_t>(invariant)]; }

void Invariants::want(Interest& interest) {
  Picture::want_holdings(interest);
  Picture::want_cores(interest);
  for (const EventKind kind :
       {EventKind::may_write, EventKind::wrote, EventKind::answered, EventKind::fence_executed, EventKind::writes_lost,
        EventKind::action, EventKind::healed, EventKind::bmc_reachable}) {
    interest.want(kind);
  }
}

void Invariants::reset(const WorldSpec& spec) {
  spec_ = &spec;
  live_within_ = spec.settings.duration("failover_max") + spec.settings.duration("init_dead");
  damping_window_ = spec.settings.duration("damping_window");
  failovers_max_ = spec.settings.number("failovers_max");
  fences_max_ = spec.settings.number("fences_max");
  constexpr Time kNot = Time::max();
  due_ = kNot;
  wrong_since_.assign(spec.parts.size(), kNot);
  nobody_since_.assign(spec.cells.size(), kNot);
  newest_.assign(spec.volumes.size(), {});
  may_.assign(spec.volumes.size() * spec.heads.size(), {});
  failovers_.resize(spec.heads.size());
  fences_.resize(spec.heads.size());
  for (Repeats& repeats : failovers_) repeats.times.clear();
  for (Repeats& repeats : fences_) repeats.times.clear();
  in_force_.clear();
  stays_ = spec.settings.is("on_poweroff", "stay");
  left_ = 0;
  check_command_ = false;
  done_ = asked_ = ordered_role_ = {};
  broken_.fill(false);
  breaches_.clear();
}

void Invariants::breaks(int invariant, Time t, std::array<std::uint32_t, 2> facts, std::string message) {
  bool& known = broken_[static_cast<std::size_t>(invariant)];
  if (known) return;
  known = true;
  breaches_.push_back({invariant, t, t, facts, std::move(message)});
}

void Invariants::see(const Event& e, const Picture& picture) {
  switch (e.kind) {
    case EventKind::wrote: return wrote(e, picture);
    case EventKind::may_write: return may_write(e, picture);
    case EventKind::writes_lost:
      if (e.value == 0) return;
      return breaks(5, e.t, {e.id, 0},
                    fmt::format("{} acknowledged writes to {} are gone", e.value, spec_->name_of(e.who)));
    case EventKind::part_runs: part_runs(e, picture); break;
    case EventKind::fence_executed:
      if (e.with != kNoThing && e.who != spec_->peer_of(e.with)) {
        breaks(3, e.t, {e.id, 0},
               fmt::format("{} cut the power of {}, which is not its peer", spec_->name_of(e.with),
                           spec_->name_of(e.who)));
      }
      if (repeated(fences_[static_cast<std::size_t>(head_of(e.who))], e.t, fences_max_)) {
        breaks(
            8, e.t, {e.id, 0},
            fmt::format("{} was fenced more than {} times within damping_window", spec_->name_of(e.who), fences_max_));
      }
      power_off(e, picture);
      break;
    case EventKind::power:
      if (e.x == 0) power_off(e, picture);
      [[fallthrough]];
    case EventKind::boots:
      if (e.kind == EventKind::boots) left_ &= ~only(head_of(e.who));
      std::erase_if(in_force_, [&](const InForce& f) { return f.ends_with_power && f.thing == e.who; });
      break;
    case EventKind::leaving:
      if (e.x == 1) left_ |= only(head_of(e.who));
      break;
    case EventKind::hold:
      if (e.x == 1 && e.reason == ha::Reason::none) {
        breaks(9, e.t, {e.id, 0}, fmt::format("{} holds and does not say why", spec_->name_of(e.who)));
      }
      break;
    case EventKind::role:
      if (e.cause == ha::Cause::operator_order || e.cause == ha::Cause::handover) ordered_role_ = e;
      break;
    case EventKind::action: asked_ = e; return;
    case EventKind::reply: replied(e, picture); return;
    case EventKind::healed: fault_ends(static_cast<std::uint32_t>(e.value), e.t, picture); return;
    default: break;
  }
  if (picture.owner_changed() != 0) owner_changed(e, picture);
  watch_answers(e.t, picture);
  watch_liveness(e.t, picture);
}

void Invariants::may_write(const Event& e, const Picture& picture) {
  const auto volume = static_cast<std::size_t>(head_of(e.who));
  const int head = head_of(e.with);
  const HeadSet able = picture.volume(static_cast<int>(volume)).may_write;
  Writer* const may = &may_[volume * spec_->heads.size()];
  if (std::popcount(able) < 2) {
    for (Breach& breach : breaches_) {
      if (breach.invariant == 1 && breach.to == Time::max()) breach.to = e.t;
    }
  }
  if (e.x == 0 || head < 0) return;
  may[head] = {e.value, head, e.id};
  const HeadSet others = able & ~only(head);
  if (others == 0 || broken(1)) return;
  const Writer& other = may[std::countr_zero(others)];
  breaks(1, e.t, {other.event, e.id},
         fmt::format("{} (epoch {}) and {} (epoch {}) could both write {}", name(std::countr_zero(others)), other.epoch,
                     name(head), e.value, spec_->name_of(e.who)));
  breaches_.back().to = Time::max();
}

void Invariants::wrote(const Event& e, const Picture&) {
  Writer& newest = newest_[static_cast<std::size_t>(head_of(e.who))];
  if (e.value >= newest.epoch) {
    newest = {e.value, head_of(e.with), e.id};
    return;
  }
  if (e.value == 0 || broken(1)) return;
  breaks(1, e.t, {newest.event, e.id},
         fmt::format("{} wrote {} (epoch {}) after {} (epoch {})", spec_->name_of(e.with), spec_->name_of(e.who),
                     e.value, name(newest.head), newest.epoch));
}

void Invariants::part_runs(const Event& e, const Picture& picture) {
  const int head = head_of(e.with);
  if (e.x == 0 || e.y == 2 || head < 0) return;
  const HeadPicture& starter = picture.head(head);
  const bool by_core = starter.core_runs && (starter.role == ha::Role::starting || starter.role == ha::Role::owner);
  if (!by_core || starter.proof != ha::Proof::none) return;
  const PartSpec& part = spec_->parts[static_cast<std::size_t>(head_of(e.who))];
  const HeadSet others = picture.service(head_of(part.service)).holders & ~only(head) & picture.machines_on();
  if (others == 0) return;
  breaks(2, e.t, {e.id, starter.changed_by},
         fmt::format("{} started {} without a proof while {} held {}", name(head), spec_->name_of(e.who),
                     name(std::countr_zero(others)), spec_->name_of(part.service)));
}

void Invariants::power_off(const Event& e, const Picture& picture) {
  for (const CellSpec& cell : spec_->cells) {
    const auto fenced = [&](ThingId id) {
      return id != kNoThing && !picture.head(head_of(id)).power && picture.head(head_of(id)).off_by_fence;
    };
    if (!fenced(cell.heads[0]) || !fenced(cell.heads[1])) continue;
    breaks(
        3, e.t, {e.id, 0},
        fmt::format("{} and {} are both off by fencing", spec_->name_of(cell.heads[0]), spec_->name_of(cell.heads[1])));
  }
}

void Invariants::replied(const Event& e, const Picture& picture) {
  if (static_cast<ha::Outcome>(e.y) == ha::Outcome::refused && e.reason == ha::Reason::none) {
    breaks(9, e.t, {e.id, 0}, fmt::format("{} refused a command and did not say why", spec_->name_of(e.who)));
  }
  if (static_cast<ha::CommandKind>(e.x) != ha::CommandKind::makeactive) return;
  if (picture.answer() == Answer::done) {
    check_command_ = true;
    done_ = e;
  }
  const bool mine = asked_.id != 0 && asked_.value == e.value && asked_.who == e.who;
  if (picture.answer() == Answer::refused && mine && ordered_role_.id > asked_.id) {
    breaks(6, e.t, {ordered_role_.id, e.id},
           fmt::format("makeactive on {} was refused, and yet roles changed", spec_->name_of(e.who)));
  }
}

void Invariants::settle_command(Time t, const Picture& picture) {
  check_command_ = false;
  const HeadPicture& head = picture.head(head_of(done_.who));
  const bool struck = !head.up || head.hung || head.frozen || !head.core_runs;  // in that very instant, by a fault
  if (struck || picture.active(head_of(done_.who))) return;
  breaks(6, t, {done_.id, 0},
         fmt::format("makeactive on {} was answered \"done\", and it does not serve", spec_->name_of(done_.who)));
}

void Invariants::owner_changed(const Event& e, const Picture& picture) {
  if (picture.planned_change()) return;
  const int service = std::countr_zero(picture.owner_changed());
  const int owner = picture.service(service).last_owner;
  if (!repeated(failovers_[static_cast<std::size_t>(owner)], e.t, failovers_max_)) return;
  breaks(8, e.t, {e.id, 0},
         fmt::format("{} took over more than {} times within damping_window", name(owner), failovers_max_));
}

/// Notes that it happened at t. True if it happened more often than allowed within the window.
bool Invariants::repeated(Repeats& repeats, Time t, std::int64_t allowed) const {
  std::erase_if(repeats.times, [&](Time then) { return then + damping_window_ < t; });
  repeats.times.push_back(t);
  return static_cast<std::int64_t>(repeats.times.size()) > allowed;
}

}  // namespace hasim
