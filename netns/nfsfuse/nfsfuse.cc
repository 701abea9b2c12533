// nfsfuse HOST:/PATH DIRECTORY [-o OPTIONS]: mounts an NFSv3 export where the kernel has no client of its own. To be
// called by mount(8) as mount.nfs; ends when it is unmounted.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "netns/nfsfuse/file_system.h"
#include "netns/nfsfuse/options.h"

namespace {

using namespace hasim::nfsfuse;

// Exit codes of mount(8).
constexpr int kWrongCall = 1, kSystem = 2, kMountFailed = 32;
constexpr int kRequestsAtOnce = 16;  ///< before the server is looked at again

volatile sig_atomic_t told_to_end = 0;

/// One call, waited for until `end`. What was answered is seen by `take`. Returns an errno.
int ask_once(Server& server, Server::Send send, Clock::time_point end, const std::function<int(void*)>& take) {
  std::optional<int> error;
  server.ask(std::move(send),
             [&](const Server::Answer& answer) { error = answer.error != 0 ? answer.error : take(answer.result); });
  while (!error && (Clock::now() < end)) {
    server.look(0);
    pollfd way{server.descriptor(), server.events(), 0};
    (void)::poll(&way, 1, server.wait_ms());
    server.look(way.revents);
  }
  return error.value_or(ETIMEDOUT);
}

int find_root(const Options& options, Clock::time_point end, Handle& root) {
  Server mount_daemon{options.host, options.mount_port, options.patience()};
  return ask_once(mount_daemon, call::mount(options.path), end, [&root](void* answer) {
    const auto& mounted = *static_cast<mountres3*>(answer);
    const auto& handle = mounted.mountres3_u.mountinfo.fhandle;
    if (mounted.fhs_status == MNT3_OK) root.assign(handle.fhandle3_val, handle.fhandle3_len);
    return errno_of(static_cast<nfsstat3>(mounted.fhs_status));  // the same numbers
  });
}

int find_limits(Server& server, const Handle& root, Clock::time_point end, Limits& limits) {
  return ask_once(server, call::fsinfo(root), end, [&limits](void* answer) {
    const auto& result = *static_cast<FSINFO3res*>(answer);
    if (result.status != NFS3_OK) return errno_of(result.status);
    limits = {result.FSINFO3res_u.resok.rtmax, result.FSINFO3res_u.resok.wtmax};
    return limits.read == 0 || limits.write == 0 ? EIO : 0;
  });
}

struct EndSession {
  void operator()(fuse_session* session) const {
    fuse_session_unmount(session);
    fuse_session_destroy(session);
  }
};
using Session = std::unique_ptr<fuse_session, EndSession>;

Session mount_it(const Options& options, FileSystem& files) {
  std::string with = fmt::format("allow_other,default_permissions,subtype=nfs3,fsname={}{}", options.source,
                                 options.read_only ? ",ro" : "");
  std::string name = "nfsfuse", flag = "-o";
  std::array<char*, 3> words{name.data(), flag.data(), with.data()};
  fuse_args arguments{static_cast<int>(words.size()), words.data(), 0};
  static const fuse_lowlevel_ops kOperations = FileSystem::operations();
  fuse_session* const session = fuse_session_new(&arguments, &kOperations, sizeof kOperations, &files);
  fuse_opt_free_args(&arguments);
  if (session == nullptr) return nullptr;
  if (fuse_session_mount(session, options.directory.c_str()) == 0) return Session{session};
  fuse_session_destroy(session);
  return nullptr;
}

/// mount(8) goes on, and so does this, without a terminal and out of every directory.
void leave_who_called() {
  const pid_t child = ::fork();
  if (child < 0) ::exit(kSystem);
  if (child > 0) ::_exit(0);
  ::setsid();
  (void)!::chdir("/");
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; ++standard) ::dup2(nothing, standard);
  if (nothing > 2) ::close(nothing);
}

/// False: the kernel has no more to ask.
bool hear_kernel(fuse_session* session, fuse_buf& buffer) {
  for (int i = 0; i < kRequestsAtOnce; ++i) {
    const int got = fuse_session_receive_buf(session, &buffer);
    if (got == -EAGAIN || got == -EINTR) return true;
    if (got <= 0) return false;
    fuse_session_process_buf(session, &buffer);
  }
  return true;
}

void serve(fuse_session* session, Server& server) {
  const int kernel = fuse_session_fd(session);
  ::fcntl(kernel, F_SETFL, ::fcntl(kernel, F_GETFL) | O_NONBLOCK);
  fuse_buf buffer{};
  while (told_to_end == 0 && fuse_session_exited(session) == 0) {
    std::array<pollfd, 2> waits{{{kernel, POLLIN, 0}, {server.descriptor(), server.events(), 0}}};
    if (::poll(waits.data(), waits.size(), server.wait_ms()) < 0 && errno != EINTR) break;
    server.look(waits[1].revents);
    if (waits[0].revents != 0 && !hear_kernel(session, buffer)) break;
    server.look(0);
  }
  ::free(buffer.mem);
}

int run(const Options& options, bool foreground) {
  const Clock::time_point end = Clock::now() + std::max<Clock::duration>(options.retry, options.timeo);
  Handle root;
  Limits limits;
  Server server{options.host, options.port, options.patience()};
  int error = find_root(options, end, root);
  if (error == 0) error = find_limits(server, root, end, limits);
  if (error != 0) {
    fmt::print(stderr, "nfsfuse: {}: {}\n", options.source, std::strerror(error));
    return kMountFailed;
  }
  FileSystem files{server, root, limits};
  const Session session = mount_it(options, files);
  if (!session) return kMountFailed;
  if (!foreground) leave_who_called();
  ::openlog("nfsfuse", LOG_PID, LOG_DAEMON);
  serve(session.get(), server);
  return 0;
}

int start(int argc, char** argv) {
  CLI::App app{"Mounts an NFSv3 export through FUSE"};
  std::string source, directory, text, type;
  bool foreground = false, ignored = false;
  app.add_option("source", source, "HOST:/PATH")->required();
  app.add_option("directory", directory, "where")->required();
  app.add_option("-o", text, "as of mount.nfs(8), separated by commas");
  app.add_option("-t", type, "of the file system, as mount(8) says it");
  app.add_flag("-n,-s,-v", ignored, "as mount(8) says them; without effect");
  app.add_flag("--foreground", foreground, "stay with whoever called");
  CLI11_PARSE(app, argc, argv);
  for (const int signal : {SIGTERM, SIGINT}) ::signal(signal, [](int) { told_to_end = 1; });
  ::signal(SIGPIPE, SIG_IGN);
  return run(read_options(source, directory, text), foreground);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return start(argc, argv);
  } catch (const BadOption& wrong) {
    fmt::print(stderr, "nfsfuse: {}\n", wrong.what());
    return kWrongCall;
  } catch (const std::exception& error) {
    fmt::print(stderr, "nfsfuse: {}\n", error.what());
    return kSystem;
  }
}
