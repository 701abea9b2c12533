// Finding and reading configurations.
#include "explore/cell_config.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "explore/scenario_files.h"

namespace hasim {
namespace {

/// A file as it is given; else, also where a folder of scenarios has that name, the world of that name.
std::string found_path(const std::string& path, const std::string& root) {
  std::string given = existing_path(path, root);
  std::error_code error;
  if (!given.empty() && !std::filesystem::is_directory(given, error)) return given;
  return existing_path("worlds/" + path + ".world", root);
}

}  // namespace

std::variant<CellConfig, Diagnostic, std::string> read_cell_config(const std::string& path, const Overrides& overrides,
                                                                   const std::string& root) {
  const std::string file = found_path(path, root);
  if (file.empty()) return fmt::format("no such world or scenario: {}", path);
  const std::string name = name_of_file(file, root);
  if (file.ends_with(".world")) {
    ParsedWorld parsed = parse_world_file(file, search_path_of(file, root), overrides);
    if (auto* wrong = std::get_if<Diagnostic>(&parsed)) return std::move(*wrong);
    return CellConfig{name, std::get<std::shared_ptr<const WorldSpec>>(parsed)};
  }
  if (!file.ends_with(".scn")) return fmt::format("{}: expected a .world or .scn file", path);
  Parsed parsed = parse_scenario_file(file, search_path_of(file, root), overrides);
  if (auto* wrong = std::get_if<Diagnostic>(&parsed)) return std::move(*wrong);
  return CellConfig{name, std::get<Scenario>(parsed).cases.front().world};
}

}  // namespace hasim
