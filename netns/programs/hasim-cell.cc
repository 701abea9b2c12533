// hasim-cell: what runs on the heads, BMCs and PDUs of a cell in namespaces, beside the real programs.
//
//   part ACTION ID START_MS STOP_MS PORT FOLDER …   a service's program: started, stopped and asked as an init script
//   chassis HEAD get|set …                          the chassis program of an IPMI emulator: asks the harness
//   mount EXPORT DIRECTORY …                        mount.hasim(8), mount.nfs(8): the harness gives the exported
//   folder, or says
//                                                   which program mounts it
//   stay DIRECTORY                                  a process that stands there, and does not hear SIGTERM
//   dump MS FILE ADDRESS …                          a crash kernel: writes a dump, and says so
//   pdu NAME ADDRESS                                the service of a PDU: asks the harness
//   outlet                                          the fence agent for it
//   reset                                           resets this head: asks the harness
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "netns/programs/ask.h"
#include "netns/programs/dump.h"
#include "netns/programs/outlet.h"
#include "netns/programs/part.h"

namespace {

using hasim::cell::Answer;
using hasim::cell::ask;
using hasim::cell::host_name;
using Words = std::vector<std::string>;

constexpr int kFailed = 1;
constexpr long kAgainMs = 50;  ///< what hangs is looked at so often
constexpr std::string_view kBy = "by ";

int chassis(const Words& words) {
  std::string line = "chassis";
  for (const std::string& word : words) line += " " + word;
  const Answer answer = ask(line);
  if (answer.text.empty() || answer.text == "refused") return kFailed;
  std::fputs(answer.text == "done" ? "" : answer.text.c_str(), stdout);
  return 0;
}

/// A mount in a namespace of its own, as resource-mount makes it for the marker: nobody else sees it.
bool is_aside() {
  struct stat own {
  }, heads{};
  return ::stat("/proc/self/ns/mnt", &own) == 0 && ::stat("/proc/1/ns/mnt", &heads) == 0 && own.st_ino != heads.st_ino;
}

/// Becomes the client, which outlives its mount(8).
int become(const std::string& program, const Words& words) {
  std::vector<char*> all{const_cast<char*>(program.c_str())};
  for (const std::string& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  const sched_param urgent{.sched_priority = 2};  // as the programs of services, which wait for it
  (void)::sched_setscheduler(0, SCHED_RR, &urgent);
  ::execv(program.c_str(), all.data());
  std::perror(program.c_str());
  return kFailed;
}

/// By the kernel's own NFS client, or by that program where there is none.
int mount_by_client(const std::string& program, const Words& words) {
  const auto flag = std::find(words.begin(), words.end(), "-o");
  const std::string options = flag == words.end() || flag + 1 == words.end() ? "" : *(flag + 1) + ",";
  const std::string with = options + "addr=" + words[0].substr(0, words[0].find(":/"));
  if (::mount(words[0].c_str(), words[1].c_str(), "nfs", 0, with.c_str()) == 0) return 0;
  if (errno == ENODEV) return become(program, words);
  std::perror("mount.nfs");
  return kFailed;
}

int mount_export(const Words& words) {
  if (words.size() < 2) return kFailed;
  const std::string question = "mount " + host_name() + " " + words[0] + (is_aside() ? " aside" : "");
  Answer answer = ask(question);
  for (; answer.text == "hangs"; answer = ask(question)) hasim::cell::sleep_ms(kAgainMs);
  if (answer.text == "empty") return 0;  // it says that all is well
  if (answer.text.starts_with(kBy)) return mount_by_client(answer.text.substr(kBy.size()), words);
  if (answer.descriptor < 0) {
    std::fprintf(stderr, "mount.hasim: %s: %s\n", words[0].c_str(), answer.text.c_str());
    return kFailed;
  }
  if (::move_mount(answer.descriptor, "", AT_FDCWD, words[1].c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0) return 0;
  std::perror("mount.hasim: move_mount");
  return kFailed;
}

/// A file system with a process in it cannot be unmounted.
int stay(const Words& words) {
  if (words.empty() || ::chdir(words[0].c_str()) != 0) return kFailed;
  ::signal(SIGTERM, SIG_IGN);
  for (;;) ::pause();
}

int reset(const Words&) { return ask("reset " + host_name()).text == "done" ? 0 : kFailed; }

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const Words words(argv + std::min(argc, 2), argv + argc);
  if (what == "part") return hasim::cell::part_of_service(words);
  if (what == "chassis") return chassis(words);
  if (what == "mount") return mount_export(words);
  if (what == "stay") return stay(words);
  if (what == "dump") return hasim::cell::write_dump(words);
  if (what == "pdu") return hasim::cell::serve_outlets(words);
  if (what == "outlet") return hasim::cell::fence_by_outlet();
  if (what == "reset") return reset(words);
  std::fputs("hasim-cell: a part of hasim run --on netns; not to be called by hand\n", stderr);
  return 2;
}
