// Following a swarm: groups of failures, places, the mix of faults, files of broken stories.
#include "cli/run_swarm.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/sweep_view.h"
#include "explore/place_counts.h"
#include "explore/swarm_mix.h"
#include "report/json.h"
#include "report/numbers.h"
#include "report/reach.h"
#include "report/summary.h"
#include "report/verdict.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

constexpr std::size_t kFilesMax = 20;  ///< stories that are written: one of each group

class SwarmFollower : public SweepListener {
 public:
  explicit SwarmFollower(const SwarmRequest& request)
      : request_(request), progress_(request.runs, request.json && stdout_is_terminal(), request.style) {}

  bool on_run(const Outcome& outcome) override {
    tally_.add(outcome);
    places_.add(outcome);
    mix_.add(outcome);
    if (!outcome.holds && first_.empty()) first_ = std::to_string(outcome.key.seed);
    const bool enough = request_.stop_after > 0 && tally_.broken() >= static_cast<std::uint64_t>(request_.stop_after);
    return !enough && tally_.group_count() < kGroupsMax;
  }
  void on_progress(std::uint64_t told) override { progress_.show(told, tally_.broken(), first_); }
  void end() { progress_.clear(); }

  const Tally& tally() const { return tally_; }
  const PlaceCounts& places() const { return places_; }
  const MixCounts& mix() const { return mix_; }

 private:
  const SwarmRequest& request_;
  Tally tally_{1};
  PlaceCounts places_;
  MixCounts mix_;
  Progress progress_;
  std::string first_;
};

std::string run_name(const SwarmRequest& request, std::uint64_t seed) {
  return fmt::format("{}/swarm-{}.scn:{}", request.folder, seed, seed);
}

GroupRow row_of(const Group& group, const SwarmRequest& request) {
  Broken broken;
  broken.invariant = group.invariant;
  GroupRow row;
  row.runs = group.runs;
  row.property = group.did_not_start ? "did not start" : group.invariant != 0 ? property_name(broken) : "liveness";
  row.claim = group.did_not_start    ? group.message
              : group.invariant != 0 ? std::string(invariant_text(group.invariant))
                                     : "somebody serves when enough is healed";
  row.causes = group.causes;
  row.first = std::to_string(group.first.seed);
  row.shortest = run_name(request, group.shortest.seed);
  row.shortest_events = group.shortest_events;
  for (const RunKey& key : group.also) row.also.push_back(std::to_string(key.seed));
  return row;
}

std::vector<MixCountRow> rows_of(const MixCounts& counts) {
  std::vector<MixCountRow> rows;
  for (std::size_t i = 0; i < mix().size(); ++i) rows.push_back({std::string(mix()[i].text), counts.of(i)});
  return rows;
}

std::vector<PlaceRow> rows_of(const PlaceCounts& places) {
  std::vector<PlaceRow> rows;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const auto at = static_cast<Landmark>(i);
    const std::string first = places.runs(at) == 0 ? "" : std::to_string(places.first(at).seed);
    rows.push_back({std::string(info(at).name), std::string(info(at).text), places.runs(at), first});
  }
  return rows;
}

std::vector<LeftOutRow> left_out() {
  std::vector<LeftOutRow> rows;
  for (const NotDrawn& not_this : not_drawn()) {
    rows.push_back({std::string(info(not_this.id).pattern), std::string(not_this.why)});
  }
  return rows;
}

SweepView view_of(const SwarmRequest& request, const SwarmFollower& follower, SweepEnd end, Duration took) {
  SweepView view;
  view.runs = follower.tally().runs();
  view.broken = follower.tally().broken();
  view.planned = request.runs;
  view.workers = request.workers;
  view.took = took;
  view.hash = follower.tally().hash();
  const std::unique_ptr<World> world = make_simulator();
  view.world = world->name();
  view.core_digest = world->core_digest();
  for (const Group& group : follower.tally().groups()) view.groups.push_back(row_of(group, request));
  switch (end) {
    case SweepEnd::complete: break;
    case SweepEnd::enough: view.cut_short = request.stop_after > 0 ? "--stop-after" : "too many groups"; break;
    case SweepEnd::out_of_time: view.cut_short = "the time of --for is over"; break;
    case SweepEnd::interrupted: view.cut_short = "interrupted"; break;
  }
  return view;
}

/// Writes the shortest run of each group, so that the commands of the summary play it again.
std::string write_stories(const SwarmRequest& request, const Tally& tally) {
  const std::unique_ptr<World> world = make_simulator();
  const std::vector<Group> groups = tally.groups();
  std::string text;
  const std::size_t count = std::min(groups.size(), kFilesMax);
  for (std::size_t i = 0; i < count; ++i) {
    const SwarmFile file = write_swarm_file(request.options, groups[i].shortest.seed, request.folder, *world);
    if (!file.breaks_again) text += fmt::format("  {} holds: only the swarm itself breaks it\n", file.path);
  }
  return fmt::format("\n  {} of {} written to {}\n", count, plural(groups.size(), "group"), request.folder) + text;
}

Exit exit_of(SweepEnd end, const SwarmRequest& request, const SwarmFollower& follower) {
  if (end == SweepEnd::interrupted) return Exit::interrupted;
  if (follower.tally().broken() != 0) return Exit::broken;
  if (end == SweepEnd::out_of_time) return Exit::cut_short;
  return request.require_places && follower.places().missed() != 0 ? Exit::broken : Exit::holds;
}

Exit print_stories(const SwarmRequest& request) {
  SwarmTeller teller(request.options);
  for (std::uint64_t i = 0; i < request.runs; ++i) print(teller.tell(request.first_seed + i).text + "\n");
  return Exit::holds;
}

SweepOptions sweep_options(const SwarmRequest& request) {
  SweepOptions options;
  options.workers = request.workers;
  options.run.landmarks = true;
  options.time_limit = request.time_limit;
  options.interrupted = InterruptNoted::seen;
  options.make_world = make_simulator;
  options.make_scripts = [&request] { return swarm_scripts(request.options); };
  return options;
}

}  // namespace

std::string cannot_swarm(const SwarmOptions& options) {
  for (const std::string& world : options.worlds) {
    SwarmOptions alone = options;
    alone.worlds = {world};
    try {
      (void)draw_cell(alone, 1);
    } catch (const std::exception& error) { return fmt::format("--world {}: {}", world, error.what()); }
  }
  return "";
}

Exit run_swarm(const SwarmRequest& request) {
  if (request.print_only) return print_stories(request);
  const InterruptNoted noted;
  SwarmFollower follower(request);
  const auto begin = std::chrono::steady_clock::now();
  const SweepEnd end = sweep(swarm_plan(request.first_seed, request.runs), sweep_options(request), follower);
  follower.end();
  const SweepView view = view_of(request, follower, end, std::chrono::steady_clock::now() - begin);
  const Exit exit = exit_of(end, request, follower);
  const std::vector<PlaceRow> places = rows_of(follower.places());
  if (request.json) {
    print(json_swarm(view, places, rows_of(follower.mix()), static_cast<int>(exit)));
    return exit;
  }
  if (request.quiet && exit == Exit::holds) return exit;
  print(sweep_summary(view, request.style));
  if (view.broken != 0) print(write_stories(request, follower.tally()));
  print(fault_mix(rows_of(follower.mix()), left_out()) + all_places(places, view.runs));
  const std::size_t missed = follower.places().missed();
  if (request.require_places && missed != 0 && view.broken == 0)
    print(fmt::format("\n{}  {} of {} places were not reached\n", request.style.paint(Paint::broken, "BROKEN"), missed,
                      kLandmarks));
  return exit;
}

}  // namespace hasim
