// Printing what is wrong with files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lang/parse.h"

namespace hasim {

/// All messages, one after the other, each ended by a newline.
std::string show_all(const std::vector<Diagnostic>&);

/// "161 files, 1 error", "1 file, no errors".
std::string checked_sentence(std::size_t files, std::size_t errors);

}  // namespace hasim
