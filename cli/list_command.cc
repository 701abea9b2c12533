// `hasim list`: which scenarios there are, by class, by row of the catalogue, by the document behind them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/diagnostics.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "explore/catalogue.h"
#include "explore/coverage.h"
#include "explore/load.h"
#include "explore/scenario_files.h"
#include "report/numbers.h"
#include "report/style.h"

namespace hasim {
namespace {

struct ListTexts {
  std::vector<std::string> paths;
  std::string by = "class";
  bool require_complete = false;
  bool markdown = false;
};

/// Names of files, as many as fit into the width.
std::string files_text(const std::vector<const Loaded*>& files, int width) {
  std::string text;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string next = (i == 0 ? "" : ", ") + files[i]->name;
    if (i != 0 && width_of(text) + width_of(next) + 4 > width) return text + " ...";
    text += next;
  }
  return text;
}

void list_by_class(const std::vector<Loaded>& loaded) {
  std::map<std::string, std::vector<const Loaded*>> classes;
  int widest = 0;
  for (const Loaded& file : loaded) {
    classes[file.class_name].push_back(&file);
    widest = std::max(widest, width_of(file.name));
  }
  for (const auto& [name, files] : classes) {
    print(fmt::format("{}  {}\n", name, plural(files.size(), "scenario")));
    for (const Loaded* file : files) {
      const std::size_t cases = file->scenario.cases.size();
      const std::string extent = cases > 1 ? fmt::format(" ({} cases)", cases) : "";
      std::string before = "  " + pad(file->name, widest) + "  ";
      for (const std::string& line : wrap(file->scenario.title + extent, kColumns - widest - 4)) {
        print(before + line + "\n");
        before.assign(before.size(), ' ');
      }
    }
  }
  print(fmt::format("{} in {}\n", plural(loaded.size(), "scenario"),
                    fmt::format("{} class{}", classes.size(), classes.size() == 1 ? "" : "es")));
}

Exit list_by_row(const std::vector<Loaded>& loaded, bool require_complete) {
  std::map<std::string, std::vector<const Loaded*>, std::less<>> files_of;
  for (const Loaded& file : loaded) {
    for (const std::string& row : rows_shown_by(file.scenario)) files_of[row].push_back(&file);
  }
  constexpr int kNameWidth = 48;
  print(fmt::format("  row    {} scenarios  files\n", pad("name", kNameWidth)));
  std::size_t missing = 0;
  for (const CatalogueRow& row : catalogue_rows()) {
    const auto found = files_of.find(row.id);
    const bool none = found == files_of.end();
    missing += none ? 1 : 0;
    print(fmt::format("  {}   {} {:>9}  {}\n", row.id, pad(row.name, kNameWidth), none ? 0 : found->second.size(),
                      none ? "MISSING" : files_text(found->second, 30)));
  }
  const std::size_t rows = catalogue_rows().size();
  print(fmt::format("  {} rows: {} have a scenario, {} missing\n", rows, rows - missing, missing));
  return require_complete && missing > 0 ? Exit::broken : Exit::holds;
}

void list_by_seed(const std::vector<Loaded>& loaded) {
  std::map<std::string, std::vector<const Loaded*>, std::less<>> files_of;
  for (const Loaded& file : loaded) {
    for (const std::string& seed : seeds_of_source(file.scenario.source)) files_of[seed].push_back(&file);
  }
  for (const SeedDocument& seed : seed_documents()) {
    const auto found = files_of.find(seed.number);
    const bool none = found == files_of.end();
    print(fmt::format("  {}  {} {:>4}  {}\n", seed.number, pad(seed.name, 20), none ? 0 : found->second.size(),
                      none ? "MISSING" : files_text(found->second, 64)));
  }
}

Exit list(ListTexts texts) {
  const std::string root = scenarios_root();
  if (texts.by != "class" && texts.by != "row" && texts.by != "seed") {
    complain(fmt::format("hasim list: --by {}: expected class, row or seed\n", texts.by));
    return Exit::usage;
  }
  if (texts.markdown && texts.by != "row") {
    complain("hasim list: --markdown needs --by row\n");
    return Exit::usage;
  }
  if (texts.paths.empty()) texts.paths = {root};
  const FoundFiles found = find_files(texts.paths, {".scn"}, root);
  for (const std::string& error : found.errors) complain(fmt::format("hasim list: {}\n", error));
  const LoadedFiles loaded = load_scenarios(found.files, {}, root);
  complain(show_all(loaded.diagnostics));
  Exit exit = found.errors.empty() && loaded.diagnostics.empty() ? Exit::holds : Exit::usage;
  if (loaded.scenarios.empty()) return exit;
  if (texts.markdown) {
    print(coverage_markdown(loaded.scenarios));
    return exit;
  }
  if (texts.by == "row") exit = gravest(exit, list_by_row(loaded.scenarios, texts.require_complete));
  if (texts.by == "class") list_by_class(loaded.scenarios);
  if (texts.by == "seed") list_by_seed(loaded.scenarios);
  return exit;
}

}  // namespace

void add_list(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "list", kListHelp);
  auto texts = std::make_shared<ListTexts>();
  command->add_option("paths", texts->paths);
  command->add_option("--by", texts->by);
  command->add_flag("--require-complete", texts->require_complete);
  command->add_flag("--markdown", texts->markdown);
  command->callback([texts, &exit] { exit = list(*texts); });
}

}  // namespace hasim
