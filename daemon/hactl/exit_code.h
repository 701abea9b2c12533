// The exit codes of hactl (docs/hactl.md). `status` has Nagios's: 0 good, 1 warning, 2 critical, 3 no answer.
#pragma once

namespace hactl {

enum ExitCode : int {
  kDone = 0,
  kRefused = 1,  ///< nothing changed
  kUsage = 2,
  kNoAnswer = 3,   ///< hacored does not answer
  kGivenBack = 4,  ///< it was begun, failed, and everything is as it was
  kUnknown = 5,    ///< what became of it is not known
};

}  // namespace hactl
