// Looking up what lines of a scenario say.
#include "report/run_view.h"

#include <algorithm>

#include "report/describe.h"

namespace hasim {

std::string line_text(const Script& script, int number) {
  for (const Line& line : script.lines) {
    for (const Claim& claim : line.claims) {
      if (claim.place.line == number) return claim.text;
    }
    for (const Stimulus& stimulus : line.stimuli) {
      if (stimulus.place.line == number) return stimulus.text;
    }
    if (line.number == number) return line.over ? line.over->text : line.when.text;
  }
  return "";
}

std::string without_verb(const std::string& text) {
  static constexpr std::string_view kVerbs[] = {"expect", "always", "never", "fault", "do", "heal", "note"};
  const std::size_t blank = text.find(' ');
  const std::string_view first = std::string_view(text).substr(0, blank);
  const bool verb = std::find(std::begin(kVerbs), std::end(kVerbs), first) != std::end(kVerbs);
  return verb && blank != std::string::npos ? text.substr(blank + 1) : text;
}

namespace {

/// A fault that is over, in the words with which it began; a head that was reset does not go on where it stood.
std::string end_of_fault(const RunView& view, const Event& end) {
  const auto began = std::find_if(view.events->begin(), view.events->end(),
                                  [&](const Event& e) { return e.kind == EventKind::fault && e.value == end.value; });
  if (began == view.events->end()) return tell(end, *view.script->world).what;
  return stimulus_text(view, *began) + (end.x == 1 ? ": over, its head was switched off or started anew" : ": healed");
}

}  // namespace

std::string stimulus_text(const RunView& view, const Event& event) {
  if (event.kind == EventKind::healed) return end_of_fault(view, event);
  for (const Injected& injected : view.result->injected) {
    if (injected.line == event.line && injected.at == event.t) return without_verb(injected.text);
  }
  const std::string text = without_verb(line_text(*view.script, event.line));
  return text.empty() ? tell(event, *view.script->world).what : text;
}

}  // namespace hasim
