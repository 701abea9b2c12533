// Questions to whoever sits at the terminal.
#pragma once

#include <string>

namespace hactl {

/// "[c]ontinue, [e]xit". Without a terminal nobody can be asked: no.
bool wants_to_continue(const std::string& question);
/// Asks for a name that must be typed in full, from a terminal or a pipe. Never skipped.
bool types_name(const std::string& question, const std::string& name);

}  // namespace hactl
