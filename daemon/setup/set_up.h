// A whole set-up: what stands now, the answers, the tests, the files, the other head, and what remains to be done.
#pragma once

#include <optional>
#include <string>

#include "daemon/setup/answers.h"
#include "daemon/setup/machine.h"
#include "daemon/setup/person.h"

namespace hacored::setup {

enum Exit : int {
  kDone = 0,
  kRefused = 1,  ///< nothing was changed
  kUsage = 2,    ///< wrong arguments, answers or files; nothing was changed
  kHalf = 3,     ///< written here; something after that failed, and is in the list of what remains
  kLeft = 130,   ///< Ctrl-C
};

struct Options {
  std::string config;              ///< path of hacore.toml
  std::optional<Answers> answers;  ///< of a file: nobody is asked
  bool force = false;              ///< a test that fails stops nothing
  bool copy = true;                ///< to the other head
};

/// Shows all it does to the person, and asks only if there are no answers.
int set_up(const Options& options, Person& person, Machine& machine);

/// A file of answers beside what stands already: which answers are missing, and what hacored would say of the result.
/// No test is made, and nothing is written.
struct CheckedAnswers {
  bool good = false;
  std::string said;
};
CheckedAnswers check_answers(const std::string& config, const Answers& answers, const Machine& machine);

}  // namespace hacored::setup
