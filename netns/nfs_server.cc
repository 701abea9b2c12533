// nfs-ganesha and what it needs.
#include "netns/nfs_server.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/descriptor.h"
#include "netns/files.h"

namespace hasim::netns {
namespace {

constexpr const char* kServer = "/usr/bin/ganesha.nfsd";
constexpr const char* kPortmapper = "/usr/sbin/rpcbind";
constexpr int kPortmapperPort = 111;
constexpr int kNextIds = 100;  ///< so far behind are those of a renumbered export

}  // namespace

bool kernel_mounts_nfs() {
  const Descriptor system{::fsopen("nfs", FSOPEN_CLOEXEC)};  // loads the module, if there is one
  return static_cast<bool>(system);
}

std::string NfsServer::missing() {
  for (const char* program : {kServer, kPortmapper})
    if (::access(program, X_OK) != 0)
      return fmt::format("{} is missing: apt-get install nfs-ganesha nfs-ganesha-vfs rpcbind", program);
  return "";
}

NfsServer::NfsServer(Box& box, std::vector<Export> exports) : box_(box), exports_(std::move(exports)) {
  for (std::size_t i = 0; i < exports_.size(); ++i) exports_[i].id = static_cast<int>(i) + 1;
}

std::string NfsServer::configuration() const {
  std::string text =
      "NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; mount_path_pseudo = true; Enable_NLM = "
      "false; Enable_RQUOTA = false; }\n"
      "NFSv4 { RecoveryBackend = fs; RecoveryRoot = /run/ganesha; Graceless = true; }\n"
      "EXPORT_DEFAULTS { Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3; Transports = TCP; "
      "}\n";
  for (const Export& one : exports_)
    text += fmt::format(
        "EXPORT {{ Export_Id = {0}; Path = {1}; Pseudo = {2}; Filesystem_Id = 192.{0}; FSAL {{ Name = "
        "VFS; }} }}\n",
        one.id, one.folder, one.name);
  return text;
}

void NfsServer::boot() { portmapper_ = box_.start({kPortmapper, "-w", "-f"}); }

void NfsServer::die() { portmapper_ = server_ = 0; }

void NfsServer::serve(bool on) {
  ended_ = std::max(ended_ + (on ? -1 : 1), 0);
  if (ended_ == 0 || server_ == 0) return;
  box_.end(server_);
  server_ = 0;
}

void NfsServer::hang(bool hangs) {
  hung_ += hangs ? 1 : -1;
  if (server_ != 0) ::kill(server_, hung_ > 0 ? SIGSTOP : SIGCONT);
}

void NfsServer::renumber(const std::string& name) {
  for (Export& one : exports_)
    if (one.name == name) one.id += kNextIds;
  serve(false);
  serve(true);
}

/// The server registers at the portmapper, and ends if it cannot.
void NfsServer::look() {
  if (portmapper_ == 0 || server_ != 0 || ended_ > 0 || !box_.listens(kPortmapperPort)) return;
  const std::string file = box_.folder() + "/ganesha.conf";
  write_file(file, configuration());
  server_ = box_.start({kServer, "-F", "-L", box_.folder() + "/ganesha.log", "-f", file, "-p", "/run/ganesha/pid"});
  const sched_param urgent{.sched_priority = 2};  // clients wait for it, whatever else this machine does
  (void)::sched_setscheduler(server_, SCHED_RR, &urgent);
  if (hung_ > 0) ::kill(server_, SIGSTOP);
}

}  // namespace hasim::netns
