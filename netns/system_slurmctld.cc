// slurmctld with a backup controller. Both run all the time; which of them is in control, Slurm decides. What a site
// wants to go with that it gives to SlurmctldPrimaryOnProg and SlurmctldPrimaryOffProg: here, all parts of the service.
#include <fmt/format.h>

#include <algorithm>

#include "netns/files.h"
#include "netns/sandbox.h"
#include "netns/service_script.h"
#include "netns/system.h"

namespace hasim::netns {
namespace {

constexpr const char* kSlurmctld = "/usr/sbin/slurmctld";
constexpr const char* kControl = "/usr/bin/scontrol";
constexpr const char* kMunge = "/usr/sbin/munged";

std::string file_of(const std::string& what) { return fmt::format("{}/slurm-{}", kFolder, what); }
std::string slurm_conf(const std::string& head) { return fmt::format("{}/{}.slurm.conf", kFolder, head); }

/// The volume of the witness, which is Slurm's heartbeat file; kNoThing: each controller has a state directory of its
/// own.
ThingId shared_state(const WorldSpec& spec) {
  const bool shared = spec.settings.is("state_dir", "shared") && !spec.witnesses.empty();
  return shared ? spec.witnesses.front().stores_on : kNoThing;
}

std::string state_of(const WorldSpec& spec, ThingId head) {
  const ThingId volume = shared_state(spec);
  return volume == kNoThing ? fmt::format("{}/{}/slurm", kFolder, spec.name_of(head)) : "/run/slurm/state";
}

/// "10.1.0.1", on the first network of the head.
std::string address_of(const Plan& plan, ThingId head) {
  const WorldSpec& spec = plan.spec();
  return plan.address_of(head, spec.heads[spec.things[head].index].networks.front());
}

class Slurmctld final : public System {
 public:
  std::string_view name() const override { return "slurmctld"; }
  std::vector<Needed> needs() const override {
    return {{kSlurmctld, "slurmctld"},
            {kControl, "slurm-client"},
            {kMunge, "munge"},
            {"/usr/bin/arping", "iputils-arping"}};
  }

  std::optional<std::string> cannot_serve(const WorldSpec& spec) const override {
    if (spec.cells.size() != 1 || spec.services.size() != 1) return "slurmctld controls one cell with one service";
    if (!spec.voters.empty()) return "slurmctld asks no voters";
    for (const WitnessSpec& witness : spec.witnesses)
      if (witness.stores_on == kNoThing)
        return fmt::format("slurmctld knows no witness but a file in its state directory, and {} stores on no volume",
                           spec.name_of(witness.id));
    return std::nullopt;
  }
  bool has_own_witness() const override { return true; }

  void write_files(const Plan& plan) const override {
    const WorldSpec& spec = plan.spec();
    const ServiceSpec& service = spec.services.front();
    write_file(file_of("munge.key"), std::string(128, 'm'), 0400);
    write_service_script(plan, service, Addresses::by_script, file_of("parts"));
    for (const char* word : {"start", "stop"})
      write_file(file_of(word), fmt::format("#!/bin/sh\nexec {} {}\n", file_of("parts"), word), 0755);
    for (const HeadSpec& head : spec.heads) write_head(plan, head.id);
  }

  std::vector<std::string> program(const Plan& plan, ThingId head) const override {
    return {"/bin/sh", file_of("on-" + plan.spec().name_of(head))};
  }
  std::vector<std::string> order(const Plan& plan, const Sentence& sentence) const override {
    if (sentence.id != SentenceId::do_scontrol_takeover_on_head) return {};
    const std::string& head = plan.spec().name_of(sentence.values.at(0).things.front());
    return {"/usr/bin/env", "SLURM_CONF=" + slurm_conf(head), kControl, "takeover"};
  }
  bool starts_again() const override { return false; }

 private:
  static void write_head(const Plan& plan, ThingId head) {
    const WorldSpec& spec = plan.spec();
    const std::string& name = spec.name_of(head);
    const auto& [first, second] = spec.cells.front().heads;
    const bool swapped = spec.services.front().prefers == second;
    const ThingId primary = swapped ? second : first, backup = swapped ? first : second;
    write_file(
        slurm_conf(name),
        fmt::format("ClusterName=hasim\nSlurmctldHost={}({})\nSlurmctldHost={}({})\nSlurmUser=root\n"
                    "AuthType=auth/munge\nCredType=cred/munge\nStateSaveLocation={}\n"
                    "SlurmctldPidFile=/run/slurmctld.pid\nSlurmctldTimeout={}\n"
                    "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nMpiDefault=none\n"
                    "SlurmctldPrimaryOnProg={}\nSlurmctldPrimaryOffProg={}\n"
                    "NodeName=node1 State=FUTURE\nPartitionName=all Nodes=node1\n",
                    spec.name_of(primary), address_of(plan, primary), spec.name_of(backup), address_of(plan, backup),
                    state_of(spec, head), spec.settings.duration("dead_after") / std::chrono::seconds{1},
                    file_of("start"), file_of("stop")));
    const ThingId volume = shared_state(spec);
    const std::string mounts = volume == kNoThing
                                   ? ""
                                   : fmt::format("mountpoint -q {0} || mount {1} {2} {0}\n", state_of(spec, head),
                                                 plan.mount_words(volume), plan.export_of(volume));
    write_file(
        file_of("on-" + name),
        fmt::format("PATH=/usr/sbin:/usr/bin:/sbin:/bin\nset -e\nmkdir -p /run/munge {0}\n{1}"
                    "[ -e /run/munge/munged.pid ] || {2} --force --key-file {3} --pid-file /run/munge/munged.pid "
                    "--log-file /run/munge/log --seed-file /run/munge/seed\n"
                    "SLURM_CONF={4} exec {5} -D\n",
                    state_of(spec, head), mounts, kMunge, file_of("munge.key"), slurm_conf(name), kSlurmctld));
  }
};

}  // namespace

const System& slurmctld() {
  static const Slurmctld system;
  return system;
}

}  // namespace hasim::netns
