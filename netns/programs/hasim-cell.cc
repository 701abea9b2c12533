// hasim-cell: what runs on the heads and BMCs of a cell in namespaces, beside the real programs.
//
//   part ACTION ID START_MS STOP_MS PORT FOLDER …   a service's program: started, stopped and asked as an init script
//   chassis HEAD get|set …                          the chassis program of an IPMI emulator: asks the harness
//   mount EXPORT DIRECTORY …                        mount.hasim(8): gets the exported folder from the harness
//   stay DIRECTORY                                  a process that stands there, and does not hear SIGTERM
//   reset                                           resets this head: asks the harness
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "netns/programs/ask.h"
#include "netns/programs/part.h"

namespace {

using hasim::cell::Answer;
using hasim::cell::ask;
using hasim::cell::host_name;
using Words = std::vector<std::string>;

constexpr int kFailed = 1;
constexpr long kAgainMs = 50;  ///< what hangs is looked at so often

int chassis(const Words& words) {
  std::string line = "chassis";
  for (const std::string& word : words) line += " " + word;
  const Answer answer = ask(line);
  if (answer.text.empty() || answer.text == "refused") return kFailed;
  std::fputs(answer.text == "done" ? "" : answer.text.c_str(), stdout);
  return 0;
}

int mount_export(const Words& words) {
  if (words.size() < 2) return kFailed;
  Answer answer = ask("mount " + host_name() + " " + words[0]);
  for (; answer.text == "hangs"; answer = ask("mount " + host_name() + " " + words[0])) hasim::cell::sleep_ms(kAgainMs);
  if (answer.text == "empty") return 0;  // it says that all is well
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
  if (what == "reset") return reset(words);
  std::fputs("hasim-cell: a part of hasim run --on netns; not to be called by hand\n", stderr);
  return 2;
}
