// From a sentence to an observation, and from an observation to the events that it depends on.
#include <algorithm>

#include "lang/observe.h"

namespace hasim {

namespace {

/// Takes the value of one slot. A second HEAD is the object of the sentence.
void take(Observation& o, const Value& value, const WorldSpec& spec) {
  const int index = value.things.empty() ? -1 : spec.things[value.things.front()].index;
  switch (value.slot) {
    case Slot::HEAD:
      for (const ThingId id : value.things) o.heads |= only(spec.things[id].index);
      if (index >= 0) (o.head < 0 ? o.head : o.other) = index;
      break;
    case Slot::NET: o.place = index; break;
    case Slot::PLACE:
      o.place = index >= 0 && spec.kind_of(value.things.front()) == ThingKind::clients ? index : -1;
      break;
    case Slot::VOLUME:
    case Slot::STORE:
    case Slot::PART:
    case Slot::ADDR:
    case Slot::DB:
    case Slot::SERVICE:
    case Slot::WITNESS:
    case Slot::CLIENTS:
      if (index < 0) break;
      o.thing = index;
      o.things.insert(o.things.end(), value.things.begin(), value.things.end());
      break;
    case Slot::REASON:
      o.reason = static_cast<ha::Reason>(value.word);
      o.any_reason = o.reason == ha::Reason::none;
      break;
    case Slot::PROOF: o.proof = static_cast<ha::Proof>(value.word); break;
    case Slot::COMMAND: o.command = static_cast<CommandWord>(value.word); break;
    case Slot::INVARIANT: o.invariant = value.word; break;
    case Slot::COUNT: o.count = value.count; break;
    case Slot::DUR: o.within = Duration{value.number.lo}; break;
    default: break;
  }
}

/// A NAS stands for all its volumes, a service in a sentence about addresses for its addresses, and so on.
void expand(Observation& o, const WorldSpec& spec) {
  std::vector<ThingId> things;
  for (const ThingId id : o.things) {
    const Thing& thing = spec.things[id];
    if (thing.kind == ThingKind::nas) {
      const auto& exports = spec.nas[thing.index].exports;
      things.insert(things.end(), exports.begin(), exports.end());
    } else if (thing.kind == ThingKind::service) {
      const auto& parts = spec.services[thing.index].parts;
      std::copy_if(parts.begin(), parts.end(), std::back_inserter(things),
                   [&](ThingId part) { return spec.kind_of(part) == ThingKind::address; });
    } else {
      things.push_back(id);
    }
  }
  o.things = std::move(things);
}

}  // namespace

Observation compile(const Sentence& sentence, const WorldSpec& spec) {
  Observation o;
  o.id = sentence.id;
  o.kind = info(sentence.id).kind;
  o.on_becoming = sentence.id == SentenceId::see_becomes;
  o.text = sentence.text;
  o.at = sentence.place;
  for (std::size_t i = 0; i < std::min(o.picks.size(), sentence.picks.size()); ++i) o.picks[i] = sentence.picks[i];
  for (const Value& value : sentence.values) take(o, value, spec);
  // "COUNT fences of HEADS [by HEAD]": the heads that are counted are no subject.
  if (o.id == SentenceId::see_count_fences) {
    const bool by = sentence.values.size() > 2 && !sentence.values[2].things.empty();
    o.other = by ? spec.things[sentence.values[2].things.front()].index : -1;
    o.heads = 0;
    for (const ThingId id : sentence.values[1].things) o.heads |= only(spec.things[id].index);
  }
  expand(o, spec);
  return o;
}

void want(const Observation& o, Interest& interest) {
  const auto wants = [&](std::initializer_list<EventKind> kinds) {
    for (const EventKind kind : kinds) interest.want(kind);
  };
  switch (o.id) {
    case SentenceId::see_machine: Picture::want_machines(interest); break;
    case SentenceId::see_role:
    case SentenceId::see_becomes:
      Picture::want_holdings(interest);
      wants({EventKind::role, EventKind::leaving, EventKind::unready});
      break;
    case SentenceId::see_active_because:
      Picture::want_holdings(interest);
      wants({EventKind::role, EventKind::proof});
      break;
    case SentenceId::see_starting_stopping:
    case SentenceId::see_holds:
    case SentenceId::see_unready:
    case SentenceId::see_incompatible:
    case SentenceId::see_maintenance_standby:
    case SentenceId::see_fencing:
    case SentenceId::see_reports: Picture::want_cores(interest); break;
    case SentenceId::see_hears_suspects:
      Picture::want_cores(interest);
      interest.want(EventKind::path_view);
      break;
    case SentenceId::see_count_heads:
    case SentenceId::see_count_owners:
    case SentenceId::see_owns:
    case SentenceId::see_part_running: Picture::want_holdings(interest); break;
    case SentenceId::see_mounted_on:
    case SentenceId::see_mounted:
      Picture::want_machines(interest);
      interest.want(EventKind::mounted);
      break;
    case SentenceId::see_db_writable:
      Picture::want_machines(interest);
      interest.want(EventKind::db_writable);
      break;
    case SentenceId::see_db_needs_recovery: wants({EventKind::needs_recovery}); break;
    case SentenceId::see_replication: wants({EventKind::replication}); break;
    case SentenceId::see_clients_reach_head: wants({EventKind::clients_reach}); break;
    case SentenceId::see_job:
    case SentenceId::see_count_jobs_lost: wants({EventKind::job}); break;
    case SentenceId::see_count_records_lost: wants({EventKind::records_lost}); break;
    case SentenceId::see_last_notice:
      Picture::want_machines(interest);
      interest.want(EventKind::notice);
      break;
    case SentenceId::see_count_failovers:
    case SentenceId::see_count_handovers:
      Picture::want_holdings(interest);
      wants({EventKind::role, EventKind::operation});
      break;
    case SentenceId::see_served: wants({EventKind::served}); break;
    case SentenceId::see_answered_by:
    case SentenceId::see_answered: wants({EventKind::answered}); break;
    case SentenceId::see_bmc: wants({EventKind::bmc_reading, EventKind::bmc_reachable}); break;
    case SentenceId::see_witness_names: wants({EventKind::store_wrote}); break;
    case SentenceId::see_lease_held: wants({EventKind::lease_held}); break;
    case SentenceId::see_clients_wait: wants({EventKind::client_waits}); break;
    case SentenceId::see_loses: wants({EventKind::peer_view}); break;
    case SentenceId::see_boots_panics_resets: wants({EventKind::boots, EventKind::panics, EventKind::resets}); break;
    case SentenceId::see_shoots_itself: wants({EventKind::resets}); break;
    case SentenceId::see_promises: wants({EventKind::promise}); break;
    case SentenceId::see_about_to_write: wants({EventKind::about_to_write}); break;
    case SentenceId::see_writes: wants({EventKind::wrote}); break;
    case SentenceId::see_rejects: wants({EventKind::rejected}); break;
    case SentenceId::see_part_event:
    case SentenceId::see_count_restarts: wants({EventKind::part_runs}); break;
    case SentenceId::see_epoch_grows: wants({EventKind::role}); break;
    case SentenceId::see_announces: wants({EventKind::announced}); break;
    case SentenceId::see_fence_event:
      wants({EventKind::fence, EventKind::fence_sent, EventKind::fence_executed});
      break;
    case SentenceId::see_count_fences: wants({EventKind::fence_executed}); break;
    case SentenceId::see_count_power_commands: wants({EventKind::power_command}); break;
    case SentenceId::see_count_logins: wants({EventKind::bmc_login}); break;
    case SentenceId::see_alert:
    case SentenceId::see_count_alerts: wants({EventKind::alert}); break;
    case SentenceId::see_start_refused: wants({EventKind::alert, EventKind::core_runs}); break;
    case SentenceId::see_command_event:
    case SentenceId::see_command_refused: wants({EventKind::reply}); break;
    case SentenceId::see_count_commits_lost:
    case SentenceId::see_count_writes_lost: wants({EventKind::writes_lost}); break;
    case SentenceId::see_count_client_errors: wants({EventKind::client_error}); break;
    case SentenceId::see_dump_saved: wants({EventKind::dumping}); break;
    default: break;
  }
}

}  // namespace hasim
