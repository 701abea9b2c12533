// The walk from a broken fact to its causes.
#include "report/causes.h"

#include <algorithm>
#include <queue>
#include <set>

#include "core/event.h"

namespace hasim {
namespace {

constexpr std::size_t kMax = 5;

/// A command that came to nothing explains what did not happen.
bool refused(const Event& event) {
  return event.kind == EventKind::reply && event.y == static_cast<std::uint8_t>(ha::Outcome::refused);
}

/// How much an event explains; 0: nothing that a person wants to read here. The higher, the sooner it is kept.
int weight(const Event& event) {
  switch (event.kind) {
    case EventKind::fault:
    case EventKind::action: return 4;
    case EventKind::bmc_reading: return refuted(event) ? 3 : 0;
    case EventKind::proof: return event.y != 0 ? 3 : 1;
    case EventKind::role:
    case EventKind::hold:
    case EventKind::fence_executed: return 2;
    case EventKind::reply: return refused(event) ? 3 : 1;
    case EventKind::peer_view: return event.y == static_cast<std::uint8_t>(ha::PeerView::lost) ? 2 : 0;
    case EventKind::fence: return 2;
    case EventKind::healed:
    case EventKind::alert:
    case EventKind::resets:
    case EventKind::panics: return 1;
    default: return 0;
  }
}

std::vector<Event> ancestors(const EventIndex& index, const Broken& broken) {
  std::set<std::uint32_t> seen(broken.facts.begin(), broken.facts.end());
  std::queue<std::uint32_t> open;
  for (std::uint32_t fact : broken.facts) open.push(fact);
  std::vector<Event> found;
  while (!open.empty()) {
    const Event* event = index.find(open.front());
    open.pop();
    if (event == nullptr) continue;
    found.push_back(*event);
    for (std::uint32_t parent : event->because) {
      if (parent != 0 && seen.insert(parent).second) open.push(parent);
    }
  }
  return found;
}

/// Faults and decisions that came before it, whether or not a link leads there.
std::vector<Event> before(const EventIndex& index, const Broken& broken) {
  std::vector<Event> found;
  for (const Event& event : index.all()) {
    if (event.t >= Time{0} && event.t <= broken.from) found.push_back(event);
  }
  return found;
}

/// The last faults and refusals before it broke, also where no link leads to them: somebody who fell silent, or did not
/// do what he was told, leaves no event to link.
void add_last_faults(std::vector<Event>& events, const EventIndex& index, const Broken& broken) {
  constexpr int kMost = 2;
  int added = 0;
  for (auto at = index.all().rbegin(); at != index.all().rend() && added < kMost; ++at) {
    if ((at->kind != EventKind::fault && !refused(*at)) || at->t > broken.from) continue;
    ++added;
    const auto same = [&](const Event& e) { return e.id == at->id; };
    if (std::none_of(events.begin(), events.end(), same)) events.push_back(*at);
  }
}

void keep_weighty(std::vector<Event>& events, const Broken& broken) {
  std::erase_if(events, [&](const Event& e) {
    const bool fact = std::find(broken.facts.begin(), broken.facts.end(), e.id) != broken.facts.end();
    const bool booting = e.t < Time{0} && layer_of(e.kind) != Layer::fault;
    return weight(e) == 0 || booting || (fact && layer_of(e.kind) == Layer::truth);
  });
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return weight(a) != weight(b) ? weight(a) > weight(b) : a.id > b.id;  // the later one is closer to the break
  });
  if (events.size() > kMax) events.resize(kMax);
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.id < b.id; });
}

}  // namespace

const Event* EventIndex::find(std::uint32_t id) const {
  const auto at = std::lower_bound(events_.begin(), events_.end(), id,
                                   [](const Event& e, std::uint32_t wanted) { return e.id < wanted; });
  return at != events_.end() && at->id == id ? &*at : nullptr;
}

bool refuted(const Event& event) {
  return event.kind == EventKind::bmc_reading && event.x != 2 && event.x != event.value;
}

std::vector<Event> events_that_matter(const EventIndex& index, const Broken& broken) {
  std::vector<Event> events = ancestors(index, broken);
  add_last_faults(events, index, broken);
  keep_weighty(events, broken);
  if (events.size() < 2) {
    events = before(index, broken);
    keep_weighty(events, broken);
  }
  return events;
}

}  // namespace hasim
