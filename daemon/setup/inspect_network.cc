// Tests of the networks: whether the fixed addresses are where they should be, and whether the moving one is free.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/agent.h"
#include "daemon/agent_exit.h"
#include "daemon/agents/netlink.h"
#include "daemon/config_text.h"
#include "daemon/setup/found_here.h"
#include "daemon/setup/inspection.h"

namespace hacored::setup {
namespace {

using agents::Address;
using std::chrono::seconds;

constexpr seconds kPingMax{5};
constexpr seconds kProbeMax{15};

std::string without_length(const std::string& network) { return network.substr(0, network.find('/')); }

bool inside(const std::string& address, const std::string& network) {
  const auto wanted = Address::parse(network), one = Address::parse(without_length(address));
  if (!wanted || !one) return false;
  Address same_length = *one;
  same_length.prefix = wanted->prefix;
  return same_length.same_network(*wanted);
}

std::string names_of(const std::vector<LocalAddress>& all) {
  std::string text;
  for (const LocalAddress& one : all)
    if (one.interface != "lo") text += fmt::format("{}{} {}", text.empty() ? "" : ", ", one.interface, one.address);
  return text.empty() ? "none" : text;
}

}  // namespace

bool Inspection::answers_ping(const std::string& address, const std::string& interface) {
  const auto ping = machine_.in_path("ping");
  if (!ping) return false;
  std::vector<std::string> words{*ping, "-n", "-q", "-c", "2", "-i", "0.3", "-W", "1"};
  if (!interface.empty()) words.insert(words.end(), {"-I", interface});
  words.push_back(address);
  return machine_.run({.arguments = std::move(words), .environment = {}, .input = {}}, kPingMax).exited(0);
}

void Inspection::network(Step step, const Answers& answers) {
  const std::string name{info_of(step).name};
  const auto which = self_of(machine_, answers);
  if (!which) return tell(State::unknown, "the addresses of this network", "this host is neither of the heads");
  const std::string& interface = answers.texts(name + ".interface").at(*which);
  const std::string& own = answers.text(name + (*which == 0 ? ".first" : ".second"));
  const std::string& others = answers.text(name + (*which == 0 ? ".second" : ".first"));

  const std::vector<LocalAddress> all = machine_.addresses();
  const auto fixed = std::find_if(all.begin(), all.end(), [&](const LocalAddress& one) {
    return one.interface == interface && without_length(one.address) == own;
  });
  if (fixed == all.end()) {
    tell(State::fail, fmt::format("{} carries {}", interface, own),
         fmt::format("set the network up first; this head has: {}", names_of(all)));
  } else {
    tell(State::ok, fmt::format("{} carries {}", interface, fixed->address));
    if (!inside(others, fixed->address))
      tell(State::fail, fmt::format("{} is in the same network", others),
           fmt::format("the heads would not hear each other: {} is not in that of {}", others, fixed->address));
  }
  if (!machine_.in_path("ping")) {
    tell(State::unknown, fmt::format("{} answers", others), "there is no ping here: install iputils-ping");
  } else if (answers_ping(others, interface)) {
    tell(State::ok, fmt::format("{} answers", others));
  } else {
    tell(State::warn, fmt::format("{} answers", others), "it does not yet: the other head is off, or the line is cut");
  }
  if (answers.has(name + ".virtual")) virtual_address(name, *which, fixed == all.end() ? "" : fixed->address, answers);
}

void Inspection::virtual_address(const std::string& name, std::size_t self, const std::string& fixed,
                                 const Answers& answers) {
  const std::string& address = answers.texts(name + ".virtual").at(0);
  if (fixed.empty()) return;  // nothing about it can be told
  if (!inside(address, fixed))
    return tell(State::fail, fmt::format("{} is in the network of {}", address, fixed),
                "nobody in that network would find it");
  const std::string what = fmt::format("nobody answers for {}", without_length(address));
  if (is_ipv6(address)) return tell(State::unknown, what, "of IPv6 the kernel asks when the address is added");
  const Ended ended = agent(
      "resource-address", "probe",
      {{"HACORE_ADDRESS", address}, {"HACORE_INTERFACE", answers.texts(name + ".interface").at(self)}}, kProbeMax);
  if (exited(ended, AgentExit::not_running)) return tell(State::ok, what);
  if (ended.exited(0)) return tell(State::ok, fmt::format("{} is on this head", without_length(address)));
  const bool ours = standing_.text(name + ".virtual") == address;
  if (said(ended, "reason") == "address_taken" && ours)
    return tell(State::warn, what, describe(ended) + "; right if the other head is the active one");
  tell(State::fail, what, describe(ended));
}

}  // namespace hacored::setup
