// `hasim doctor`: what runs on this machine.
#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "netns/probes.h"
#include "netns/sandbox.h"

namespace hasim {
namespace {

std::string machine() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown machine";
  return fmt::format("kernel {}, {} cores{}", name.release, ::sysconf(_SC_NPROCESSORS_ONLN),
                     ::geteuid() == 0 ? ", root" : "");
}

Exit examine() {
  print(fmt::format("{}\n  simulator    ready\n", machine()));
  if (const std::string why = netns::no_sandbox_here(); !why.empty()) {
    print(fmt::format("  namespaces   not here: {}\n", why));
    return Exit::cannot_run;
  }
  const auto in_namespaces = [] {
    const std::vector<netns::Finding> found = netns::probe();
    const bool ready = std::none_of(found.begin(), found.end(), [](const netns::Finding& f) { return f.missing; });
    print(fmt::format("  namespaces   {}\n", ready ? "ready" : "not ready"));
    for (const netns::Finding& one : found) print(fmt::format("    {:44}  {}\n", one.thing, one.how));
    print("Each was tried once; nothing is left behind.\n");
    if (!finish_output()) return static_cast<int>(Exit::failed);
    return static_cast<int>(ready ? Exit::holds : Exit::cannot_run);
  };
  return static_cast<Exit>(netns::in_sandbox(in_namespaces));
}

}  // namespace

void add_doctor(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "doctor", kDoctorHelp);
  command->callback([&exit] { exit = examine(); });
}

}  // namespace hasim
