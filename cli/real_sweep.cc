// Starting sandboxes, reading what they found, and putting it in order.
#include "cli/real_sweep.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <map>

#include "cli/interrupt.h"
#include "cli/run_json.h"
#include "cli/run_one.h"
#include "netns/clock.h"
#include "netns/sandbox.h"
#include "netns/stalls.h"
#include "report/numbers.h"

namespace hasim {
namespace {

using WallClock = std::chrono::steady_clock;

/// Between two starts: cells that boot at the same instant are in each other's way.
constexpr auto kApart = std::chrono::milliseconds{300};

constexpr int kTriesMax = 3;

struct UnderWay {
  std::size_t number;
  Time began;
  netns::Sandbox sandbox;
  std::string bytes;
};

std::vector<RunKey> runs_of(const Plan& plan) {
  std::vector<RunKey> runs;
  for (const PlannedCase& one : plan.cases)
    for (std::uint64_t seed = one.first_seed; seed <= one.last_seed; ++seed)
      runs.push_back({one.scenario, one.case_index, seed, one.step});
  return runs;
}

/// In the sandbox.
RealRun made(const RunRequest& request, const RunKey& key, bool with_events) {
  RealRun run;
  try {
    RunOne one(request);
    const RunView view = one.run(key);
    run.outcome.keep(key, *view.result);
    if (request.json != JsonOutput::none) run.outcome.written = json_of_run(view, request.json);
    if (!view.result->holds) run.explained = one.explain_broken(key, view);
    if (with_events) run.events = *view.events;
  } catch (const std::exception& error) { run.failure = error.what(); }
  run.outcome.key = key;
  return run;
}

void write_bytes(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written <= 0) return;  // who reads takes what came too short for a failure
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

class RealSweep {
 public:
  RealSweep(const RunRequest& request, bool with_events, const RealListener& listener)
      : request_(request), with_events_(with_events), listener_(listener), runs_(runs_of(request.plan)) {}

  bool over() const { return told_ == runs_.size(); }
  std::uint64_t made_so_far() const { return told_ + ended_.size(); }

  void start_what_may() {
    const bool room = under_way_.size() < static_cast<std::size_t>(request_.workers);
    if (!room || (again_.empty() && next_ == runs_.size()) || WallClock::now() < may_start_) return;
    const std::size_t number = again_.empty() ? next_++ : again_.front();
    if (!again_.empty()) again_.erase(again_.begin());
    const RunKey& key = runs_[number];
    ++tries_[number];
    under_way_.push_back({number, netns::boottime(), netns::Sandbox{[this, &key](int result) {
                            write_bytes(result, bytes_of(made(request_, key, with_events_)));
                          }},
                          ""});
    may_start_ = WallClock::now() + kApart;
  }

  /// A tenth of a second at most.
  void read() {
    std::vector<pollfd> waits;
    for (const UnderWay& one : under_way_) waits.push_back({one.sandbox.result(), POLLIN, 0});
    if (::poll(waits.data(), waits.size(), 100) <= 0) return;
    std::vector<UnderWay> still;
    for (std::size_t i = 0; i < waits.size(); ++i) {
      const bool goes_on = waits[i].revents == 0 || read_some(under_way_[i]);
      if (goes_on) still.push_back(std::move(under_way_[i]));
    }
    under_way_ = std::move(still);
  }

  bool tell() {
    for (auto run = ended_.find(told_); run != ended_.end(); run = ended_.find(++told_)) {
      const bool enough = !listener_.on_run(run->second);
      ended_.erase(run);
      if (enough) return false;
    }
    return true;
  }

 private:
  /// False: it has ended.
  bool read_some(UnderWay& one) {
    std::array<char, 1 << 16> some;
    const ssize_t got = ::read(one.sandbox.result(), some.data(), some.size());
    if (got > 0) {
      one.bytes.append(some.data(), static_cast<std::size_t>(got));
      return true;
    }
    std::optional<RealRun> run = real_run_of(one.bytes);
    if (!run) {
      run.emplace();
      run->outcome.key = runs_[one.number];
      run->failure = "its process ended early";
    }
    if (!made_again(one, *run)) ended_[one.number] = std::move(*run);
    return false;
  }

  bool made_again(const UnderWay& one, const RealRun& run) {
    if (run.failure.empty() && run.outcome.holds) return false;
    const Duration stood_still = stalls_.worst_since(one.began);
    if (stood_still <= tolerance_ || tries_[one.number] == kTriesMax) return false;
    again_.push_back(one.number);
    listener_.on_note(fmt::format("{} is made again: it did not hold, and this machine stood still for {} meanwhile",
                                  run_name(request_.loaded, run.outcome.key), span_text(stood_still, request_.style)));
    return true;
  }

  const RunRequest& request_;
  const bool with_events_;
  const RealListener& listener_;
  const std::vector<RunKey> runs_;
  std::vector<UnderWay> under_way_;
  std::map<std::size_t, RealRun> ended_;  ///< and not told yet
  std::size_t next_ = 0, told_ = 0;
  std::vector<std::size_t> again_;
  std::map<std::size_t, int> tries_;
  netns::Stalls stalls_;
  const Duration tolerance_ = request_.make_world()->tolerance();
  WallClock::time_point may_start_ = WallClock::now();
};

}  // namespace

SweepEnd sweep_for_real(const RunRequest& request, bool with_events, const RealListener& listener) {
  const InterruptNoted noted;
  const WallClock::time_point begin = WallClock::now();
  for (RealSweep sweep(request, with_events, listener); !sweep.over();) {
    if (InterruptNoted::seen()) return SweepEnd::interrupted;
    if (request.time_limit && WallClock::now() - begin >= *request.time_limit) return SweepEnd::out_of_time;
    sweep.start_what_may();
    sweep.read();
    if (!sweep.tell()) return SweepEnd::enough;
    listener.on_progress(sweep.made_so_far());
  }
  return SweepEnd::complete;
}

}  // namespace hasim
