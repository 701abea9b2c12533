// The sentences of steps.
#include "lang/steps.h"

#include <array>
#include <string_view>

namespace hasim {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(StepKind::count_)> kTexts{
#define HASIM_X(name, text) text,
    HASIM_STEPS(HASIM_X)
#undef HASIM_X
};

std::string named(const WorldSpec& spec, ThingId id) { return id == kNoThing ? "nothing" : spec.name_of(id); }

}  // namespace

std::string step_text(const WorldSpec& spec, const Event& step) {
  std::string text = named(spec, step.who) + " ";
  const std::string_view pattern = step.y < kTexts.size() ? kTexts[step.y] : "does something unknown";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i, 2) == "{}") {
      text += named(spec, step.with);
      ++i;
    } else if (pattern[i] == '#') {
      text += std::to_string(step.since);
    } else {
      text += pattern[i];
    }
  }
  const bool of_service = step.with < spec.things.size() && spec.kind_of(step.with) == ThingKind::service;
  const bool says_service = of_service && pattern.find("{}") == pattern.npos;
  return says_service ? text + " of " + named(spec, step.with) : text;
}

}  // namespace hasim
