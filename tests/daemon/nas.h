// An NFS server for a test: nfs-ganesha on memory, in network and mount namespaces of the test's own.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "daemon/file_descriptor.h"

namespace hacored {

/// The process is in namespaces of its own as long as this exists.
class OwnNamespaces {
 public:
  OwnNamespaces() {
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) return;
    const FileDescriptor socket_of{socket(AF_INET, SOCK_DGRAM, 0)};
    ifreq loopback{};
    std::string{"lo"}.copy(loopback.ifr_name, IFNAMSIZ - 1);
    loopback.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool up = ioctl(socket_of.get(), SIOCSIFFLAGS, &loopback) == 0;
    works_ = up && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
             mount("run", "/run", "tmpfs", 0, nullptr) == 0;
  }
  OwnNamespaces(const OwnNamespaces&) = delete;
  OwnNamespaces& operator=(const OwnNamespaces&) = delete;
  ~OwnNamespaces() {
    (void)setns(net_.get(), CLONE_NEWNET);
    (void)setns(mnt_.get(), CLONE_NEWNS);
  }
  bool works() const { return works_; }

 private:
  FileDescriptor net_{open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
  FileDescriptor mnt_{open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC)};
  bool works_ = false;
};

class Nas {
 public:
  static constexpr const char* kExport = "/run/nas";

  /// Why there can be none here; empty: there can.
  static std::string missing() {
    if (geteuid() != 0) return "needs root";
    for (const char* program : {kServer, kPortmapper}) {
      if (access(program, X_OK) != 0) return std::string{program} + " is not installed";
    }
    return "";
  }

  Nas() {
    for (const char* folder : {"/run/nas", "/run/ganesha", "/run/rpcbind"}) mkdir(folder, 0755);
    works_ = namespaces_.works() && mount("nas", kExport, "tmpfs", 0, nullptr) == 0;
    std::ofstream("/run/ganesha.conf") << R"(
      NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; }
      NFSv4 { RecoveryBackend = fs; RecoveryRoot = /run/ganesha; Graceless = true; }
      EXPORT_DEFAULTS { Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3; Transports = TCP; }
      EXPORT { Export_Id = 1; Path = /run/nas; Pseudo = /nas; Filesystem_Id = 192.1; FSAL { Name = VFS; } })";
    if (!works_) return;
    portmapper_ = run({kPortmapper, "-w", "-f"});
    works_ = listens(111);  // the server registers there, and ends if it cannot
    start();
  }
  Nas(const Nas&) = delete;
  Nas& operator=(const Nas&) = delete;
  ~Nas() {
    stop();
    end(portmapper_);
    umount2(kExport, MNT_DETACH);
  }

  bool works() const { return works_; }
  void start() {
    server_ = run({kServer, "-F", "-L", "/run/ganesha.log", "-f", "/run/ganesha.conf", "-p", "/run/pid"});
  }
  void stop() { end(server_); }
  /// It takes what it is sent, and answers nothing.
  void hang() const {
    kill(server_, SIGSTOP);
    int status = 0;
    EXPECT_EQ(waitpid(server_, &status, WUNTRACED), server_);  // until the last of its threads has stopped
    EXPECT_TRUE(WIFSTOPPED(status));
  }
  void go_on() const { kill(server_, SIGCONT); }

 private:
  static constexpr const char* kServer = "/usr/bin/ganesha.nfsd";
  static constexpr const char* kPortmapper = "/usr/sbin/rpcbind";

  static pid_t run(std::vector<std::string> command) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  /// Waits until somebody listens at a TCP port.
  static bool listens(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    for (; std::chrono::steady_clock::now() < until; std::this_thread::yield()) {
      const FileDescriptor socket_of{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
      if (connect(socket_of.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) return true;
    }
    return false;
  }
  static void end(pid_t pid) {
    if (pid <= 0) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }

  OwnNamespaces namespaces_;
  bool works_ = false;
  pid_t portmapper_ = -1;
  pid_t server_ = -1;
};

}  // namespace hacored
