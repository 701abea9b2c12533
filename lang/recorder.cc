// Which events a run keeps.
#include "lang/recorder.h"

namespace hasim {

namespace {

/// Kinds that come by the thousand and decide nothing: only `Recording::everything` keeps them.
bool is_traffic(EventKind kind) {
  switch (kind) {
    case EventKind::frame_sent:
    case EventKind::frame_lost:
    case EventKind::frame_received:
    case EventKind::step:
    case EventKind::right: return true;
    default: return false;
  }
}

bool keeps(Recording recording, EventKind kind) {
  switch (recording) {
    case Recording::none: return false;
    case Recording::decisions: return !is_traffic(kind);
    case Recording::everything: return true;
  }
  return false;
}

}  // namespace

void Recorder::reset(Recording recording) {
  hash_ = 0;
  count_ = 0;
  events_.clear();
  for (std::size_t i = 0; i < wanted_.size(); ++i) wanted_[i].kept = keeps(recording, static_cast<EventKind>(i));
}

void Recorder::interest(const Interest& interest) {
  for (std::size_t i = 0; i < wanted_.size(); ++i) wanted_[i].shown = interest.wants[i];
}

bool Recorder::show(const Event& event, Observer& observer) {
  const Wanted wanted = wanted_[static_cast<std::size_t>(event.kind)];
  if (wanted.kept) events_.push_back(event);
  return wanted.shown && observer.on_event(event);
}

}  // namespace hasim
