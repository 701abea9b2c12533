// Standard input and output as a person: a terminal, or a pipe of lines.
#pragma once

#include "daemon/hactl/screen.h"
#include "daemon/setup/person.h"
#include "daemon/setup/stop_signals.h"

namespace hacored::setup {

class Terminal : public Person {
 public:
  explicit Terminal(const StopSignals& stop) : stop_{stop}, screen_{hactl::screen_of_stdout()} {}

  void show(const std::string& text) override;
  std::string line(const std::string& prompt) override;
  std::string secret(const std::string& prompt) override;

 private:
  std::string next_line(const std::string& prompt);
  /// Waits for more. False at the end of the input.
  bool more();

  const StopSignals& stop_;
  hactl::Screen screen_;
  std::string typed_;  ///< and not yet taken
};

}  // namespace hacored::setup
