// What operators do: orders by hactl, and hands on machines.
#include <algorithm>

#include "netns/clock.h"
#include "netns/house.h"

namespace hasim::netns {
namespace {

constexpr int kByHand = 0xff;  ///< in an event `action`: no order to a core
constexpr Duration kCoreRestarts = std::chrono::milliseconds{100};

}  // namespace

/// The words go to the real hactl; nobody takes them where no core runs.
void House::order(Head& h, const std::vector<std::string>& words) {
  if (h.booted && h.machine->core() != 0) h.machine->hactl(words);
}

int House::kind_of_action(const Sentence& s) {
  switch (s.id) {
    case SentenceId::do_makeactive: return static_cast<int>(ha::CommandKind::makeactive);
    case SentenceId::do_cancel: return static_cast<int>(ha::CommandKind::cancel);
    case SentenceId::do_standby:
      return static_cast<int>(s.picks.at(0) == 0 ? ha::CommandKind::standby_on : ha::CommandKind::standby_off);
    default: return kByHand;
  }
}

void House::act(const Deed& deed) {
  const Sentence& s = *deed.sentence;
  if (s.id == SentenceId::do_power_things) return power_voters(s);
  Head& h = head(s.values.at(0).things.front());
  switch (s.id) {
    case SentenceId::do_makeactive: return order(h, {"makeactive", "-y"});
    case SentenceId::do_cancel: return order(h, {"cancel"});
    case SentenceId::do_standby: return order(h, {"standby", s.picks.at(0) == 0 ? "on" : "off", "-y"});
    case SentenceId::do_power_head:
      return s.picks.at(0) == 0 ? power_on(h, h.boot_takes > Duration{0} ? h.boot_takes : h.machine->spec().boot)
                                : power_off(h, false);
    case SentenceId::do_reset_head: return reset(h, 0);
    case SentenceId::do_core: return core_order(h, s.picks.at(0));
    default: ha::check_failed("an action that nobody carries out", __FILE__, __LINE__);
  }
}

/// stop, start, restart, kill: as the supervisor of the head would.
void House::core_order(Head& h, int what) {
  if (!h.booted) return;
  h.core_wanted = what != 0;
  if (what == 1) return core_to_start(h, kCoreRestarts);
  if (h.machine->core() == 0) return;
  if (what != 3) return h.machine->end_core();  // it leaves; the supervisor starts it again, if it is to run
  h.machine->kill_core();
  h.listener->end(boottime());
  core_to_start(h, std::chrono::seconds{1});
}

}  // namespace hasim::netns
