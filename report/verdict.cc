// Sections of the two verdicts, one function each.
#include "report/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/causes.h"
#include "report/describe.h"
#include "report/excerpt.h"
#include "report/ledger.h"
#include "report/numbers.h"

namespace hasim {
namespace {

constexpr std::size_t kFactsMax = 6;

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string title(std::string_view text, const Style&) { return fmt::format("\n  {}\n", text); }

/// A row of an event: time, who, what, and a remark at the right edge.
std::string event_row(const RunView& view, const Event& event, std::string_view number, const std::string& right) {
  Told told = tell(event, *view.script->world);
  if (layer_of(event.kind) == Layer::fault) told.what = stimulus_text(view, event);
  const std::string left = fmt::format("  {}{}  {}", number, pad_left(seconds(event.t), 8), pad(told.who, 8));
  const int begin = width_of(left);
  const int room = kColumns - begin - (right.empty() ? 0 : width_of(right) + 2);
  const std::vector<std::string> lines = wrap(told.what, room);
  std::string text = left + (right.empty() ? lines[0] : pad(lines[0], room + 2) + right) + "\n";
  for (std::size_t i = 1; i < lines.size(); ++i)
    text += std::string(static_cast<std::size_t>(begin), ' ') + lines[i] + "\n";
  return text;
}

std::string what_the_world_saw(const RunView& view, const EventIndex& index, const Broken& broken, const Style& style) {
  std::vector<std::uint32_t> ids = broken.facts;
  std::sort(ids.begin(), ids.end());
  std::string rows;
  std::size_t count = 0;
  for (std::uint32_t id : ids) {
    const Event* event = index.find(id);
    if (event == nullptr || layer_of(event->kind) == Layer::judge) continue;
    if (++count <= kFactsMax) rows += event_row(view, *event, "", "");
  }
  if (count > kFactsMax) rows += fmt::format("            {} {} more\n", style.ellipsis(), count - kFactsMax);
  return rows.empty() ? "" : title("What the world saw", style) + rows;
}

std::string right_remark(const Event& event) {
  if (layer_of(event.kind) == Layer::fault && event.line != 0) return fmt::format("line {}", event.line);
  return "";
}

std::string matter(const RunView& view, const EventIndex& index, const Broken& broken, const Style& style) {
  static constexpr std::string_view kNumbers[] = {"No", "One", "Two", "Three", "Four", "Five"};
  const std::vector<Event> events = events_that_matter(index, broken);
  if (events.empty()) return "";
  const std::string_view plural_s = events.size() == 1 ? "" : "s";
  std::string text = title(
      fmt::format("{} event{} that matter{}", kNumbers[events.size()], plural_s, events.size() == 1 ? "s" : ""), style);
  for (std::size_t i = 0; i < events.size(); ++i) {
    text += event_row(view, events[i], fmt::format(" {} ", i + 1), right_remark(events[i]));
  }
  return text;
}

std::string_view truth_mark(LedgerRow::Truth truth, const Style& style) {
  switch (truth) {
    case LedgerRow::Truth::agrees: return style.holds();
    case LedgerRow::Truth::refutes: return style.breaks();
    case LedgerRow::Truth::unknown: return style.open();
  }
  return "";
}

std::string evidence(const RunView& view, const Broken& broken, const Style& style) {
  const auto ledger = ledger_before(broken.from, *view.events, *view.script->world);
  if (!ledger || ledger->rows.empty()) return "";
  const std::string heading =
      fmt::format("Evidence of {} for epoch {}, proof {}", ledger->head, ledger->epoch, ledger->proof);
  std::string text = "\n  " + pad(heading, 56) + pad("used as", 14) + "truth at that instant\n";
  for (const LedgerRow& row : ledger->rows) {
    const bool wrong = row.truth == LedgerRow::Truth::refutes;
    const std::string mark = style.paint(wrong ? Paint::broken : Paint::plain, truth_mark(row.truth, style));
    text += trimmed(fmt::format("  {}  {}{}{}{} {}", pad_left(seconds(row.t), 8), pad(row.source, 14),
                                pad(row.says, 32), pad(row.used_as, 14), mark, row.was_true)) +
            "\n";
  }
  return text;
}

std::string also_broken(const RunView& view, const Broken& worst) {
  std::string list;
  for (const Broken& other : view.result->broken) {
    if (&other == &worst) continue;
    list += fmt::format("{}{} at {}", list.empty() ? "" : ", ", property_name(other), seconds(other.from));
  }
  if (list.empty()) return "";
  std::string text = "\n";
  for (const std::string& line : wrap("Also broken: " + list, kColumns - 2)) text += "  " + line + "\n";
  return text;
}

std::string surroundings_text(const RunView& view, const Surroundings& around) {
  if (around.tried == 0) return "";
  if (!around.holds) {
    return fmt::format("\n  The {} seeds around it break as well: it is not a matter of chance\n", around.tried);
  }
  std::string text = fmt::format("\n  Nearest seed that holds: {}", *around.holds);
  if (around.first_difference) {
    Told told = tell(*around.first_difference, *view.script->world);
    const int line = around.first_difference->line;
    if (layer_of(around.first_difference->kind) == Layer::fault && line != 0) {
      told = {fmt::format("line {} comes:", line), without_verb(line_text(*view.script, line))};
    }
    text +=
        fmt::format("; first difference at {}, where {} {}", seconds(around.first_difference->t), told.who, told.what);
  }
  std::string wrapped = "\n";
  for (const std::string& line : wrap(text.substr(3), kColumns - 2)) wrapped += "  " + line + "\n";
  return wrapped;
}

std::string command_row(const std::string& command, std::string_view purpose) {
  if (width_of(command) > 56) return fmt::format("  {}\n      {}\n", command, purpose);
  return fmt::format("  {}{}\n", pad(command, 58), purpose);
}

std::string commands(const RunView& view, const Broken& worst) {
  std::string text = "\n" + command_row("hasim run " + view.name + " -v", "the same run, step by step");
  if (worst.invariant != 0) {
    text += command_row(fmt::format("hasim explain I{}", worst.invariant), "what this invariant means");
  }
  return text;
}

std::string did_not_start(const RunView& view, const Style& style) {
  std::string text = fmt::format("{}  {}  did not start\n\n", style.paint(Paint::broken, "BROKEN"), view.name);
  for (const std::string& line : wrap(view.result->failed_to_start, kColumns - 2)) text += "  " + line + "\n";
  return text + "\n" + command_row("hasim run " + view.name + " -v", "how far it came");
}

std::string headline(const RunView& view, const Broken& worst, const Style& style) {
  const std::string property = property_text(worst, *view.script);
  const std::string begin = fmt::format("BROKEN  {}  ", view.name);
  std::string text = style.paint(Paint::broken, "BROKEN") + begin.substr(6);
  if (width_of(begin) + width_of(property) <= kColumns) return text + property + "\n";
  text = trimmed(text) + "\n";
  for (const std::string& line : wrap(property, kColumns - 8)) text += "        " + line + "\n";
  return text;
}

std::string relaxed_rows(const RunView& view) {
  std::string text;
  for (const Relaxed& relaxed : view.script->relaxed) {
    const Time danger = view.result->relaxed_broken[static_cast<std::size_t>(relaxed.invariant)];
    const std::string when = danger == Time{} ? "never in danger here" : fmt::format("broken at {}", seconds(danger));
    text += fmt::format("  relaxed I{}, {}: {}\n", relaxed.invariant, when, relaxed.reason);
  }
  return text;
}

}  // namespace

std::string property_name(const Broken& broken) {
  if (broken.invariant != 0) return fmt::format("I{}", broken.invariant);
  return broken.line != 0 ? fmt::format("line {}", broken.line) : "start";
}

std::string property_text(const Broken& broken, const Script& script) {
  const std::string name = property_name(broken);
  if (broken.invariant != 0) return fmt::format("{}: {}", name, invariant_text(broken.invariant));
  const std::string text = line_text(script, broken.line);
  return text.empty() ? name : fmt::format("{}: {}", name, text);
}

std::string verdict_holds(const RunView& view, Duration took, const Style& style) {
  const RunResult& result = *view.result;
  const auto judged =
      std::count_if(result.lines.begin(), result.lines.end(), [](const LineVerdict& v) { return v.judged; });
  std::string text = fmt::format("{}  {}, {}   {} in {}   trace {}\n", style.paint(Paint::ok, "HOLDS"),
                                 plural(static_cast<std::uint64_t>(judged), "line"),
                                 plural(9 - view.script->relaxed.size(), "invariant"), span_text(result.end, style),
                                 span_text(took, style), short_hash(result.hash));
  for (const LineVerdict& line : result.lines) {
    if (!line.remark.empty()) text += fmt::format("  line {}: {}\n", line.line, line.remark);
  }
  for (const Measured& measured : result.measures) {
    const std::string value = measured.is_count ? count_text(static_cast<std::uint64_t>(measured.value))
                                                : span_text(Duration{measured.value}, style);
    text += fmt::format("  measure {}: {}\n", measured.name, value);
  }
  return text + relaxed_rows(view);
}

std::string verdict_broken(const RunView& view, const Surroundings& around, const Style& style) {
  if (!view.result->failed_to_start.empty()) return did_not_start(view, style);
  const Broken* worst = gravest(view.result->broken);
  if (worst == nullptr) return fmt::format("{}  {}\n", style.paint(Paint::broken, "BROKEN"), view.name);
  const EventIndex index(*view.events);
  return headline(view, *worst, style) + "\n" + excerpt(*view.scenario, *view.script, *worst, style) +
         what_the_world_saw(view, index, *worst, style) + matter(view, index, *worst, style) +
         evidence(view, *worst, style) + also_broken(view, *worst) + surroundings_text(view, around) +
         relaxed_rows(view) + commands(view, *worst);
}

}  // namespace hasim
