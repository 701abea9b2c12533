// `hasim fmt`: the one layout for all scenario and world files.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "cli/commands.h"
#include "cli/file_text.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "explore/scenario_files.h"
#include "lang/parse.h"
#include "report/numbers.h"

namespace hasim {
namespace {

struct FmtTexts {
  std::vector<std::string> paths;
  bool check = false;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t lines_that_differ(const std::string& a, const std::string& b) {
  const std::vector<std::string> x = lines_of(a), y = lines_of(b);
  std::size_t count = std::max(x.size(), y.size()) - std::min(x.size(), y.size());
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) count += x[i] == y[i] ? 0 : 1;
  return std::max<std::size_t>(count, 1);  // only the last newline may differ
}

Exit format_file(const std::string& path, bool check) {
  std::string error;
  const auto text = read_file(path, error);
  if (!text) {
    complain(fmt::format("hasim fmt: cannot read {}: {}\n", path, error));
    return Exit::usage;
  }
  const auto formatted = format_text(*text, path);
  if (const auto* wrong = std::get_if<Diagnostic>(&formatted)) {
    complain(wrong->show());
    return Exit::usage;
  }
  const std::string& wanted = std::get<std::string>(formatted);
  if (wanted == *text) return Exit::holds;
  if (check) {
    const std::size_t differ = lines_that_differ(*text, wanted);
    print(fmt::format("{}   {} {}      run: hasim fmt {}\n", path, plural(differ, "line"),
                      differ == 1 ? "differs" : "differ", path));
    return Exit::broken;
  }
  if (const auto why = replace_file(path, wanted)) {
    complain(fmt::format("hasim fmt: cannot write {}: {}\n", path, *why));
    return Exit::failed;
  }
  print(fmt::format("{}   rewritten\n", path));
  return Exit::holds;
}

Exit format_files(const FmtTexts& texts) {
  const FoundFiles found = find_files(texts.paths, {".scn", ".world"}, "");
  Exit exit = Exit::holds;
  for (const std::string& error : found.errors) {
    complain(fmt::format("hasim fmt: {}\n", error));
    exit = Exit::usage;
  }
  for (const std::string& file : found.files) exit = gravest(exit, format_file(file, texts.check));
  return exit;
}

}  // namespace

void add_fmt(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "fmt", kFmtHelp);
  auto texts = std::make_shared<FmtTexts>();
  command->add_option("paths", texts->paths)->required();
  command->add_flag("--check", texts->check);
  command->callback([texts, &exit] { exit = format_files(*texts); });
}

}  // namespace hasim
