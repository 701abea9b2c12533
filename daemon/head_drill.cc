// The drill of a head's own watchdog: the head leaves, so that its peer takes the silence for what it is, then nobody
// kicks, and the machine must be reset in time. What the next boot makes of that: daemon/drills.h.
#include <fmt/format.h>

#include "daemon/head.h"
#include "daemon/log.h"

namespace hacored {

namespace {

/// Beside the time of the watchdog: the last kick may have come late, and counters tick in whole seconds.
constexpr std::chrono::seconds kResetSlack{2};

}  // namespace

/// Only a passive head with a peer that serves: nothing moves, whatever comes of it.
ha::Reason Head::watchdog_drill_refused() const {
  const ha::State& state = host_.node().state();
  if (drills_itself_) return ha::Reason::in_progress;
  for (ha::ServiceIndex i = 0; i < host_.node().config().services; ++i) {
    if (state.services[i].role == ha::Role::owner) return ha::Reason::active_here;
    if (state.services[i].role != ha::Role::passive) return ha::Reason::in_progress;
    if (state.peer.beat.service[i].role != ha::Role::owner) return ha::Reason::peer_unknown;
  }
  if (state.peer.view != ha::PeerView::alive) return ha::Reason::peer_unknown;
  return watchdog_.armed() && state.watchdog_armed ? ha::Reason::none : ha::Reason::watchdog_unusable;
}

void Head::drill_watchdog(Replied then) {
  const auto refuse = [](const Replied& to, ha::Reason why) {
    to({{}, ha::CommandKind::drill, ha::Outcome::refused, why});
  };
  if (const ha::Reason no = watchdog_drill_refused(); no != ha::Reason::none) return refuse(then, no);
  drills_itself_ = true;
  drills_.watchdog_begins(std::chrono::system_clock::now());
  keep_drills([this, refuse, then = std::move(then)](bool durable) {
    drills_itself_ = false;
    const ha::Reason no = durable ? watchdog_drill_refused() : ha::Reason::disk_dead;
    if (no != ha::Reason::none) return refuse(then, no);
    drills_itself_ = true;
    log(Level::notice, fmt::format("drill: leaves, and lets {} reset this machine", settings_.watchdog));
    then({{}, ha::CommandKind::drill, ha::Outcome::unknown, ha::Reason::none});
    leave();
  });
}

void Head::keep_drills(KeptFile::Then then) {
  drills_file_.write(drills_.text(), [this, then = std::move(then)](bool durable) {
    if (!durable) log(Level::error, fmt::format("{} cannot be written: drills will be forgotten", drills_file_.path()));
    then(durable);
  });
}

/// A head that lives on has no watchdog, whatever its device says.
void Head::await_own_reset() {
  reset_due_.expires_after(watchdog_.after() + kResetSlack);
  reset_due_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    log(Level::critical,
        fmt::format("drill FAILED: {} did not reset this machine within {} s of its last kick", settings_.watchdog,
                    std::chrono::ceil<std::chrono::seconds>(watchdog_.after()).count()));
    watchdog_.disarm();
    drills_.watchdog_fails(std::chrono::system_clock::now());
    keep_drills([this](bool) { end(End::broken); });  // started again, it joins again
  });
}

}  // namespace hacored
