// What all tests have in common, and those of the cell, its storage, its arbiters and its services.
#include "daemon/setup/inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "daemon/agent.h"
#include "daemon/agent_exit.h"
#include "daemon/hactl/screen.h"
#include "daemon/setup/found_here.h"
#include "daemon/setup/mount_answer.h"

namespace hacored::setup {
namespace {

using std::chrono::seconds;

constexpr seconds kMountMax{30};
constexpr seconds kCheckMax{60};
constexpr seconds kAnswerMax{15};
constexpr const char* kRaces = "50";

std::string_view word_of(State state) {
  switch (state) {
    case State::ok: return "ok";
    case State::warn: return "warn";
    case State::fail: return "fail";
    default: return "unknown";
  }
}

}  // namespace

std::string shown(const Finding& finding) {
  std::string line = hactl::dotted(finding.what, word_of(finding.state), "") + "\n";
  if (!finding.detail.empty()) line += hactl::hang("        ", finding.detail) + "\n";
  return line;
}

Inspection::Inspection(Machine& machine, std::vector<std::string> agent_dirs, Answers standing, Tell tell)
    : machine_{machine}, agent_dirs_{std::move(agent_dirs)}, standing_{std::move(standing)}, tell_{std::move(tell)} {}

State Inspection::of(Step step, Answers& answers) {
  step_ = step;
  findings_[step].clear();
  if (left_out(step, answers)) return State::ok;
  switch (step) {
    case Step::cell: cell(answers); break;
    case Step::internal:
    case Step::management:
    case Step::failover: network(step, answers); break;
    case Step::storage: storage(answers); break;
    case Step::bmc: bmcs(answers); break;
    case Step::pdu: outlets(answers); break;
    case Step::arbiter: arbiters(answers); break;
    case Step::services: services(answers); break;
  }
  State worst = State::ok;
  for (const Finding& finding : findings_[step]) worst = std::max(worst, finding.state);
  return worst;
}

std::vector<Finding> Inspection::open() const {
  std::vector<Finding> all;
  for (const auto& [step, findings] : findings_)
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(all),
                 [](const Finding& finding) { return finding.state >= State::warn; });
  return all;
}

void Inspection::tell(State state, std::string what, std::string detail) {
  tell_(findings_[step_].emplace_back(Finding{state, std::move(what), std::move(detail)}));
}

Ended Inspection::agent(const std::string& name, const std::string& action,
                        std::map<std::string, std::string> environment, ha::Duration limit) {
  const auto path = find_agent(agent_dirs_, name);
  if (!path) return {.code = ENOENT};
  return machine_.run({.arguments = {*path, action}, .environment = std::move(environment), .input = {}}, limit);
}

void Inspection::cell(const Answers& answers) {
  const std::string& first = answers.text("cell.first");
  const std::string& second = answers.text("cell.second");
  if (first == second) return tell(State::fail, "the heads have names of their own", "both are called " + first);
  const auto which = self_of(machine_, answers);
  if (!which)
    return tell(State::fail, "this is one of the heads",
                fmt::format("this host is {}; names are those of hostname -s", machine_.host_name()));
  tell(State::ok, fmt::format("this is {}", machine_.host_name()));
  const std::string& other = *which == 0 ? second : first;
  const Ended ended =
      machine_.run({.arguments = {"/usr/bin/getent", "hosts", other}, .environment = {}, .input = {}}, kAnswerMax);
  if (ended.exited(0)) return tell(State::ok, fmt::format("{} has an address", other));
  tell(State::warn, fmt::format("{} has an address", other),
       "its name is not known here, so nothing can be copied there: /etc/hosts, or the name server");
}

void Inspection::storage(const Answers& answers) {
  for (const std::string& text : answers.texts("storage.mounts")) {
    const auto mount = read_mount(text);
    if (!mount) continue;
    const std::string what = fmt::format("{} can be mounted at {}", mount->device, mount->directory);
    if (!mount->is_nfs()) {
      tell(machine_.exists(mount->device) ? State::unknown : State::fail, what,
           machine_.exists(mount->device) ? "not tried: the other head may have this disk mounted"
                                          : fmt::format("there is no {}", mount->device));
      continue;
    }
    std::map<std::string, std::string> variables{{"HACORE_DEVICE", mount->device},
                                                 {"HACORE_DIRECTORY", mount->directory},
                                                 {"HACORE_FSTYPE", "nfs"},
                                                 {"HACORE_OPTIONS", answers.text("storage.options")}};
    const Ended read = agent("resource-mount", "read-marker", variables, kMountMax);
    const std::optional<std::string> epoch = said(read, "epoch");
    if (!read.exited(0) || !epoch) {
      tell(State::fail, what, describe(read));
      continue;
    }
    tell(State::ok, what);
    // An epoch says that some head could write there. Where none was ever written, "none" is: 0 stands for that.
    // A volume that the cell serves already is not written to: its owner may be about to.
    const std::vector<std::string>& served = standing_.texts("storage.mounts");
    if (*epoch != "0" || std::find(served.begin(), served.end(), text) != served.end()) continue;
    variables["HACORE_EPOCH"] = "0";
    const Ended written = agent("resource-mount", "write-marker", variables, kMountMax);
    tell(written.exited(0) ? State::ok : State::fail, fmt::format("root may write to {}", mount->device),
         written.exited(0) ? "" : describe(written) + "; the export needs no_root_squash");
  }
}

void Inspection::arbiters(const Answers& answers) {
  if (answers.has("arbiter.store")) store(answers.text("arbiter.store"));
  pinged(answers);
  if (answers.has("arbiter.watchdog")) watchdog(answers.text("arbiter.watchdog"));
  if (!answers.has("arbiter.store") && !answers.has("arbiter.voters"))
    tell(State::warn, "somebody decides when the heads do not hear each other",
         "without a store and voters only the fencing race does");
}

void Inspection::store(const std::string& url) {
  if (url.starts_with("block:")) {
    const std::string disk = url.substr(url.find('/'));
    const bool there = machine_.exists(disk);
    return tell(there ? State::ok : State::fail, fmt::format("there is {}", disk),
                there ? "" : "both heads must see this disk");
  }
  const auto path = find_agent(agent_dirs_, "hacore-store");
  const Ended ended =
      path ? machine_.run({.arguments = {*path, "--probe", "--races", kRaces, url}, .environment = {}, .input = {}},
                          kCheckMax)
           : Ended{.code = ENOENT};
  tell(ended.exited(0) ? State::ok : State::fail, fmt::format("each of {} races in the store has one winner", kRaces),
       ended.exited(0) ? "" : describe(ended));
}

void Inspection::pinged(const Answers& answers) {
  const bool can_ping = machine_.in_path("ping").has_value();
  for (const std::string& address : answers.texts("arbiter.ping")) {
    const std::string what = fmt::format("{} answers ping", address);
    if (!can_ping) {
      tell(State::unknown, what, "there is no ping here: install iputils-ping");
    } else {
      const bool answers_now = answers_ping(address, "");
      tell(answers_now ? State::ok : State::fail, what, answers_now ? "" : "it must be there whenever the network is");
    }
  }
  if (!answers.has("arbiter.voters") || !can_ping) return;
  const std::vector<std::string>& voters = answers.texts("arbiter.voters");
  const auto there =
      std::count_if(voters.begin(), voters.end(), [this](const std::string& voter) { return answers_ping(voter, ""); });
  const bool all = static_cast<std::size_t>(there) == voters.size();
  tell(all ? State::ok : State::warn, fmt::format("{} of {} voters answer ping", there, voters.size()),
       all ? "" : "a voter counts also while it is off");
}

void Inspection::watchdog(const std::string& device) {
  if (!machine_.exists(device))
    return tell(State::fail, fmt::format("there is {}", device),
                "load the driver of the watchdog (ls /sys/class/watchdog)");
  const std::string name = device.substr(device.rfind('/') + 1);
  const std::string identity = machine_.first_line("/sys/class/watchdog/" + name + "/identity").value_or("");
  const bool soft = identity.find("Software") != std::string::npos;
  tell(soft ? State::warn : State::ok, fmt::format("there is {}{}", device, identity.empty() ? "" : ", " + identity),
       soft ? "it does not outlive the kernel that hangs" : "");
}

void Inspection::database(const std::string& socket) {
  const Ended probe = agent("resource-mariadb", "probe", {{"HACORE_SOCKET", socket}}, kAnswerMax);
  const bool open = exited(probe, AgentExit::done);
  if (!open && !exited(probe, AgentExit::not_running))
    return tell(State::fail, fmt::format("the server at {} follows the other head's", socket), describe(probe));
  const bool ours = open && standing_.text("services.mariadb") == socket;
  tell(open && !ours ? State::warn : State::ok,
       open ? fmt::format("the server at {} takes writes", socket)
            : fmt::format("the server at {} follows the other head's", socket),
       open && !ours ? "on both heads: read_only=1 in my.cnf; hacored opens one of them" : "");
}

void Inspection::services(const Answers& answers) {
  if (const std::string& socket = answers.text("services.mariadb"); !socket.empty()) database(socket);
  const auto systemctl = machine_.in_path("systemctl");
  for (const std::string& unit : answers.texts("services.units")) {
    const Ended status = agent("resource-unit", "status", {{"HACORE_UNIT", unit}}, kAnswerMax);
    const bool known = exited(status, AgentExit::done) || exited(status, AgentExit::not_running);
    const bool missing = exited(status, AgentExit::not_installed) || exited(status, AgentExit::wrong_configuration);
    tell(known     ? State::ok
         : missing ? State::fail
                   : State::warn,
         fmt::format("there is the unit {}", unit), known ? "" : describe(status));
    if (!known || !systemctl) continue;
    const Ended enabled =
        machine_.run({.arguments = {*systemctl, "is-enabled", unit}, .environment = {}, .input = {}}, kAnswerMax);
    if (last_line(enabled.output) == "enabled")
      tell(State::warn, fmt::format("{} is left to hacored", unit),
           fmt::format("on both heads: systemctl disable {}; else it runs wherever a head boots", unit));
  }
  for (const std::string& script : answers.texts("services.scripts")) {
    const Ended status = agent("resource-script", "status", {{"HACORE_PATH", script}}, kAnswerMax);
    const bool known = exited(status, AgentExit::done) || exited(status, AgentExit::not_running);
    tell(known ? State::ok : State::fail, fmt::format("{} knows its status", script), known ? "" : describe(status));
  }
}

}  // namespace hacored::setup
