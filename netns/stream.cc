// Sorting, numbering and telling.
#include "netns/stream.h"

#include <algorithm>

namespace hasim::netns {

void Stream::reset(Recording recording) {
  recorder_.reset(recording);
  waiting_.clear();
  spoke_.clear();
  begun_ = false;
  zero_ = Time{0};
  newest_ = Time::min();
  fault_ = 0;
}

void Stream::saw(Time at, Event event) {
  event.t = at;
  const auto later = [](const Event& a, const Event& b) { return a.t < b.t; };
  waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), event, later), event);
}

const Event& Stream::tell(Time at, Event event, Observer& observer) {
  event.t = std::max(at - zero_, newest_);
  newest_ = event.t;
  const ThingId speaker = event.kind == EventKind::fence ? event.with : event.who;
  const bool core = layer_of(event.kind) == Layer::core && speaker != kNoThing;
  if (core && spoke_.size() <= speaker) spoke_.resize(speaker + 1U);
  event.because = {core ? spoke_[speaker] : fault_, core ? fault_ : 0};
  if (layer_of(event.kind) == Layer::judge) event.because = {};
  told_ = event;
  (void)recorder_.add(told_, observer);
  if (core && event.kind != EventKind::right) spoke_[speaker] = told_.id;
  if (layer_of(event.kind) == Layer::fault && event.kind != EventKind::noted) fault_ = told_.id;
  return told_;
}

bool Stream::show(Time until, Observer& observer) {
  while (!waiting_.empty() && waiting_.front().t < until) {
    Event event = waiting_.front();
    waiting_.erase(waiting_.begin());
    event.id = 0;
    const Time at = event.t;
    struct Asked : Observer {  // whether this event makes the judge act
      explicit Asked(Observer& to) : judge(to) {}
      bool on_event(const Event& e) override { return stop = judge.on_event(e); }
      Observer& judge;
      bool stop = false;
    } asked{observer};
    tell(at, event, asked);
    if (asked.stop) return true;
  }
  return false;
}

void Stream::begin(Time zero, Observer& observer) {
  zero_ = zero;
  begun_ = true;
  while (show(zero, observer)) {}
  newest_ = std::max(newest_, Time{0});
}

}  // namespace hasim::netns
