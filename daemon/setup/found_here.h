// What this head knows by itself, so that nobody has to say it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/setup/answers.h"
#include "daemon/setup/machine.h"

namespace hacored::setup {

/// Which of the heads this machine is: 0, 1, or neither.
std::optional<std::size_t> self_of(const Machine&, const Answers&);

/// An answer to the question: the first head is this one until somebody says something else, and the fixed address of
/// this head is the one on the interface. Else nothing.
std::vector<std::string> found_here(const Question&, const Answers&, const Machine&);

/// An address that was typed without the length of its prefix gets that of the fixed address beside it.
std::string with_length(const Question&, std::string line, const Answers&, const Machine&);

}  // namespace hacored::setup
