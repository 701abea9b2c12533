#include "daemon/setup/program.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "daemon/config_file.h"
#include "daemon/refused.h"
#include "daemon/setup/answers_file.h"
#include "daemon/setup/document.h"
#include "daemon/setup/set_up.h"
#include "daemon/setup/terminal.h"
#include "daemon/setup/this_machine.h"

namespace hacored::setup {
namespace {

struct Arguments {
  std::string config{kConfigFile};
  std::string from;
  bool check = false, keys = false, force = false, no_copy = false;
};

void describe(CLI::App& program, Arguments& a) {
  program.add_option("--config,FILE", a.config, "configuration that is written")->capture_default_str();
  auto* from = program.add_option("--from", a.from, "answers of this file; nobody is asked");
  program.add_flag("--check", a.check, "only say what is wrong with the answers; test and write nothing")->needs(from);
  program.add_flag("--force", a.force, "write although a test failed")->needs(from);
  program.add_flag("--no-copy", a.no_copy, "leave the other head alone");
  program.add_flag("--keys", a.keys, "print a file of answers to start from, with those that stand already")
      ->excludes(from);
  program.set_version_flag("--version", fmt::format("hacore-setup {}", HACORE_VERSION));
}

int print_keys(const std::string& config) {
  const ReadDocument read = read_document(config);
  if (!read.document) return std::fputs(show(read.diagnostics).c_str(), stderr), kUsage;
  Answers answers = standing_answers(*read.document);
  return std::fputs(answers_page(answers).c_str(), stdout) < 0 ? kRefused : kDone;
}

int check(const Arguments& a, const Options& options, const Machine& machine) {
  const CheckedAnswers checked = check_answers(options.config, *options.answers, machine);
  fmt::print("{}{}{}: {}\n", checked.said, checked.said.empty() ? "" : "\n", a.from,
             checked.good ? "good" : "not good");
  return checked.good ? kDone : kUsage;
}

int act(const Arguments& a) {
  const std::string config = std::filesystem::absolute(a.config).lexically_normal();
  if (a.keys) return print_keys(config);
  Options options{.config = config, .answers = std::nullopt, .force = a.force, .copy = !a.no_copy};
  if (!a.from.empty()) {
    ReadAnswers read = read_answers_file(a.from);
    if (!read.answers) return std::fputs(show(read.diagnostics).c_str(), stderr), kUsage;
    options.answers = std::move(read.answers);
  }
  const StopSignals stop;
  ThisMachine machine{stop};
  if (a.check) return check(a, options, machine);
  Terminal terminal{stop};
  return set_up(options, terminal, machine);
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App program{
      "Sets up a cell of two head nodes: asks for its networks, storage, fencing and services, tests each answer, "
      "writes "
      "the configuration, its keys and secrets, and copies them to the other head. Can be run again."};
  Arguments arguments;
  describe(program, arguments);
  try {
    program.parse(argc, argv);
    return act(arguments);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kUsage;
  } catch (const NobodyAnswers& nobody) {
    fmt::print(stderr,
               "\nhacore-setup: the input ended at the question \"{}\". Nothing was changed.\n"
               "  without a person: hacore-setup --keys > FILE, edit it, hacore-setup --from FILE\n",
               nobody.prompt.substr(std::min(nobody.prompt.find_first_not_of(" \n"), nobody.prompt.size())));
    return kUsage;
  } catch (const Refused& refused) {
    fmt::print(stderr, "hacore-setup: {}\n", refused.what());
    return kRefused;
  } catch (const std::exception& error) {
    fmt::print(stderr, "hacore-setup: {}\n", error.what());
    return kRefused;
  }
}

}  // namespace hacored::setup
