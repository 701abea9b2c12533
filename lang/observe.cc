// States: what holds in the picture. Events: what matches.
#include "lang/observe.h"

#include <algorithm>
#include <bit>

namespace hasim {

namespace {

bool has_reason(const Observation& o, const ReasonSet& set) { return o.any_reason ? set.any() : set.has(o.reason); }

bool is_reason(const Observation& o, const Event& e) { return o.any_reason || e.reason == o.reason; }

bool machine_is(const Observation& o, const HeadPicture& head) {
  switch (o.picks[0]) {
    case 0: return head.power;
    case 1: return !head.power;
    case 2: return head.up && !head.hung;
    case 3: return head.hung;
    default: return head.dumping;
  }
}

bool role_is(const Observation& o, const Picture& picture) {
  switch (o.picks[0]) {
    case 0: return picture.active(o.head);
    case 1: return picture.passive(o.head);
    case 2: return picture.joining(o.head);
    case 3: return picture.leaving(o.head);
    default: return picture.head(o.head).unready.any();  // only of `becomes`
  }
}

bool hears(const Observation& o, const HeadPicture& head) {
  const bool suspects = o.picks[0] == 1;
  if (o.place >= 0) return (head.paths_heard >> o.place & 1) != (suspects ? 1U : 0U);
  if (suspects) return head.peer_view == ha::PeerView::suspect;
  return head.peer_view == ha::PeerView::alive || head.paths_heard != 0;
}

bool served(const Observation& o, const Picture& picture) {
  const ServicePicture& service = picture.service(o.thing);
  const bool known = o.place >= 0 && (service.served_known >> o.place & 1) != 0;
  const bool answers = known ? (service.served >> o.place & 1) != 0 : service.served_by_all;
  return answers == (o.picks[0] == 0);
}

bool addresses(const Observation& o, const Picture& picture) {
  const auto answered = [&](ThingId id) { return picture.answered(picture.spec().things[id].index); };
  if (o.id == SentenceId::see_answered_by) {
    return std::all_of(o.things.begin(), o.things.end(), [&](ThingId id) { return answered(id) == only(o.head); });
  }
  const bool unanswered = o.picks[1] == 0;
  if (unanswered) return std::all_of(o.things.begin(), o.things.end(), [&](ThingId id) { return answered(id) == 0; });
  return std::any_of(o.things.begin(), o.things.end(), [&](ThingId id) { return std::popcount(answered(id)) > 1; });
}

bool bmc_is(const Observation& o, const HeadPicture& head) {
  switch (o.picks[0]) {
    case 0: return head.bmc_reads == 0;
    case 1: return head.bmc_reads == 1;
    default: return head.bmc_reachable;
  }
}

bool fence_matches(const Observation& o, const Event& e) {
  const auto step = [&](ha::FenceStep wanted) {
    return e.kind == EventKind::fence && e.x == static_cast<std::uint8_t>(wanted);
  };
  switch (o.picks[0]) {
    case 0: return step(ha::FenceStep::ordered);
    case 1: return e.kind == EventKind::fence_sent;
    case 2: return e.kind == EventKind::fence_executed;
    case 3: return step(ha::FenceStep::confirmed);
    case 4: return step(ha::FenceStep::failed);
    case 5: return step(ha::FenceStep::unknown);
    case 6: return step(ha::FenceStep::cancelled);
    default: return step(ha::FenceStep::expired);
  }
}

bool part_matches(const Observation& o, const Event& e) {
  switch (o.picks[0]) {
    case 0: return e.x == 1;
    case 1: return e.x == 0 && e.y != 1;
    case 2: return e.y == 1;
    default: return e.y == 2;
  }
}

bool is_command(CommandWord word, ha::CommandKind kind) {
  using ha::CommandKind;
  switch (word) {
    case CommandWord::makeactive:
    case CommandWord::takeover:
    case CommandWord::migrate: return kind == CommandKind::makeactive;
    case CommandWord::acknowledge: return kind == CommandKind::acknowledge;
    case CommandWord::maintenance: return kind == CommandKind::maintenance_on || kind == CommandKind::maintenance_off;
    case CommandWord::standby: return kind == CommandKind::standby_on || kind == CommandKind::standby_off;
    case CommandWord::cancel: return kind == CommandKind::cancel;
    case CommandWord::stop: return kind == CommandKind::leave;
    case CommandWord::drill: return kind == CommandKind::drill;
    case CommandWord::reload: return kind == CommandKind::reload;
    default: return false;
  }
}

/// `x` of the reply names that command: one of the core, or of a tool beside it.
bool answers(CommandWord word, std::uint8_t x) {
  if (x >= kToolReply) return static_cast<CommandWord>(x - kToolReply) == word;
  return is_command(word, static_cast<ha::CommandKind>(x));
}

bool reply_matches(const Observation& o, const Event& e, const Picture& picture) {
  if (e.kind != EventKind::reply || !answers(o.command, e.x)) return false;
  const Answer answer = picture.answer();
  if (o.id == SentenceId::see_command_refused) return answer == Answer::refused && is_reason(o, e);
  switch (o.picks[0]) {
    case 0: return answer == Answer::accepted || answer == Answer::done;
    case 1: return answer == Answer::done;
    case 2: return answer == Answer::failed;
    default: return answer == Answer::cancelled;
  }
}

bool listed(const std::vector<ThingId>& things, ThingId id) {
  return std::find(things.begin(), things.end(), id) != things.end();
}

}  // namespace

bool satisfies(const Count& count, std::int64_t n) {
  switch (count.rule) {
    case Count::Rule::exactly: return n == count.n;
    case Count::Rule::at_most: return n <= count.n;
    case Count::Rule::at_least: return n >= count.n;
  }
  return false;
}

bool exceeded(const Count& count, std::int64_t n) { return count.rule != Count::Rule::at_least && n > count.n; }

bool holds(const Observation& o, const Picture& picture) {
  const auto head = [&]() -> const HeadPicture& { return picture.head(o.head); };
  switch (o.id) {
    case SentenceId::see_machine: return machine_is(o, head());
    case SentenceId::see_role:
    case SentenceId::see_becomes: return role_is(o, picture);
    case SentenceId::see_active_because: return picture.active_because(o.head, o.proof);
    case SentenceId::see_starting_stopping: return head().is(o.picks[0] == 0 ? ha::Role::starting : ha::Role::stopping);
    case SentenceId::see_holds: return o.any_reason ? head().holds_something() : head().holds(o.reason);
    case SentenceId::see_unready: return has_reason(o, head().unready);
    case SentenceId::see_incompatible: return head().unready.has(ha::Reason::version_differs);
    case SentenceId::see_maintenance_standby: return o.picks[0] == 0 ? head().maintenance : head().standby;
    case SentenceId::see_fencing: return head().is(ha::Role::fencing) || head().does(ha::Operation::fencing);
    case SentenceId::see_hears_suspects: return hears(o, head());
    case SentenceId::see_reports:
      return head().conditions.has(o.reason) || head().unready.has(o.reason) || head().holds(o.reason);
    case SentenceId::see_count_heads: {
      const HeadSet all = picture.heads() == kHeadsMax ? ~HeadSet{0} : only(picture.heads()) - 1;
      return satisfies(o.count, std::popcount(o.picks[0] == 0 ? all & ~picture.machines_on() : picture.active_heads()));
    }
    case SentenceId::see_count_owners: return satisfies(o.count, std::popcount(picture.service(o.thing).holders));
    case SentenceId::see_owns: return has(picture.service(o.thing).owners, o.head);
    case SentenceId::see_served: return served(o, picture);
    case SentenceId::see_part_running: return has(picture.running(o.thing), o.head);
    case SentenceId::see_answered_by:
    case SentenceId::see_answered: return addresses(o, picture);
    case SentenceId::see_last_notice: return head().notice == (o.picks[0] == 0 ? 1 : 0);
    case SentenceId::see_mounted_on: return has(picture.volume(o.thing).mounted, o.head);
    case SentenceId::see_mounted: {
      const int mounts = std::popcount(picture.volume(o.thing).mounted);
      return o.picks[0] == 0 ? mounts > 1 : mounts == 0;
    }
    case SentenceId::see_bmc: return bmc_is(o, head());
    case SentenceId::see_witness_names: return picture.named_by(o.thing) == o.head;
    case SentenceId::see_lease_held: return picture.service(o.thing).lease == o.head;
    case SentenceId::see_db_writable: return has(picture.writable(o.thing), o.head);
    case SentenceId::see_db_needs_recovery: return has(picture.torn(o.thing), o.head);
    case SentenceId::see_replication:
      return picture.replicates(o.thing) && (o.picks[0] == 0 || picture.lag(o.thing) <= o.within);
    case SentenceId::see_clients_reach_head: return has(picture.reached(o.thing), o.head);
    case SentenceId::see_clients_wait: return picture.waits(o.thing);
    default: return false;
  }
}

namespace {

/// What `matches` asks again and again of one event.
struct Seen {
  const Observation& o;
  const Event& e;
  const Picture& picture;

  int head_of(ThingId id) const { return id == kNoThing ? -1 : picture.spec().things[id].index; }
  bool is(EventKind kind) const { return e.kind == kind; }
  bool who_is_head() const { return head_of(e.who) == o.head; }
  bool with_is_head() const { return head_of(e.with) == o.head; }
  bool from_head() const { return o.head < 0 || who_is_head(); }
  bool by_other() const { return o.other < 0 || head_of(e.with) == o.other; }
  bool on_head() const { return o.head < 0 || with_is_head(); }
  bool thing_is_listed() const { return listed(o.things, e.who); }
  bool one_of_heads() const { return has(o.heads, head_of(e.who)); }
};

bool of_machine(const Seen& s) {
  switch (s.o.id) {
    case SentenceId::see_loses: return s.e.y == static_cast<std::uint8_t>(ha::PeerView::lost);
    case SentenceId::see_boots_panics_resets: {
      constexpr std::array kKinds{EventKind::boots, EventKind::panics, EventKind::resets};
      return s.is(kKinds[s.o.picks[0]]);
    }
    case SentenceId::see_shoots_itself: return s.is(EventKind::resets) && s.e.x != 0;
    case SentenceId::see_promises:
      return s.is(EventKind::promise) && s.picture.took_back_promise() == (s.o.picks[0] == 1);
    case SentenceId::see_dump_saved: return s.is(EventKind::dumping) && s.e.x == 0 && s.e.y == 1;
    default: return reply_matches(s.o, s.e, s.picture);
  }
}

std::int64_t owner_changes(const Seen& s) {
  if (s.picture.planned_change() != (s.o.id == SentenceId::see_count_handovers)) return 0;
  const std::uint64_t changed = s.picture.owner_changed();
  return s.o.thing < 0 ? std::popcount(changed) : static_cast<std::int64_t>(changed >> s.o.thing & 1);
}

std::int64_t lost(const Seen& s) {
  if (!s.is(EventKind::writes_lost)) return 0;
  const bool commits = s.picture.spec().kind_of(s.e.who) == ThingKind::database;
  return commits == (s.o.id == SentenceId::see_count_commits_lost) ? static_cast<std::int64_t>(s.e.value) : 0;
}

}  // namespace

std::int64_t matches(const Observation& o, const Event& e, const Picture& picture) {
  const Seen s{o, e, picture};
  switch (o.id) {
    case SentenceId::see_loses: return s.is(EventKind::peer_view) && s.who_is_head() && of_machine(s);
    case SentenceId::see_boots_panics_resets:
    case SentenceId::see_shoots_itself:
    case SentenceId::see_promises:
    case SentenceId::see_dump_saved:
    case SentenceId::see_command_event:
    case SentenceId::see_command_refused: return s.who_is_head() && of_machine(s);
    case SentenceId::see_about_to_write:
      return s.is(EventKind::about_to_write) && s.with_is_head() && s.thing_is_listed();
    case SentenceId::see_writes: return s.is(EventKind::wrote) && s.with_is_head() && s.thing_is_listed();
    case SentenceId::see_rejects: return s.is(EventKind::rejected) && s.with_is_head() && s.thing_is_listed();
    case SentenceId::see_announces:
      return s.is(EventKind::announced) && e.x == 1 && s.with_is_head() && s.thing_is_listed();
    case SentenceId::see_part_event:
      return s.is(EventKind::part_runs) && s.thing_is_listed() && s.on_head() && part_matches(o, e);
    case SentenceId::see_count_restarts: return s.is(EventKind::part_runs) && e.y == 2 && s.thing_is_listed();
    case SentenceId::see_epoch_grows: return picture.epoch_grew() && picture.service_of(e) == o.thing;
    case SentenceId::see_fence_event: return s.who_is_head() && s.by_other() && fence_matches(o, e);
    case SentenceId::see_count_fences: return s.is(EventKind::fence_executed) && s.one_of_heads() && s.by_other();
    case SentenceId::see_count_power_commands: return s.is(EventKind::power_command) && s.one_of_heads();
    case SentenceId::see_count_logins: return s.is(EventKind::bmc_login) && s.one_of_heads();
    case SentenceId::see_alert:
    case SentenceId::see_count_alerts: return s.is(EventKind::alert) && is_reason(o, e) && s.from_head();
    case SentenceId::see_start_refused:
      // A core that refuses its configuration never runs; its host raises the alert.
      return s.is(EventKind::alert) && is_reason(o, e) && e.who != kNoThing &&
             !picture.head(s.head_of(e.who)).core_runs;
    case SentenceId::see_count_failovers:
    case SentenceId::see_count_handovers: return owner_changes(s);
    case SentenceId::see_count_commits_lost:
    case SentenceId::see_count_writes_lost: return lost(s);
    case SentenceId::see_job:
      return s.is(EventKind::job) && e.x == (o.picks[0] == 0 ? 1 : 0) ? static_cast<std::int64_t>(e.value) : 0;
    case SentenceId::see_count_jobs_lost:
      return s.is(EventKind::job) && e.x == 0 ? static_cast<std::int64_t>(e.value) : 0;
    case SentenceId::see_count_records_lost:
      return s.is(EventKind::records_lost) ? static_cast<std::int64_t>(e.value) : 0;
    case SentenceId::see_count_client_errors:
      return s.is(EventKind::client_error) ? static_cast<std::int64_t>(e.value) : 0;
    default: return 0;  // a violation is told by the invariants, not by an event of the world
  }
}

}  // namespace hasim
