// Workers take short pieces of the plan; the caller's thread tells the finished pieces in order.
#include "explore/sweep.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace hasim {
namespace {

using WallClock = std::chrono::steady_clock;

/// Units (a case with a seed) in one piece: long enough that handing it over costs nothing beside its runs, short
/// enough that a stop takes effect soon.
constexpr std::uint64_t kPiece = 16;
/// Pieces that workers may be ahead of the telling, for each of them.
constexpr std::uint64_t kAhead = 8;

/// The outcomes of consecutive units. Outcomes are used again and keep their memory.
struct Piece {
  std::vector<Outcome> outcomes;
  std::size_t count = 0;
  bool ready = false;

  Outcome& next() {
    if (count == outcomes.size()) outcomes.emplace_back();
    return outcomes[count++];
  }
};

class LoadedScripts final : public ScriptSource {
 public:
  explicit LoadedScripts(const std::vector<Loaded>& loaded) : loaded_(loaded) {}
  const Script& script(const RunKey& key) override { return loaded_[key.scenario].scenario.cases[key.case_index]; }

 private:
  const std::vector<Loaded>& loaded_;
};

/// Makes the runs of one unit after another, in one world.
class Maker {
 public:
  explicit Maker(const SweepOptions& options)
      : options_(options), scripts_(options.make_scripts()), world_(options.make_world()), runner_(*world_) {}

  void make(const PlannedCase& planned, std::uint64_t seed, Piece& piece) {
    RunKey key{planned.scenario, planned.case_index, seed, planned.step};
    const int steps = planned.each_step && planned.step == 0 ? count_steps(key) : 0;
    if (steps == 0) return run(key, piece);
    for (key.step = 1; key.step <= steps; ++key.step) run(key, piece);
  }

 private:
  int count_steps(const RunKey& key) {
    return static_cast<int>(runner_.run(scripts_->script(key), key.seed, RunOptions{}).steps.size());
  }

  void run(const RunKey& key, Piece& piece) {
    RunOptions run_options = options_.run;
    run_options.step = key.step;
    const Script& script = scripts_->script(key);
    const RunResult& result = runner_.run(script, key.seed, run_options);
    Outcome& outcome = piece.next();
    outcome.keep(key, result);
    scripts_->ran(result, outcome);
    if (options_.scribe) outcome.written = options_.scribe(key, script, result, *world_);
  }

  const SweepOptions& options_;
  std::unique_ptr<ScriptSource> scripts_;
  std::unique_ptr<World> world_;
  Runner runner_;
};

/// What workers and the telling thread share.
class Board {
 public:
  Board(std::uint64_t pieces, int workers)
      : pieces_(pieces), ring_(static_cast<std::size_t>(kAhead) * static_cast<std::size_t>(workers)) {}

  /// The next piece to fill; nothing when all are taken or the sweep stops.
  std::optional<std::uint64_t> take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopping_ || taken_ == pieces_ || taken_ < told_ + ring_.size(); });
    if (stopping_ || taken_ == pieces_) return std::nullopt;
    return taken_++;
  }

  Piece& slot(std::uint64_t piece) { return ring_[piece % ring_.size()]; }
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  void publish(std::uint64_t piece) {
    {
      const std::lock_guard lock(mutex_);
      slot(piece).ready = true;
    }
    filled_.notify_one();
  }

  void fail(std::exception_ptr error) {
    {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::move(error);
    }
    filled_.notify_one();
  }

  /// Waits a tenth of a second at most for the next piece to tell. Throws what a worker threw.
  Piece* next_filled() {
    std::unique_lock lock(mutex_);
    Piece& piece = slot(told_);
    filled_.wait_for(lock, std::chrono::milliseconds{100}, [&] { return piece.ready || error_; });
    if (error_) std::rethrow_exception(error_);
    return piece.ready ? &piece : nullptr;
  }

  void mark_told(Piece& piece) {
    {
      const std::lock_guard lock(mutex_);
      piece.count = 0;
      piece.ready = false;
      ++told_;
    }
    room_.notify_all();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    room_.notify_all();
  }

 private:
  const std::uint64_t pieces_;
  std::vector<Piece> ring_;
  std::uint64_t taken_ = 0;
  std::uint64_t told_ = 0;
  std::atomic<bool> stopping_ = false;
  std::exception_ptr error_;
  std::mutex mutex_;
  std::condition_variable room_, filled_;
};

/// Finds the case and the seed of a unit; units are numbered through the plan.
class Units {
 public:
  explicit Units(const Plan& plan) : plan_(plan) {
    std::uint64_t sum = 0;
    for (const PlannedCase& planned : plan.cases) {
      begins_.push_back(sum);
      sum += planned.seeds();
    }
    size_ = sum;
  }
  std::uint64_t size() const { return size_; }
  std::pair<const PlannedCase*, std::uint64_t> operator[](std::uint64_t unit) const {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), unit);
    const auto index = static_cast<std::size_t>(after - begins_.begin()) - 1;
    const PlannedCase& planned = plan_.cases[index];
    return {&planned, planned.first_seed + (unit - begins_[index])};
  }

 private:
  const Plan& plan_;
  std::vector<std::uint64_t> begins_;
  std::uint64_t size_ = 0;
};

void work(Board& board, const Units& units, const SweepOptions& options) {
  try {
    Maker maker(options);
    while (const auto number = board.take()) {
      Piece& piece = board.slot(*number);
      const std::uint64_t end = std::min(units.size(), (*number + 1) * kPiece);
      for (std::uint64_t unit = *number * kPiece; unit < end; ++unit) {
        if (board.stopping()) return;
        const auto [planned, seed] = units[unit];
        maker.make(*planned, seed, piece);
      }
      board.publish(*number);
    }
  } catch (...) { board.fail(std::current_exception()); }
}

/// Stops and joins the workers, whatever happens in between.
class Workers {
 public:
  explicit Workers(Board& board) : board_(board) {}
  ~Workers() {
    board_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  template <class Work>
  void add(Work work) {
    threads_.emplace_back(std::move(work));
  }

 private:
  Board& board_;
  std::deque<std::thread> threads_;
};

}  // namespace

void Outcome::keep(const RunKey& of, const RunResult& result) {
  key = of;
  holds = result.holds;
  hash = result.hash;
  events = result.events;
  end = result.end;
  broken = result.broken;
  last_causes = result.last_causes;
  measures = result.measures;
  sometimes = result.sometimes;
  reached = result.reached;
  deeds.clear();
  failed_to_start = result.failed_to_start;
  for (std::size_t i = 0; i < in_danger.size(); ++i) in_danger[i] = result.relaxed_broken[i] != Time{};
}

SweepEnd sweep(const Plan& plan, const std::vector<Loaded>& loaded, SweepOptions options, SweepListener& listener) {
  options.make_scripts = [&loaded] { return std::make_unique<LoadedScripts>(loaded); };
  return sweep(plan, options, listener);
}

SweepEnd sweep(const Plan& plan, const SweepOptions& options, SweepListener& listener) {
  const Units units(plan);
  const std::uint64_t pieces = (units.size() + kPiece - 1) / kPiece;
  const auto useful = static_cast<int>(std::min<std::uint64_t>(pieces, 1024));
  const int count = std::clamp(options.workers, 1, std::max(useful, 1));
  const WallClock::time_point begin = WallClock::now();
  Board board(pieces, count);
  Workers workers(board);
  for (int i = 0; i < count; ++i) workers.add([&] { work(board, units, options); });

  for (std::uint64_t told = 0; told < pieces;) {
    if (options.interrupted && options.interrupted()) return SweepEnd::interrupted;
    if (options.time_limit && WallClock::now() - begin >= *options.time_limit) return SweepEnd::out_of_time;
    Piece* piece = board.next_filled();
    if (piece != nullptr) {
      for (std::size_t i = 0; i < piece->count; ++i) {
        if (!listener.on_run(piece->outcomes[i])) return SweepEnd::enough;
      }
      board.mark_told(*piece);
      ++told;
    }
    listener.on_progress(std::min(told * kPiece, units.size()));
  }
  return SweepEnd::complete;
}

}  // namespace hasim
