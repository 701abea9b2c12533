// Comparing a scenario with what a world offers.
#include "lang/capability.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/vocabulary.h"

namespace hasim {
namespace {

constexpr std::string_view kOnlySimulated = "-";

bool offers(const Capabilities& world, std::string_view capability) {
  return std::find(world.offered.begin(), world.offered.end(), capability) != world.offered.end();
}

Diagnostic cannot(const Scenario& scenario, const Script& script, const Stimulus& stimulus,
                  const SentenceInfo& sentence, const Capabilities& world) {
  const std::string why = sentence.needs == kOnlySimulated ? "no capability for it outside sim"
                                                           : fmt::format("this machine lacks \"{}\"", sentence.needs);
  Diagnostic diagnostic{scenario.path,
                        stimulus.place,
                        fmt::format("{} cannot \"{}\": {}", world.world, sentence.pattern, why),
                        "",
                        {"run it with --on sim"}};
  if (!script.case_name.empty()) diagnostic.message += fmt::format("  [{}]", script.case_name);
  diagnostic.source_line = scenario.text[static_cast<std::size_t>(stimulus.place.line) - 1];
  return diagnostic;
}

}  // namespace

Capabilities netns_capabilities() {
  Capabilities world{"netns", {}};
  for (const SentenceInfo& sentence : sentences()) {
    if (sentence.needs.empty() || sentence.needs == kOnlySimulated || offers(world, sentence.needs)) continue;
    world.offered.emplace_back(sentence.needs);
  }
  return world;
}

std::optional<Diagnostic> cannot_on(const Scenario& scenario, const Capabilities& world) {
  for (const Script& script : scenario.cases) {
    for (const Line& line : script.lines) {
      for (const Stimulus& stimulus : line.stimuli) {
        if (stimulus.verb != StimulusVerb::fault && stimulus.verb != StimulusVerb::action) continue;
        for (const auto& sentences : stimulus.alternatives) {
          const SentenceInfo& sentence = info(sentences.front().id);
          if (!offers(world, sentence.needs)) return cannot(scenario, script, stimulus, sentence, world);
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace hasim
