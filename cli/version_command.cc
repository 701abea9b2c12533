// `hasim version`.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "sim/simulator.h"

namespace hasim {

void add_version(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "version", kVersionHelp);
  command->callback([&exit] {
    const std::unique_ptr<World> world = make_simulator();
    print(fmt::format("hasim {}, language 1, core {}\n", HASIM_VERSION, world->core_digest()));
    exit = Exit::holds;
  });
}

}  // namespace hasim
