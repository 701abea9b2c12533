// What the core was told and what it reports, as words for people: one source for the log of a head and for the replay
// of its black box.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"

namespace ha {

/// How the things of one head are called; where a name is missing its number is said.
struct Names {
  std::string peer = "the peer";
  std::vector<std::string> paths;
  std::vector<std::string> levels;    ///< of fencing
  std::vector<std::string> services;  ///< left out of the text where it is empty
};

/// "main: passive -> claiming because every path to the peer is silent for dead_after".
std::string describe(const Report& report, const Names& names = {});

/// Which input it is, in a word or two: "beat on path 1", "tick".
std::string describe(const Input& input, const Names& names = {});

}  // namespace ha
