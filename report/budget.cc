// The screen of the budget: what adds up to the worst case, and the safety inequality with its numbers.
#include "report/budget.h"
#include "report/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hasim {
namespace {

constexpr int kBarWidth = 84;
constexpr int kScaleEvery = 10;  ///< seconds between the numbers above the bar

/// "10", "2.5": as short as a bar needs.
std::string brief(ha::Duration d) { return fmt::format("{:g}", std::round(in_seconds(d) * 100) / 100); }

std::string exact(ha::Duration d) { return fmt::format("{:.3f}", in_seconds(d)); }

std::string terms_text(const std::vector<ha::TimeTerm>& terms) {
  std::string text;
  for (const ha::TimeTerm& term : terms) {
    if (!text.empty()) text += " | ";
    text += term.what + " " + brief(term.takes);
  }
  return text;
}

/// One stretch of the bar.
struct Stretch {
  std::string name;
  ha::Duration takes{0};
  std::string terms;
};

std::vector<Stretch> stretches(const ha::Budget& b) {
  std::vector<ha::TimeTerm> decided = b.decide;
  decided.insert(decided.end(), b.fence.begin(), b.fence.end());
  return {{"detect", b.detect, ""},
          {"decide, fence, verify off", ha::sum(decided), terms_text(decided)},
          {"takeover", ha::sum(b.takeover), terms_text(b.takeover)}};
}

/// Times as columns: a scale in seconds, the bar under it, and what each stretch is made of under that.
class Bar {
 public:
  Bar(std::vector<Stretch> parts, const Style& style) : parts_(std::move(parts)), style_(style) {
    for (const Stretch& part : parts_) total_ += part.takes;
  }

  std::string text() const {
    std::string text = "  " + scale() + "\n  " + line() + "\n";
    ha::Duration from{0};
    for (const Stretch& part : parts_) {
      const int column = std::min(column_of(from) + 1, kBarWidth - width_of(part.terms));
      if (!part.terms.empty())
        text += std::string(static_cast<std::size_t>(2 + std::max(0, column)), ' ') + part.terms + "\n";
      from += part.takes;
    }
    return text;
  }

 private:
  int column_of(ha::Duration t) const {
    return static_cast<int>(in_seconds(t) / std::max(1e-9, in_seconds(total_)) * kBarWidth);
  }

  std::string scale() const {
    std::string text;
    const std::string end = brief(total_) + " s";
    const int step = kScaleEvery * (1 + static_cast<int>(in_seconds(total_)) / 150);
    for (int s = 0; std::chrono::seconds{s} < total_; s += step) {
      const int column = column_of(std::chrono::seconds{s});
      if (column + 6 > kBarWidth - width_of(end)) break;
      text = pad(text, column) + std::to_string(s);
    }
    return pad(text, kBarWidth - width_of(end) + 1) + end;
  }

  /// "├─ detect 10 ─┼── takeover 20 ──┤"; a stretch too short for its words has none.
  std::string line() const {
    std::string text;
    ha::Duration from{0};
    for (const Stretch& part : parts_) {
      const int inside = column_of(from + part.takes) - column_of(from) - 1;
      std::string label = " " + part.name + " " + brief(part.takes) + " ";
      if (width_of(label) > inside) label = "";
      const int dashes = std::max(0, inside - width_of(label));
      text += from == ha::Duration{0} ? (style_.utf8 ? "├" : "|") : (style_.utf8 ? "┼" : "|");
      text += dash(dashes / 2) + label + dash(dashes - dashes / 2);
      from += part.takes;
    }
    return text + (style_.utf8 ? "┤" : "|");
  }

  std::string dash(int n) const {
    std::string text;
    for (int i = 0; i < n; ++i) text += style_.utf8 ? "─" : "-";
    return text;
  }

  std::vector<Stretch> parts_;
  const Style& style_;
  ha::Duration total_{0};
};

std::string by_power(const BudgetView& view, const Style& style) {
  const ha::Budget& b = view.budget;
  if (b.fence.empty())
    return fmt::format("  Power loss of {}: no power level is configured, so nothing verifies it off\n", view.owner);
  const std::string typical =
      view.typical > ha::Duration{0} ? fmt::format(" (typical: {:.1f} s)", in_seconds(view.typical)) : "";
  return fmt::format("  Power loss of {}, worst case: service back in {:.1f} s{}\n", view.owner,
                     in_seconds(b.by_power()), typical) +
         Bar(stretches(b), style).text();
}

std::string worst_cases(const BudgetView& view, const Style& style) {
  const ha::Budget& b = view.budget;
  std::string text = by_power(view, style);
  if (b.has_right_to_run) {
    text += fmt::format("  Hang, or a head that nothing can switch off: {:.1f} s by its watchdog\n",
                        in_seconds(b.by_watchdog()));
    text += fmt::format("    detect {} | {} | wait {} | takeover {}\n", brief(b.detect), terms_text(b.decide),
                        brief(b.inequality.wait), brief(ha::sum(b.takeover)));
  }
  if (b.mounts_wait > ha::Duration{0})
    text += fmt::format("  Storage that is late: a start waits up to {:.1f} s more for its mounts, then it fails\n",
                        in_seconds(b.mounts_wait));
  return text + fmt::format("  Handover: service back in {:.1f} s\n    {}\n", in_seconds(ha::sum(b.handover)),
                            terms_text(b.handover));
}

std::string safety(const ha::Budget& b, const Style& style) {
  if (!b.has_right_to_run) {
    return "  Safety   no watchdog counts as proof here (that takes a lease, two watchdogs, and watchdog in\n"
           "           fence_levels), so there is no inequality: a head starts only after a verified power-off\n";
  }
  const ha::Inequality& i = b.inequality;
  const double rho = static_cast<double>(static_cast<std::int64_t>(i.drift)) / 1e6;
  const std::string left = fmt::format("{:g} [({} + {})/{:g} + {}]", 1 + rho, exact(i.right), exact(i.two_watchdogs),
                                       1 - rho, exact(i.margin));
  constexpr int kLeft = 43;
  const std::string verdict =
      i.holds() ? style.paint(Paint::ok, "HOLDS") + fmt::format(", {} s to spare", exact(i.wait - i.needed))
                : style.paint(Paint::broken, "BROKEN") + fmt::format(", {} s too short", exact(i.needed - i.wait));
  std::string text =
      fmt::format("  Safety   {} <=  wait\n", pad("(1 + drift)[(L + 2W)/(1 - drift) + margin]", kLeft)) +
      fmt::format("           {} <=  {} s\n", pad(left, kLeft), exact(i.wait)) +
      fmt::format("           {} <=  {} s        {}\n", pad(exact(i.needed) + " s", kLeft), exact(i.wait), verdict);
  if (i.right < i.right_max && i.holds()) {
    text += fmt::format("           L may grow to below {} s (dead_after), wait with it; wait may shrink to {} s\n",
                        exact(i.right_max), exact(i.needed));
  }
  return text;
}

}  // namespace

bool BudgetView::safe() const {
  const auto sound = [](const FailureRow& row) { return row.violated.empty(); };
  return unsafe.empty() && (!budget.has_right_to_run || budget.inequality.holds()) &&
         std::all_of(singles.begin(), singles.end(), sound) && std::all_of(doubles.begin(), doubles.end(), sound);
}

std::string budget_screen(const BudgetView& view, bool all, const Style& style) {
  std::string text = fmt::format("{}   cell {}, {}\n", view.config, view.cell, view.title);
  text += worst_cases(view, style) + "\n" + safety(view.budget, style) + "\n";
  if (view.unsafe.empty()) return text + failures_text(view, all, style);
  text += "  " + style.paint(Paint::broken, "UNSAFE") + "   a core with these settings does not start\n";
  for (const std::string& line : wrap(view.unsafe, kColumns - 11)) text += "           " + line + "\n";
  return text;
}

}  // namespace hasim
