// Rows are made from events; the judge's decisions are put where they were taken.
#include "report/rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace hasim {
namespace {

bool may_repeat(const Event& event) {
  switch (event.kind) {
    case EventKind::frame_sent:
    case EventKind::frame_lost:
    case EventKind::frame_received:
    case EventKind::wrote:
    case EventKind::about_to_write:
    case EventKind::rejected:
    case EventKind::right:
    case EventKind::store_wrote:
    case EventKind::bmc_reading:
    case EventKind::client_error:
    case EventKind::announced:
    case EventKind::bmc_login:
    case EventKind::alert: return true;
    default: return false;
  }
}

/// Something that the judge decided.
struct Decision {
  Time t{};
  std::string text;
  Mark mark;
};

bool is_claim(const Script& script, int number) {
  return std::any_of(script.lines.begin(), script.lines.end(), [&](const Line& line) {
    return std::any_of(line.claims.begin(), line.claims.end(), [&](const Claim& c) { return c.place.line == number; });
  });
}

/// In time order. A stimulus that took place is told by itself; only one that could not is a decision.
std::vector<Decision> decisions_of(const RunView& view) {
  std::vector<Decision> decisions;
  for (const LineVerdict& verdict : view.result->lines) {
    if (!verdict.judged || (verdict.holds && !is_claim(*view.script, verdict.line))) continue;
    const Mark mark{verdict.holds ? Mark::Kind::holds : Mark::Kind::breaks, verdict.line, 0};
    decisions.push_back({verdict.decided, line_text(*view.script, verdict.line), mark});
  }
  for (const Broken& broken : view.result->broken) {
    if (broken.invariant == 0) continue;
    decisions.push_back({broken.from, broken.message, {Mark::Kind::breaks, broken.line, broken.invariant}});
  }
  std::stable_sort(decisions.begin(), decisions.end(), [](const Decision& x, const Decision& y) { return x.t < y.t; });
  return decisions;
}

/// Gathers the rows of one run.
class Rows {
 public:
  Rows(const RunView& view, int detail)
      : view_(view), detail_(detail), lanes_(*view.script->world), decisions_(decisions_of(view)) {}

  std::vector<Row> gather() {
    for (const Event& event : *view_.events) {
      add_decisions_before(event.t);
      lanes_.follow(event);
      if (shown(event)) add(event);
    }
    add_decisions_before(Time::max());
    add_end();
    return std::move(rows_);
  }

 private:
  bool shown(const Event& event) const {
    if (event.kind == EventKind::decided || event.kind == EventKind::broken || event.kind == EventKind::ended) {
      return false;
    }
    // Booting belongs to the story only for who asks; what a scenario gives before the start always does.
    if (event.t < Time{0} && detail_ == 0 && layer_of(event.kind) != Layer::fault) return false;
    return detail_of(event) <= detail_;
  }

  Row row_now(Time t) const {
    Row row;
    row.t = t;
    row.alarm = lanes_.two_active();
    for (std::size_t i = 0; i < std::min(lanes_.size(), kLanesMax); ++i) row.lanes.push_back(lanes_.state_of(i));
    return row;
  }

  void add(const Event& event) {
    Row row = row_now(event.t);
    row.told = tell(event, *view_.script->world);
    if (event.kind == EventKind::settled) {
      row.marks = {{Mark::Kind::holds, start_line(), 0}};
    } else if (layer_of(event.kind) == Layer::fault) {
      row.told.what = stimulus_text(view_, event);
      if (event.line != 0) row.marks = {{Mark::Kind::fault, event.line, 0}};
      row.fold = fmt::format("{}/{}/{}", event.line, static_cast<int>(event.kind), row.told.what);
    }
    if (may_repeat(event)) {
      row.fold = fmt::format("{}/{}/{}/{}/{}", static_cast<int>(event.kind), event.who, event.with, event.x,
                             static_cast<int>(event.reason));
    }
    push(std::move(row));
  }

  void push(Row row) {
    if (!row.fold.empty() && !rows_.empty() && rows_.back().fold == row.fold) {
      const bool told_once = row.marks.empty();  // a line of a list says the same of each thing: once is enough
      rows_.back().folded += told_once ? 1 : 0;
      return;
    }
    rows_.push_back(std::move(row));
  }

  /// What holds at the very end is told there, in one row.
  bool belongs_to_end(const Decision& decision) const {
    return decision.mark.kind == Mark::Kind::holds && decision.t >= view_.result->end;
  }

  void add_decisions_before(Time t) {
    for (; next_ < decisions_.size() && decisions_[next_].t < t; ++next_) {
      const Decision& decision = decisions_[next_];
      if (belongs_to_end(decision)) continue;
      Row row = row_now(decision.t);
      row.told = {"judge", decision.text};
      row.marks = {decision.mark};
      push(std::move(row));
    }
  }

  void add_end() {
    Row row = row_now(view_.result->end);
    row.told = {"judge", "end"};
    for (const Decision& decision : decisions_) {
      if (belongs_to_end(decision)) row.marks.push_back(decision.mark);
    }
    std::stable_sort(row.marks.begin(), row.marks.end(), [](const Mark& a, const Mark& b) { return a.line < b.line; });
    push(std::move(row));
  }

  int start_line() const {
    for (const Line& line : view_.script->lines) {
      if (line.when.kind == When::Kind::start) return line.number;
    }
    return 0;
  }

  const RunView& view_;
  int detail_;
  Lanes lanes_;
  const std::vector<Decision> decisions_;
  std::size_t next_ = 0;  ///< of the decisions
  std::vector<Row> rows_;
};

}  // namespace

std::vector<Row> rows_of(const RunView& view, int detail) { return Rows(view, detail).gather(); }

}  // namespace hasim
