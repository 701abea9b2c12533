// Which faults and actions excuse, and for how long.
#include "lang/excuse.h"

#include "lang/healing.h"

namespace hasim {

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
    // What happens once to a head is over; a network that restarts, or a lost lock, goes on.
    case Life::once: excuse.lasts = head ? Lasts::not_at_all : Lasts::until_healed; break;
  }
  return excuse;
}

/// Somebody changes a machine or a service without asking its core.
Excuse excuse_of_action(const Sentence& action) {
  switch (action.id) {
    case SentenceId::do_boot_clone_of_head:
    case SentenceId::do_boot_old_disk_of_head:
    case SentenceId::do_power_things:
    case SentenceId::do_restart_nas:
    case SentenceId::do_part:
    case SentenceId::do_mount:
    case SentenceId::do_address:
    case SentenceId::do_flush_addresses:
    case SentenceId::do_add_to_arp_cache: return {Excuse::Lasts::for_good, kNoThing};
    default: return {};
  }
}

}  // namespace hasim
