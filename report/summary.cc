// Tables of groups, timings and classes.
#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/numbers.h"

namespace hasim {
namespace {

/// What makes two sweeps comparable.
std::string identity_text(const SweepView& view) {
  return fmt::format("core {}, trace {}", view.core_digest.substr(0, 8), short_hash(view.hash));
}

std::string workers_text(const SweepView& view) { return plural(static_cast<std::uint64_t>(view.workers), "worker"); }

/// Wall-clock time is not exact to a millisecond.
std::string wall_text(Duration took, const Style& style) {
  return took < std::chrono::seconds{1} ? span_text(took, style)
                                        : fmt::format("{:.1f} s", static_cast<double>(took.count()) / 1e9);
}

std::string rate_text(const SweepView& view) {
  const double took = static_cast<double>(view.took.count()) / 1e9;
  const double rate = took > 0 ? static_cast<double>(view.runs) / took : 0;
  return fmt::format("{} runs/s", count_text(static_cast<std::uint64_t>(rate)));
}

/// What differs in a run name beside its file: ":13" or ":victim=head1:13" without the colon in front.
std::string short_run(const std::string& name, const std::string& scenario) {
  return name.starts_with(scenario + ":") ? name.substr(scenario.size() + 1) : name;
}

std::string wrapped(const std::string& text, int indent, const std::string& first_indent) {
  std::string block;
  for (const std::string& line : wrap(text, kColumns - indent)) {
    block += (block.empty() ? first_indent : std::string(static_cast<std::size_t>(indent), ' ')) + line + "\n";
  }
  return block;
}

std::string after_text(const GroupRow& group) {
  return group.causes.empty() ? "" : fmt::format(", after {}", fmt::join(group.causes, ", "));
}

std::string group_text(const GroupRow& group, std::size_t number) {
  const std::string begin = fmt::format("{:3}  {}", number, pad(plural(group.runs, "run"), 12));
  const int indent = width_of(begin);
  const std::string what = group.property + (group.claim.empty() ? "" : ": " + group.claim) + after_text(group);
  std::string text = wrapped(what, indent, begin);
  std::string which = "first " + short_run(group.first, group.scenario);
  if (group.runs > 1) {
    which += fmt::format(", shortest {} ({} events)", short_run(group.shortest, group.scenario),
                         count_text(group.shortest_events));
  }
  if (!group.also.empty()) {
    which += "; also";
    for (const std::string& name : group.also) which += " " + short_run(name, group.scenario);
  }
  return text + wrapped(which, indent, std::string(static_cast<std::size_t>(indent), ' '));
}

std::string groups_text(const SweepView& view) {
  std::string text;
  for (std::size_t i = 0; i < view.groups.size(); ++i) text += group_text(view.groups[i], i + 1);
  return text.empty() ? "" : "\n" + text;
}

std::string value_text(const TimingRow& row, std::int64_t value) {
  return row.is_count ? count_text(static_cast<std::uint64_t>(value)) : seconds(Time{value});
}

/// Columns of the table of timings: narrower bars where each row names its file.
struct TimingColumns {
  int name, bar;
  explicit TimingColumns(bool with_file) : name(with_file ? 38 : 24), bar(with_file ? 6 : 11) {}
};

std::string timing_text(const TimingRow& row, bool with_file, const Style& style) {
  const TimingColumns columns(with_file);
  const std::string name = with_file ? fmt::format("{} {}", row.scenario, row.name) : row.name;
  std::string bound = std::string(static_cast<std::size_t>(9 + 2 + columns.bar), ' ');
  if (row.bound && *row.bound > 0) {
    const double used = static_cast<double>(row.max) / static_cast<double>(*row.bound);
    bound = pad_left(value_text(row, *row.bound), 9) + "  " + style.bar(used, columns.bar);
  }
  const std::string text =
      fmt::format("    {} {} {} {} {}  ", pad(name, columns.name), pad_left(value_text(row, row.p50), 9),
                  pad_left(value_text(row, row.p99), 9), pad_left(value_text(row, row.max), 9), bound);
  const std::string run = short_run(row.slowest, row.scenario);
  if (width_of(text) + width_of(run) <= kColumns) return text + run + "\n";
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n" + wrapped("slowest " + run, 8, "        ");
}

std::string timings_text(const SweepView& view, bool with_file, const Style& style) {
  if (view.timings.empty()) return "";
  const TimingColumns columns(with_file);
  const std::uint64_t hold = view.runs - view.broken;
  const std::string title = fmt::format("Timings in s, {} that {}", plural(hold, "run"), hold == 1 ? "holds" : "hold");
  std::string text =
      fmt::format("\n  {} {} {} {} {}  {} slowest\n", pad(title, columns.name + 2), pad_left("p50", 9),
                  pad_left("p99", 9), pad_left("max", 9), pad_left("bound", 9), pad("used", columns.bar + 1));
  for (const TimingRow& row : view.timings) text += timing_text(row, with_file, style);
  return text;
}

std::string verdict_word(const SweepView& view, const Style& style) {
  return view.holds() ? style.paint(Paint::ok, "HOLDS") : style.paint(Paint::broken, "BROKEN");
}

std::string remarks_text(const SweepView& view) {
  std::string text;
  for (const std::string& remark : view.remarks) text += wrapped(remark, 4, "  ");
  return text.empty() ? "" : "\n" + text;
}

std::string cut_short_text(const SweepView& view) {
  if (view.cut_short.empty()) return "";
  const std::string of = view.planned > view.runs ? " of " + count_text(view.planned) : "";
  return fmt::format("\n  Cut short: {}; {}{} runs were made\n", view.cut_short, count_text(view.runs), of);
}

std::string in_groups(const SweepView& view) {
  return view.groups.empty() ? "" : fmt::format(", in {}", plural(view.groups.size(), "group"));
}

std::string commands(const SweepView& view) {
  if (view.groups.empty()) return "";
  std::string text = "\n";
  constexpr std::size_t kCommandsMax = 3;
  for (std::size_t i = 0; i < std::min(view.groups.size(), kCommandsMax); ++i) {
    text += fmt::format("  hasim run {}\n", view.groups[i].shortest);
  }
  return text;
}

std::string class_cell(const ClassRow& row) {
  const std::string broken = row.broken == 0 ? "" : fmt::format(", {} BROKEN", count_text(row.broken));
  return fmt::format("  {} {:>4} hold{}{}", pad(row.name, 14), count_text(row.hold), pad(broken, 12),
                     pad_left(plural(row.runs, "run"), 12));
}

/// Classes in two columns, read down the first and then the second.
std::string classes_text(const std::vector<ClassRow>& rows) {
  const std::size_t half = (rows.size() + 1) / 2;
  std::string text;
  for (std::size_t i = 0; i < half; ++i) {
    std::string line = pad(class_cell(rows[i]), 50);
    if (half + i < rows.size()) line += class_cell(rows[half + i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string broken_row(const GroupRow& group, const Style& style) {
  const std::string runs = group.runs == 1 ? "" : fmt::format(" ({} like it)", plural(group.runs, "run"));
  const std::string what = fmt::format("{}  {}{}{}", group.first, group.property, after_text(group), runs);
  return "  " + style.paint(Paint::broken, "BROKEN") + wrapped(what, 12, "    ");
}

std::string skipped_text(const SweepView& view) {
  if (view.skipped.empty()) return "";
  std::size_t all = 0;
  std::string rows;
  for (const SkippedRow& row : view.skipped) {
    all += row.scenarios;
    rows += wrapped(row.reason, 12, fmt::format("    {:>6}  ", count_text(row.scenarios)));
  }
  const std::string_view where = view.world == "sim" ? "the simulator" : "namespaces";
  return fmt::format("\n  Not run in {}: {}\n{}", where, plural(all, "scenario"), rows);
}

std::string right_aligned(const std::string& left, int left_width, const std::string& right) {
  const int gap = kColumns - left_width - width_of(right);
  return left + std::string(static_cast<std::size_t>(std::max(2, gap)), ' ') + right + "\n";
}

}  // namespace

bool SweepView::holds() const {
  return broken == 0 && std::all_of(overs.begin(), overs.end(), [](const OverRow& o) { return o.holds || !o.judged; });
}

std::string over_rows(const SweepView& view, bool with_file, const Style& style) {
  std::string text;
  for (const OverRow& over : view.overs) {
    const std::string file = with_file ? over.scenario + " " : "";
    const std::string_view mark = !over.judged ? style.open() : over.holds ? style.holds() : style.breaks();
    const Paint paint = !over.judged ? Paint::quiet : over.holds ? Paint::ok : Paint::broken;
    const std::string what = fmt::format("{}line {}: {}: {}", file, over.line, over.text, over.seen);
    text += "    " + style.paint(paint, mark) + " " + wrapped(what, 6, "");
  }
  return text.empty() ? "" : "\n  Over all seeds\n" + text;
}

std::string sweep_summary(const SweepView& view, const Style& style) {
  const std::string_view unit = view.unit_seeds != 0 ? "seed" : "run";
  const std::string counted =
      view.broken == 0 ? (view.cut_short.empty() ? "  " : "  so far, ") + plural(view.runs, unit)
                       : fmt::format("  {} of {}{}", count_text(view.broken), plural(view.runs, unit), in_groups(view));
  const std::string left = verdict_word(view, style) + counted;
  const int left_width = (view.holds() ? 5 : 6) + width_of(counted);
  const std::string right = fmt::format("{}, {}, {}", wall_text(view.took, style), rate_text(view), workers_text(view));
  return right_aligned(left, left_width, right) + right_aligned("", 0, identity_text(view)) + cut_short_text(view) +
         groups_text(view) + timings_text(view, false, style) + over_rows(view, false, style) + remarks_text(view) +
         commands(view);
}

std::string folder_summary(const SweepView& view, std::size_t checked, Duration check_took, const Style& style) {
  const std::string first = fmt::format("checked {} in {}", plural(checked, "file"), span_text(check_took, style));
  std::string text = pad(first, 50) +
                     fmt::format("{} {}\n", view.world == "sim" ? "simulator" : "namespaces", plural(view.runs, "run"));
  text += classes_text(view.classes);
  for (const GroupRow& group : view.groups) text += broken_row(group, style);
  text += cut_short_text(view) + timings_text(view, true, style) + over_rows(view, true, style) + remarks_text(view) +
          skipped_text(view);
  const std::string scenarios = fmt::format(
      "{} of {} hold{}", count_text(view.scenarios - view.scenarios_broken), plural(view.scenarios, "scenario"),
      view.scenarios_broken == 0 ? "" : fmt::format(", {} broken", view.scenarios_broken));
  const std::string word = view.holds() ? "HOLDS" : "BROKEN";
  const std::string right =
      fmt::format("{}, {}, {}", wall_text(view.took, style), workers_text(view), identity_text(view));
  return text + "\n" +
         right_aligned(verdict_word(view, style) + "  " + scenarios, width_of(word) + 2 + width_of(scenarios), right);
}

}  // namespace hasim
