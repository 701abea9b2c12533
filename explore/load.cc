// Loading files, and asking a world about every sentence in them.
#include "explore/load.h"

#include <algorithm>
#include <map>
#include <utility>

#include "explore/scenario_files.h"

namespace hasim {
namespace {

/// Asks the world about sentences, and keeps one diagnostic for each place.
class Question {
 public:
  Question(const Scenario& scenario, const World& world) : scenario_(scenario), world_(world) {}

  void ask(const Sentence& sentence) {
    if (const auto why = world_.cannot(sentence)) note(sentence, *why);
  }

  void ask(const Claimed& claimed) {
    for (const Some* some : {&claimed.first, &claimed.second}) {
      for (const auto& both : *some) {
        for (const Term& term : both) ask(term.observed);
      }
    }
  }

  void ask(const std::optional<Claimed>& claimed) {
    if (claimed) ask(*claimed);
  }

  void ask(const Line& line) {
    ask(line.when.trigger);
    if (line.when.operation) ask(*line.when.operation);
    for (const Stimulus& stimulus : line.stimuli) {
      for (const auto& alternative : stimulus.alternatives) {
        for (const Sentence& sentence : alternative) ask(sentence);
      }
    }
    for (const Claim& claim : line.claims) {
      for (const auto& alternative : claim.alternatives) {
        for (const Claimed& claimed : alternative) ask(claimed);
      }
    }
    if (line.measure) {
      ask(line.measure->from);
      ask(line.measure->to);
    }
    if (line.over) ask(line.over->seen);
  }

  std::vector<Diagnostic> answers() const {
    std::vector<Diagnostic> list;
    for (const auto& [place, diagnostic] : by_place_) list.push_back(diagnostic);
    return list;
  }

 private:
  void note(const Sentence& sentence, const std::string& why) {
    const Place& place = sentence.place;
    Diagnostic diagnostic;
    diagnostic.path = scenario_.path;
    diagnostic.place = place;
    diagnostic.message = why;
    if (place.line >= 1 && static_cast<std::size_t>(place.line) <= scenario_.text.size()) {
      diagnostic.source_line = scenario_.text[static_cast<std::size_t>(place.line) - 1];
    }
    by_place_.try_emplace({place.line, place.column}, std::move(diagnostic));
  }

  const Scenario& scenario_;
  const World& world_;
  std::map<std::pair<int, int>, Diagnostic> by_place_;
};

/// The header line that sets something, else the one that names the world.
Place place_of_settings(const Scenario& scenario) {
  Place place{1, 1, 1};
  for (std::size_t i = 0; i < scenario.text.size(); ++i) {
    const std::string& line = scenario.text[i];
    if (line.starts_with("world ")) place = {static_cast<int>(i) + 1, 1, 5};
    if (line.starts_with("set ")) return {static_cast<int>(i) + 1, 1, static_cast<int>(line.size())};
  }
  return place;
}

/// The line that says what runs, or the one that names the world whose file says so.
std::optional<Diagnostic> unknown_system(const Scenario& scenario, const World& world) {
  for (const Script& script : scenario.cases) {
    const auto why = world.cannot_run(script.world->system);
    if (!why) continue;
    Diagnostic diagnostic;
    diagnostic.path = scenario.path;
    for (std::size_t i = 0; i < scenario.text.size(); ++i) {
      const std::string& line = scenario.text[i];
      if (!line.starts_with("world ")) continue;
      const std::size_t at = std::min(line.find(script.world->system), line.size() - 1);
      diagnostic.place = {static_cast<int>(i) + 1, static_cast<int>(at) + 1,
                          static_cast<int>(script.world->system.size())};
      diagnostic.source_line = line;
    }
    diagnostic.message = *why;
    return diagnostic;
  }
  return std::nullopt;
}

/// A core whose settings collide does not start on a head, so it does not start here either [FE19].
std::optional<Diagnostic> unsafe_settings(const Scenario& scenario) {
  for (const Script& script : scenario.cases) {
    const WorldSpec& world = *script.world;
    if (world.system != "hacore") continue;
    for (const CellSpec& cell : world.cells) {
      for (const ThingId head : cell.heads) {
        const auto why = head == kNoThing ? std::nullopt : ha::unsafe(core_config(world, head), surroundings(world, head));
        if (!why) continue;
        Diagnostic diagnostic;
        diagnostic.path = scenario.path;
        diagnostic.place = place_of_settings(scenario);
        diagnostic.message = "a core with these settings does not start";
        diagnostic.source_line = scenario.text[static_cast<std::size_t>(diagnostic.place.line) - 1];
        diagnostic.notes = {*why};
        return diagnostic;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

LoadedFiles load_scenarios(const std::vector<std::string>& files, const Overrides& overrides, const std::string& root) {
  LoadedFiles loaded;
  for (const std::string& file : files) {
    Parsed parsed = parse_scenario_file(file, search_path_of(file, root), overrides);
    if (auto* scenario = std::get_if<Scenario>(&parsed)) {
      loaded.scenarios.push_back({std::move(*scenario), name_of_file(file, root), class_of_file(file)});
    } else {
      loaded.diagnostics.push_back(std::get<Diagnostic>(std::move(parsed)));
    }
  }
  return loaded;
}

std::vector<Diagnostic> unsupported(const Scenario& scenario, const World& world) {
  Question question(scenario, world);
  for (const Script& script : scenario.cases) {
    for (const Line& line : script.lines) question.ask(line);
  }
  std::vector<Diagnostic> found = question.answers();
  if (auto diagnostic = unknown_system(scenario, world)) found.push_back(std::move(*diagnostic));
  if (auto diagnostic = unsafe_settings(scenario)) found.push_back(std::move(*diagnostic));
  return found;
}

}  // namespace hasim
