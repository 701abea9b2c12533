// Faults, and how they are healed.
#include <algorithm>

#include "netns/clock.h"
#include "netns/house.h"
#include "netns/sentence.h"
#include "netns/storage_faults.h"

namespace hasim::netns {
namespace {

constexpr Duration kAgainAfter = std::chrono::seconds{5};  ///< what a BMC does twice, or puts on again by itself

bool on_way_to_bmc(SentenceId id) {
  return id == SentenceId::fault_bmc_drops || id == SentenceId::fault_bmc_duplicates ||
         id == SentenceId::fault_bmc_delay_replies_by;
}

}  // namespace

void House::inject(const Deed& deed) {
  const Sentence& sentence = *deed.sentence;
  const ThingId of = thing_at(sentence, 0);
  Healing healing = on_networks(sentence.id)     ? begin_on_network(deed)
                    : on_way_to_bmc(sentence.id) ? begin_on_way_to_bmc(deed)
                    : on_storage(sentence.id)    ? begin_on_storage(deed)
                                                 : begin(sentence);
  const Life life = info(sentence.id).life;
  if (!healing) return;
  faults_[deed.number] = {of, std::move(healing)};
  if (life == Life::soft) head(of).soft.push_back(deed.number);
}

void House::heal(std::uint32_t number) {
  const auto fault = faults_.find(number);
  if (fault == faults_.end()) return;
  const InForce ends = std::move(fault->second);
  faults_.erase(fault);
  say(EventKind::healed, ends.of, 0, kNoThing, number);
  ends.healing();
}

House::Healing House::begin(const Sentence& s) {
  switch (s.id) {
    case SentenceId::fault_voters_off:
    case SentenceId::fault_some_voters_off:
    case SentenceId::fault_voters_cannot_see: return begin_on_voters(s);
    case SentenceId::fault_witness_down: return begin_on_witness(s);
    case SentenceId::fault_witness_restarts_taking: return restart_witness(s), nullptr;
    case SentenceId::fault_part_crashes:
    case SentenceId::fault_part_fails_to_start:
    case SentenceId::fault_part_hangs:
    case SentenceId::fault_part_takes:
    case SentenceId::fault_check_of_part:
    case SentenceId::fault_mount_fails:
    case SentenceId::fault_unmount_fails: return begin_on_part(s);
    default: break;
  }
  if (on_pdus(s.id)) return begin_on_pdu(s);
  Head& h = head(thing_at(s, 0));
  switch (s.id) {
    case SentenceId::fault_head_lose_power: return power_off(h), nullptr;
    case SentenceId::fault_head_restart: return reset(h, 0), nullptr;
    case SentenceId::fault_head_panic: return panic(h, duration_in(s)), nullptr;
    case SentenceId::fault_head_unplugged: return unplugged(h, s.picks.at(0) == 1 ? thing_at(s, 1) : kNoThing);
    case SentenceId::fault_shutdown_hangs: return shutdown_hangs(h, s.picks.at(0) == 1);
    case SentenceId::fault_head_hang: return stand_still(h, true);
    case SentenceId::fault_head_frozen: return stand_still(h, false);
    case SentenceId::fault_disk_full:
      if (h.disk_full++ == 0) h.machine->disk().full(true);
      return [&h] {
        if (--h.disk_full == 0) h.machine->disk().full(false);
      };
    case SentenceId::fault_disk_readonly:
      ++h.disk_readonly;
      h.machine->disk().turn_readonly();
      return [&h] { --h.disk_readonly; };  // its next boot finds it so
    case SentenceId::fault_disk_dead:
      h.machine->disk().die();
      ++h.boot_fails;  // there is nothing to boot from
      return [&h] { --h.boot_fails; };
    case SentenceId::fault_log_blocked: h.machine->log().block(true); return [&h] { h.machine->log().block(false); };
    case SentenceId::fault_boot_take: h.boot_takes = duration_in(s); return [&h] { h.boot_takes = Duration{0}; };
    case SentenceId::fault_boot_fail: ++h.boot_fails; return [&h] { --h.boot_fails; };
    case SentenceId::fault_core_crashes: return core_order(h, 3), nullptr;
    case SentenceId::fault_core_gone: return core_gone(h);
    case SentenceId::fault_core_stopped:
      h.machine->core_stands_still(true);
      return [&h] { h.machine->core_stands_still(false); };
    default: return begin_on_bmc(s, h);
  }
}

House::Healing House::stand_still(Head& h, bool hangs) {
  if (!h.booted) return nullptr;
  int& standing = hangs ? h.hung : h.frozen;
  const EventKind kind = hangs ? EventKind::hung : EventKind::frozen;
  Healing cables = hangs ? pull(h, h.machine->spec().networks) : nullptr;  // a kernel that runs would answer pings
  if (standing++ == 0) {
    h.machine->stand_still(true);
    say(kind, h.machine->spec().id, 1);
  }
  return [this, &h, &standing, kind, cables] {
    if (cables) cables();
    if (--standing > 0) return;
    if (h.booted && h.frozen == 0 && h.hung == 0) h.machine->stand_still(false);
    Event goes_on;
    goes_on.kind = kind;
    goes_on.who = h.machine->spec().id;
    goes_on.y = h.booted ? 0 : 1;  // a reset ended it
    stream_.saw(boottime(), goes_on);
  };
}

House::Healing House::core_gone(Head& h) {
  ++h.core_gone;
  if (h.machine->core() != 0) {
    h.machine->kill_core();
    h.listener->end(boottime());
  }
  return [this, &h] {
    --h.core_gone;
    core_to_start(h, Duration{0});
  };
}

House::Healing House::begin_on_bmc(const Sentence& s, Head& h) {
  Manners& m = h.manners;
  const ThingId id = h.machine->spec().id;
  const auto counted = [](int& count) -> Healing {
    ++count;
    return [&count] { --count; };
  };
  const auto lasting = [](Duration& duration, Duration value) -> Healing {
    const Duration before = std::exchange(duration, value);
    return [&duration, before] { duration = before; };
  };
  // While it does not answer nobody reaches it, and the world says so.
  const auto unreachable = [&](auto method, bool ends) -> Healing {
    (*h.bmc.*method)(ends);
    say(EventKind::bmc_reachable, id, h.bmc->answers() ? 1 : 0);
    return [this, &h, id, method, ends] {
      (*h.bmc.*method)(!ends);
      say(EventKind::bmc_reachable, id, h.bmc->answers() ? 1 : 0);
    };
  };
  switch (s.id) {
    case SentenceId::fault_bmc_silent: return unreachable(&Bmc::silent, true);
    case SentenceId::fault_bmc_disconnected: return unreachable(&Bmc::disconnect, true);
    case SentenceId::fault_bmc_refused: return unreachable(&Bmc::run, false);
    case SentenceId::fault_bmc_lose_power: return unreachable(&Bmc::disconnect, true);
    case SentenceId::fault_bmc_rejects:
      if (h.bmc->spec().redfish) return counted(s.picks.at(0) == 0 ? m.wrong_password : m.no_privilege);
      h.bmc->reject_password(true);
      return [&h] { h.bmc->reject_password(false); };
    case SentenceId::fault_bmc_answers_error: {
      const auto status = static_cast<unsigned>(s.values.at(2).number.lo);
      m.http_status.push_back(status);
      return [&m, status] { m.http_status.erase(std::find(m.http_status.begin(), m.http_status.end(), status)); };
    }
    case SentenceId::fault_bmc_loses_reply:
      if (s.picks.at(0) == 1) {
        m.loses_next = true;
        return [&m] { m.loses_next = false; };
      }
      return counted(m.loses_every);
    case SentenceId::fault_bmc_ignores:
      return counted(s.picks.at(0) == 0 ? m.ignores_off : s.picks.at(0) == 1 ? m.ignores_on : m.ignores_soft);
    case SentenceId::fault_bmc_stuck_powering_off:
      ++m.stuck;
      return [&m] {
        if (--m.stuck == 0) m.powering_off = false;
      };
    case SentenceId::fault_bmc_says: {
      if (s.picks.at(0) == 2) return counted(m.unsupported);
      const bool said = s.picks.at(0) == 1;
      m.says.push_back(said);
      return [&m, said] { m.says.erase(std::find(m.says.begin(), m.says.end(), said)); };
    }
    case SentenceId::fault_bmc_takes: return lasting(s.picks.at(0) == 0 ? m.set_takes : m.get_takes, duration_in(s));
    case SentenceId::fault_bmc_execute_late: return lasting(m.late, duration_in(s));
    case SentenceId::fault_bmc_power_on_again_later: return lasting(m.on_again, duration_in(s));
    case SentenceId::fault_bmc_cycle_instead_of_off: return lasting(m.on_again, kAgainAfter);
    case SentenceId::fault_bmc_execute_twice: return lasting(m.twice, kAgainAfter);
    case SentenceId::fault_bmc_stale_by: return lasting(m.stale, duration_in(s));
    default: ha::check_failed("a fault that nobody carries out", __FILE__, __LINE__);
  }
}

}  // namespace hasim::netns
