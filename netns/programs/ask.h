// How what runs on a head or in a BMC asks the harness.
#pragma once

#include <string>

namespace hasim::cell {

/// What the harness answered; empty: it did not. `descriptor` came with it, -1: none.
struct Answer {
  std::string text;
  int descriptor = -1;
};

/// Sends a line to the harness and waits for its answer.
Answer ask(const std::string& line);

/// Of this head.
std::string host_name();

void sleep_ms(long ms);

}  // namespace hasim::cell
