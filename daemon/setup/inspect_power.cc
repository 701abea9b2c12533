// Tests of fence devices: whether they answer, and whether they switch the machine that they should.
#include <fmt/format.h>

#include <array>

#include "daemon/agent.h"
#include "daemon/power.h"
#include "daemon/setup/found_here.h"
#include "daemon/setup/inspection.h"

namespace hacored::setup {
namespace {

using std::chrono::seconds;

constexpr seconds kStatusMax{20};
constexpr const char* kOwnChassis = "/sys/class/dmi/id/product_uuid";

std::string head_of(std::size_t head, const Answers& answers) {
  return answers.text(head == 0 ? "cell.first" : "cell.second");
}

/// Agents of other houses may repeat what they were told.
std::string without(std::string text, const std::string& secret) {
  for (std::size_t at = 0; !secret.empty() && (at = text.find(secret, at)) != std::string::npos;)
    text.replace(at, secret.size(), "…");
  return text;
}

}  // namespace

std::optional<Ended> Inspection::power(const std::string& what, const std::string& name,
                                       const std::map<std::string, std::string>& device) {
  const auto path = find_agent(agent_dirs_, name);
  if (!path) {
    tell(State::fail, what, fmt::format("there is no program {}", name));
    return std::nullopt;
  }
  std::string input;
  for (const auto& [key, value] : device) input += fmt::format("{}={}\n", key, value);
  Ended ended = machine_.run({.arguments = {*path}, .environment = {}, .input = input + "action=status\n"}, kStatusMax);
  if (reading_of(ended) != ha::Reading::unknown) return ended;
  tell(State::fail, what, without(describe(ended), device.at("password")));
  return std::nullopt;
}

void Inspection::bmcs(Answers& answers) {
  std::array<std::string, 2> said{};
  for (std::size_t head = 0; head < 2; ++head) said.at(head) = bmc(head, answers).value_or("");
  chassis(said, answers);
}

/// What it says of whose machine it switches, if it answers.
std::optional<std::string> Inspection::bmc(std::size_t head, const Answers& answers) {
  const std::string name = head_of(head, answers);
  const std::string what = fmt::format("the BMC of {} tells its power", name);
  const auto ended = power(what, answers.text("bmc.agent"),
                           {{"ip", answers.text(head == 0 ? "bmc.first" : "bmc.second")},
                            {"username", answers.texts("bmc.username").at(head)},
                            {"password", answers.text(head == 0 ? "bmc.password" : "bmc.second_password")}});
  if (!ended) return std::nullopt;
  const bool off = reading_of(*ended) == ha::Reading::off;
  if (!off) {
    tell(State::ok, fmt::format("{}: on", what));
  } else if (self_of(machine_, answers) == head) {
    tell(State::fail, fmt::format("{}: off", what), "this head runs: it is the BMC of another machine");
  } else {
    tell(State::warn, fmt::format("{}: off", what), "right if that head is off");
  }
  return hacored::said(*ended, "chassis");
}

/// Crossed addresses are found before they shoot the wrong head.
void Inspection::chassis(const std::array<std::string, 2>& said, Answers& answers) {
  constexpr std::array kKeys{"bmc.first_chassis", "bmc.second_chassis"};
  if (!said[0].empty() && machine_number(said[0]) == machine_number(said[1]))
    return tell(State::fail, "each BMC switches its own machine", fmt::format("both say that they switch {}", said[0]));
  const std::string own = machine_.first_line(kOwnChassis).value_or("");
  const auto which = self_of(machine_, answers);
  if (!own.empty() && which && machine_number(own) == machine_number(said.at(1 - *which)))
    return tell(
        State::fail, "each BMC switches its own machine",
        fmt::format("the one of {} switches this head: the addresses are crossed", head_of(1 - *which, answers)));
  for (std::size_t head = 0; head < 2; ++head) {
    if (said.at(head).empty()) continue;
    const std::string standing = answers.text(kKeys.at(head));
    if (!standing.empty() && machine_number(standing) != machine_number(said.at(head)))
      tell(State::warn, fmt::format("the BMC of {} switches the machine that it did", head_of(head, answers)),
           fmt::format("it says {}, before it was {}: right if the machine was exchanged", said.at(head), standing));
    if (standing.empty() || machine_number(standing) != machine_number(said.at(head)))
      answers.set(kKeys.at(head), {said.at(head)});
  }
}

void Inspection::outlets(const Answers& answers) {
  for (std::size_t head = 0; head < 2; ++head) {
    const std::string& plug = answers.text(head == 0 ? "pdu.first_plug" : "pdu.second_plug");
    for (const std::string& address : answers.texts("pdu.addresses")) {
      const std::string what = fmt::format("outlet {} of {} tells its power", plug, address);
      const auto ended = power(what, answers.text("pdu.agent"),
                               {{"ip", address},
                                {"username", answers.text("pdu.username")},
                                {"password", answers.text("pdu.password")},
                                {"plug", plug}});
      if (!ended) continue;
      const bool off = reading_of(*ended) == ha::Reading::off, here = self_of(machine_, answers) == head;
      tell(!off   ? State::ok
           : here ? State::fail
                  : State::warn,
           fmt::format("{}: {}", what, off ? "off" : "on"),
           !off   ? ""
           : here ? "this head runs: it hangs on another outlet"
                  : "right if that head is off");
    }
  }
}

}  // namespace hacored::setup
