// The commands of hasim. Each function adds one to the program; when it was chosen, `exit` says how it ended.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/exit_code.h"

namespace hasim {

void add_run(CLI::App& program, Exit& exit);
void add_swarm(CLI::App& program, Exit& exit);
void add_check(CLI::App& program, Exit& exit);
void add_budget(CLI::App& program, Exit& exit);
void add_fmt(CLI::App& program, Exit& exit);
void add_list(CLI::App& program, Exit& exit);
void add_explain(CLI::App& program, Exit& exit);
void add_completion(CLI::App& program, Exit& exit);
void add_replay(CLI::App& program, Exit& exit);
void add_compare(CLI::App& program, Exit& exit);
void add_clean(CLI::App& program, Exit& exit);
void add_doctor(CLI::App& program, Exit& exit);
void add_version(CLI::App& program, Exit& exit);

/// Adds a command whose `--help` prints `help` as it stands.
CLI::App* add_command(CLI::App& program, const std::string& name, const char* help);

}  // namespace hasim
