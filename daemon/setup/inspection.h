// The tests that a set-up makes as it goes: each looks at one thing, changes nothing that lasts, and says one line.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/setup/answers.h"
#include "daemon/setup/machine.h"

namespace hacored::setup {

enum class State : std::uint8_t { ok, unknown, warn, fail };  ///< the gravest last

struct Finding {
  State state = State::ok;
  std::string what;      ///< one line
  std::string detail{};  ///< why, and what to do
};

/// "    bond0 carries 10.141.255.251/16................ [ OK ]"
std::string shown(const Finding&);

class Inspection {
 public:
  using Tell = std::function<void(const Finding&)>;
  /// `standing` is what the configuration said before: what it serves already is not foreign.
  Inspection(Machine& machine, std::vector<std::string> agent_dirs, Answers standing, Tell tell);

  /// Tests what was answered in the step. What it finds out on the way becomes an answer. Returns the gravest state.
  State of(Step step, Answers& answers);
  /// What the newest tests of all steps found wrong, or not as it should be.
  std::vector<Finding> open() const;

 private:
  void tell(State state, std::string what, std::string detail = {});
  /// Runs a program of the agents' folders.
  Ended agent(const std::string& name, const std::string& action, std::map<std::string, std::string> environment,
              ha::Duration limit);
  bool answers_ping(const std::string& address, const std::string& interface);

  void cell(const Answers& answers);
  void network(Step step, const Answers& answers);
  void virtual_address(const std::string& name, std::size_t self, const std::string& fixed, const Answers& answers);
  void storage(const Answers& answers);
  void bmcs(Answers& answers);
  std::optional<std::string> bmc(std::size_t head, const Answers& answers);
  void chassis(const std::array<std::string, 2>& said, Answers& answers);
  void outlets(const Answers& answers);
  /// Asks a fence device for its state. Nothing if it does not tell; then it was said why.
  std::optional<Ended> power(const std::string& what, const std::string& name,
                             const std::map<std::string, std::string>& device);
  void arbiters(const Answers& answers);
  void store(const std::string& url);
  void pinged(const Answers& answers);
  void watchdog(const std::string& device);
  void database(const std::string& socket);
  void services(const Answers& answers);

  Machine& machine_;
  std::vector<std::string> agent_dirs_;
  Answers standing_;
  Tell tell_;
  Step step_ = Step::cell;  ///< that is being tested
  std::map<Step, std::vector<Finding>> findings_;
};

}  // namespace hacored::setup
