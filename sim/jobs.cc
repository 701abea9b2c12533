// Numbers of jobs go from `waiting` to `fresh` to `saved`; a controller that goes in disorder loses what is fresh.
#include "sim/jobs.h"

#include <algorithm>
#include <utility>

#include "sim/storage.h"

namespace hasim::sim {

namespace {

using std::chrono::seconds;

constexpr Duration kSavedEvery = seconds{5};
constexpr std::uint64_t kRecordsMax = 10'000;  ///< that a controller keeps for an absent slurmdbd

Jobs& jobs_of(Engine& e) { return e.s.tables.jobs; }
ThingId controller(const Engine& e) { return e.part_layout(e.layout->scheduler.controller).id; }

void say_jobs(Engine& e, int what, std::uint64_t jobs) {
  if (jobs > 0) e.emit(EventKind::job, controller(e), {.x = what, .value = jobs});
}

bool runs_on(Engine& e, int part, int head) { return part < 0 || e.part(part, e.head(head).side).run == Run::running; }

bool answers(Engine& e) {
  const std::int8_t at = jobs_of(e).at;
  return at >= 0 && e.machine(at).user_space_runs() && runs_on(e, e.layout->scheduler.controller, at);
}

/// The state directory, as that head has it now.
bool state_there(Engine& e, int head) {
  const int volume = e.layout->scheduler.volume;
  if (volume < 0) return true;
  return e.s.tables.volume[static_cast<std::size_t>(volume)].mounted[static_cast<std::size_t>(head)] &&
         reach(e, volume, head) == Reach::works;
}

bool save(Engine& e) {
  Jobs& jobs = jobs_of(e);
  const int volume = e.layout->scheduler.volume;
  if (jobs.at < 0 || !state_there(e, jobs.at) || (volume >= 0 && !takes_writes(e, volume))) return false;
  jobs.saved += std::exchange(jobs.fresh, 0);
  jobs.fresh_records = 0;
  return true;
}

void plan_save(Engine& e) {
  Jobs& jobs = jobs_of(e);
  if (jobs.save_waits || jobs.fresh + jobs.fresh_records == 0) return;
  jobs.save_waits = true;
  e.later(kSavedEvery, {.kind = DueKind::state_saved});
}

/// The process of the controller is gone, and its memory with it.
void controller_gone(Engine& e) {
  Jobs& jobs = jobs_of(e);
  jobs.at = -1;
  say_jobs(e, 0, std::exchange(jobs.fresh, 0));
  const std::uint64_t records = std::exchange(jobs.fresh_records, 0);
  jobs.records -= std::min(jobs.records, records);
  if (records > 0) e.emit(EventKind::records_lost, controller(e), {.value = records});
}

/// A controller reads the state directory. One that finds it empty knows of no job.
void controller_comes(Engine& e, int head) {
  Jobs& jobs = jobs_of(e);
  const bool empty =
      !state_there(e, head) || (e.layout->scheduler.private_state && jobs.home >= 0 && jobs.home != head);
  if (empty) say_jobs(e, 0, std::exchange(jobs.saved, 0));
  jobs.at = jobs.home = static_cast<std::int8_t>(head);
}

void keep_records(Engine& e, std::uint64_t records) {
  Jobs& jobs = jobs_of(e);
  const std::uint64_t room = kRecordsMax - std::min(kRecordsMax, jobs.records);
  const std::uint64_t kept = std::min(room, records);
  jobs.records += kept;
  jobs.fresh_records += kept;
  if (kept < records) e.emit(EventKind::records_lost, controller(e), {.value = records - kept});
}

void serve(Engine& e) {
  Jobs& jobs = jobs_of(e);
  const SchedulerLayout& laid = e.layout->scheduler;
  const std::uint64_t accepted = std::exchange(jobs.waiting, 0);
  jobs.fresh += accepted;
  say_jobs(e, 2, accepted);
  const std::uint64_t ended = std::min(std::exchange(jobs.ended, 0), jobs.saved + jobs.fresh);
  const std::uint64_t of_saved = std::min(ended, jobs.saved);
  jobs.saved -= of_saved;
  jobs.fresh -= ended - of_saved;
  say_jobs(e, 1, ended);
  if (runs_on(e, laid.accounting, jobs.at) && runs_on(e, laid.database, jobs.at)) {
    jobs.records = jobs.fresh_records = 0;
  } else {
    keep_records(e, accepted + ended);
  }
  plan_save(e);
}

}  // namespace

void submit_jobs(Engine& e, std::int64_t jobs) {
  jobs_of(e).waiting += static_cast<std::uint64_t>(jobs);
  look_at_jobs(e);
}

void finish_job(Engine& e) {
  Jobs& jobs = jobs_of(e);
  if (jobs.ended < jobs.saved + jobs.fresh) ++jobs.ended;
  look_at_jobs(e);
}

void reconfigure_controller(Engine& e) {
  if (answers(e)) save(e);
}

void controller_stops(Engine& e, int part) {
  if (part == e.layout->scheduler.controller) save(e);
}

void look_at_jobs(Engine& e) {
  const SchedulerLayout& laid = e.layout->scheduler;
  if (laid.controller < 0) return;
  Jobs& jobs = jobs_of(e);
  if (jobs.at >= 0 && !e.part(laid.controller, e.head(jobs.at).side).up) controller_gone(e);
  for (int side = 0; side < 2 && jobs.at < 0; ++side) {
    const int head = e.head_at(e.part_layout(laid.controller).cell, side);
    if (e.part(laid.controller, side).up && e.machine(head).user_space_runs()) controller_comes(e, head);
  }
  if (answers(e)) serve(e);
}

void state_saved(Engine& e, const Due&) {
  jobs_of(e).save_waits = false;
  if (answers(e)) save(e);
  plan_save(e);
}

}  // namespace hasim::sim
