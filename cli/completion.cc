// Candidates by position: commands, options and their values, files, cases, words to explain.
#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/run_options.h"
#include "core/reason.h"
#include "explore/catalogue.h"
#include "explore/load.h"
#include "explore/run_name.h"
#include "explore/scenario_files.h"
#include "lang/landmarks.h"

namespace hasim {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const Words kCommands{"run",    "swarm",   "check",      "budget", "fmt",   "list",   "explain",
                      "replay", "compare", "completion", "doctor", "clean", "version"};

Words starting_with(const Words& words, const std::string& begin) {
  Words matching;
  std::copy_if(words.begin(), words.end(), std::back_inserter(matching),
               [&](const std::string& w) { return w.starts_with(begin); });
  return matching;
}

Words explained_words() {
  Words words;
  for (int i = 1; i < ha::kReasons; ++i) words.emplace_back(ha::to_string(static_cast<ha::Reason>(i)));
  for (int i = 1; i < ha::kCauses; ++i) words.emplace_back(ha::to_string(static_cast<ha::Cause>(i)));
  for (int i = 1; i < ha::kProofs; ++i) words.emplace_back(ha::to_string(static_cast<ha::Proof>(i)));
  for (std::size_t i = 0; i < kLandmarks; ++i) words.emplace_back(info(static_cast<Landmark>(i)).name);
  for (int i = 1; i <= 9; ++i) words.push_back("I" + std::to_string(i));
  for (const CatalogueRow& row : catalogue_rows()) words.emplace_back(row.id);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

/// Folders and scenario files in the file system that begin so.
Words files_beginning(const std::string& begin) {
  const fs::path typed(begin);
  const std::string folder = begin.substr(0, begin.rfind('/') == std::string::npos ? 0 : begin.rfind('/') + 1);
  Words found;
  std::error_code error;
  for (fs::directory_iterator at(folder.empty() ? "." : folder, error); !error && at != fs::directory_iterator{};
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code unreadable;
    const bool is_folder = at->is_directory(unreadable);
    if (name.starts_with('.') || !(folder + name).starts_with(begin)) continue;
    if (is_folder) found.push_back(folder + name + "/");
    if (!is_folder && (name.ends_with(".scn") || name.ends_with(".world"))) found.push_back(folder + name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Names of the scenarios that come with hasim, which work in every folder.
Words names_in_root(const std::string& root) {
  Words names;
  for (const std::string& file : find_files({root}, {".scn"}, root).files) names.push_back(name_of_file(file, root));
  return names;
}

Words cases_of(const std::string& path, const std::string& root) {
  const std::string file = existing_path(path, root);
  Words names;
  if (file.empty()) return names;
  for (const Loaded& loaded : load_scenarios({file}, {}, root).scenarios) {
    for (const Script& script : loaded.scenario.cases) {
      const std::string name = case_name_of(script, 0);
      if (!name.empty()) names.push_back(name);
    }
  }
  return names;
}

/// Run names behind "FILE:": every case with the default seed.
Words runs_of(const std::string& file, const std::string& root) {
  Words names;
  for (const std::string& name : cases_of(file, root)) names.push_back(fmt::format("{}:{}:1", file, name));
  return names.empty() ? Words{file + ":1"} : names;
}

Words paths(const std::string& begin, const std::string& root) {
  const std::size_t colon = begin.find(".scn:");
  if (colon != std::string::npos) return starting_with(runs_of(begin.substr(0, colon + 4), root), begin);
  Words found = files_beginning(begin);
  if (!begin.empty()) {
    const Words names = starting_with(names_in_root(root), begin);
    found.insert(found.end(), names.begin(), names.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Words world_names(const std::string& root) {
  Words names;
  for (const std::string& file : find_files({root + "/worlds"}, {".world"}, root).files) {
    names.push_back(fs::path(file).stem().string());
  }
  return names;
}

Words row_ids() {
  Words ids;
  for (const CatalogueRow& row : catalogue_rows()) ids.emplace_back(row.id);
  return ids;
}

Words cases_on_line(const Words& words, const std::string& root) {
  Words cases;
  for (const std::string& word : words) {
    if (!word.ends_with(".scn")) continue;
    const Words more = cases_of(word, root);
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

Words options_of(const std::string& command) {
  if (command == "run") {
    const auto words = run_option_words();
    return Words(words.begin(), words.end());
  }
  if (command == "swarm") {
    return {"--runs",           "--seed",  "--world", "--minutes", "-j",     "--for",    "--stop-after",
            "--require-places", "--quiet", "--color", "--print",   "--json", "--folder", "--help"};
  }
  if (command == "check") return {"--set", "--world", "--help"};
  if (command == "budget") return {"--set", "--json", "--color", "--help"};
  if (command == "fmt") return {"--check", "--help"};
  if (command == "replay") return {"--json", "--verbose", "--help"};
  if (command == "compare") return {"--runs", "-j", "--markdown", "--color", "--help"};
  if (command == "list") return {"--by", "--markdown", "--require-complete", "--help"};
  return {"--help"};
}

}  // namespace

std::vector<std::string> completions(const std::vector<std::string>& words, const std::string& root) {
  const std::string current = words.empty() ? "" : words.back();
  if (words.size() <= 1) return starting_with(kCommands, current);
  const std::string& command = words.front();
  const std::string& before = words[words.size() - 2];
  if (before == "--case") return starting_with(cases_on_line(words, root), current);
  if (before == "--on") return starting_with({"netns", "sim"}, current);
  if (before == "--color") return starting_with({"auto", "always", "never"}, current);
  if (before == "--row") return starting_with(row_ids(), current);
  if (before == "--by") return starting_with({"class", "row", "seed"}, current);
  if (before == "--runs") return starting_with({"1000", "20000", "1000000"}, current);
  if (before == "--world" && command == "swarm") return starting_with(world_names(root), current);
  if (before == "--seeds") return starting_with({"1..100", "1..1000", "1..100000"}, current);
  if (current.starts_with('-')) return starting_with(options_of(command), current);
  if (command == "explain") return starting_with(explained_words(), current);
  if (command == "completion") return starting_with({"bash", "zsh"}, current);
  if (command == "version" || command == "doctor" || command == "clean" || command == "swarm" || command == "replay")
    return {};
  return paths(current, root);
}

}  // namespace hasim
