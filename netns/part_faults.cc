// Faults of parts: what the programs of services and mount(8) are told when they ask, what is killed, and what stands
// in the way of an unmount.
#include "netns/part_faults.h"

#include <signal.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/house.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

using std::chrono::milliseconds;

/// Until then its start script looks at what it has started; what dies meanwhile has not started.
constexpr Duration kJustStarted = milliseconds{100};

enum Turn : int { kStart = 0, kStop = 1 };
enum CheckIs : int { kHangs = 0, kLies = 1, kTakes = 2 };
enum MountIs : int { kFails = 0, kMountHangs = 1, kEmpty = 2 };

}  // namespace

ThingId thing_at(const Sentence& sentence, std::size_t n) {
  for (const Value& value : sentence.values)
    if (!value.things.empty() && n-- == 0) return value.things.front();
  return kNoThing;
}

bool is_program(ThingKind kind) { return kind != ThingKind::address && kind != ThingKind::mount; }

PartFaults::Handle PartFaults::add(const Sentence& sentence) {
  PartFault fault{sentence.id, thing_at(sentence, 0), thing_at(sentence, 1), sentence.picks.at(0), Duration{0}};
  for (const Value& value : sentence.values)
    if (value.slot == Slot::DUR) fault.takes = Duration{value.number.lo};
  return faults_.insert(faults_.end(), fault);
}

const PartFault* PartFaults::newest(SentenceId id, ThingId of, ThingId head, int what) const {
  const auto found = std::find_if(faults_.rbegin(), faults_.rend(), [&](const PartFault& f) {
    return f.id == id && f.of == of && (f.head == kNoThing || f.head == head) && (what < 0 || f.what == what);
  });
  return found == faults_.rend() ? nullptr : &*found;
}

House::Healing House::begin_on_part(const Sentence& s) {
  const auto fault = part_faults_.add(s);
  return [this, fault] { part_faults_.remove(fault); };
}

/// "part HEAD ID start|stop|check begins|ends": first how long it takes, in ms, then what comes of it.
void House::answer_part(const Question& question) {
  const std::vector<std::string>& words = question.words();
  const ThingId on = spec_->find(words[1]);
  const auto part = static_cast<ThingId>(std::stoi(words[2]));
  const bool begins = words[4] == "begins";
  if (words[3] == "check") {
    const PartFault* fault = part_faults_.newest(SentenceId::fault_check_of_part, part, on);
    if (begins) return answer_time(question, fault != nullptr && fault->what == kTakes ? fault : nullptr);
    if (fault == nullptr || fault->what == kTakes) return question.answer("well");
    return question.answer(fault->what == kLies ? "lies" : "hangs");
  }
  const int turn = words[3] == "start" ? kStart : kStop;
  if (begins && !stream_.begun()) return question.answer("0");  // as nobody waits for the boots before instant 0
  if (begins) return answer_time(question, part_faults_.newest(SentenceId::fault_part_takes, part, on, turn));
  if (part_faults_.newest(SentenceId::fault_part_hangs, part, on, turn) != nullptr) return question.answer("hangs");
  if (turn == kStop || part_faults_.newest(SentenceId::fault_part_fails_to_start, part, on) == nullptr)
    return question.answer("well");
  question.answer("fails");
  head(on).truth->failed_to_start(part, boottime());
}

void House::answer_time(const Question& question, const PartFault* fault) {
  if (fault == nullptr) return question.answer("as-usual");
  question.answer(fmt::format("{}", std::chrono::duration_cast<milliseconds>(fault->takes).count()));
}

/// What mount(8) is told instead of what it asked for; empty: nothing is wrong.
std::string House::trouble_with_mount(ThingId volume, ThingId on) const {
  const PartFault* fault = part_faults_.newest(SentenceId::fault_mount_fails, volume, on);
  if (fault == nullptr) return "";
  return fault->what == kFails ? "refused" : fault->what == kMountHangs ? "hangs" : "empty";
}

/// What has run for so long as its fault says dies, and what must not be unmounted gets somebody who stands there.
void House::plague_parts(Head& h, Time at) {
  if (!h.booted || h.frozen > 0 || h.hung > 0) return;
  const ThingId id = h.machine->spec().id;
  for (const PartSpec& part : spec_->parts) {
    if (part.kind == ThingKind::mount) keep_mounted(h, part);
    const PartFault* fault = part_faults_.newest(SentenceId::fault_part_crashes, part.id, id);
    const pid_t running = fault == nullptr ? 0 : h.truth->program_of(part.id);
    if (running == 0 || at - h.truth->since(part.id) < std::max(fault->takes, kJustStarted)) continue;
    h.truth->struck(part.id);
    ::kill(running, SIGKILL);
  }
}

void House::keep_mounted(Head& h, const PartSpec& mount) {
  const bool kept = part_faults_.newest(SentenceId::fault_unmount_fails, mount.volume, h.machine->spec().id) != nullptr;
  const bool mounted = h.truth->runs(mount.id);
  std::optional<pid_t>& stands = h.stands[mount.id];
  if (kept && mounted && !stands)
    stands = h.machine->run({Plan::program("hasim-cell"), "stay", plan_.mount_point(mount.id)});
  if (kept && mounted) return;  // who was killed for it does not come back
  if (stands && h.machine->runs(*stands)) ::kill(*stands, SIGKILL);
  stands.reset();
}

/// Somebody at a head starts or stops one part or several, and asks no core.
void House::parts_by_hand(const Sentence& s) {
  const bool flushes = s.id == SentenceId::do_flush_addresses;
  const ThingId what = thing_at(s, 0);
  for (const PartSpec& part : spec_->parts) {
    const bool address = part.kind == ThingKind::address;
    if (flushes ? address : part.id == what || part.volume == what)
      part_by_hand(head(thing_at(s, flushes ? 0 : 1)), part, !flushes && (s.picks.empty() || s.picks.at(0) == 0));
  }
}

/// By its script, by mount(8), or as with ip(8).
void House::part_by_hand(Head& h, const PartSpec& part, bool starts) {
  const ThingId cell = spec_->services[spec_->things[part.service].index].cell;
  if (!h.booted || h.machine->spec().cell != cell || h.truth->runs(part.id) == starts) return;
  if (!starts) h.truth->stopped_by_hand(part.id);
  switch (part.kind) {
    case ThingKind::address: {
      const std::string interface = plan_.interface_of(plan_.network_of(part));
      Cables inside = Cables::of(h.machine->first());
      return starts ? inside.add_address(interface, part.address) : inside.remove_address(interface, part.address);
    }
    case ThingKind::mount: {
      const std::string point = plan_.mount_point(part.id);
      if (!starts) return void(h.machine->run({"/bin/umount", point}));
      return void(h.machine->run({"/bin/mount", "-t", "hasim", plan_.export_of(part.volume), point}));
    }
    default: (void)h.machine->run({plan_.script_path(part.id), starts ? "start" : "stop"});
  }
}

}  // namespace hasim::netns
