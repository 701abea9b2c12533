// Which faults and actions excuse, and for how long.
#include "lang/excuse.h"

#include "lang/healing.h"

namespace hasim {

namespace {

/// What happens once is over, but for what the trace tells: that a head is off, that a server does not serve. Some take
/// a while, and the world says when they are over, as of a fault that was healed. A database that lost commits stays
/// behind.
Excuse::Lasts lasts_once(SentenceId fault) {
  switch (fault) {
    case SentenceId::fault_net_restarts:
    case SentenceId::fault_bond_fails_over: return Excuse::Lasts::until_healed;
    case SentenceId::fault_replication_misses_commits: return Excuse::Lasts::for_good;
    default: return Excuse::Lasts::not_at_all;
  }
}

}  // namespace

Excuse excuse_of_fault(const Sentence& fault, const WorldSpec& spec) {
  using Lasts = Excuse::Lasts;
  const Subject subject = subject_of(fault);
  Excuse excuse;
  if (!subject.things.empty()) excuse.thing = subject.things.front();
  const bool head = excuse.thing != kNoThing && spec.kind_of(excuse.thing) == ThingKind::head;
  if (head && subject.part == "bmc") excuse.thing = spec.heads[spec.things[excuse.thing].index].bmc;
  switch (info(fault.id).life) {
    case Life::lasts: excuse.lasts = Lasts::until_healed; break;
    case Life::soft: excuse.lasts = Lasts::until_power_or_healed; break;
    case Life::once: excuse.lasts = lasts_once(fault.id); break;
  }
  if (fault.id == SentenceId::fault_head_isolated && fault.picks.at(0) == 0) excuse.what = Excuse::What::isolation;
  if (fault.id == SentenceId::fault_watchdog_unusable) excuse.what = Excuse::What::watchdog;
  return excuse;
}

/// Somebody changes a machine or a service without asking its core.
Excuse excuse_of_action(const Sentence& action) {
  switch (action.id) {
    case SentenceId::do_boot_clone_of_head:
    case SentenceId::do_boot_old_disk_of_head:
    case SentenceId::do_part:
    case SentenceId::do_mount:
    case SentenceId::do_address:
    case SentenceId::do_flush_addresses:
    case SentenceId::do_add_to_arp_cache: return {Excuse::Lasts::for_good, Excuse::What::anything, kNoThing};
    default: return {};
  }
}

}  // namespace hasim
