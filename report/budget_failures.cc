// Failures with and without an automatic answer. Pairs that share a failure are one row: "nas down + any of 9".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "report/budget.h"

namespace hasim {
namespace {

constexpr int kNamesWidth = 48;

using Names = std::vector<std::string>;

std::uint64_t answered(const std::vector<FailureRow>& rows) {
  return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [](auto& row) { return !row.open(); }));
}

std::string invariants_text(const std::vector<int>& violated) {
  Names names;
  for (const int invariant : violated) names.push_back(fmt::format("I{}", invariant));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// "head2 holds (no_proof); hactl ack-off head1", or how long the service was away.
std::string outcome(const FailureRow& row, const Style& style) {
  if (!row.violated.empty()) return style.paint(Paint::broken, "UNSAFE") + ", breaks " + invariants_text(row.violated);
  if (!row.automatic) return row.state + (row.remedy.empty() ? "" : "; " + row.remedy);
  if (!row.served) return "one owner, not served until the repair";
  const double outage = std::chrono::duration<double>(row.outage).count();
  return outage > 0 ? fmt::format("back in {:.1f} s", outage) : "goes on";
}

std::string failure_line(const std::string& names, const std::string& outcome, const Names& rows) {
  const std::string rest = rows.empty() ? outcome : fmt::format("{}  {}", outcome, fmt::join(rows, " "));
  if (width_of(names) <= kNamesWidth && kNamesWidth + width_of(rest) + 5 <= kColumns)
    return "    " + pad(names, kNamesWidth) + " " + rest + "\n";
  return "    " + names + "\n        " + rest + "\n";
}

std::string row_text(const FailureRow& row, const Style& style) {
  return failure_line(fmt::format("{}", fmt::join(row.failures, " + ")), outcome(row, style), row.rows);
}

using FailureRows = std::vector<const FailureRow*>;

/// The failure that most of the pairs share.
std::string most_shared(const FailureRows& pairs) {
  std::map<std::string, int> count;
  for (const FailureRow* row : pairs) {
    for (const std::string& failure : row->failures) ++count[failure];
  }
  const auto most = std::max_element(count.begin(), count.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most->first;
}

/// Where several pairs end: all in one way, or so many of them in the most common one.
std::string common_outcome(const FailureRows& pairs, const Style& style) {
  std::map<std::string, int> ends;
  for (const FailureRow* row : pairs) ++ends[outcome(*row, style)];
  const auto most = std::max_element(ends.begin(), ends.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return ends.size() == 1 ? most->first : fmt::format("{} of {}: {}", most->second, pairs.size(), most->first);
}

std::string shared_text(const std::string& shared, const FailureRows& pairs, const Style& style) {
  Names others, rows;
  for (const FailureRow* row : pairs) {
    others.push_back(row->failures[0] == shared ? row->failures[1] : row->failures[0]);
    for (const std::string& id : row->rows) {
      const auto has = [&id](const FailureRow* each) {
        return std::find(each->rows.begin(), each->rows.end(), id) != each->rows.end();
      };
      const bool everywhere = std::all_of(pairs.begin(), pairs.end(), has);
      if (everywhere && std::find(rows.begin(), rows.end(), id) == rows.end()) rows.push_back(id);
    }
  }
  std::string text =
      failure_line(fmt::format("{} + any of {}", shared, pairs.size()), common_outcome(pairs, style), rows);
  for (const std::string& line : wrap(fmt::format("{}", fmt::join(others, ", ")), kColumns - 8))
    text += "        " + style.paint(Paint::quiet, line) + "\n";
  return text;
}

/// All pairs without an answer, the largest family first.
std::string open_pairs(FailureRows left, const Style& style) {
  std::string text;
  while (!left.empty()) {
    const std::string shared = most_shared(left);
    const auto others = std::stable_partition(left.begin(), left.end(), [&](const FailureRow* row) {
      return row->failures[0] == shared || row->failures[1] == shared;
    });
    const FailureRows family(left.begin(), others);
    left.erase(left.begin(), others);
    text += family.size() == 1 ? row_text(*family.front(), style) : shared_text(shared, family, style);
  }
  return text;
}

}  // namespace

std::string failures_text(const BudgetView& view, bool all, const Style& style) {
  const std::uint64_t singles = answered(view.singles), doubles = answered(view.doubles);
  const bool complete = singles == view.singles.size() && doubles == view.doubles.size();
  std::string text = fmt::format("  Failures with an automatic answer: {} of {} single, {} of {} double.{}\n", singles,
                                 view.singles.size(), doubles, view.doubles.size(), complete ? "" : " Without one:");
  FailureRows open;
  Names alone;  // a failure that has no answer by itself has none in company either
  for (const FailureRow& row : view.singles) {
    if (all || row.open()) text += row_text(row, style);
    if (row.open()) alone.push_back(row.failures[0]);
  }
  const auto implied = [&](const std::string& name) {
    return std::find(alone.begin(), alone.end(), name) != alone.end();
  };
  for (const FailureRow& row : view.doubles) {
    if (all) text += row_text(row, style);
    const bool news = std::none_of(row.failures.begin(), row.failures.end(), implied);
    if (row.open() && (news || !row.violated.empty())) open.push_back(&row);
  }
  return all ? text : text + open_pairs(open, style);
}

}  // namespace hasim
