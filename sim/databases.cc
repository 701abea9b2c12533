// Positions in the log are kept as spans of time in which the owner wrote: `unapplied` was received and not applied,
// `missing` was never received.
#include "sim/databases.h"

#include <algorithm>
#include <utility>

#include "sim/faults.h"
#include "sim/fitness.h"
#include "sim/storage.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kCommitEvery = milliseconds{100};
constexpr Duration kMeasuredEvery = seconds{1};
constexpr int kAppliesFaster = 10;  ///< than the owner wrote it; a cold database has no such head start

Database& database(Engine& e, int db) { return e.s.tables.database[static_cast<std::size_t>(db)]; }
int part_of(const Engine& e, int db) { return e.layout->databases[static_cast<std::size_t>(db)]; }
ThingId id_of(const Engine& e, int db) { return e.part_layout(part_of(e, db)).id; }
int head_on(const Engine& e, int db, int side) { return e.head_at(e.part_layout(part_of(e, db)).cell, side); }
Replica& copy_on(Database& d, int side) { return d.copy[static_cast<std::size_t>(side)]; }

std::uint64_t commits_in(Duration span) { return static_cast<std::uint64_t>(span / kCommitEvery); }

bool is_cold(Engine& e, ThingId part, int head) {
  return newest(e, [&](const Fault& f) {
           return f.id == SentenceId::fault_db_cold && f.thing[0] == part && f.thing[1] == e.id_of(head);
         }) != nullptr;
}

/// The replica's thread stands still; everybody sees that, unless it does so silently.
const Fault* stopped(Engine& e, int db) { return fault_on(e, SentenceId::fault_replication_stopped, id_of(e, db)); }
bool says_it_runs(const Fault* stop) { return stop != nullptr && stop->pick[0] == 1; }

/// Brings the positions up to now, under what held since the last look.
void advance(Engine& e, int db) {
  Database& d = database(e, db);
  const Duration passed = e.now() - d.looked;
  d.looked = e.now();
  if (d.owner < 0 || passed <= Duration{0}) return;
  Replica& replica = copy_on(d, 1 - d.owner);
  if (d.open && d.alone) replica.missing += passed;
  if (d.pinned > Duration{0}) {
    replica.unapplied = d.pinned;
  } else if (d.applies) {
    const int gains = d.speed - (d.open && d.follows ? 1 : 0);
    replica.unapplied = std::max(Duration{0}, replica.unapplied - gains * passed);
  }
}

/// Parted from its replica, the owner may acknowledge commits alone from then on.
bool may_go_on_alone(Engine& e, int db, Time parted) {
  if (e.now() < parted + e.layout->failover_max) return false;
  const PartLayout& laid = e.part_layout(part_of(e, db));
  const int volume = e.layout->services[static_cast<std::size_t>(laid.service)].marker_volume;
  const int owner = head_on(e, db, database(e, db).owner);
  return volume < 0 || (reach(e, volume, owner) == Reach::works && takes_writes(e, volume));
}

/// What holds from now on.
void see_following(Engine& e, int db) {
  Database& d = database(e, db);
  if (d.owner < 0) return;
  Replica& replica = copy_on(d, 1 - d.owner);
  const int owner = head_on(e, db, d.owner);
  const int other = head_on(e, db, 1 - d.owner);
  const Run run = e.part(part_of(e, db), 1 - d.owner).run;
  d.applies = e.machine(other).user_space_runs() && run != Run::running;
  const bool near =
      d.applies && d.open && e.machine(owner).user_space_runs() && round_trip(e, e.id_of(owner), e.id_of(other));
  const Fault* stop = stopped(e, db);
  d.follows = near && stop == nullptr && !replica.torn;
  if (near || !d.open) d.parted = kLongAgo;
  if (!near && d.open && d.parted == kLongAgo) d.parted = e.now();
  // While the heads talk, they agree at once that the replica is out; else the owner waits.
  d.alone = d.open && !d.follows && (near || says_it_runs(stop) || may_go_on_alone(e, db, d.parted));
  if (near && replica.gap > 0 && e.now() - replica.gap_since >= e.part_layout(part_of(e, db)).check)
    replica.gap_found = true;
  if (d.follows) replica.unapplied += std::exchange(replica.missing, Duration{0});
  const Fault* lags = fault_on(e, SentenceId::fault_replication_lags, id_of(e, db));
  const Duration behind = lags != nullptr ? Duration{lags->amount[0]} : e.part_layout(part_of(e, db)).behind;
  d.pinned = d.follows ? behind : Duration{0};
  replica.unapplied = std::max(replica.unapplied, d.pinned);
  d.speed = is_cold(e, id_of(e, db), other) ? 1 : kAppliesFaster;
}

void say_replication(Engine& e, int db) {
  Database& d = database(e, db);
  if (d.owner < 0) return;
  const Replica& replica = copy_on(d, 1 - d.owner);
  const bool runs = d.open ? d.follows : d.said_runs;
  // How far it is behind is read on the replica, if somebody is there to read it.
  const Duration behind = d.applies ? std::chrono::floor<seconds>(replica.unapplied + replica.missing) : d.said_behind;
  if (runs == d.said_runs && behind == d.said_behind) return;
  d.said_runs = runs;
  d.said_behind = behind;
  e.emit(EventKind::replication, id_of(e, db),
         {.with = e.id_of(head_on(e, db, 1 - d.owner)), .x = runs ? 1 : 0, .since = behind.count()});
}

void say_torn(Engine& e, int db, int side, bool torn) {
  Replica& replica = copy_on(database(e, db), side);
  if (replica.torn == torn) return;
  replica.torn = torn;
  e.emit(EventKind::needs_recovery, id_of(e, db), {.with = e.id_of(head_on(e, db, side)), .x = torn ? 1 : 0});
}

bool wants_measuring(const Database& d) {
  if (d.owner < 0) return false;
  const Replica& replica = d.copy[static_cast<std::size_t>(1 - d.owner)];
  return replica.unapplied + replica.missing > Duration{0} || replica.gap > 0 || (d.open && !d.follows);
}

void measure(Engine& e, int db) {
  Database& d = database(e, db);
  advance(e, db);
  see_following(e, db);
  say_replication(e, db);
  if (d.measured || !wants_measuring(d)) return;
  checks_needed(e);
  d.measured = true;
  e.later(kMeasuredEvery, {.kind = DueKind::replication_measured, .a = static_cast<std::uint64_t>(db)});
}

/// The other side becomes the owner: what it lacks is lost, and the old owner's log has what nobody else has.
void change_owner(Engine& e, int db, int side) {
  Database& d = database(e, db);
  Replica& mine = copy_on(d, side);
  const std::uint64_t lost = commits_in(mine.unapplied + mine.missing) + mine.gap;
  if (d.owner >= 0 && lost > 0) {
    e.emit(EventKind::writes_lost, id_of(e, db), {.with = e.id_of(head_on(e, db, side)), .value = lost});
    say_torn(e, db, 1 - side, true);
  }
  say_torn(e, db, side, false);
  mine = {};
  d.owner = static_cast<std::int8_t>(side);
  d.parted = kLongAgo;
}

}  // namespace

void database_opens(Engine& e, int head, int part) {
  const int db = e.part_layout(part).database;
  if (db < 0) return;
  Database& d = database(e, db);
  advance(e, db);
  const int side = e.head(head).side;
  e.s.tables.forced[static_cast<std::size_t>(head)] = false;
  if (d.open && d.owner != side) return;  // opened behind the core's back beside the owner: nobody writes there
  if (d.owner != side) change_owner(e, db, side);
  d.open = true;
  measure(e, db);
}

void database_closes(Engine& e, int head, int part, bool in_order) {
  const int db = e.part_layout(part).database;
  if (db < 0) return;
  Database& d = database(e, db);
  const int side = e.head(head).side;
  if (!d.open || d.owner != side) return;
  advance(e, db);
  const Fault* late = fault_on(e, SentenceId::fault_db_accept_int_late_writes, e.part_layout(part).id);
  if (in_order && late != nullptr && !d.follows) copy_on(d, 1 - side).missing += late->amount[0] * kCommitEvery;
  d.open = false;
  e.clients_look = true;
}

bool database_applies(Engine& e, int head, int part) {
  const int db = e.part_layout(part).database;
  if (db < 0 || e.s.tables.forced[static_cast<std::size_t>(head)]) return false;
  advance(e, db);
  const Database& d = database(e, db);
  const int side = e.head(head).side;
  return d.owner >= 0 && d.owner != side && !d.open && d.copy[static_cast<std::size_t>(side)].unapplied > Duration{0};
}

ha::Reason database_stale(Engine& e, int head, int part) {
  const int db = e.part_layout(part).database;
  if (db < 0 || e.s.tables.forced[static_cast<std::size_t>(head)]) return ha::Reason::none;
  advance(e, db);
  const Database& d = database(e, db);
  const int side = e.head(head).side;
  if (d.owner < 0 || d.owner == side) return ha::Reason::none;
  const Replica& mine = d.copy[static_cast<std::size_t>(side)];
  if (mine.torn) return ha::Reason::diverged;
  if (mine.gap_found) return ha::Reason::database_lag;
  // Of what a silently stopped replication lacks, only its age tells.
  const Duration unseen = says_it_runs(stopped(e, db)) ? e.layout->lag_max : Duration{0};
  return mine.missing > unseen ? ha::Reason::database_lag : ha::Reason::none;
}

ha::Reason database_trouble(Engine& e, int head) {
  for (std::size_t db = 0; db < e.layout->databases.size(); ++db) {
    const int part = e.layout->databases[db];
    if (e.part_layout(part).cell != e.head(head).cell) continue;
    const Database& d = database(e, static_cast<int>(db));
    const int side = e.head(head).side;
    if (d.owner < 0 || d.owner == side) continue;
    const Replica& mine = d.copy[static_cast<std::size_t>(side)];
    const Fault* stop = stopped(e, static_cast<int>(db));
    if (mine.torn) return ha::Reason::diverged;
    if (stop != nullptr && !says_it_runs(stop)) return ha::Reason::database_failed;
    const bool lags = mine.unapplied + mine.missing > e.layout->lag_max;
    if (lags || database_stale(e, head, part) != ha::Reason::none) return ha::Reason::database_lag;
  }
  return ha::Reason::none;
}

void miss_commits(Engine& e, int part, std::int64_t commits) {
  const int db = e.part_layout(part).database;
  if (db < 0) return;
  Database& d = database(e, db);
  if (d.owner < 0) return;
  Replica& replica = copy_on(d, 1 - d.owner);
  if (replica.gap == 0) replica.gap_since = e.now();
  replica.gap += static_cast<std::uint64_t>(commits);
  measure(e, db);
}

ha::Reason cannot_copy(Engine& e, int head) {
  for (std::size_t db = 0; db < e.layout->databases.size(); ++db) {
    if (e.part_layout(e.layout->databases[db]).cell != e.head(head).cell) continue;
    const Database& d = database(e, static_cast<int>(db));
    if (d.owner == e.head(head).side) return d.open ? ha::Reason::active_here : ha::Reason::stale_target;
    if (d.owner < 0 || !d.open) return ha::Reason::database_failed;
  }
  return round_trip(e, e.id_of(e.head(head).peer), e.id_of(head)) ? ha::Reason::none : ha::Reason::path_lost;
}

void begin_copying_databases(Engine& e, int head) {
  for (std::size_t db = 0; db < e.layout->databases.size(); ++db) {
    if (e.part_layout(e.layout->databases[db]).cell == e.head(head).cell)
      say_torn(e, static_cast<int>(db), e.head(head).side, true);
  }
  e.clients_look = true;
}

void copy_databases(Engine& e, int head) {
  const int side = e.head(head).side;
  for (std::size_t i = 0; i < e.layout->databases.size(); ++i) {
    const int db = static_cast<int>(i);
    if (e.part_layout(part_of(e, db)).cell != e.head(head).cell) continue;
    advance(e, db);
    say_torn(e, db, side, false);
    copy_on(database(e, db), side) = {};
    measure(e, db);
  }
}

void age_databases(Engine& e, int head) {
  const int side = e.head(head).side;
  for (std::size_t i = 0; i < e.layout->databases.size(); ++i) {
    const int db = static_cast<int>(i);
    if (e.part_layout(part_of(e, db)).cell != e.head(head).cell) continue;
    advance(e, db);
    Database& d = database(e, db);
    const Duration since_then = e.now() - e.zero;
    // The newest data were on the disk that was taken out: what the other side has is the newest now.
    if (d.owner == side) change_owner(e, db, 1 - side);
    copy_on(d, side).missing = since_then;
    measure(e, db);
  }
}

void look_at_databases(Engine& e) {
  for (std::size_t i = 0; i < e.layout->databases.size(); ++i) {
    const int db = static_cast<int>(i);
    Database& d = database(e, db);
    // The owner is gone, and somebody had opened the other copy: it is the owner now.
    if (d.owner >= 0 && !d.open && e.part(part_of(e, db), 1 - d.owner).up) {
      advance(e, db);
      change_owner(e, db, 1 - d.owner);
      d.open = true;
    }
    measure(e, db);
  }
}

void replication_measured(Engine& e, const Due& due) {
  const int db = static_cast<int>(due.a);
  database(e, db).measured = false;
  e.because = e.s.tables.last_fault;
  measure(e, db);
}

}  // namespace hasim::sim
