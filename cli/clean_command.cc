// `hasim clean`: what dead runs have left.
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "netns/strays.h"
#include "report/numbers.h"

namespace hasim {
namespace {

Exit remove_strays() {
  if (::geteuid() != 0) {
    complain("hasim clean: root is needed\n");
    return Exit::cannot_run;
  }
  const netns::Cleaned cleaned = netns::clean();
  Exit exit = Exit::holds;
  for (const netns::Stray& stray : cleaned.strays) {
    print(fmt::format("{}: its hasim is dead. Removed: processes {}, loop devices {}\n", stray.run, stray.processes,
                      stray.loops));
    for (const std::string& what : stray.stays) complain(fmt::format("{}: {}\n", stray.run, what));
    if (!stray.stays.empty()) exit = Exit::failed;
  }
  if (cleaned.strays.empty()) print("Nothing is left of dead runs.\n");
  if (cleaned.living > 0) print(fmt::format("Not touched: the runs of {}.\n", plural(cleaned.living, "living hasim")));
  return exit;
}

}  // namespace

void add_clean(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "clean", kCleanHelp);
  command->callback([&exit] { exit = remove_strays(); });
}

}  // namespace hasim
