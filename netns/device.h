// A device of the management network: one program in a network namespace of its own, at the end of one cable, so that a
// fence agent speaks to it over a real network. BMCs and PDUs are such devices.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "netns/cables.h"
#include "netns/plan.h"

namespace hasim::netns {

class Device {
 public:
  Device(const Plan& plan, ThingId thing, ThingId network, Cables& switches);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// Begins to answer, or ends: then whoever asks is told that nobody listens there.
  void run(bool on);
  /// It answers nothing and loses nothing: what comes waits.
  void silent(bool on);
  /// Its cable is pulled out of the switch, or it has no supply.
  void disconnect(bool on);
  /// What it answers now is lost on its way, and what it is asked meanwhile: for that long.
  void lose_answers(bool on) { switches_.mute(port(), on); }
  bool answers() const { return program_ != 0 && silent_ == 0 && pulled_ == 0; }

 protected:
  /// From now on it runs that, in `folder`, where its log lies.
  void begin(std::vector<std::string> words, const std::string& folder);
  /// Its program begins anew, if it runs.
  void restart();

 private:
  std::string port() const { return plan_.port_of(thing_, network_); }
  void start();
  const Plan& plan_;
  const ThingId thing_, network_;
  Cables& switches_;
  std::vector<std::string> words_;
  std::string folder_;
  pid_t holder_ = 0;  ///< keeps its network namespace
  pid_t program_ = 0;
  int silent_ = 0, pulled_ = 0, ended_ = 0;  ///< by so many faults
};

}  // namespace hasim::netns
