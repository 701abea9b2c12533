// Help texts, set by hand: what most people need first.
#pragma once

#include <string>

namespace hasim {

extern const char* const kHelp;
extern const char* const kRunHelp;
extern const char* const kSwarmHelp;
extern const char* const kCheckHelp;
extern const char* const kBudgetHelp;
extern const char* const kFmtHelp;
extern const char* const kListHelp;
extern const char* const kExplainHelp;
extern const char* const kCompletionHelp;
extern const char* const kReplayHelp;
extern const char* const kCompareHelp;
extern const char* const kCleanHelp;
extern const char* const kDoctorHelp;
extern const char* const kVersionHelp;

}  // namespace hasim
