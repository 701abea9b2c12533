// Loading files, and asking a world about every sentence in them.
#include "explore/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "explore/scenario_files.h"

namespace hasim {
namespace {

constexpr std::string_view kOurCore = "hacore";

using Look = std::function<void(const Sentence&)>;

void each_sentence(const Claimed& claimed, const Look& look) {
  for (const Some* some : {&claimed.first, &claimed.second}) {
    for (const auto& both : *some) {
      for (const Term& term : both) look(term.observed);
    }
  }
}

void each_sentence(const std::optional<Claimed>& claimed, const Look& look) {
  if (claimed) each_sentence(*claimed, look);
}

void each_sentence(const Line& line, const Look& look) {
  each_sentence(line.when.trigger, look);
  if (line.when.operation) look(*line.when.operation);
  for (const Stimulus& stimulus : line.stimuli) {
    for (const auto& alternative : stimulus.alternatives) {
      for (const Sentence& sentence : alternative) look(sentence);
    }
  }
  for (const Claim& claim : line.claims) {
    for (const auto& alternative : claim.alternatives) {
      for (const Claimed& claimed : alternative) each_sentence(claimed, look);
    }
  }
  if (line.measure) {
    each_sentence(line.measure->from, look);
    each_sentence(line.measure->to, look);
  }
  if (line.over) each_sentence(line.over->seen, look);
}

Diagnostic at(const Scenario& scenario, const Place& place, const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.path = scenario.path;
  diagnostic.place = place;
  diagnostic.message = message;
  if (place.line >= 1 && static_cast<std::size_t>(place.line) <= scenario.text.size()) {
    diagnostic.source_line = scenario.text[static_cast<std::size_t>(place.line) - 1];
  }
  return diagnostic;
}

/// Why the core never makes a claim true: it waits for a reason that this version does not say.
std::optional<std::string> never_said(const Sentence& sentence) {
  for (const Value& value : sentence.values) {
    const auto reason = static_cast<ha::Reason>(value.word);
    if (value.slot != Slot::REASON || ha::is_said(reason)) continue;
    return fmt::format("the core of this version never says \"{}\": nothing here can come true", ha::to_string(reason));
  }
  return std::nullopt;
}

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

/// The line that says what runs, or the one that names the world whose file says so, or that cannot be built.
std::optional<Diagnostic> unknown_world(const Scenario& scenario, const World& world) {
  for (const Script& script : scenario.cases) {
    const auto why = world.cannot_run(*script.world);
    if (!why) continue;
    Diagnostic diagnostic;
    diagnostic.path = scenario.path;
    for (std::size_t i = 0; i < scenario.text.size(); ++i) {
      const std::string& line = scenario.text[i];
      if (!line.starts_with("world ")) continue;
      const std::size_t named = line.find(script.world->system);
      const std::size_t at = named == std::string::npos ? 0 : named;
      const std::size_t width = named == std::string::npos ? line.size() : script.world->system.size();
      diagnostic.place = {static_cast<int>(i) + 1, static_cast<int>(at) + 1, static_cast<int>(width)};
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
    if (world.system != kOurCore) continue;
    for (const CellSpec& cell : world.cells) {
      for (const ThingId head : cell.heads) {
        const auto why =
            head == kNoThing ? std::nullopt : ha::unsafe(core_config(world, head), surroundings(world, head));
        if (!why) continue;
        Diagnostic diagnostic = at(scenario, place_of_settings(scenario), "a core with these settings does not start");
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

void each_sentence(const Script& script, const Look& look) {
  for (const Line& line : script.lines) each_sentence(line, look);
}

std::vector<Diagnostic> unsupported(const Scenario& scenario, const World& world) {
  std::map<std::pair<int, int>, Diagnostic> by_place;
  for (const Script& script : scenario.cases) {
    each_sentence(script, [&](const Sentence& sentence) {
      auto why = world.cannot(sentence, *script.world);
      if (!why && script.world->system == kOurCore) why = never_said(sentence);
      if (why) by_place.try_emplace({sentence.place.line, sentence.place.column}, at(scenario, sentence.place, *why));
    });
  }
  std::vector<Diagnostic> found;
  for (auto& [place, diagnostic] : by_place) found.push_back(std::move(diagnostic));
  if (auto diagnostic = unknown_world(scenario, world)) found.push_back(std::move(*diagnostic));
  if (auto diagnostic = unsafe_settings(scenario)) found.push_back(std::move(*diagnostic));
  return found;
}

}  // namespace hasim
