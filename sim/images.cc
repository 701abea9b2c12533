// Images have an age and no contents.
#include "sim/images.h"

#include "sim/faults.h"
#include "sim/fitness.h"
#include "sim/parts.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::seconds;

constexpr Duration kCopyTakes = seconds{60};

Images& images_of(Engine& e, int head) { return e.s.tables.images[static_cast<std::size_t>(head)]; }

/// The newest change that the images of that head have.
Time made(Engine& e, int head) {
  const Fault* old = fault_on(e, SentenceId::fault_images_old, e.id_of(head));
  return old != nullptr ? old->since - Duration{old->amount[0]} : images_of(e, head).made;
}

bool outdated(Engine& e, int head) { return made(e, head) < e.s.tables.images_changed; }

/// The head of a cell that runs its first service, -1 if none does.
int owner_in(Engine& e, const CellLayout& cell) {
  for (const int head : cell.head) {
    if (cell.services > 0 && e.machine(head).user_space_runs() && runs_all(e, cell.service[0], head)) return head;
  }
  return -1;
}

void plan_copy(Engine& e) {
  bool wanted = false;
  for (int h = 0; h < e.heads(); ++h) wanted = wanted || images_of(e, h).made < e.s.tables.images_changed;
  if (!wanted || e.s.tables.images_wait) return;
  e.s.tables.images_wait = true;
  e.later(kCopyTakes, {.kind = DueKind::images_copied});
}

bool provisions(Engine& e, const Provisioning& job) {
  return job.head >= 0 && e.now() < job.until && e.machine(job.head).life == job.life && e.machine(job.head).power;
}

}  // namespace

void commit_image_change(Engine& e) {
  for (const CellLayout& cell : e.layout->cells) {
    const int owner = owner_in(e, cell);
    if (owner < 0) continue;  // nobody runs the service with which images are changed
    e.s.tables.images_changed = e.now();
    images_of(e, owner).made = e.now();
  }
  checks_needed(e);
  plan_copy(e);
}

void images_copied(Engine& e, const Due&) {
  e.s.tables.images_wait = false;
  for (int h = 0; h < e.heads(); ++h) {
    const int from = e.head(h).peer;
    const bool both = e.machine(h).user_space_runs() && e.machine(from).user_space_runs();
    if (!both || images_of(e, from).made <= images_of(e, h).made || !round_trip(e, e.id_of(from), e.id_of(h))) continue;
    images_of(e, h).made = images_of(e, from).made;
  }
  e.clients_look = true;
  plan_copy(e);
}

void copy_images(Engine& e, int from, int to) { images_of(e, to).made = images_of(e, from).made; }
void age_images(Engine& e, int head) { images_of(e, head).made = kLongAgo; }

void provision(Engine& e, Duration taking) {
  for (std::size_t c = 0; c < e.layout->cells.size(); ++c) {
    const int owner = owner_in(e, e.layout->cells[c]);
    if (owner < 0) continue;
    e.s.tables.provisioning[c] = {e.now() + taking, static_cast<std::int8_t>(owner), e.machine(owner).life};
    e.later(taking, {.kind = DueKind::provisioning_ends});
  }
  checks_needed(e);
}

void provisioning_ends(Engine& e, const Due&) { checks_needed(e); }

ha::Reason image_trouble(Engine& e, int head) {
  const Provisioning& job = e.s.tables.provisioning[static_cast<std::size_t>(e.head(head).cell)];
  if (job.head == e.head(head).peer && provisions(e, job)) return ha::Reason::provisioning;
  return outdated(e, head) ? ha::Reason::image_old : ha::Reason::none;
}

}  // namespace hasim::sim
