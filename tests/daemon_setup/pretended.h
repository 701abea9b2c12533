// A head that answers as a test says, a person who types what stands in a list, and a whole set of answers.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/setup/answers.h"
#include "daemon/setup/machine.h"
#include "daemon/setup/person.h"

namespace hacored::setup {

class PretendedMachine : public Machine {
 public:
  Ended run(Program program, ha::Duration) override {
    ran.push_back(program);
    return answer(program);
  }
  std::string host_name() const override { return name; }
  std::vector<LocalAddress> addresses() const override { return local; }
  bool exists(const std::string& path) const override { return files.contains(path); }
  std::optional<std::string> first_line(const std::string& path) const override {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional{found->second};
  }
  std::optional<std::string> in_path(const std::string& program) const override {
    return programs.contains(program) ? std::optional{"/bin/" + program} : std::nullopt;
  }
  std::string variable(const std::string&) const override { return {}; }

  static Ended exit(int code, std::string output = {}) {
    return {.how = Ended::How::exited, .code = code, .output = std::move(output)};
  }

  std::string name = "head1";
  std::vector<LocalAddress> local{{"lo", "127.0.0.1/8"}, {"bond0", "10.1.0.1/16"}, {"bond1", "10.2.0.1/16"}};
  std::map<std::string, std::string> files;
  std::set<std::string> programs{"ping"};
  std::function<Ended(const Program&)> answer = [](const Program&) { return exit(0); };
  std::vector<Program> ran;
};

class PretendedPerson : public Person {
 public:
  explicit PretendedPerson(std::deque<std::string> lines) : lines_{std::move(lines)} {}
  void show(const std::string& text) override { screen += text; }
  std::string line(const std::string& prompt) override {
    screen += prompt;
    if (lines_.empty()) throw NobodyAnswers{prompt};
    std::string next = lines_.front();
    lines_.pop_front();
    return next;
  }
  std::string secret(const std::string& prompt) override { return line(prompt); }

  std::string screen;

 private:
  std::deque<std::string> lines_;
};

/// Every question answered.
inline Answers all_answers() {
  Answers a;
  a.set("cell.name", {"demo"});
  a.set("cell.first", {"head1"});
  a.set("cell.second", {"head2"});
  a.set("internal.interface", {"bond0", "bond0"});
  a.set("internal.first", {"10.1.0.1"});
  a.set("internal.second", {"10.1.0.2"});
  a.set("internal.virtual", {"10.1.0.9/16"});
  a.set("management.interface", {"bond1", "eth2"});
  a.set("management.first", {"10.2.0.1"});
  a.set("management.second", {"10.2.0.2"});
  a.set("management.virtual", {"10.2.0.9/16"});
  a.set("failover.interface", {"eth3", "eth3"});
  a.set("failover.first", {"10.3.0.1"});
  a.set("failover.second", {"10.3.0.2"});
  a.set("storage.mounts", {"/cm/shared=nas:/export/shared", "/home=nas:/export/home"});
  a.set("storage.options", {"vers=3,hard"});
  a.set("bmc.agent", {"fence_hacore_ipmi"});
  a.set("bmc.first", {"10.2.1.1"});
  a.set("bmc.second", {"10.2.1.2"});
  a.set("bmc.username", {"admin", "root"});
  a.set("bmc.password", {"one \"two\" \\ three"});
  a.set("bmc.second_password", {"zwei"});
  a.set("bmc.first_chassis", {"aa-01"});
  a.set("bmc.second_chassis", {"aa-02"});
  a.set("pdu.agent", {"fence_apc"});
  a.set("pdu.addresses", {"10.2.2.1", "10.2.2.2"});
  a.set("pdu.username", {"apc"});
  a.set("pdu.password", {"plugs"});
  a.set("pdu.first_plug", {"7"});
  a.set("pdu.second_plug", {"8"});
  a.set("arbiter.store", {"nfs://nas/export/hacore"});
  a.set("arbiter.voters", {"10.1.1.1", "10.1.1.2", "10.1.1.3"});
  a.set("arbiter.ping", {"10.1.0.254"});
  a.set("arbiter.watchdog", {"/dev/watchdog0"});
  a.set("services.mariadb", {"/run/mysqld/mysqld.sock"});
  a.set("services.units", {"slurmdbd.service", "slurmctld.service"});
  a.set("services.scripts", {"/etc/hacore/service.d/cmdaemon"});
  return a;
}

}  // namespace hacored::setup
