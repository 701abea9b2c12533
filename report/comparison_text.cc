// Columns for one story, a table for many.
#include "report/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/numbers.h"

namespace hasim {
namespace {

constexpr int kTimesWidth = 9;
constexpr int kActorWidth = 8;
constexpr int kWhatAt = 3 * (kTimesWidth + 1) + 2 + kActorWidth;

std::string signed_ms(Duration later) {
  return fmt::format("{:+} ms", static_cast<std::int64_t>(std::llround(static_cast<double>(later.count()) / 1e6)));
}

std::string remark_of(const ComparedRow& row) {
  if (row.only_real) return "only in namespaces";
  if (row.only_simulated) return "only in the simulator";
  return row.in_time ? "" : "not when the simulator has it";
}

std::string row_text(const ComparedRow& row, const Style& style) {
  const std::string simulated = row.simulated > 0 ? seconds(row.simulated_at) : "-";
  const std::string real = row.real > 0 ? seconds(row.real_at) : "-";
  const std::string later = row.simulated > 0 && row.real > 0 && row.line == 0 ? signed_ms(row.later) : "";
  std::string what = row.told.what;
  const std::string remark = remark_of(row);
  const std::string mark = remark.empty() ? "" : fmt::format("  {} {}", style.breaks(), remark);
  const std::string line = row.line == 0 ? "" : std::to_string(row.line);
  const std::vector<std::string> lines = wrap(what + mark, kColumns - kWhatAt - 5);
  std::string text = pad_left(simulated, kTimesWidth) + " " + pad_left(real, kTimesWidth) + " " +
                     pad_left(later, kTimesWidth) + "  " + pad(row.told.who, kActorWidth) + lines[0];
  if (!line.empty()) text = pad(text, kColumns - 4) + pad_left(line, 4);
  text += "\n";
  for (std::size_t i = 1; i < lines.size(); ++i)
    text += std::string(static_cast<std::size_t>(kWhatAt), ' ') + lines[i] + "\n";
  return row.agrees() ? text : style.paint(Paint::warn, text);
}

std::string verdict_of(std::size_t broken, std::size_t runs, const std::string& by) {
  return broken == 0 ? fmt::format("holds {} of {}", runs, runs)
                     : fmt::format("breaks {} of {} ({})", broken, runs, by);
}

/// What differs, in words; empty: nothing.
std::vector<std::string> differences(const Comparison& comparison) {
  std::vector<std::string> words;
  if (!comparison.same_verdict())
    words.push_back(fmt::format("the simulator {}, in namespaces it {}",
                                verdict_of(comparison.simulated_broken, comparison.simulated, comparison.simulated_by),
                                verdict_of(comparison.real_broken, comparison.real, comparison.real_by)));
  for (const ComparedRow& row : comparison.rows) {
    if (row.agrees()) continue;
    const std::string later = row.simulated > 0 && row.real > 0 ? fmt::format(" ({})", signed_ms(row.later)) : "";
    words.push_back(fmt::format("{} {}: {}{}", row.told.who, row.told.what, remark_of(row), later));
  }
  for (const std::string& strange : comparison.order)
    words.push_back(fmt::format("an order that the simulator never has: {}", strange));
  return words;
}

/// The largest difference of a time that is allowed or not.
Duration largest(const Comparison& comparison) {
  Duration most{0};
  for (const ComparedRow& row : comparison.rows)
    if (row.line == 0 && std::chrono::abs(row.later) > std::chrono::abs(most)) most = row.later;
  return most;
}

int percent(double share) { return static_cast<int>(share * 100); }

std::string agreement(const Comparison& comparison) {
  return fmt::format("{} of {} agree, {} %", comparison.agreeing(), plural(comparison.rows.size(), "event"),
                     percent(comparison.fidelity()));
}

}  // namespace

std::string comparison_text(const std::string& name, const Comparison& comparison, Duration tolerance,
                            const Style& style) {
  const std::string runs =
      fmt::format("{} simulated, {} in namespaces, {} ms and 5 % allowed", plural(comparison.simulated, "run"),
                  comparison.real, tolerance / std::chrono::milliseconds{1});
  std::string text = name + "\n" + runs + "\n";
  text += pad_left("sim s", kTimesWidth) + " " + pad_left("netns s", kTimesWidth) + " " +
          pad_left("diff", kTimesWidth) + "  " + pad("who", kActorWidth) + pad("what", kColumns - kWhatAt - 4) +
          "line\n";
  for (const ComparedRow& row : comparison.rows) text += row_text(row, style);
  const std::string word = comparison.same() ? style.paint(Paint::ok, "SAME") : style.paint(Paint::warn, "DIFFERENT");
  text += fmt::format("\n{}  {}; {}; {}\n", word, comparison.same_verdict() ? "same verdicts" : "different verdicts",
                      comparison.order.empty() ? "order of decisions equal" : "order of decisions differs",
                      agreement(comparison));
  for (const std::string& difference : differences(comparison)) {
    for (const std::string& line : wrap(difference, kColumns - 4)) text += "    " + line + "\n";
  }
  return text;
}

std::string comparison_summary(const std::vector<NamedComparison>& all, const Style& style) {
  std::size_t same = 0, rows = 0, agreeing = 0;
  std::string text;
  for (const auto& [name, comparison] : all) {
    same += comparison.same() ? 1 : 0;
    rows += comparison.rows.size();
    agreeing += comparison.agreeing();
  }
  const bool all_same = same == all.size();
  const double share = rows == 0 ? 1 : static_cast<double>(agreeing) / static_cast<double>(rows);
  return text + fmt::format("\n{}  {} of {} the same; {} of {} agree, {} %\n",
                            all_same ? style.paint(Paint::ok, "SAME") : style.paint(Paint::warn, "DIFFERENT"), same,
                            plural(all.size(), "case"), agreeing, plural(rows, "event"), percent(share));
}

std::string fidelity_page(const std::vector<NamedComparison>& all, Duration tolerance,
                          const std::string& circumstances) {
  std::size_t rows = 0, agreeing = 0, same_verdict = 0, same_order = 0;
  std::string table, list;
  for (const auto& [name, comparison] : all) {
    rows += comparison.rows.size();
    agreeing += comparison.agreeing();
    same_verdict += comparison.same_verdict() ? 1 : 0;
    same_order += comparison.order.empty() ? 1 : 0;
    table += fmt::format("| `{}` | {} | {} | {} | {} of {} | {} |\n", name,
                         verdict_of(comparison.simulated_broken, comparison.simulated, comparison.simulated_by),
                         verdict_of(comparison.real_broken, comparison.real, comparison.real_by),
                         comparison.order.empty() ? "equal" : "differs", comparison.agreeing(), comparison.rows.size(),
                         signed_ms(largest(comparison)));
    const std::vector<std::string> words = differences(comparison);
    if (words.empty()) continue;
    list += fmt::format("\n`{}`\n\n", name);
    for (const std::string& difference : words) list += fmt::format("- {}\n", difference);
  }
  const double share = rows == 0 ? 1 : static_cast<double>(agreeing) / static_cast<double>(rows);
  return fmt::format(
             "# Fidelity of the simulator\n\nMade by `hasim compare --markdown scenarios/netns > docs/fidelity.md`, "
             "{}.\n\n"
             "Of {}, {} have the same verdict in both worlds, {} the same order of decisions; {} of {} events ({} %) "
             "happen in\nboth, and then when the simulator has them.\n\n"
             "An event agrees if it happens in both worlds and its median instant for real, told from the newest fault "
             "or action, is\nno further than {} ms and 5 % outside of what the simulated runs have, or it comes as "
             "long "
             "after the event before it\nas there. `largest` is the largest difference of two medians.\n\n"
             "| story | simulator | namespaces | order | events | largest |\n| --- | --- | --- | --- | --- | --- |\n",
             circumstances, plural(all.size(), "case"), same_verdict, same_order, agreeing, rows, percent(share),
             tolerance / std::chrono::milliseconds{1}) +
         table + "\n## Differences\n" + (list.empty() ? "\nNone.\n" : list);
}

}  // namespace hasim
