// Writing the coverage of the catalogue as a page.
#include "explore/coverage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "explore/catalogue.h"

namespace hasim {
namespace {

using FilesOfRow = std::map<std::string, std::vector<const Loaded*>, std::less<>>;

FilesOfRow files_of_rows(const std::vector<Loaded>& scenarios) {
  FilesOfRow files;
  for (const Loaded& file : scenarios) {
    for (const std::string& row : rows_shown_by(file.scenario)) files[row].push_back(&file);
  }
  return files;
}

/// "[bm01-silently-dead](../scenarios/bmc/bm01-silently-dead.scn)"
std::string link(const Loaded& file) {
  const std::string_view name = file.name;
  const std::size_t begin = name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1;
  return fmt::format("[{}](../scenarios/{})", name.substr(begin, name.rfind('.') - begin), name);
}

std::string links(const std::vector<const Loaded*>& files) {
  std::vector<std::string> all;
  for (const Loaded* file : files) all.push_back(link(*file));
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string line_of(const CatalogueRow& row, const FilesOfRow& files) {
  const auto found = files.find(row.id);
  const std::string shown = found == files.end() ? "**none**" : links(found->second);
  return fmt::format("| {} | {} | {} | {} |\n", row.id, row.name, shown, row.left_out);
}

}  // namespace

std::vector<std::string> rows_shown_by(const Scenario& scenario) {
  const bool core = std::all_of(scenario.cases.begin(), scenario.cases.end(), [](const Script& script) {
    return script.world == nullptr || script.world->system == "hacore";
  });
  return core ? rows_of_source(scenario.source) : std::vector<std::string>{};
}

std::size_t rows_shown(const std::vector<Loaded>& scenarios) { return files_of_rows(scenarios).size(); }

std::string coverage_markdown(const std::vector<Loaded>& scenarios) {
  const FilesOfRow files = files_of_rows(scenarios);
  std::string page =
      "# What of the catalogue is simulated\n\n"
      "Made by `hasim list --by row --markdown` from `explore/catalogue.def` and the `source` lines of the scenarios;\n"
      "do not edit. Each row is something that went wrong in a real cluster. A scenario shows it in the simulator and\n"
      "judges it on what really happened there; the last column says what the simulation leaves out of the row.\n\n";
  page += fmt::format("**{} of {} rows have a scenario.**\n\n", files.size(), catalogue_rows().size());
  page += "| row | what goes wrong | shown by | left out |\n| --- | --- | --- | --- |\n";
  for (const CatalogueRow& row : catalogue_rows()) page += line_of(row, files);
  return page;
}

}  // namespace hasim
