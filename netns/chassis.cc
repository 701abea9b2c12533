// What BMCs and heads ask the harness: power, mounts, resets. Faults of BMCs take effect here.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/disk.h"
#include "netns/house.h"

namespace hasim::netns {
namespace {

constexpr Duration kAnswerIsLost = std::chrono::milliseconds{150};
/// A server until a client has its mount: with the agent and mount(8) the 300 ms that a mount takes in the simulator.
constexpr Duration kServerTakes = std::chrono::milliseconds{255};

}  // namespace

void House::answer(const Question& question) {
  const std::vector<std::string>& words = question.words();
  if (words.size() >= 3 && words[0] == "mount") return answer_mount(question);
  if (words.size() >= 5 && words[0] == "part") return answer_part(question);
  if (words.size() >= 5 && words[0] == "outlet") return answer_outlet(question);
  const ThingId id = words.size() >= 2 ? spec_->find(words[1]) : kNoThing;
  if (id == kNoThing || spec_->kind_of(id) != ThingKind::head) return question.answer("refused");
  if (words[0] == "chassis" && words.size() >= 4) return answer_chassis(question, head(id));
  if (words[0] == "redfish" && words.size() >= 3) return answer_redfish(question, head(id));
  if (words[0] != "reset") return question.answer("refused");
  question.answer("done");
  reset(head(id), 2);
}

/// "chassis HEAD get power boot", "chassis HEAD set power 0": several at once, as the emulator asks them.
void House::answer_chassis(const Question& question, Head& h) {
  const std::vector<std::string>& words = question.words();
  const bool gets = words[2] == "get";
  std::string text;
  for (std::size_t i = 3; gets && i < words.size(); ++i)
    text += words[i] == "power" ? fmt::format("power:{:d}\n", reading(h)) : words[i] == "boot" ? "boot:default\n" : "";
  for (std::size_t i = 3; !gets && i + 1 < words.size(); i += 2) {
    if (words[i] == "power") obey(h, words[i + 1] != "0");
    if (words[i] == "reset") reset(h, 0);
    text = "done";
  }
  const Duration takes = gets ? h.manners.get_takes : h.manners.set_takes;
  if (text.empty()) return question.answer("refused");
  const bool lost = h.manners.loses_every > 0 || std::exchange(h.manners.loses_next, false);
  const auto reply = [this, &h, question, text, lost] {
    if (lost) lose_answer(h);
    question.answer(text);
  };
  if (takes == Duration{0}) return reply();
  // Its chassis program waits, and with it the whole BMC.
  later(takes, reply);
}

/// The emulator answers as soon as it has its own answer; whoever asked asks again later than that.
void House::lose_answer(Head& h) {
  h.bmc->lose_answers(true);
  later(kAnswerIsLost, [&h] { h.bmc->lose_answers(false); });
}

/// What reached the devices of a level: by the asker `with`, or by its peer if it does not matter who.
void House::say_of_level(EventKind kind, const Head& h, PowerLevel level, ThingId with, int x, std::uint64_t value) {
  const ThingId id = h.machine->spec().id;
  Event event;
  event.kind = kind;
  event.who = id;
  event.with = with == kNoThing ? spec_->peer_of(id) : with;
  event.x = static_cast<std::uint8_t>(x);
  const std::vector<PowerLevel> levels = power_levels(*spec_, spec_->peer_of(id));
  event.y = static_cast<std::uint8_t>(std::find(levels.begin(), levels.end(), level) - levels.begin());
  event.value = value;
  stream_.saw(boottime(), event);
}

/// Whether it says that it is on.
bool House::reading(Head& h) {
  bool said = h.power;
  for (auto change = h.powers.rbegin(); h.manners.stale > Duration{0} && change != h.powers.rend(); ++change) {
    said = change->second;
    if (change->first <= boottime() - h.manners.stale) break;
  }
  if (!h.manners.says.empty()) said = h.manners.says.back();
  ++h.read[PowerLevel::bmc];
  say_of_level(EventKind::bmc_reading, h, PowerLevel::bmc, kNoThing, said ? 1 : 0, h.power ? 1 : 0);
  return said;
}

/// "redfish HEAD login ADDRESS right", "redfish HEAD get", "redfish HEAD reset ForceOff". The answer begins with a
/// status of HTTP; 0: the client gets none.
void House::answer_redfish(const Question& question, Head& h) {
  const std::vector<std::string>& words = question.words();
  const bool login = words[2] == "login";
  std::string text = redfish_answer(h, words);
  if (!login && std::exchange(h.manners.loses_next, false)) text = "0";
  const Duration takes = login ? Duration{0} : words[2] == "get" ? h.manners.get_takes : h.manners.set_takes;
  later(takes, [question, text] { question.answer(text); });
}

std::string House::redfish_answer(Head& h, const std::vector<std::string>& words) {
  const Manners& m = h.manners;
  if (words[2] == "login" && words.size() >= 5) {
    const unsigned status = m.wrong_password > 0 || words[4] != "right" ? 401 : m.no_privilege > 0 ? 403 : 200;
    if (const ThingId asker = head_at(words[3], h.bmc->spec().network); asker != kNoThing)
      say(EventKind::bmc_login, h.machine->spec().id, status == 200 ? 1 : 0, asker);
    return std::to_string(status);
  }
  if (!m.http_status.empty()) return std::to_string(m.http_status.back());
  if (words[2] == "get")
    return fmt::format("200 {} a1234567-89ab-cdef-a123-{:012x} 2026-01-01T00:00:{:02}Z",
                       m.powering_off ? "PoweringOff"
                       : reading(h)   ? "On"
                                      : "Off",
                       h.machine->spec().id, h.bmc_lives);
  if (words[2] != "reset" || words.size() < 4) return "400";
  if (m.unsupported > 0) return "409";
  if (words[3] != "GracefulShutdown")
    obey(h, words[3] == "On");
  else if (m.ignores_soft == 0)
    go_down(h, Goal::power_off);
  return "204";
}

/// An order reached the device: what becomes of it.
void House::obey(Head& h, bool on) {
  if (!on) say_of_level(EventKind::fence_sent, h, PowerLevel::bmc);
  say_of_level(EventKind::power_command, h, PowerLevel::bmc);
  if ((on ? h.manners.ignores_on : h.manners.ignores_off) > 0) return;
  if (!on && h.manners.stuck > 0) {
    h.manners.powering_off = true;
    return;
  }
  const bool as_it_is = !on && !h.power && h.manners.late == Duration{0} && h.manners.on_again == Duration{0} &&
                        h.manners.twice == Duration{0};
  if (as_it_is) return;  // and what is switched on right after stays on
  const Duration off_takes = h.bmc->spec().power_off;
  later(h.manners.late + (on ? Duration{0} : off_takes), [this, &h, on] {
    if (on) return power_on(h, boot_time(h));
    power_off(h, spec_->peer_of(h.machine->spec().id));
    if (h.manners.on_again > Duration{0})
      later(h.manners.on_again, [this, &h] { power_on(h, h.machine->spec().boot); });
  });
  if (!on && h.manners.twice > Duration{0})
    later(off_takes + h.manners.twice, [this, &h] { power_off(h, spec_->peer_of(h.machine->spec().id)); });
}

/// What a server exports is mounted by its client. What nobody serves goes to the head as a mount that it only has to
/// put in its place.
void House::answer_mount(const Question& question) {
  for (const VolumeSpec& volume : spec_->volumes) {
    if (plan_.export_of(volume.id) != question.words()[2]) continue;
    const std::string trouble = trouble_with_mount(volume.id, spec_->find(question.words()[1]));
    if (!trouble.empty()) return question.answer(trouble);
    const bool aside = question.words().size() > 3;  // a look at the marker takes the simulator no time
    return later(stream_.begun() && !aside ? kServerTakes : Duration{0}, [this, question, id = volume.id] {
      if (plan_.is_served(id)) return question.answer("by " + Plan::program("nfsfuse"));
      const auto array = arrays_.find(id);
      const Descriptor mount =
          array != arrays_.end()
              ? array->second->mount()
              : Descriptor{::open_tree(AT_FDCWD, plan_.folder_of(id).c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)};
      question.answer(mount ? "done" : "refused", mount.get());
    });
  }
  question.answer("no such export");
}

/// Of a file system of its own a head loses with its power what it has not written yet.
void House::caches_are_lost(Head& h) {
  for (const PartSpec& part : spec_->parts)
    if (part.kind == ThingKind::mount && arrays_.contains(part.volume) && h.truth->runs(part.id))
      shut_down_file_system(fmt::format("/proc/{}/root{}", h.machine->first(), plan_.mount_point(part.id)));
}

}  // namespace hasim::netns
