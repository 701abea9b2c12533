// Jobs of a Slurm controller (the daemon `slurmctld` of a world): accepted, saved to the state directory every few
// seconds, completed once; and their accounting records, which wait in the controller while `slurmdbd` or its database
// is away. What a controller has not saved is lost with it.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Users submit; while no controller answers they try again.
void submit_jobs(Engine&, std::int64_t jobs);
/// A job ends on its nodes; they tell the controller as soon as one answers. Nothing if no job runs.
void finish_job(Engine&);
/// `scontrol reconfigure`: the controller saves its state and reads its configuration again.
void reconfigure_controller(Engine&);
/// A part is stopped in good order: a controller saves its state before it goes.
void controller_stops(Engine&, int part);

void look_at_jobs(Engine&);
void state_saved(Engine&, const Due&);

}  // namespace hasim::sim
