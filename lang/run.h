// Runs one script in one world and judges it: the place where a story, a world and a verdict meet.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/landmarks.h"
#include "lang/trace.h"
#include "lang/world.h"

namespace hasim {

/// Something that did not hold: a line of the script or an invariant.
struct Broken {
  int invariant = 0;                 ///< 1..9; 0: a line
  int line = 0;                      ///< of the file; 0 for an invariant that no line names
  Time from{};                       ///< when it was broken
  Time to{};                         ///< until when (equal to `from` for an instant)
  std::string message;               ///< what was seen instead, in one sentence
  std::vector<std::uint32_t> facts;  ///< ids of the events that show it
};

/// How one line of the script came out.
struct LineVerdict {
  int line = 0;
  bool holds = true;
  bool judged = true;  ///< false: its window never opened (whenever), or the run stopped before
  Time decided{};
  std::string remark;  ///< "all along: did you mean always?", "3 windows not judged"
};

/// One stimulus that was carried out, with what the seed drew.
struct Injected {
  int line = 0;
  Time at{};
  std::string text;  ///< with drawn values and alternatives
  bool healed = false;
};

struct Measured {
  std::string name;
  std::int64_t value = 0;
  bool is_count = false;
};

struct RunOptions {
  bool keep_going = false;  ///< judge all lines instead of stopping at the first that breaks
  Recording recording = Recording::none;
  bool landmarks = false;  ///< watch which rare places the run reaches
  int step = 0;            ///< for `each step of`: which one; 0: a clean run that lists them
};

struct RunResult {
  bool holds = true;
  std::vector<Broken> broken;      ///< in time order
  std::vector<LineVerdict> lines;  ///< in file order
  std::vector<Injected> injected;
  std::vector<Measured> measures;
  std::vector<bool> sometimes;     ///< for each `over … sometimes` line, in file order: seen in this run
  std::vector<std::string> steps;  ///< of a clean run with `each step of`: "head2 mounts home", … (also when step != 0)
  std::array<Time, 10> relaxed_broken{};  ///< first time each relaxed invariant was in danger; zero-initialised: never
  Reached reached;                        ///< rare places, if they were watched
  std::vector<std::string> last_causes;   ///< the last two causes before the first break, for grouping
  Time end{};
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::string failed_to_start;  ///< the world did not settle, and why; then `holds` is false
};

/// Runs scripts in one world, one after the other; keeps its buffers.
class Runner {
 public:
  explicit Runner(World& world);
  ~Runner();
  /// Judges all lines and the invariants I1 to I9. `seed` draws every choice of the script and of the world.
  const RunResult& run(const Script&, std::uint64_t seed, const RunOptions&);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The gravest of several: I1 I5 I3 I2 I4 I7 I6 I8 I9, then lines from the top.
const Broken* gravest(const std::vector<Broken>&);
std::string_view invariant_name(int invariant);  ///< 1: "one_writer"
std::string_view invariant_text(int invariant);  ///< 1: "at most one head may write shared state"

}  // namespace hasim
