// Bridges, cables, mounts and programs, tried.
#include "netns/probes.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include <fmt/format.h>

#include "netns/cables.h"
#include "netns/descriptor.h"
#include "netns/disk.h"
#include "netns/failure.h"
#include "netns/files.h"
#include "netns/limits.h"
#include "netns/process.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

/// Needed: done once, by the kernel.
Finding tried(const std::string& thing, const std::function<void()>& act) {
  try {
    act();
  } catch (const Failure& failure) { return {thing, fmt::format("missing: {}", failure.what()), true}; }
  return {thing, "kernel", false};
}

void bridge_and_cable() {
  Cables switches;
  switches.add_bridge("probe", 1);
  switches.add_cable("port", "inside", ::getpid());
  switches.plug("port", "probe");
  switches.set_up("port", true);
  switches.mute("port");
}

/// As a head gets its volume: by a mount that another namespace made.
void mount_by_descriptor() {
  const std::string from = std::string{kFolder} + "/from", to = std::string{kFolder} + "/to";
  fail_if(::mkdir(from.c_str(), 0755) != 0 || ::mkdir(to.c_str(), 0755) != 0, "mkdir");
  const Descriptor mount{::open_tree(AT_FDCWD, from.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)};
  fail_if(!mount, "open_tree");
  fail_if(::move_mount(mount.get(), "", AT_FDCWD, to.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0, "move_mount");
}

void overlay() {
  const std::string lower = fmt::format("lowerdir={}:/usr/sbin", kFolder);
  fail_if(::mount("overlay", "/usr/sbin", "overlay", MS_RDONLY, lower.c_str()) != 0, "overlay");
}

void first_process() {
  const std::string file = std::string{kFolder} + "/boot_id";
  write_file(file, "probe\n");
  end_process(start_head({"probe", kFolder, kFolder, file, file, {}, {}}));
}

}  // namespace

std::vector<Finding> probe() {
  std::vector<Finding> found{tried("network, mount, PID, IPC and UTS of a head", first_process),
                             tried("switches and cables", bridge_and_cable),
                             tried("mounts from another namespace", mount_by_descriptor),
                             tried("a mount program of our own", overlay)};
  const std::string program = missing_program();
  found.push_back(
      {"hacored, its agents, ipmi_sim", program.empty() ? "there" : "missing: " + program, !program.empty()});
  found.push_back({"NFS", "replaced: a bind mount of a tmpfs stands for it"});
  const std::string sound = Disk::cannot_fail();
  found.push_back({"disks that fail", sound.empty() ? "loop devices" : "such a story is refused: " + sound});
  found.push_back({"watchdog", "none: hacored is configured without"});
  found.push_back({"Redfish, PDUs", "not built yet: such a world is refused"});
  return found;
}

}  // namespace hasim::netns
