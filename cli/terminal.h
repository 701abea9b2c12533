// What is known of the place where hasim runs: its streams, its terminal, its folder of scenarios.
#pragma once

#include <string>
#include <string_view>

#include "report/style.h"

namespace hasim {

enum class ColorChoice : unsigned char { by_terminal, always, never };

/// How text on stdout is set. NO_COLOR beats CLICOLOR_FORCE beats "is a terminal"; TERM=dumb means none; a choice made
/// on the command line beats them all. Marks are ASCII when the locale is not UTF-8.
Style stdout_style(ColorChoice);

bool stdout_is_terminal();
/// stderr is a terminal on which a line can be repainted.
bool stderr_can_repaint();

/// The folder of the scenarios that come with hasim: HASIM_SCENARIOS, else where it was built or installed from.
std::string scenarios_root();

/// Writes a result to stdout, an error or remark to stderr.
void print(std::string_view text);
void complain(std::string_view text);

/// Flushes stdout. False if something could not be written (a full disk), with a message on stderr.
bool finish_output();

}  // namespace hasim
