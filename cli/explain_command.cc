// `hasim explain`: a paragraph for any word that hasim or the core says.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "explore/catalogue.h"
#include "explore/coverage.h"
#include "explore/load.h"
#include "explore/scenario_files.h"
#include "lang/explain.h"
#include "lang/parse.h"
#include "lang/words.h"
#include "report/style.h"

namespace hasim {
namespace {

/// A row of the catalogue, and the scenarios that show it.
std::string explain_row(const CatalogueRow& row) {
  std::string text = fmt::format("{}: {} (a row of the catalogue of failures)\n", row.id, row.name);
  const std::string root = scenarios_root();
  const FoundFiles found = find_files({root}, {".scn"}, root);
  const LoadedFiles loaded = load_scenarios(found.files, {}, root);
  std::vector<std::pair<std::string, std::string>> rows;  ///< command, title
  int widest = 0;
  for (const Loaded& file : loaded.scenarios) {
    const std::vector<std::string> shown = rows_shown_by(file.scenario);
    if (std::find(shown.begin(), shown.end(), row.id) == shown.end()) continue;
    rows.emplace_back("hasim run " + file.name, file.scenario.title);
    widest = std::max(widest, width_of(rows.back().first));
  }
  for (const auto& [command, title] : rows) text += "  " + pad(command, widest) + "  " + title + "\n";
  return rows.empty() ? text + "  no scenario shows it yet\n" : text;
}

/// A world that comes with hasim: its title, and what is in it, kind by kind.
std::optional<std::string> explain_world(const std::string& name) {
  const std::string root = scenarios_root();
  const std::string path = root + "/worlds/" + name + ".world";
  const ParsedWorld parsed = parse_world_file(path, search_path_of(path, root));
  const auto* found = std::get_if<std::shared_ptr<const WorldSpec>>(&parsed);
  if (found == nullptr) return std::nullopt;
  const WorldSpec& spec = **found;
  std::string text = fmt::format("{} (world): {}.\n", spec.name, spec.title);
  std::map<ThingKind, std::vector<std::string_view>> kinds;
  for (const Thing& thing : spec.things) kinds[thing.kind].push_back(thing.name);
  for (const auto& [kind, names] : kinds) {
    if (kind != ThingKind::bmc) text += fmt::format("  {:8}  {}\n", kind_name(kind), fmt::join(names, ", "));
  }
  return text + fmt::format("  all of it: {}\n", path);
}

Exit explain(const std::vector<std::string>& words) {
  const std::string word = fmt::format("{}", fmt::join(words, " "));
  if (const CatalogueRow* row = find_row(word)) {
    print(explain_row(*row));
    return Exit::holds;
  }
  if (const auto text = explain_word(word)) {
    print(*text + (text->ends_with('\n') ? "" : "\n"));
    return Exit::holds;
  }
  if (const auto text = explain_world(word)) {
    print(*text);
    return Exit::holds;
  }
  complain(fmt::format(
      "hasim explain: nothing is called \"{}\"; `hasim explain reasons` and `hasim explain causes` list words\n",
      word));
  return Exit::usage;
}

}  // namespace

void add_explain(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "explain", kExplainHelp);
  auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("words", *words)->required();
  command->callback([words, &exit] { exit = explain(*words); });
}

}  // namespace hasim
