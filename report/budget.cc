// The screen of UX §2.4: what adds up to the worst case, the inequality with its numbers, the failures without an answer.
#include "report/budget.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace hasim {
namespace {

constexpr int kBarWidth = 76;  ///< inside two blanks, with room for the total
constexpr std::size_t kShown = 3;

double in_seconds(ha::Duration d) { return std::chrono::duration<double>(d).count(); }

/// "10", "2.5": as short as a bar needs.
std::string brief(ha::Duration d) { return fmt::format("{:g}", std::round(in_seconds(d) * 100) / 100); }

std::string exact(ha::Duration d) { return fmt::format("{:.3f}", in_seconds(d)); }

std::string terms_text(const std::vector<ha::Term>& terms) {
  std::string text;
  for (const ha::Term& term : terms) text += fmt::format("{}{} {}", text.empty() ? "" : " | ", term.what, brief(term.takes));
  return text;
}

/// One stretch of the bar: a name and how long it takes.
struct Stretch {
  std::string name;
  ha::Duration takes{0};
  std::vector<ha::Term> terms;
};

std::vector<Stretch> stretches(const ha::Budget& b) {
  return {{"detect", b.detect, {}},
          {"decide", ha::sum(b.decide), b.decide},
          {"fence, verify off", ha::sum(b.fence), b.fence},
          {"takeover", ha::sum(b.takeover), b.takeover}};
}

/// "├─ detect 10 ─┼── decide 5 ──┤" with widths in the proportion of the times, but wide enough for the words.
std::string bar_of(const std::vector<Stretch>& parts, const Style& style) {
  const std::string dash = style.utf8 ? "─" : "-";
  const auto total = std::max(1e-9, in_seconds(parts[0].takes + parts[1].takes + parts[2].takes + parts[3].takes));
  std::string bar = style.utf8 ? "├" : "|";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string label = fmt::format(" {} {} ", parts[i].name, brief(parts[i].takes));
    const int share = static_cast<int>(in_seconds(parts[i].takes) / total * kBarWidth);
    const int dashes = std::max(2, share - width_of(label) - 1);
    for (int d = 0; d < dashes / 2; ++d) bar += dash;
    bar += label;
    for (int d = dashes / 2; d < dashes; ++d) bar += dash;
    bar += i + 1 == parts.size() ? (style.utf8 ? "┤" : "|") : (style.utf8 ? "┼" : "|");
  }
  return bar;
}

std::string worst_case(const BudgetView& view, const Style& style) {
  const ha::Budget& b = view.budget;
  const std::string typical =
      view.typical > ha::Duration{0} ? fmt::format(" (typical: {:.1f} s)", in_seconds(view.typical)) : "";
  std::string text;
  if (b.fence.empty()) {
    text += fmt::format("  Power loss of {}: nothing can switch it off, so nothing proves it off{}\n", view.owner, typical);
  } else {
    text += fmt::format("  Power loss of {}, worst case: service back in {:.1f} s{}\n", view.owner,
                        in_seconds(b.by_power()), typical);
    text += fmt::format("  {}\n", bar_of(stretches(b), style));
  }
  for (const Stretch& part : stretches(b)) {
    if (!part.terms.empty()) text += fmt::format("    {:<18} {}\n", part.name, terms_text(part.terms));
  }
  if (b.has_right_to_run) {
    text += fmt::format("  By its watchdog, where nothing can switch it off: {:.1f} s\n", in_seconds(b.by_watchdog()));
    text += fmt::format("    {:<18} detect {} | decide {} | wait {} | takeover {}\n", "", brief(b.detect),
                        brief(ha::sum(b.decide)), brief(b.inequality.wait), brief(ha::sum(b.takeover)));
  }
  text += fmt::format("  Handover, worst case: service back in {:.1f} s\n    {:<18} {}\n",
                      in_seconds(ha::sum(b.handover)), "", terms_text(b.handover));
  return text;
}

std::string safety(const ha::Budget& b, const Style& style) {
  if (!b.has_right_to_run) {
    return "  Safety   no watchdog counts as proof here (it needs a lease, armed watchdogs, and watchdog in\n"
           "           fence_levels), so no inequality has to hold: only a verified power-off lets a head start\n";
  }
  const ha::Inequality& i = b.inequality;
  const double rho = static_cast<double>(static_cast<std::int64_t>(i.drift)) / 1e6;
  const std::string left = fmt::format("{:g} [({} + {})/{:g} + {}]", 1 + rho, exact(i.right), exact(i.two_watchdogs),
                                       1 - rho, exact(i.margin));
  constexpr int kLeft = 46;
  const ha::Duration spare = i.wait - i.needed;
  const std::string verdict =
      i.holds() ? fmt::format("{}, {} s to spare", style.paint(Paint::ok, "HOLDS"), exact(spare))
                : fmt::format("{}, {} s too short", style.paint(Paint::broken, "BROKEN"), exact(-spare));
  return fmt::format("  Safety   {} <=  wait\n", pad("(1 + drift)[(L + 2W)/(1 - drift) + margin]", kLeft)) +
         fmt::format("           {} <=  {} s\n", pad(left, kLeft), exact(i.wait)) +
         fmt::format("           {} <=  {} s        {}\n", pad(exact(i.needed) + " s", kLeft), exact(i.wait), verdict) +
         fmt::format("           L may grow to just below {} s (dead_after), wait with it; wait may shrink to {} s\n",
                     exact(i.right_max), exact(i.needed));
}

std::string invariants_text(const std::vector<int>& violated) {
  std::string text;
  for (const int invariant : violated) text += fmt::format("{}I{}", text.empty() ? "" : " ", invariant);
  return text;
}

std::string names_of(const FailureRow& row) { return fmt::format("{}", fmt::join(row.failures, " + ")); }

/// "head2 holds because no_proof; hactl ack-off head1".
std::string outcome(const FailureRow& row) {
  if (!row.violated.empty()) return "UNSAFE: breaks " + invariants_text(row.violated);
  if (!row.automatic) return row.state + (row.remedy.empty() ? "" : "; " + row.remedy);
  return fmt::format("answered, outage {:.1f} s{}", in_seconds(row.outage), row.served ? "" : ", not served in the end");
}

std::string row_text(const FailureRow& row) {
  constexpr int kNames = 48;
  const std::string names = "    " + pad(names_of(row), kNames);
  const std::string rows = fmt::format("{}", fmt::join(row.rows, " "));
  const std::string rest = fmt::format(" {}{}{}", outcome(row), rows.empty() ? "" : "  ", rows);
  if (width_of(names) + width_of(rest) <= kColumns) return names + rest + "\n";
  return "    " + names_of(row) + "\n       " + rest + "\n";
}

std::uint64_t answered(const std::vector<FailureRow>& rows) {
  return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [](auto& row) { return row.automatic; }));
}

std::string failures(const BudgetView& view, bool all) {
  std::string text =
      fmt::format("  Failures with an automatic answer: {} of {} single, {} of {} double.{}\n", answered(view.singles),
                  view.singles.size(), answered(view.doubles), view.doubles.size(),
                  answered(view.singles) + answered(view.doubles) < view.singles.size() + view.doubles.size()
                      ? " Without one:"
                      : "");
  std::size_t shown = 0, without = 0;
  for (const auto* list : {&view.singles, &view.doubles}) {
    for (const FailureRow& row : *list) {
      const bool open = !row.automatic || !row.violated.empty();
      without += open ? 1 : 0;
      const bool single = list == &view.singles;
      const bool must = !row.violated.empty() || (open && single);
      if (!all && !must && (!open || shown >= kShown)) continue;
      shown += open && !single ? 1 : 0;
      text += row_text(row);
    }
  }
  std::size_t singles = view.singles.size() - answered(view.singles);
  const std::size_t hidden = all ? 0 : without - std::min(without, shown + singles);
  if (hidden > 0) text += fmt::format("    ... {} more with -v\n", hidden);
  return text;
}

}  // namespace

bool BudgetView::safe() const {
  const auto sound = [](const FailureRow& row) { return row.violated.empty(); };
  return unsafe.empty() && (!budget.has_right_to_run || budget.inequality.holds()) &&
         std::all_of(singles.begin(), singles.end(), sound) && std::all_of(doubles.begin(), doubles.end(), sound);
}

std::string budget_screen(const BudgetView& view, bool all, const Style& style) {
  std::string text = fmt::format("{}  {}\n", pad(view.config, 50), "cell " + view.cell + ", " + view.title);
  text += worst_case(view, style) + "\n" + safety(view.budget, style) + "\n";
  if (!view.unsafe.empty()) {
    text += style.paint(Paint::broken, "UNSAFE") + "  a core with these settings does not start\n";
    for (const std::string& line : wrap(view.unsafe, kColumns - 8)) text += "        " + line + "\n";
    return text;
  }
  return text + failures(view, all);
}

}  // namespace hasim
