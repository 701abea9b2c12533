// hasim: argument parsing and wiring.
#include <fmt/format.h>

#include <exception>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "lang/spelling.h"

namespace hasim {
namespace {

/// Prints the text that stands in the footer of a command: all of its help.
class HandSetHelp : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    return app->get_footer();
  }
};

void add_commands(CLI::App& program, Exit& exit) {
  program.formatter(std::make_shared<HandSetHelp>());
  program.footer(kHelp);
  program.set_help_flag("-h,--help");
  program.require_subcommand(1);
  add_run(program, exit);
  add_swarm(program, exit);
  add_check(program, exit);
  add_budget(program, exit);
  add_fmt(program, exit);
  add_list(program, exit);
  add_explain(program, exit);
  add_completion(program, exit);
  add_replay(program, exit);
  add_compare(program, exit);
  add_clean(program, exit);
  add_doctor(program, exit);
  add_version(program, exit);
}

std::string name_of_chosen(const CLI::App& program) {
  const auto chosen = program.get_subcommands();
  return chosen.empty() ? "hasim" : "hasim " + chosen.front()->get_name();
}

/// "; did you mean run?", if a known word is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  return near ? fmt::format("; did you mean {}?", *near) : "";
}

std::vector<std::string> command_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) names.push_back(option->get_name());
  }
  return names;
}

/// What is wrong with the arguments, in words of the field rather than of the parser.
std::string what_is_wrong(const CLI::App& program, const CLI::ParseError& error, const char* first) {
  const auto chosen = program.get_subcommands();
  if (chosen.empty())
    return fmt::format("there is no command \"{}\"{}", first, did_you_mean(first, command_names(program)));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return "what to work on is missing";
  const std::vector<std::string> left = program.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty()) {
    return fmt::format("there is no option {}{}", left.front(),
                       did_you_mean(left.front(), option_names(*chosen.front())));
  }
  return error.what();
}

Exit refuse(const CLI::App& program, const CLI::ParseError& error, const char* first) {
  const std::string name = name_of_chosen(program);
  complain(fmt::format("{}: {}\n`{} --help` says what it takes\n", name, what_is_wrong(program, error, first), name));
  return Exit::usage;
}

Exit run_program(int argc, char** argv) {
  CLI::App program;
  Exit exit = Exit::holds;
  add_commands(program, exit);
  if (argc == 1) {
    complain(kHelp);
    return Exit::usage;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = program.get_subcommands();
    print((chosen.empty() ? &program : chosen.front())->help());
  } catch (const CLI::ParseError& error) { return refuse(program, error, argv[1]); }
  return finish_output() ? exit : gravest(exit, Exit::failed);
}

}  // namespace

CLI::App* add_command(CLI::App& program, const std::string& name, const char* help) {
  CLI::App* command = program.add_subcommand(name);
  command->footer(help);
  return command;
}

}  // namespace hasim

int main(int argc, char** argv) {
  try {
    return static_cast<int>(hasim::run_program(argc, argv));
  } catch (const std::exception& error) {
    hasim::complain(fmt::format("hasim: its own failure, not the scenario's: {}\n", error.what()));
    return static_cast<int>(hasim::Exit::failed);
  }
}
